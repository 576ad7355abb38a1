/**
 * A wording as it was registered somewhere, with places that vary in braces: `尊敬的{name}，近期{trick}高发`. Two places cannot stand side by
 * side, for nobody could tell where the one ends.
 */
const PLACE = /\{[^{}]{1,32}\}/;

/** What is wrong with a wording, or null. */
export function wordingFault(wording: string): string | null {
  if (wording.trim() === '') return 'empty';
  const literals = wording.split(PLACE);
  if (literals.slice(1, -1).includes('')) return 'two places side by side';
  return literals.length === 2 && literals.every((literal) => literal === '') ? 'nothing but one place' : null;
}

/** The names of the places, in their order. */
export const placesOf = (wording: string): string[] =>
  [...wording.matchAll(new RegExp(PLACE, 'g'))].map(([place]) => place.slice(1, -1));

/**
 * What a text has in the places of a wording, in their order; null where it is not that wording. Each literal is looked for
 * where it comes first, the last one at the end, so that the time is linear in the text.
 */
export function fill(wording: string, text: string): string[] | null {
  const literals = wording.split(PLACE);
  const [first = '', ...others] = literals;
  if (!text.startsWith(first)) return null;
  const last = others.pop();
  if (last === undefined) return text === first ? [] : null;
  const end = text.length - last.length;
  if (end < first.length || !text.endsWith(last)) return null;
  const filled: string[] = [];
  let from = first.length;
  for (const literal of others) {
    const at = text.indexOf(literal, from);
    if (at < 0 || at + literal.length > end) return null;
    filled.push(text.slice(from, at));
    from = at + literal.length;
  }
  return [...filled, text.slice(from, end)];
}
