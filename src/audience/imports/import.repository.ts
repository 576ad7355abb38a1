import { Injectable } from '@nestjs/common';
import { COUNTY, type Scope } from '../../accounts/index.js';
import { Clock, CLOCK_ACTOR, Database, Ledger, Vault, type Row } from '../../platform/index.js';
import type { PersonProblem } from '../people/person.js';
import type { RowDefaults } from './default-columns.js';
import type { Mapping } from './people-table.reader.js';
import type { Warning } from './warnings.js';

export const IMPORT_STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
export type ImportStatus = (typeof IMPORT_STATES)[number];

/** `total = created + updated + unchanged + rejected`, always. */
export interface ImportCounts {
  readonly total: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
}

/** Why a file could not be read. */
export interface ImportFailure {
  readonly code: string;
  readonly message: string;
}

export interface ImportJob extends ImportCounts {
  readonly id: string;
  readonly fileName: string;
  readonly status: ImportStatus;
  readonly dryRun: boolean;
  readonly mapping: Mapping;
  readonly defaults: RowDefaults;
  readonly doneLine: number;
  readonly bytes: number;
  readonly doneBytes: number;
  readonly header: readonly string[] | null;
  readonly error: ImportFailure | null;
  readonly warnings: readonly Warning[];
  readonly township: string | null;
  readonly createdBy: string | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

export interface RejectedRow {
  readonly line: number;
  readonly cells: readonly string[];
  readonly problems: readonly PersonProblem[];
}

interface RejectRecord {
  line: number;
  codes: string;
  cells: string;
}

const NUMBERS = [
  'total',
  'created',
  'updated',
  'unchanged',
  'rejected',
  'doneLine',
  'bytes',
  'doneBytes',
  'createdAt',
] as const;
const COUNTS = ['total', 'created', 'updated', 'unchanged', 'rejected'] as const;

type RawJob = Record<keyof ImportJob, string | number | null>;

const parsed = <T>(text: unknown, otherwise: T): T => (typeof text === 'string' ? (JSON.parse(text) as T) : otherwise);
const numberOrNull = (value: unknown): number | null => (value === null ? null : Number(value));

const jobOf = (row: RawJob): ImportJob => ({
  ...(row as unknown as ImportJob),
  ...(Object.fromEntries(NUMBERS.map((n) => [n, Number(row[n])])) as Pick<ImportJob, (typeof NUMBERS)[number]>),
  dryRun: Number(row.dryRun) === 1,
  mapping: parsed<Mapping>(row.mapping, {}),
  defaults: parsed<RowDefaults>(row.defaults, {}),
  header: parsed<string[] | null>(row.header, null),
  error: parsed<ImportFailure | null>(row.error, null),
  warnings: parsed<Warning[]>(row.warnings, []),
  startedAt: numberOrNull(row.startedAt),
  finishedAt: numberOrNull(row.finishedAt),
});

/** The SQL of imports and of the rows that they did not take. */
@Injectable()
export class ImportStore {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly clock: Clock,
    private readonly ledger: Ledger,
  ) {}

  async insert(
    job: Pick<ImportJob, 'id' | 'fileName' | 'dryRun' | 'mapping' | 'defaults' | 'bytes' | 'township' | 'createdBy'>,
  ): Promise<void> {
    const columns = [
      'id',
      'fileName',
      'status',
      'dryRun',
      'mapping',
      'defaults',
      'bytes',
      'township',
      'createdBy',
      'createdAt',
    ];
    const row: Row = [
      job.id,
      job.fileName.slice(0, 255),
      'queued' satisfies ImportStatus,
      job.dryRun,
      JSON.stringify(job.mapping),
      JSON.stringify(job.defaults),
      job.bytes,
      job.township,
      job.createdBy,
      this.clock.now(),
    ];
    await this.database.insert('imports', columns, [row]);
  }

  async find(id: string, { township }: Scope): Promise<ImportJob | null> {
    const where = township === null ? '' : ' AND township = ?';
    const row = await this.database.one<RawJob>(
      `SELECT * FROM imports WHERE id = ?${where}`,
      township === null ? [id] : [id, township],
    );
    return row && jobOf(row);
  }

  async page({ township }: Scope, before: string | undefined, limit: number): Promise<ImportJob[]> {
    const rows = await this.database.query<RawJob>(
      `SELECT * FROM imports WHERE (? IS NULL OR township = ?) AND (? IS NULL OR id < ?) ORDER BY id DESC LIMIT ${limit}`,
      [township, township, before, before],
    );
    return rows.map(jobOf);
  }

