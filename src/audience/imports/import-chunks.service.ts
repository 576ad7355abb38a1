import { Injectable } from '@nestjs/common';
import { CLOCK_ACTOR, Database } from '../../platform/index.js';
import type { PersonProblem } from '../people/person.js';
import { anew, PersonUpsert, type PutSource } from '../people/person-upsert.service.js';
import { ImportStore, type ImportCounts, type ImportJob, type RejectedRow } from './import.repository.js';
import { LISTS, type ReadChunk, type ReadRow } from './reading.js';
import type { Seen } from './seen.js';
import { withWarnings, type WarningCode } from './warnings.js';

/** Somebody else moved this job on, or ended it; what was begun here was rolled back. */
export class Superseded extends Error {}

/** What a chunk comes to; built anew in each attempt at its transaction. */
interface Result {
  readonly tally: { created: number; updated: number; unchanged: number };
  readonly rejected: RejectedRow[];
  readonly odd: { code: WarningCode; line: number }[];
  /** External id → digest of the rows that were taken. */
  readonly taken: Map<string, string>;
}

const duplicateInFile: PersonProblem = {
  path: '/externalId',
  code: 'duplicate_in_file',
  message: 'an earlier row has the same external id and another content; that one was taken',
};

/** Takes a file in, some thousands of rows and one transaction at a time: people, rejects and the job's progress stand or fall together. */
@Injectable()
export class ImportChunks {
  constructor(
    private readonly database: Database,
    private readonly store: ImportStore,
    private readonly upserts: PersonUpsert,
  ) {}

  /** Takes chunks that follow one another, in one transaction; answers the job as it then stands. */
  async take(job: ImportJob, chunks: readonly ReadChunk[], seen: Seen): Promise<ImportJob> {
    for (const [externalId, digest] of chunks.flatMap((chunk) => chunk.passed)) seen.remember(externalId, digest);
    if (chunks.every((chunk) => chunk.size === 0)) return job;
    const { after, taken } = await anew(() => this.database.transaction(() => this.takeOnce(job, chunks, seen)));
    for (const [externalId, digest] of taken) seen.remember(externalId, digest);
    return after;
  }

  private async takeOnce(
    job: ImportJob,
    chunks: readonly ReadChunk[],
    seen: Seen,
  ): Promise<{ after: ImportJob; taken: Map<string, string> }> {
    const result: Result = {
      tally: { created: 0, updated: 0, unchanged: 0 },
      rejected: chunks.flatMap((chunk) => chunk.refused),
      odd: chunks.flatMap((chunk) => chunk.odd),
      taken: new Map(),
    };
    for (const { good } of chunks) await this.putPeople(job, good, { seen, result });
    await this.store.putRejects(job.id, result.rejected);
    const total = chunks.reduce((sum, chunk) => sum + chunk.size, 0);
    const counts: ImportCounts = { ...result.tally, rejected: result.rejected.length, total };
    const last = chunks.at(-1)!;
    const to = {
      doneLine: last.lastLine,
      doneBytes: Math.min(job.bytes, Math.floor(last.done * job.bytes)),
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
    if (now !== undefined) return now === row.digest ? 'same' : 'other';
    return seen.compare(row.person.externalId, row.digest);
  }

  private async putFirsts(
    rows: readonly ReadRow[],
    { source, dryRun, result }: { source: PutSource; dryRun: boolean; result: Result },
  ): Promise<void> {
    if (rows.length === 0) return;
    const manner = { lists: LISTS, raisesEvents: true, dryRun, prepared: rows } as const;
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
      result.taken.set(row.person.externalId, row.digest);
      if (outcome.sharesPhone) result.odd.push({ code: 'phone_shared', line: row.line });
    });
  }
}

const rejectedRow = ({ line, cells }: ReadRow, problem: PersonProblem): RejectedRow => ({
  line,
  cells,
  problems: [problem],
});

const added = (job: ImportCounts, by: ImportCounts): ImportCounts => ({
  total: job.total + by.total,
  created: job.created + by.created,
  updated: job.updated + by.updated,
  unchanged: job.unchanged + by.unchanged,
  rejected: job.rejected + by.rejected,
});
