/** A carrier takes 70 UTF-16 units in a single message, and 67 in each part of a longer one (6 bytes go to the joining header). */
export const UNITS_SINGLE = 70;
export const UNITS_A_PART = 67;
/** Where a gateway bills plain ASCII by its seven bits: 160 characters, or 153 in each part of a longer one. */
export const ASCII_SINGLE = 160;
export const ASCII_A_PART = 153;

export interface SmsLength {
  /** UTF-16 units, as the wire and the bill count them: an emoji is two. */
  readonly characters: number;
  readonly parts: number;
  readonly encoding: 'ucs2' | 'ascii';
}

/** How a gateway counts; Chinese platforms bill Latin letters like Chinese ones, so that nothing is ASCII unless it says so. */
export interface SmsCounting {
  readonly countsAscii?: boolean;
}

// A tab, the ends of lines, and what a keyboard shows: one septet each. `^{}\\[~]|` are two in the GSM alphabet, and not in here.
const PLAIN = /^[\t\n\r !"#$%&'()*+,\-./0-9:;<=>?@A-Z_a-z]*$/;

const limitsOf = (text: string, { countsAscii = false }: SmsCounting) =>
  countsAscii && PLAIN.test(text)
    ? { single: ASCII_SINGLE, each: ASCII_A_PART, encoding: 'ascii' as const }
    : { single: UNITS_SINGLE, each: UNITS_A_PART, encoding: 'ucs2' as const };

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
const splitsPair = (text: string, at: number): boolean =>
  at < text.length && isHigh(text.charCodeAt(at - 1)) && isLow(text.charCodeAt(at));

/** The parts of a text as they travel: as long as they may be, never cut inside a surrogate pair. */
export function smsCuts(text: string, counting: SmsCounting = {}): string[] {
  const { single, each } = limitsOf(text, counting);
  if (text.length <= single) return [text];
  const parts: string[] = [];
  for (let from = 0; from < text.length;) {
    const full = Math.min(from + each, text.length);
    const to = splitsPair(text, full) ? full - 1 : full;
    parts.push(text.slice(from, to));
    from = to;
  }
  return parts;
}

/**
 * How many parts a message is sent and billed as; `text` is the whole message, with signature and opt-out suffix. The one
 * place where parts are counted. Platforms count every text by 70/67 UTF-16 units, Latin letters too;
 * `countsAscii` is a gateway's own word that it bills plain ASCII by 160/153.
 */
export function smsParts(text: string, counting: SmsCounting = {}): SmsLength {
  const { single, encoding } = limitsOf(text, counting);
  return { characters: text.length, parts: text.length <= single ? 1 : smsCuts(text, counting).length, encoding };
}

/** A body that brings a signature of its own: the gateway would refuse the message, or the person would read two. */
export class DoubleSignature extends Error {
  constructor() {
    super('the body begins or ends with a signature in 【】; the signature is a setting and is added once');
    this.name = 'DoubleSignature';
  }
}

const SIGNED = /^\s*【[^【】]*】|【[^【】]*】\s*$/;

/**
 * The message as the phone shows it: signature (in 【】, or empty), body, opt-out suffix (or empty). Where the platform adds
 * the signature itself, the composed text is still what is counted; the body alone is what is handed over.
 * Throws DoubleSignature where the body is signed already.
 */
export function composeSms(message: { signature: string; body: string; suffix: string }): string {
  if (SIGNED.test(message.body)) throw new DoubleSignature();
  return message.signature + message.body + message.suffix;
}
