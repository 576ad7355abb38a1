import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { COUNTY, type Actor, type Scope } from '../../accounts/index.js';
import {
  Alarms,
  Config,
  CountyTime,
  Database,
  err,
  Ledger,
  ok,
  pageOf,
  type LedgerActor,
  type Page,
  type Result,
} from '../../platform/index.js';
import { shownFileName } from '../people/person-view.js';
import type { RowDefaults } from './default-columns.js';
import { SourceBook, type Grounds } from '../people/source-book.service.js';
import { ImportRunner } from './import-runner.service.js';
import { columnsRead, type ReadColumn } from './columns-read.js';
import type { ListImports } from './import.schemas.js';
import { ImportStore, type ImportCounts, type ImportJob, type ImportStatus } from './import.repository.js';
import type { Mapping } from './people-table.reader.js';
import { UploadStore } from './upload.repository.js';
import type { Warning } from './warnings.js';

export type { ImportCounts } from './import.repository.js';

export interface ImportView extends ImportCounts {
  readonly id: string;
  readonly fileName: string;
  readonly status: ImportStatus;
  readonly dryRun: boolean;
  /** 0 to 1. */
  readonly progress: number;
  /** Why the file could not be read; null otherwise. */
  readonly error: string | null;
  /** The same as a code, for whoever has words of their own. */
  readonly errorCode: string | null;
  readonly warnings: readonly Warning[];
  /** The file's columns in their order, and what each was read as; empty until its header is understood. */
  readonly columns: readonly ReadColumn[];
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** An upload that is kept already, and how it is to be read. */
export interface NewImport {
  readonly id: string;
  readonly bytes: number;
  readonly fileName: string;
  readonly mapping?: Mapping;
  readonly defaults?: RowDefaults;
  readonly dryRun?: boolean;
  /** Legal basis and purpose of this list, where they are not the county's. */
  readonly grounds?: Partial<Grounds>;
}

export interface ImportFileOptions {
  readonly by: LedgerActor;
  readonly scope: Scope;
  readonly dryRun?: boolean;
  readonly mapping?: Mapping;
  readonly defaults?: RowDefaults;
}

const LOOK_AGAIN_MS = 15_000;
const ATTEMPTS = 5;
const GIVEN_UP = 'import_given_up';

/** The front door to imports: a file comes in, is read in the background, and can be watched, cancelled and corrected. */
@Injectable()
export class Imports implements OnApplicationShutdown {
  private readonly log = new Logger('Imports');
  private readonly failures = new Map<string, number>();
  private readonly sensitiveWords: readonly string[];
  private readonly waiting = new Map<string, Promise<void>>();
  private line: Promise<void> = Promise.resolve();
  private watch: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly store: ImportStore,
    private readonly uploads: UploadStore,
    private readonly runner: ImportRunner,
    private readonly county: CountyTime,
    private readonly ledger: Ledger,
    private readonly sources: SourceBook,
    private readonly alarms: Alarms,
    config: Config,
  ) {
    const { sensitiveTags, tagAliases } = config.settings.audience;
    const aliases = Object.entries(tagAliases).filter(([, tag]) => sensitiveTags.includes(tag));
    this.sensitiveWords = [...sensitiveTags, ...aliases.map(([word]) => word)];
  }

  /** Takes an upload on and begins to read it in the background. */
  async start(upload: NewImport, by: LedgerActor, scope: Scope): Promise<{ id: string; status: ImportStatus }> {
    await this.accept(upload, by, scope);
    void this.enqueue(upload.id);
    return { id: upload.id, status: 'queued' };
  }

  /**
   * Reads a file of this machine to its end, as the command line does; `begun` hears the import's id before the first row is
   * read. Throws UnreadableFile where there is no such file.
   */
  async importFile(
    path: string,
    options: ImportFileOptions,
    begun: (id: string) => void = () => undefined,
  ): Promise<ImportView> {
    const { by, scope, ...how } = options;
    const upload = await this.uploads.keepFile(path);
    const fileName = path.split(/[\\/]/).at(-1) ?? 'file';
    await this.accept({ ...upload, fileName, ...how }, by, scope);
    begun(upload.id);
    await this.runner.run(upload.id);
    const job = await this.store.find(upload.id, COUNTY);
    if (!job) throw new Error('an import vanished');
    return this.view(job, true);
  }

  /**
   * Takes a file of this machine on and begins to read it in the background. `accepted` runs in the transaction that the import
   * begins with, so that whoever brings files knows, whatever happens, which of them are taken. Throws UnreadableFile.
   */
  async startFile(
    path: string,
    options: ImportFileOptions & { readonly fileName: string },
    accepted: (id: string) => Promise<void>,
  ): Promise<string> {
    const { by, scope, ...how } = options;
    const upload = await this.uploads.keepFile(path);
    await this.accept({ ...upload, ...how }, by, scope, accepted);
    void this.enqueue(upload.id);
    return upload.id;
  }

