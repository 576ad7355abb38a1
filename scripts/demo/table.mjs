/** Chinese characters and full-width signs take two columns of a terminal. */
const isWide = (code) =>
  (code >= 0x1100 && code <= 0x115f) ||
  (code >= 0x2e80 && code <= 0x303e) ||
  (code >= 0x3041 && code <= 0xa4cf) ||
  (code >= 0xac00 && code <= 0xd7a3) ||
  (code >= 0xf900 && code <= 0xfaff) ||
  (code >= 0xfe30 && code <= 0xfe6f) ||
  (code >= 0xff00 && code <= 0xff60) ||
  (code >= 0xffe0 && code <= 0xffe6) ||
  (code >= 0x20000 && code <= 0x3fffd);

export const widthOf = (text) => [...text].reduce((sum, c) => sum + (isWide(c.codePointAt(0)) ? 2 : 1), 0);

const padded = (text, width, isRight) => {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return isRight ? blanks + text : text + blanks;
};

/**
 * Rows as an aligned table. A header may have two lines, Chinese above English, parted by a line feed. Columns of numbers
 * stand to the right.
 *
 * @param {readonly string[]} headers
 * @param {readonly (readonly string[])[]} rows
 * @param {number} [texts] how many of the first columns are texts
 */
export function table(headers, rows, texts = 1) {
  const head = headers.map((header) => header.split('\n'));
  const lines = Math.max(...head.map((parts) => parts.length));
  const headRows = Array.from({ length: lines }, (_, i) => head.map((parts) => parts[i] ?? ''));
  const widths = headers.map((_, i) => Math.max(...[...headRows, ...rows].map((row) => widthOf(row[i] ?? ''))));
  const line = (row) => `  ${widths.map((width, i) => padded(row[i] ?? '', width, i >= texts)).join('  ')}`.trimEnd();
  return [...headRows.map(line), `  ${'─'.repeat(widths.reduce((a, b) => a + b + 2, -2))}`, ...rows.map(line)].join(
    '\n',
  );
}
