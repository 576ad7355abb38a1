import { setImmediate as breathe } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { COUNTY } from '../../accounts/index.js';
import { Chance, Clock, Leases, seconds, type Instant } from '../../platform/index.js';
import { ImportChunks, Superseded, type Memory, type ReadChunk } from './import-chunks.service.js';
import { withDefaults } from './default-columns.js';
import { ImportStore, type ImportJob } from './import.repository.js';
import { openPeopleTable, type PeopleTable } from './people-table.reader.js';
import type { SealedFile } from './sealed-file.service.js';
import { Seen } from './seen.js';
import { UnreadableFile, type TableRow } from './table.js';
import { UploadStore } from './upload.repository.js';
import { NumberRun, withWarnings, type Warning } from './warnings.js';

const CHUNK = 1000;
const LEASE_MS = seconds(60);
const RENEW_MS = seconds(15);

/** Runs one import from where it stands to its end. Killed at any instruction and started again, it comes to the same counts. */
@Injectable()
export class ImportRunner {
  private readonly log = new Logger('Imports');
  private readonly owner: string;
  private stopping = false;

  constructor(
    private readonly store: ImportStore,
    private readonly uploads: UploadStore,
    private readonly chunks: ImportChunks,
    private readonly leases: Leases,
    private readonly clock: Clock,
    chance: Chance,
  ) {
    this.owner = chance.token(12);
  }

  /** Stops after the chunk at hand; the job stays as it is, for whoever starts next. */
  stop(): void {
    this.stopping = true;
  }

  /** Runs the job where nobody else does. A file that cannot be read ends as `failed` with its reason; anything unexpected is thrown and the job stays. */
  async run(id: string): Promise<void> {
    const lease = `import/${id}`;
    if (this.stopping || !(await this.leases.take(lease, this.owner, LEASE_MS))) return;
    try {
      await this.work(id);
    } catch (error) {
      if (error instanceof UnreadableFile) await this.end(id, 'failed', error.message);
      else if (!(error instanceof Superseded)) throw error;
    } finally {
      await this.leases.release(lease, this.owner);
    }
  }

  /** Ends a job that cannot be brought to its end, as any other that failed: with its counts in the ledger and without its upload. */
  giveUp(id: string): Promise<void> {
    return this.end(id, 'failed', 'Something failed on our side; it is logged. What was read so far is kept.');
  }

  private async work(id: string): Promise<void> {
    const job = await this.store.find(id, COUNTY);
    if (!job || !['queued', 'running'].includes(job.status)) return;
    if (!(await this.uploads.has(id))) return this.missing(id);
    const file = await this.uploads.open(id);
    let table: PeopleTable | undefined;
    try {
      table = withDefaults(await openPeopleTable(file, job.mapping), job.defaults);
      const started = await this.begin(job, table);
      if (!started || !(await this.takeAll(started, table, file))) return;
    } finally {
      await file.close();
    }
    await this.end(id, 'done');
  }

  /** On one machine the upload is gone; with a shared database it lies on the machine that took it, and is read there. */
  private async missing(id: string): Promise<void> {
    if (this.uploads.areOnThisMachine)
      await this.end(id, 'failed', 'The uploaded file is no longer there: bring it again.');
  }

  private async begin(job: ImportJob, table: PeopleTable): Promise<ImportJob | null> {
    const unknown: Warning[] = withWarnings(
      [],
      table.unknown.map(() => ({ code: 'unknown_columns', line: 1 })),
    );
    const warnings = job.doneLine === 0 ? unknown.map((w) => ({ ...w, lines: [] })) : job.warnings;
    return (await this.store.begin(job.id, table.header, warnings)) ? { ...job, status: 'running', warnings } : null;
  }

  /** True where the file was read to its end, false where the process is to stop. */
  private async takeAll(started: ImportJob, table: PeopleTable, file: SealedFile): Promise<boolean> {
    const seen = new Seen();
    let job = started;
    let renewedAt = this.clock.now();
    for await (const chunk of readAhead(this.unread(started, table, { file, seen }))) {
      if (this.stopping) return false;
      job = await this.chunks.take(job, chunk, seen);
      renewedAt = await this.renew(job.id, renewedAt);
      await breathe();
    }
    return !this.stopping;
  }

  /** The chunks that are still to be taken; what an earlier process has taken is gone over for the memory of what was seen. */
  private async *unread(
    { id, doneLine }: ImportJob,
    table: PeopleTable,
    { file, seen }: { file: SealedFile; seen: Seen },
  ): AsyncGenerator<ReadChunk> {
    const { columns } = table;
    const memory: Memory = { seen, numbers: new NumberRun() };
    const rejected = doneLine > 0 ? await this.store.rejectedLines(id) : new Set<number>();
    for await (const rows of inChunks(table.rows(), CHUNK)) {
      if (this.stopping) return;
      const fresh = rows.filter((row) => row.line > doneLine);
      if (fresh.length < rows.length) {
        this.chunks.passOver(rows.slice(0, rows.length - fresh.length), columns, { memory, rejected });
        await breathe();
      }
      const doneBytes = Math.min(file.size, Math.floor(table.done() * file.size));
      if (fresh.length > 0) yield this.chunks.read(fresh, { columns, numbers: memory.numbers, doneBytes });
    }
  }

  private async renew(id: string, renewedAt: Instant): Promise<Instant> {
    const now = this.clock.now();
    if (now - renewedAt < RENEW_MS) return renewedAt;
    if (!(await this.leases.take(`import/${id}`, this.owner, LEASE_MS))) throw new Superseded();
    return now;
  }

  private async end(id: string, status: 'done' | 'failed', error: string | null = null): Promise<void> {
    await this.store.finish(id, status, error);
    await this.uploads.remove(id);
    this.log.log(`import ${id} is ${status}`);
  }
}

/** Rows gathered into chunks of an even size, so that every transaction is worth its commit. */
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

/** Asks for the next item before the one at hand is done with: the database works while the file is read. */
async function* readAhead<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = items.next();
  try {
    for (let item = await next; !item.done; item = await next) {
      next = items.next();
      // It is awaited above; where the taker fails first, nobody is left to hear of it.
      next.catch(() => undefined);
      yield item.value;
    }
  } finally {
    await items.return(undefined).catch(() => undefined);
  }
}
