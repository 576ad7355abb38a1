/** Patterns of a configuration run over answers of strangers: bounded text, and no pattern that can run away. */
const MAX_PATTERN = 300;
const MAX_TEXT = 4_000;
const MAX_UNBOUNDED = 3;

interface Group {
  hasChoice: boolean;
  hasRepeat: boolean;
}

/** `*`, `+`, `{2,}`, `{2,5}` at `i`: how long it is and whether it has no end. Null where there is none. */
const quantifierAt = (
  text: string,
  i: number,
): { readonly length: number; readonly isUnbounded: boolean; readonly repeats: boolean } | null => {
  const match = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(text.slice(i));
  if (!match) return null;
  const [whole, least, comma, most] = match;
  if (least === undefined)
    return { length: whole.length, isUnbounded: !whole.startsWith('?'), repeats: !whole.startsWith('?') };
  return {
    length: whole.length,
    isUnbounded: comma !== undefined && most === '',
    repeats: Number(most || least) > 1 || most === '',
  };
};

const classEnd = (text: string, start: number): number => {
  for (let i = start + 1; i < text.length; i += 1) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === ']') return i;
  }
  return text.length;
};

/**
 * Says what is wrong with a pattern, or null. Refused are patterns that do not compile, back-references and look-around, a
 * repeat of what itself repeats or chooses (the shapes whose time grows exponentially), and more than three open repeats.
 */
export function patternFault(text: string): string | null {
  if (text.length > MAX_PATTERN) return `longer than ${MAX_PATTERN} characters`;
  try {
    new RegExp(text, 'u');
  } catch {
    return 'not a regular expression';
  }
  if (/\\[1-9k]/.test(text.replaceAll('\\\\', ''))) return 'a back-reference';
  if (/\(\?(?:[=!]|<[=!])/.test(text)) return 'look-around';
  return repeatFault(text);
}

function repeatFault(text: string): string | null {
  const groups: Group[] = [{ hasChoice: false, hasRepeat: false }];
  let unbounded = 0;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    const top = groups.at(-1)!;
    if (char === '|') {
      top.hasChoice = true;
      continue;
    }
    if (char === '(') {
      groups.push({ hasChoice: false, hasRepeat: false });
      if (text[i + 1] === '?') i = text.startsWith('?<', i + 1) ? text.indexOf('>', i) : i + 2;
      continue;
    }
    const closed = char === ')' ? groups.pop() : undefined;
    if (char === '\\')
      i = /^\\(?:[pPux]\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)/su.exec(text.slice(i))![0].length + i - 1;
    else if (char === '[') i = classEnd(text, i);
    const quantifier = quantifierAt(text, i + 1);
    const outer = groups.at(-1)!;
    if (closed?.hasRepeat) outer.hasRepeat = true;
    if (!quantifier) continue;
    if (closed && quantifier.repeats && (closed.hasRepeat || closed.hasChoice))
      return 'a repeat of what itself repeats or chooses';
    if (quantifier.repeats) outer.hasRepeat = true;
    if (quantifier.isUnbounded) unbounded += 1;
    i += quantifier.length;
  }
  return unbounded > MAX_UNBOUNDED ? `more than ${MAX_UNBOUNDED} repeats without an end` : null;
}

export const compiled = (text: string): RegExp => new RegExp(text, 'su');

/** The beginning of an answer: what an answer says, it says at its beginning. */
export const bounded = (text: string): string => text.slice(0, MAX_TEXT);
