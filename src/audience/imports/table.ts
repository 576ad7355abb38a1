/** A row of a file, whatever its format: where it stands and what its cells say. */
export interface TableRow {
  /** The line of a text file or the row of a sheet on which it begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A file as rows, some at a time. */
export interface Table {
  rows(): AsyncIterable<readonly TableRow[]>;
  /** How far the reading is, 0 to 1. */
  done(): number;
}

/** The whole file cannot be taken: nothing in it was read as a person. The message is for the officer. */
export class UnreadableFile extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** True where nothing is written in a row. */
export const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === '');

/** An export puts an apostrophe before what a spreadsheet would calculate; this takes it off again, so that a corrected file reads as it was. */
export const withoutGuard = (cell: string): string => (/^'[=+\-@\t\r＝＋－＠]/.test(cell) ? cell.slice(1) : cell);
