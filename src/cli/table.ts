type Cell = string | number | null | undefined;

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/gu;

/** Columns that a text takes on a terminal: a Chinese character takes two. */
export const widthOf = (text: string): number => [...text].length + (text.match(WIDE)?.length ?? 0);

const shown = (cell: Cell): string => (cell === null || cell === undefined ? '' : String(cell));

/** A table in plain text: numbers to the right, texts to the left. */
export function table(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const widths = header.map((title, i) => Math.max(widthOf(title), ...rows.map((row) => widthOf(shown(row[i])))));
  const line = (cells: readonly Cell[]): string =>
    widths
      .map((width, i) => {
        const text = shown(cells[i]);
        const gap = ' '.repeat(width - widthOf(text));
        return typeof cells[i] === 'number' ? gap + text : text + gap;
      })
      .join('  ')
      .trimEnd();
  return [line(header), widths.map((w) => '-'.repeat(w)).join('  '), ...rows.map(line)].join('\n');
}

/** Names and numbers under each other. */
export const numbers = (entries: Readonly<Record<string, number>>): string =>
  Object.entries(entries)
    .map(([name, n]) => `${name} ${n}`)
    .join(', ');
