export type WarningCode = 'phone_shared' | 'consecutive_numbers' | 'unknown_columns';

/** Something about a file that somebody should look at; nothing is held back for it. */
export interface Warning {
  readonly code: WarningCode;
  readonly count: number;
  /** The first lines that it is about. */
  readonly lines: readonly number[];
  readonly message: string;
}

const MESSAGES: Readonly<Record<WarningCode, string>> = {
  phone_shared:
    'numbers that somebody else has too; both people are kept: a household, a double entry, or a number that moved',
  consecutive_numbers: '250 or more numbers follow one another: the list may be made up',
  unknown_columns: 'columns whose header is not known; they were not read',
};

const LINES_KEPT = 50;
const RUN_OF_NUMBERS = 250;

/** Adds what was found at these lines to what is kept already; answers a new list. */
export function withWarnings(
  kept: readonly Warning[],
  found: readonly { code: WarningCode; line: number }[],
): Warning[] {
  const byCode = new Map(kept.map((w) => [w.code, w]));
  for (const { code, line } of found) {
    const held = byCode.get(code) ?? { code, count: 0, lines: [], message: MESSAGES[code] };
    const lines = held.lines.length < LINES_KEPT ? [...held.lines, line] : held.lines;
    byCode.set(code, { ...held, count: held.count + 1, lines });
  }
  return [...byCode.values()];
}

/** Watches the numbers of a file in their order: real lists do not count upwards for long. */
export class NumberRun {
  private last = 0;
  private length = 1;

  /** True at the row at which a run has just become too long to be real. */
  isMadeUp(number: string | undefined): boolean {
    const value = number === undefined ? 0 : Number(number);
    this.length = value !== 0 && value === this.last + 1 ? this.length + 1 : 1;
    this.last = value;
    return this.length === RUN_OF_NUMBERS;
  }
}
