import { setImmediate as breathe } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { CLOCK_ACTOR, Database } from '../../platform/index.js';
import { canonical, type NormalPerson, type PersonProblem } from '../people/person.js';
import { PersonSealing } from '../people/person-sealing.service.js';
import { CountyPersonRules } from '../people/person-rules.service.js';
import { againOnDuplicate, PersonUpsert, type PutSource } from '../people/person-upsert.service.js';
import type { Columns } from './header.js';
import { ImportStore, type ImportCounts, type ImportJob, type RejectedRow } from './import.repository.js';
import { readRow } from './row.js';
import type { Seen } from './seen.js';
import type { TableRow } from './table.js';
import { withWarnings, type NumberRun, type WarningCode } from './warnings.js';

/** Somebody else moved this job on, or ended it; what was begun here was rolled back. */
export class Superseded extends Error {}

/** What a job remembers from chunk to chunk; all of it can be found again from the file and the rejects. */
export interface Memory {
  readonly seen: Seen;
  readonly numbers: NumberRun;
}

interface ReadRow {
  readonly row: TableRow;
  readonly person: NormalPerson;
  readonly content: string;
  readonly digest: string;
}

/** A chunk once it is read: good rows, refused rows, and what is odd about it. */
export interface ReadChunk {
  readonly good: readonly ReadRow[];
  readonly refused: readonly RejectedRow[];
  readonly odd: readonly { code: WarningCode; line: number }[];
  readonly size: number;
  readonly lastLine: number;
  /** How many bytes of the file are behind it. */
  readonly doneBytes: number;
}

/** What a chunk comes to; built anew in each attempt at its transaction. */
interface Result {
  readonly tally: { created: number; updated: number; unchanged: number };
  readonly rejected: RejectedRow[];
  readonly odd: { code: WarningCode; line: number }[];
  /** External id → content of the rows that were taken. */
  readonly taken: Map<string, string>;
}

/** A file knows only a part of a person's lists, so it adds to them. */
const LISTS = 'merge';
const SLICE = 100;

const duplicateInFile: PersonProblem = {
  path: '/externalId',
  code: 'duplicate_in_file',
  message: 'an earlier row has the same external id and another content; that one was taken',
};

/** Takes a file in, 1,000 rows and one transaction at a time: people, rejects and the job's progress stand or fall together. */
@Injectable()
export class ImportChunks {
  constructor(
    private readonly database: Database,
    private readonly store: ImportStore,
    private readonly upserts: PersonUpsert,
    private readonly rules: CountyPersonRules,
    private readonly sealing: PersonSealing,
  ) {}

  /** Goes over rows that an earlier process has taken already, so that later ones can be compared with them. */
  passOver(rows: readonly TableRow[], columns: Columns, from: { memory: Memory; rejected: ReadonlySet<number> }): void {
    for (const row of rows) {
      const reading = readRow(row.cells, columns, this.rules);
      from.memory.numbers.isMadeUp(reading.ok ? reading.person.phone?.number : undefined);
      if (reading.ok && !from.rejected.has(row.line)) {
        from.memory.seen.remember(reading.person.externalId, canonical(reading.person));
      }
    }
  }

  /** Takes a chunk; answers the job as it then stands. */
  async take(job: ImportJob, chunk: ReadChunk, seen: Seen): Promise<ImportJob> {
    const { after, taken } = await againOnDuplicate(() =>
      this.database.transaction(() => this.takeOnce(job, chunk, seen)),
    );
    for (const [externalId, content] of taken) seen.remember(externalId, content);
    return after;
  }

  /** Reads a chunk before its turn has come; in slices, so that it fills the moments in which the database works on the one before. */
  async read(
    rows: readonly TableRow[],
    { columns, numbers, doneBytes }: { columns: Columns; numbers: NumberRun; doneBytes: number },
  ): Promise<ReadChunk> {
    const good: ReadRow[] = [];
    const refused: RejectedRow[] = [];
    const odd: { code: WarningCode; line: number }[] = [];
    for (const [i, row] of rows.entries()) {
      if (i % SLICE === 0) await breathe();
      const reading = readRow(row.cells, columns, this.rules);
      if (numbers.isMadeUp(reading.ok ? reading.person.phone?.number : undefined)) {
        odd.push({ code: 'consecutive_numbers', line: row.line });
      }
      if (!reading.ok) {
        refused.push({ line: row.line, cells: row.cells, problems: reading.problems });
        continue;
      }
      const { person } = reading;
      const content = canonical(person);
      good.push({ row, person, content, digest: this.sealing.digest(content, LISTS) });
    }
    return { good, refused, odd, size: rows.length, lastLine: rows.at(-1)!.line, doneBytes };
  }

