export interface Piece {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** Longer texts than this are compared line by line, or the table would be too large. */
const CHARACTERS = 3000;

/**
 * What became of a text, character by character (Chinese has no spaces to cut at): what stayed, what went, what came, in the
 * order of reading. Joined, `same` and `removed` are the text before, `same` and `added` the one after.
 */
export function differences(before: string, after: string): Piece[] {
  const isLong = Math.max(before.length, after.length) > CHARACTERS;
  const cut = (text: string): string[] => (isLong ? text.split(/(?<=\n)/) : [...text]);
  const [a, b] = [cut(before), cut(after)];
  const width = b.length + 1;
  // Longest common subsequence, from the end, so that it is walked from the beginning.
  const common = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      common[i * width + j] =
        a[i] === b[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
    }
  }
  const pieces: { kind: Piece['kind']; text: string }[] = [];
  const add = (kind: Piece['kind'], text: string): void => {
    const last = pieces.at(-1);
    if (last?.kind === kind) last.text += text;
    else pieces.push({ kind, text });
  };
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      add('same', a[i]!);
      i += 1;
      j += 1;
    } else if (i < a.length && (j >= b.length || common[(i + 1) * width + j]! >= common[i * width + j + 1]!)) {
      add('removed', a[i]!);
      i += 1;
    } else {
      add('added', b[j]!);
      j += 1;
    }
  }
  return pieces;
}
