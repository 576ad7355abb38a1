/** Full-width forms (Ｔ，！) as their half-width ones. */
const halfWidth = (text: string): string =>
  text.replace(/[\uFF01-\uFF5E]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).replace(/\u3000/g, ' ');

/**
 * A reply as it is compared (gateways §0.3): half-width, without the spaces and punctuation around it, in capitals. Spaces
 * between its characters go too, for `退 订` refuses as well.
 */
export const normalisedReply = (text: string): string =>
  halfWidth(text)
    .replace(/[\s\u200b\ufeff]+/g, '')
    .replace(/^[\p{P}\p{S}]+|[\p{P}\p{S}]+$/gu, '')
    .toUpperCase();

/**
 * True where a reply is an opt-out: one of the words and nothing else, also as it is read off the message (`回复T`, `拒收回T`).
 * A word inside a sentence is a message for a human being, not a refusal.
 */
export function isOptOut(text: string, words: readonly string[]): boolean {
  const reply = normalisedReply(text).replace(/^(?:拒收|退订)?(?:请)?(?:回复|回)[\p{P}\p{S}]*/u, '');
  return reply !== '' && words.some((word) => normalisedReply(word) === reply);
}

/** The first alarm word (转账, 被骗 …) that a reply holds, however it is spaced; null where there is none. */
export function alarmWordIn(text: string, words: readonly string[]): string | null {
  const plain = halfWidth(text)
    .replace(/[\s\u200b\ufeff\p{P}\p{S}]+/gu, '')
    .toUpperCase();
  return words.find((word) => normalisedReply(word) !== '' && plain.includes(normalisedReply(word))) ?? null;
}