  private async takeOnce(
    job: ImportJob,
    chunk: ReadChunk,
    seen: Seen,
  ): Promise<{ after: ImportJob; taken: Map<string, string> }> {
    const result: Result = {
      tally: { created: 0, updated: 0, unchanged: 0 },
      rejected: [...chunk.refused],
      odd: [...chunk.odd],
      taken: new Map(),
    };
    await this.putPeople(job, chunk.good, { seen, result });
    await this.store.putRejects(job.id, result.rejected);
    const counts: ImportCounts = { ...result.tally, rejected: result.rejected.length, total: chunk.size };
    const to = {
      doneLine: chunk.lastLine,
      doneBytes: chunk.doneBytes,
      warnings: withWarnings(job.warnings, result.odd),
    };
    if (!(await this.store.advance(job, counts, to))) throw new Superseded();
    return { after: { ...job, ...added(job, counts), ...to }, taken: result.taken };
  }

  /**
   * Brings the good rows in. Rows of one person are taken one after the other: the first counts, the same again is unchanged,
   * another content is a duplicate; where the first was refused (another township's), the next is looked at in its place.
   */
  private async putPeople(
    job: ImportJob,
    rows: readonly ReadRow[],
    { seen, result }: { seen: Seen; result: Result },
  ): Promise<void> {
    const source: PutSource = { by: CLOCK_ACTOR, scope: { township: job.township }, importId: job.id };
    for (let waiting = rows; waiting.length > 0;) {
      const firsts = new Map<string, ReadRow>();
      const later: ReadRow[] = [];
      for (const row of waiting) {
        const verdict = this.compare(row, seen, result.taken);
        if (verdict === 'same') result.tally.unchanged += 1;
        else if (verdict === 'other') result.rejected.push(rejectedRow(row, duplicateInFile));
        else if (firsts.has(row.person.externalId)) later.push(row);
        else firsts.set(row.person.externalId, row);
      }
      await this.putFirsts([...firsts.values()], { source, dryRun: job.dryRun, result });
      waiting = later;
    }
  }

  private compare(row: ReadRow, seen: Seen, taken: ReadonlyMap<string, string>): 'first' | 'same' | 'other' {
    const now = taken.get(row.person.externalId);
    if (now !== undefined) return now === row.content ? 'same' : 'other';
    return seen.compare(row.person.externalId, row.content);
  }

  private async putFirsts(
    rows: readonly ReadRow[],
    { source, dryRun, result }: { source: PutSource; dryRun: boolean; result: Result },
  ): Promise<void> {
    if (rows.length === 0) return;
    const manner = { lists: LISTS, raisesEvents: true, dryRun, digests: rows.map((r) => r.digest) } as const;
    const outcomes = await this.upserts.put(
      rows.map((r) => r.person),
      source,
      manner,
    );
    outcomes.forEach((outcome, i) => {
      const row = rows[i]!;
      if (outcome.status === 'rejected') {
        result.rejected.push(rejectedRow(row, outcome.problem));
        return;
      }
      result.tally[outcome.status] += 1;
      result.taken.set(row.person.externalId, row.content);
      if (outcome.sharesPhone) result.odd.push({ code: 'phone_shared', line: row.row.line });
    });
  }
}

const rejectedRow = ({ row }: ReadRow, problem: PersonProblem): RejectedRow => ({
  line: row.line,
  cells: row.cells,
  problems: [problem],
});

const added = (job: ImportCounts, by: ImportCounts): ImportCounts => ({
  total: job.total + by.total,
  created: job.created + by.created,
  updated: job.updated + by.updated,
  unchanged: job.unchanged + by.unchanged,
  rejected: job.rejected + by.rejected,
});