  async unfinished(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      "SELECT id FROM imports WHERE status IN ('queued', 'running') ORDER BY id",
    );
    return rows.map((row) => row.id);
  }

  /** Marks the job as running; false where it is over already. */
  async begin(id: string, header: readonly string[], warnings: readonly Warning[]): Promise<boolean> {
    const changed = await this.database.execute(
      `UPDATE imports SET status = 'running', startedAt = COALESCE(startedAt, ?), header = ?, warnings = ? WHERE id = ? AND status IN ('queued', 'running')`,
      [this.clock.now(), JSON.stringify(header), JSON.stringify(warnings), id],
    );
    // MariaDB counts changed rows: what says the same again has changed nothing.
    return changed > 0 || (await this.isRunning(id));
  }

  async isRunning(id: string): Promise<boolean> {
    return (await this.database.one("SELECT id FROM imports WHERE id = ? AND status = 'running'", [id])) !== null;
  }

  /**
   * Moves the job on by a chunk, inside the chunk's transaction. False where it is no longer running, or another process has
   * moved it meanwhile: the chunk must then leave nothing behind.
   */
  async advance(
    job: ImportJob,
    by: ImportCounts,
    to: Pick<ImportJob, 'doneLine' | 'doneBytes' | 'warnings'>,
  ): Promise<boolean> {
    const sets = COUNTS.map((count) => `${count} = ${count} + ?`).join(', ');
    const changed = await this.database.execute(
      `UPDATE imports SET ${sets}, doneLine = ?, doneBytes = ?, warnings = ? WHERE id = ? AND status = 'running' AND doneLine = ?`,
      [
        ...COUNTS.map((count) => by[count]),
        to.doneLine,
        to.doneBytes,
        JSON.stringify(to.warnings),
        job.id,
        job.doneLine,
      ],
    );
    return changed === 1;
  }

  /** Ends the job; false where it was over already. */
  async end(id: string, status: 'done' | 'failed' | 'cancelled', error: ImportFailure | null = null): Promise<boolean> {
    const doneBytes = status === 'done' ? ', doneBytes = bytes' : '';
    const changed = await this.database.execute(
      `UPDATE imports SET status = ?, error = ?, finishedAt = ?${doneBytes} WHERE id = ? AND status IN ('queued', 'running')`,
      [status, error && JSON.stringify(error), this.clock.now(), id],
    );
    return changed === 1;
  }

  /** Ends a job that ran by itself, with its counts in the ledger. */
  async finish(id: string, status: 'done' | 'failed', error: ImportFailure | null): Promise<void> {
    await this.database.transaction(async () => {
      if (!(await this.end(id, status, error))) return;
      const job = await this.find(id, COUNTY);
      if (!job) return;
      const { total, created, updated, unchanged, rejected, dryRun } = job;
      await this.ledger.write({
        action: `import.${status}`,
        subject: `import/${id}`,
        by: CLOCK_ACTOR,
        detail: { total, created, updated, unchanged, rejected, dryRun, broughtBy: job.createdBy },
      });
    });
  }

  async putRejects(importId: string, rows: readonly RejectedRow[]): Promise<void> {
    await this.database.insert(
      'import_rejects',
      ['importId', 'line', 'codes', 'cells'],
      rows.map((r) => [importId, r.line, JSON.stringify(r.problems), this.vault.seal(JSON.stringify(r.cells))]),
      'ignore',
    );
  }

  async rejects(importId: string, afterLine: number, limit: number): Promise<RejectedRow[]> {
    const rows = await this.database.query<RejectRecord>(
      `SELECT line, codes, cells FROM import_rejects WHERE importId = ? AND line > ? ORDER BY line LIMIT ${limit}`,
      [importId, afterLine],
    );
    return rows.map((r) => ({
      line: Number(r.line),
      problems: JSON.parse(r.codes) as PersonProblem[],
      cells: JSON.parse(this.vault.open(r.cells)) as string[],
    }));
  }

  /** What is wrong with the rows that were not taken; the rows themselves stay where they are. */
  async mistakes(importId: string, afterLine: number, limit: number): Promise<Omit<RejectedRow, 'cells'>[]> {
    const rows = await this.database.query<Omit<RejectRecord, 'cells'>>(
      `SELECT line, codes FROM import_rejects WHERE importId = ? AND line > ? ORDER BY line LIMIT ${limit}`,
      [importId, afterLine],
    );
    return rows.map((r) => ({ line: Number(r.line), problems: JSON.parse(r.codes) as PersonProblem[] }));
  }

  async rejectedLines(importId: string): Promise<Set<number>> {
    const rows = await this.database.query<{ line: number }>('SELECT line FROM import_rejects WHERE importId = ?', [
      importId,
    ]);
    return new Set(rows.map((r) => Number(r.line)));
  }
}
