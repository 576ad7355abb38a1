import { stringify } from 'csv-stringify/sync';
import type { PersonProblem } from '../people/person.js';
import type { RejectedRow } from './import.repository.js';

const ADDED = ['line', 'code', 'message'] as const;

/** The columns of the file itself: a corrected file of rejects that is imported again has ours at its end already. */
const ownWidth = (header: readonly string[]): number => {
  const tail = header.slice(-ADDED.length).map((cell) => cell.trim().toLowerCase());
  return ADDED.every((name, i) => tail[i] === name) ? header.length - ADDED.length : header.length;
};

// A text such as =1+1 gets an apostrophe, and the import takes it off again; the BOM tells Excel that this is UTF-8.
const csv = (rows: readonly (readonly (string | number)[])[], isFirst: boolean): string =>
  stringify(rows as (string | number)[][], { bom: isFirst, escape_formulas: true, record_delimiter: 'windows' });

export const rejectsHeader = (header: readonly string[]): string =>
  csv([[...header.slice(0, ownWidth(header)), ...ADDED]], true);

/** What is wrong with a row, in a cell each; it names no value. */
export const mistakesOf = (problems: readonly PersonProblem[]): { codes: string; messages: string } => ({
  codes: [...new Set(problems.map((p) => p.code))].join(';'),
  messages: problems.map((p) => `${p.path.slice(1)}: ${p.message}`).join('; '),
});

/** The original cells of each row, its line, its codes and what they mean; cells beyond the header stand at the end. */
export function rejectsRows(header: readonly string[], rows: readonly RejectedRow[]): string {
  const width = ownWidth(header);
  return csv(
    rows.map(({ line, cells, problems }) => {
      const own = Array.from({ length: width }, (_, i) => cells[i] ?? '');
      const { codes, messages } = mistakesOf(problems);
      const beyond = width === header.length ? cells.slice(width).filter((cell) => cell !== '') : [];
      return [...own, line, codes, messages, ...beyond];
    }),
    false,
  );
}
