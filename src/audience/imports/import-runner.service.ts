import { Injectable, Logger } from '@nestjs/common';
import { COUNTY } from '../../accounts/index.js';
import { Chance, Clock, Config, Leases, seconds, Vault, type Instant } from '../../platform/index.js';
import { personSettings } from '../people/person-rules.service.js';
import { ImportChunks, Superseded } from './import-chunks.service.js';
import { ImportStore, type ImportFailure, type ImportJob } from './import.repository.js';
import type { ReadChunk } from './reading.js';
import { ReadingThread } from './reading-thread.js';
import { Seen } from './seen.js';
import { UnreadableFile } from './table.js';
import { UploadStore } from './upload.repository.js';
import { withWarnings, type Warning } from './warnings.js';

const CHUNKS_A_COMMIT = 4;
/** After a kill nobody waits longer for the next process to go on. */
const LEASE_MS = seconds(20);
const RENEW_MS = seconds(5);

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
    private readonly config: Config,
    private readonly vault: Vault,
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
      if (error instanceof UnreadableFile) await this.end(id, 'failed', { code: error.code, message: error.message });
      else if (!(error instanceof Superseded)) throw error;
    } finally {
      await this.leases.release(lease, this.owner);
    }
  }

  /** Ends a job that cannot be brought to its end, as any other that failed: with its counts in the ledger and without its upload. */
  giveUp(id: string): Promise<void> {
    return this.end(id, 'failed', {
      code: 'internal',
      message: 'Something failed on our side; it is logged. What was read so far is kept.',
    });
  }

  private async work(id: string): Promise<void> {
    const job = await this.store.find(id, COUNTY);
    if (!job || !['queued', 'running'].includes(job.status)) return;
    if (!(await this.uploads.has(id))) return this.missing(id);
    const reading = await this.open(job);
    try {
      const started = await this.begin(job, reading);
      if (!started || !(await this.takeAll(started, reading))) return;
    } finally {
      await reading.close();
    }
    await this.end(id, 'done');
  }

  /** On one machine the upload is gone; with a shared database it lies on the machine that took it, and is read there. */
  private async missing(id: string): Promise<void> {
    if (this.uploads.areOnThisMachine)
      await this.end(id, 'failed', {
        code: 'upload_gone',
        message: 'The uploaded file is no longer there: bring it again.',
      });
  }

  private async open({ id, mapping, defaults, doneLine }: ImportJob): Promise<ReadingThread> {
    return ReadingThread.open({
      ...this.uploads.place(id),
      mapping,
      defaults,
      doneLine,
      rejected: doneLine > 0 ? [...(await this.store.rejectedLines(id))] : [],
      people: personSettings(this.config),
      timeZone: this.config.timeZone,
      now: this.clock.now(),
      keys: this.vault.forThread,
    });
  }

  private async begin(
    job: ImportJob,
    { header, unknown: columns }: Pick<ReadingThread, 'header' | 'unknown'>,
  ): Promise<ImportJob | null> {
    const unknown: Warning[] = withWarnings(
      [],
      columns.map(() => ({ code: 'unknown_columns', line: 1 })),
    );
    const warnings = job.doneLine === 0 ? unknown.map((w) => ({ ...w, lines: [] })) : job.warnings;
    return (await this.store.begin(job.id, header, warnings)) ? { ...job, status: 'running', warnings } : null;
  }

  /** True where the file was read to its end, false where the process is to stop. What an earlier process has taken is gone over for the memory of what was seen. */
  private async takeAll(started: ImportJob, reading: ReadingThread): Promise<boolean> {
    const seen = new Seen();
    let job = started;
    // Opening a large file may have taken most of the lease already.
    let renewedAt: Instant = 0;
    let areNew = !job.dryRun;
    for await (const chunks of gathered(reading.chunks(() => areNew))) {
      if (this.stopping) return false;
      const { created, total } = job;
      job = await this.chunks.take(job, chunks, seen);
      areNew = !job.dryRun && (job.created - created) * 2 >= job.total - total;
      renewedAt = await this.renew(job.id, renewedAt);
    }
    return !this.stopping;
  }

  private async renew(id: string, renewedAt: Instant): Promise<Instant> {
    const now = this.clock.now();
    if (now - renewedAt < RENEW_MS) return renewedAt;
    if (!(await this.leases.take(`import/${id}`, this.owner, LEASE_MS))) throw new Superseded();
    return now;
  }

  private async end(id: string, status: 'done' | 'failed', error: ImportFailure | null = null): Promise<void> {
    await this.store.finish(id, status, error);
    await this.uploads.remove(id);
    this.log.log(`import ${id} is ${status}`);
  }
}

/** Chunks for one transaction each: what is written of the indexes is written once a commit, so a commit of one chunk would write most. */
async function* gathered(chunks: AsyncIterable<ReadChunk>): AsyncGenerator<ReadChunk[]> {
  let held: ReadChunk[] = [];
  for await (const chunk of chunks) {
    held.push(chunk);
    if (held.length < CHUNKS_A_COMMIT) continue;
    yield held;
    held = [];
  }
  if (held.length > 0) yield held;
}