  private async accept(
    upload: NewImport,
    by: LedgerActor,
    { township }: Scope,
    accepted: (id: string) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    const { id, bytes, fileName, mapping = {}, defaults = {}, dryRun = false, grounds } = upload;
    try {
      await this.database.transaction(async () => {
        await this.store.insert({ id, fileName, dryRun, mapping, defaults, bytes, township, createdBy: by.id });
        if (!dryRun) await this.sources.putImport(id, grounds);
        await this.ledger.write({
          action: 'import.start',
          subject: `import/${id}`,
          by,
          detail: { bytes, dryRun, township },
        });
        await accepted(id);
      });
    } catch (error) {
      await this.uploads.remove(id);
      throw error;
    }
  }

  /** One file after the other; an unexpected failure is tried again, a few times. */
  private enqueue(id: string): Promise<void> {
    const waiting = this.waiting.get(id);
    if (waiting) return waiting;
    const turn = this.line.then(() => this.attempt(id)).finally(() => this.waiting.delete(id));
    this.waiting.set(id, turn);
    this.line = turn;
    return turn;
  }

  private async attempt(id: string): Promise<void> {
    try {
      await this.runner.run(id);
      this.failures.delete(id);
      await this.alarms.clear(GIVEN_UP, 'imports');
    } catch (error) {
      const times = (this.failures.get(id) ?? 0) + 1;
      this.failures.set(id, times);
      this.log.error(
        `import ${id} failed, attempt ${times}: ${error instanceof Error ? `${error.name} ${error.message.slice(0, 160)}` : 'unknown'}`,
      );
      if (times >= ATTEMPTS) await this.giveUp(id);
    }
  }

  /** Ends an import that fails again and again as any other that failed, and has somebody look. */
  private async giveUp(id: string): Promise<void> {
    try {
      await this.runner.giveUp(id);
      await this.alarms.raise(GIVEN_UP, 'imports', '有名单导入在系统内部反复失败，已停止：请看日志，排除后重新上传');
      this.failures.delete(id);
    } catch (error) {
      this.log.error(`import ${id} cannot be ended: ${error instanceof Error ? error.name : 'unknown'}`);
    }
  }

  /** Continues what is queued or was interrupted; resolves when all of it is read. */
  async resumeImports(): Promise<void> {
    const unfinished = await this.store.unfinished();
    await this.uploads.tidyUp((id) => Promise.resolve(unfinished.includes(id)));
    await Promise.all(unfinished.map((id) => this.enqueue(id)));
  }

  /** Resumes now and looks again from time to time: a job whose process died is free when its lease ends. For the long-running roles. */
  startWatching(): void {
    const look = () =>
      void this.resumeImports().catch((error: unknown) =>
        this.log.error(`looking for imports failed: ${String(error).slice(0, 160)}`),
      );
    this.watch ??= setInterval(look, LOOK_AGAIN_MS).unref();
    look();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.watch);
    this.runner.stop();
    await this.line;
  }

  async find(id: string, viewer: Pick<Actor, 'scope' | 'mayReadSensitive'>): Promise<ImportView | null> {
    const job = await this.store.find(id, viewer.scope);
    return job && this.view(job, viewer.mayReadSensitive);
  }

  async list({ cursor, limit }: ListImports, viewer: Actor): Promise<Page<ImportView>> {
    const jobs = await this.store.page(viewer.scope, cursor, limit + 1);
    return pageOf(
      jobs,
      limit,
      (job) => job.id,
      (job) => this.view(job, viewer.mayReadSensitive),
    );
  }

  async cancel(id: string, by: Actor): Promise<Result<ImportView, 'notFound' | 'finished'>> {
    const ended = await this.database.transaction(async (): Promise<Result<null, 'notFound' | 'finished'>> => {
      if (!(await this.store.find(id, by.scope))) return err('notFound');
      if (!(await this.store.end(id, 'cancelled'))) return err('finished');
      await this.ledger.write({ action: 'import.cancel', subject: `import/${id}`, by: { id: by.id, name: by.name } });
      return ok(null);
    });
    if (!ended.ok) return ended;
    await this.uploads.remove(id);
    const job = await this.store.find(id, by.scope);
    return job ? ok(this.view(job, by.mayReadSensitive)) : err('notFound');
  }

  private readonly named =
    (mayReadSensitive: boolean) =>
    (name: string): string =>
      shownFileName(name, this.sensitiveWords, mayReadSensitive);

  private view(job: ImportJob, mayReadSensitive: boolean): ImportView {
    const { id, status, dryRun, total, created, updated, unchanged, rejected, error, warnings } = job;
    return {
      id,
      fileName: this.named(mayReadSensitive)(job.fileName),
      status,
      dryRun,
      total,
      created,
      updated,
      unchanged,
      rejected,
      progress: status === 'done' ? 1 : job.bytes === 0 ? 0 : Math.min(1, job.doneBytes / job.bytes),
      error: error?.message ?? null,
      errorCode: error?.code ?? null,
      warnings,
      columns: columnsRead(job, this.named(mayReadSensitive)),
      createdAt: this.county.iso(job.createdAt),
      startedAt: this.county.isoOrNull(job.startedAt),
      finishedAt: this.county.isoOrNull(job.finishedAt),
    };
  }
}
