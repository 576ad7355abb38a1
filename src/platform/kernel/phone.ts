/** What a number can be used for. `mobile` takes SMS and calls, `landline` calls only. */
export type PhoneKind = 'mobile' | 'landline' | 'foreign' | 'invalid';

export interface Phone {
  /** Digits as gateways take them: 11 digits for a mobile, area code + number for a landline. */
  readonly number: string;
  readonly kind: PhoneKind;
}

/** Mainland ranges that take SMS: MIIT numbering as collected in public lists (configurable because ranges change). */
export const SMS_CAPABLE =
  /^1(?:3\d{3}|5[^4\D]\d{2}|8\d{3}|7(?:[0-35-9]\d{2}|4(?:0\d|1[0-2]|9\d))|9[0-35-9]\d{2}|6[2567]\d{2}|4[579]\d{2})\d{6}$/;

const LANDLINE = /^0(?:10|2\d|[3-9]\d{2})[2-8]\d{6,7}$/;

/** Full-width forms, spaces and dashes as people type them become plain ASCII. */
const plain = (text: string): string =>
  text
    .replace(/[\uFF01-\uFF5E]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[\s\u3000\u00a0().\-\u2010-\u2015]/g, '');

/**
 * Reads a number as officers type it (full-width digits, spaces, dashes, one leading +86, 0086 or 86) and says what it is.
 * Null for an empty cell. A number is never guessed: what fits no range is `invalid`.
 */
export function readPhone(text: string | null | undefined, smsCapable: RegExp = SMS_CAPABLE): Phone | null {
  const typed = plain(text ?? '');
  if (typed === '') return null;
  const number = typed.replace(/^(?:\+86|0086)/, '').replace(/^86(?=1\d{10}$)/, '');
  if (smsCapable.test(number)) return { number, kind: 'mobile' };
  if (LANDLINE.test(number)) return { number, kind: 'landline' };
  if (/^(?:\+(?!86)|00(?!86))\d{6,15}$/.test(typed)) return { number: typed, kind: 'foreign' };
  return { number, kind: 'invalid' };
}

/** `138****1234`: enough to recognise, not enough to call. Of a shorter number (a landline without its area code) only the end. */
export const maskPhone = (number: string): string =>
  number.length >= 10
    ? `${number.slice(0, 3)}****${number.slice(-4)}`
    : `****${number.length >= 7 ? number.slice(-2) : ''}`;

const CHINESE_DIGITS = '〇一二三四五六七八九';
/** A digit in any script, and the words that Chinese readers spell numbers with. */
const DIGIT = String.raw`[\p{Nd}\p{No}〇零一二三四五六七八九幺]`;
/** What people put between the digits of a number: spaces, dashes, dots, brackets, and what cannot be seen. */
const BETWEEN = String.raw`[\s\p{Pd}\p{Cf}.·．()（）_]`;
const SPELT = new RegExp(`[+＋]?${DIGIT}(?:${BETWEEN}*${DIGIT}){6,}`, 'gu');
const DATE = /^(?:19|20)\d{2}[-./]\d{1,2}[-./]\d{1,2}$/;

const plainDigit = (char: string): string => {
  const chinese = char === '零' ? 0 : char === '幺' ? 1 : CHINESE_DIGITS.indexOf(char);
  return chinese >= 0 ? String(chinese) : char.normalize('NFKC');
};

/**
 * A text that somebody typed (a reason, a note) without a number that could be called, however it is spelt: whole or with
 * spaces and dashes, in full-width or Chinese digits, with +86 or 0086. Seven digits in a row are a number, unless they are a date.
 */
export const withoutNumbers = (text: string): string =>
  text.replace(SPELT, (found) => {
    if (DATE.test(found)) return found;
    const digits = [...found]
      .map(plainDigit)
      .join('')
      .replace(/[^\d+]/g, '');
    return maskPhone(readPhone(digits)?.number ?? digits);
  });

/** `王*`, `王**`: the family name alone. */
export const maskName = (name: string): string => {
  const [first, ...rest] = [...name];
  return first === undefined ? '' : first + '*'.repeat(Math.max(1, Math.min(rest.length, 2)));
};

/** `w***@example.org`. */
export const maskEmail = (email: string): string => email.replace(/^(.)[^@]*/, '$1***');
