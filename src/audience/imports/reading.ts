import { setImmediate as breathe } from 'node:timers/promises';
import type { PersonSeals } from '../people/person-seals.js';
import type { PreparedPerson } from '../people/person-upsert.service.js';
import { canonical, type NormalPerson, type PersonRules } from '../people/person.js';
import type { RejectedRow } from './import.repository.js';
import type { PeopleTable } from './people-table.reader.js';
import { readRow } from './row.js';
import type { TableRow } from './table.js';
import { NumberRun, type WarningCode } from './warnings.js';

/** A file knows only a part of a person's lists, so it adds to them. */
export const LISTS = 'merge';

/** A good row: the person that it says, and what was worked out of its sealing. */
export interface ReadRow extends PreparedPerson, TableRow {
  readonly person: NormalPerson;
}

/** Rows of a file once they are read: good ones, refused ones, and what is odd about them. */
export interface ReadChunk {
  readonly good: readonly ReadRow[];
  readonly refused: readonly RejectedRow[];
  readonly odd: readonly { readonly code: WarningCode; readonly line: number }[];
  /** The external ids and digests of good rows that an earlier process has taken already. */
  readonly passed: readonly (readonly [externalId: string, digest: string])[];
  /** How many rows are still to be taken. */
  readonly size: number;
  readonly lastLine: number;
  /** How much of the file is behind it, 0 to 1. */
  readonly done: number;
}

/** How far an earlier process has come. */
export interface Progress {
  readonly doneLine: number;
  /** The lines up to there that were not taken. */
  readonly rejected: ReadonlySet<number>;
}

const CHUNK = 1000;

/** Reads the rows of a file as people, chunk by chunk; `seals` says at each whether its people are likely to be new. */
export async function* readPeople(
  table: PeopleTable,
  { rules, seals, wantsSeals }: { rules: PersonRules; seals: PersonSeals; wantsSeals: () => boolean },
  { doneLine, rejected }: Progress,
): AsyncGenerator<ReadChunk> {
  const numbers = new NumberRun();
  for await (const rows of inChunks(table.rows(), CHUNK)) {
    const good: ReadRow[] = [];
    const refused: RejectedRow[] = [];
    const odd: { code: WarningCode; line: number }[] = [];
    const passed: [string, string][] = [];
    const sealsNow = wantsSeals();
    for (const { line, cells } of rows) {
      const reading = readRow(cells, table.columns, rules);
      const isMadeUp = numbers.isMadeUp(reading.ok ? reading.person.phone?.number : undefined);
      const isFresh = line > doneLine;
      if (isMadeUp && isFresh) odd.push({ code: 'consecutive_numbers', line });
      if (!reading.ok) {
        if (isFresh) refused.push({ line, cells, problems: reading.problems });
        continue;
      }
      const { person } = reading;
      const digest = seals.digest(canonical(person), LISTS);
      if (isFresh) good.push({ line, cells, person, digest, sealed: sealsNow ? seals.sealed(person) : null });
      else if (!rejected.has(line)) passed.push([person.externalId, digest]);
    }
    const lastLine = rows.at(-1)!.line;
    yield { good, refused, odd, passed, size: good.length + refused.length, lastLine, done: table.done() };
    await breathe();
  }
}

/** Rows gathered into chunks of an even size. */
async function* inChunks(batches: AsyncIterable<readonly TableRow[]>, size: number): AsyncGenerator<TableRow[]> {
  let held: TableRow[] = [];
  for await (const batch of batches) {
    held.push(...batch);
    while (held.length >= size) {
      yield held.slice(0, size);
      held = held.slice(size);
    }
  }
  if (held.length > 0) yield held;
}
