/** A carrier takes 70 UTF-16 units in a single message, and 67 in each part of a longer one (6 bytes go to the joining header). */
export const UNITS_SINGLE = 70;
export const UNITS_A_PART = 67;

export interface SmsLength {
  /** UTF-16 units, as the wire and the bill count them: an emoji is two. */
  readonly characters: number;
  readonly parts: number;
  readonly encoding: 'ucs2';
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
const splitsPair = (text: string, at: number): boolean =>
  at < text.length && isHigh(text.charCodeAt(at - 1)) && isLow(text.charCodeAt(at));

/** The parts of a text as they travel: as long as they may be, never cut inside a surrogate pair. */
export function smsCuts(text: string): string[] {
  if (text.length <= UNITS_SINGLE) return [text];
  const parts: string[] = [];
  for (let from = 0; from < text.length;) {
    const full = Math.min(from + UNITS_A_PART, text.length);
    const to = splitsPair(text, full) ? full - 1 : full;
    parts.push(text.slice(from, to));
    from = to;
  }
  return parts;
}

/**
 * How many parts a message is sent and billed as; `text` is the whole message, with signature and opt-out suffix.
 * Chinese platforms count every text so, Latin letters too (the length rules of Aliyun's and Huawei's SMS documents).
 */
export function smsParts(text: string): SmsLength {
  return { characters: text.length, parts: text.length <= UNITS_SINGLE ? 1 : smsCuts(text).length, encoding: 'ucs2' };
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
