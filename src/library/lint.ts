import { mistake, type Finding, type FindingCode } from './finding.js';
import {
  BLOCKED,
  BLOCKED_IN_SMS,
  ENGLISH_RULES,
  EXCLAMATIONS,
  LINK,
  NUMBER,
  SPOKEN_NUMBER,
  WORD_RULES,
} from './lint.words.js';
import { smsParts, UNITS_A_PART, UNITS_SINGLE } from './sms.js';
import type { ScriptChannel } from './taxonomy.js';
import { compileTemplate, templateMistakes } from './template.js';
import { spokenDigits, type OfficeVariables } from './variables.js';

/** The pace of a calm voice; a rule of thumb until the bureau measures its own. */
export const SPOKEN_A_SECOND = 4.5;
const SECONDS = { from: 20, to: 40 };

export interface Wording {
  readonly channel: ScriptChannel;
  readonly title: string | null;
  readonly body: string;
  readonly language: string;
}

/** What surrounds a text when it goes out, and what it will be filled with. */
export interface Frame {
  readonly signature: string;
  readonly suffix: string;
  readonly office: OfficeVariables;
  /** Addresses and numbers that a text may name, beside the office's hotline. */
  readonly allowed: { readonly links: readonly string[]; readonly numbers: readonly string[] };
  /** Example values of the recipient's variables, of an ordinary length. */
  readonly sample: Readonly<Record<string, string>>;
}

/** `{{hotline}}` and its like, blanked out at the same length, so that offsets stay those of the text as written. */
const blanked = (text: string): string => text.replaceAll(/\{\{[^}]*\}\}/g, (variable) => '＿'.repeat(variable.length));

const plain = (number: string): string =>
  number.replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0)).replace(/[^\d]/g, '');

const each = (
  text: string,
  pattern: RegExp,
  code: FindingCode,
  allowed: (found: string) => boolean = () => false,
): Finding[] =>
  [...text.matchAll(pattern)]
    .filter(([found]) => !allowed(found))
    .map((match) => mistake(code, match.index, { name: match[0] }));

/** Rules that hold in every text, title or body. */
function common(text: string, wording: Wording, frame: Frame): Finding[] {
  const hotline = frame.office.hotline;
  const mayDial = new Set([hotline, ...frame.allowed.numbers]);
  const address = (link: string) =>
    link
      .toLowerCase()
      .replace(/^https?:\/\//, '')
      .replace(/[/.]+$/, '');
  const mayLink = new Set(frame.allowed.links.map(address));
  const maySpeak = new Set([...mayDial].map(spokenDigits));
  return [
    ...[...WORD_RULES, ...ENGLISH_RULES].flatMap(({ code, pattern }) => each(text, pattern, code)),
    ...each(text, LINK, 'link', (found) => mayLink.has(address(found))),
    ...each(text, NUMBER, 'phone_number', (found) => mayDial.has(plain(found))),
    ...each(text, SPOKEN_NUMBER, 'phone_number', (found) => maySpeak.has(found.replaceAll('〇', '零'))),
    ...each(text, EXCLAMATIONS, 'exclamations'),
    ...each(text, BLOCKED, 'blocked_character'),
    ...each(text, /[【】]/g, 'signature_in_body').slice(0, 1),
    ...(wording.channel === 'sms' ? each(text, BLOCKED_IN_SMS, 'blocked_character') : []),
  ];
}

/** Chinese fits one part; what Latin or Cyrillic letters need twice the place for may have two. */
function ofSms(wording: Wording, rendered: string, frame: Frame): Finding[] {
  const { characters, parts } = smsParts(frame.signature + rendered + frame.suffix);
  const [most, limit] = wording.language === 'zh' ? [1, UNITS_SINGLE] : [2, 2 * UNITS_A_PART];
  return parts <= most ? [] : [mistake('sms_too_long', 0, { name: String(characters), limit: String(limit) })];
}

/** A robot's post is cut or refused beyond it (WeCom 4,096 bytes of markdown; DingTalk takes more): title and body together. */
const CHAT_BYTES = 4000;

function ofChat(wording: Wording, rendered: string): Finding[] {
  const bytes = new TextEncoder().encode(`${wording.title ?? ''}\n${rendered}`).length;
  return bytes <= CHAT_BYTES ? [] : [mistake('chat_too_long', 0, { name: String(bytes), limit: String(CHAT_BYTES) })];
}

/** Longer subjects are cut on a phone. */
const subjectLimit = (language: string): number => (language === 'zh' ? 20 : 60);

function ofVoice(wording: Wording, rendered: string): Finding[] {
  const seconds = Math.round([...rendered].length / SPOKEN_A_SECOND);
  const outOfBounds = seconds < SECONDS.from || seconds > SECONDS.to;
  const opensWithCaller = /^[^。！？!?\n]*\{\{\s*callerName\s*\}\}/.test(wording.body);
  return [
    ...(opensWithCaller ? [] : [mistake('voice_opening', 0)]),
    ...(outOfBounds
      ? [mistake('spoken_length', 0, { name: String(seconds), limit: `${SECONDS.from}–${SECONDS.to}` })]
      : []),
    ...each(blanked(wording.body), /[\d０-９]+/g, 'spoken_digits'),
    ...(wording.body.includes('{{hotline}}')
      ? [mistake('spoken_digits', wording.body.indexOf('{{hotline}}'), { name: '{{hotline}}' })]
      : []),
  ];
}

/** What is wrong with a title; offsets are within the title. */
export function lintTitle(wording: Wording, frame: Frame): Finding[] {
  const needed = wording.channel === 'chat' || wording.channel === 'email';
  if (wording.title === null || wording.title.trim() === '') return needed ? [mistake('title_required', 0)] : [];
  const broken = templateMistakes(wording.title);
  if (broken.length > 0) return broken;
  const limit = subjectLimit(wording.language);
  const { length } = [...wording.title];
  return [
    ...common(blanked(wording.title), wording, frame),
    ...(wording.channel === 'email' && length > limit
      ? [mistake('title_too_long', limit, { name: String(length), limit: String(limit) })]
      : []),
  ];
}

/**
 * What is wrong with a wording's body, in the order of its places. A text that is no template yields only that, for nothing
 * else can be said of it. The rules (docs/library.md): the opposite of a scam message, nothing asked for,
 * nothing that tells why this person was chosen, calm and without blame.
 */
export function lintBody(wording: Wording, frame: Frame): Finding[] {
  if (wording.body.trim() === '') return [mistake('empty_text', 0)];
  const broken = templateMistakes(wording.body);
  if (broken.length > 0) return broken;
  const rendered = compileTemplate(wording.body).render({ ...frame.sample, ...frame.office });
  const chinese = wording.language === 'zh';
  const found = [
    ...common(blanked(wording.body), wording, frame),
    ...(wording.channel === 'sms' ? ofSms(wording, rendered, frame) : []),
    ...(wording.channel === 'chat' ? ofChat(wording, rendered) : []),
    ...(wording.channel === 'voice' && chinese ? ofVoice(wording, rendered) : []),
  ];
  return found.sort((a, b) => a.where - b.where);
}
