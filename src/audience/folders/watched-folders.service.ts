import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { stringify } from 'csv-stringify/sync';
import { COUNTY } from '../../accounts/index.js';
import {
  Alarms,
  Chance,
  Clock,
  Config,
  ConfigError,
  Database,
  Leases,
  Ledger,
  minutes,
  parseDuration,
  Vault,
  type FolderConfig,
  type Instant,
  type LedgerActor,
} from '../../platform/index.js';
import { RuntimeRoles } from '../../platform/roles.js';
import { isField } from '../imports/header.js';
import { ImportRejects } from '../imports/import-rejects.service.js';
import { Imports, type ImportView } from '../imports/imports.service.js';
import { FolderDisk } from './folder-disk.service.js';
import { FolderFiles, type FileOutcome, type FolderFile } from './folder-files.repository.js';

const LOOK_EVERY_MS = 5000;
const LEASE_MS = minutes(2);
const STUCK = '文件无法处理，其余照常：请检查文件名长度与权限';

/** Watched folders do what nobody at a pier does: they bring the ferry's and the desk's files in. */
@Injectable()
export class WatchedFolders implements BeforeApplicationShutdown {
  private readonly log = new Logger('Folders');
  private readonly owner: string;
  private readonly settleMs: number;
  /** By folder and file: how it lay there when it was first seen so, and since when. */
  private readonly seen = new Map<string, Map<string, { state: string; since: Instant }>>();
  private looking: Promise<void> | null = null;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly disk: FolderDisk,
    private readonly files: FolderFiles,
    private readonly imports: Imports,
    private readonly refused: ImportRejects,
    private readonly leases: Leases,
    private readonly ledger: Ledger,
    private readonly alarms: Alarms,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly vault: Vault,
    private readonly roles: RuntimeRoles,
  ) {
    this.owner = chance.token(12);
    this.settleMs = parseDuration(config.settings.audience.folderSettle) ?? 0;
    const mistakes = config.settings.audience.folders.flatMap((folder, i) => this.mistakes(folder, i));
    if (mistakes.length > 0) throw new ConfigError(mistakes);
  }

  private mistakes({ mapping = {}, township }: FolderConfig, i: number): string[] {
    const at = `audience.folders[${i}]`;
    return [
      ...Object.keys(mapping).flatMap((f) => (isField(f) ? [] : [`${at}.mapping.${f}: no field of a person`])),
      ...(township === undefined || this.config.township(township) ? [] : [`${at}.township: not one of the townships`]),
    ];
  }

  @Interval('folders', LOOK_EVERY_MS)
  async watch(): Promise<void> {
    if (!this.roles.worker || this.looking) return;
    this.looking = this.look().catch((error: unknown) => {
      this.log.error(
        `looking at the folders failed: ${error instanceof Error ? `${error.name} ${codeOf(error)}` : ''}`,
      );
    });
    await this.looking;
    this.looking = null;
  }

  /** What is in hand is finished first. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.looking;
  }

  /**
   * One look at every folder: what was taken is ended where its import is, what has lain still is taken. One process looks after
   * a folder at a time, the same one for as long as it can read it; a folder that none can read is an alarm.
   */
  async look(): Promise<void> {
    for (const folder of this.config.settings.audience.folders) {
      const subject = `folder/${folder.name}`;
      try {
        const canRead = await this.disk.open(folder.path).then(
          () => true,
          () => false,
        );
        if (!(await this.leases.take(subject, this.owner, LEASE_MS))) continue;
        if (!canRead) throw new Unreadable();
        const stuck = (await this.endTaken(folder)) + (await this.takeNew(folder)) + (await this.beginTaken(folder));
        await this.alarms.clear('folder_unreadable', subject);
        if (stuck === 0) await this.alarms.clear('folder_file_stuck', subject);
        else await this.alarms.raise('folder_file_stuck', subject, `监视文件夹 ${folder.name} 有 ${stuck} 个${STUCK}`);
      } catch (error) {
        const what = error instanceof Unreadable ? '文件夹无法读写' : '文件夹处理失败';
        this.log.error(
          `folder ${folder.name}: ${error instanceof Error ? `${error.name} ${codeOf(error)}` : 'failed'}`,
        );
        await this.alarms.raise('folder_unreadable', subject, `监视文件夹 ${folder.name}：${what}，请检查目录与权限`);
        await this.leases.release(subject, this.owner);
      }
    }
  }

  /** Does the work for each file; the trouble of one is its own, and the others go on. Answers how many are stuck until the next look. */
  private async each<T>(folder: FolderConfig, files: Iterable<T>, work: (file: T) => Promise<void>): Promise<number> {
    let stuck = 0;
    for (const file of files) {
      try {
        await work(file);
      } catch (error) {
        stuck += 1;
        this.log.error(
          `folder ${folder.name}: a file is stuck: ${error instanceof Error ? `${error.name} ${codeOf(error)}` : 'failed'}`,
        );
      }
    }
    return stuck;
  }

  private async takeNew(folder: FolderConfig): Promise<number> {
    const before = this.seen.get(folder.name) ?? new Map<string, { state: string; since: Instant }>();
    const now = this.clock.now();
    const still = new Map<string, { state: string; since: Instant }>();
    this.seen.set(folder.name, still);
    return this.each(folder, await this.disk.lying(folder.path), async ({ name, state }) => {
      const known = before.get(name);
      const since = known?.state === state ? known.since : now;
      still.set(name, { state, since });
      if (known?.state !== state || now - since < this.settleMs) return;
      await this.disk.take(folder.path, name, this.chance.id(this.clock));
      still.delete(name);
    });
  }

  /** Begins the import of what is taken and not known yet: just now, or by a process that died in between. */
  private async beginTaken(folder: FolderConfig): Promise<number> {
    const known = new Set((await this.files.open(folder.name)).map((f) => f.id));
    const taken = [...(await this.disk.taken(folder.path))].filter(([id]) => !known.has(id));
    return this.each(folder, taken, ([id, name]) => this.begin(folder, id, name));
  }

  private async begin(folder: FolderConfig, id: string, name: string): Promise<void> {
    const path = this.disk.pathOf(folder.path, 'taking', name);
    const digest = this.digestOf(folder, await this.disk.digest(path));
    const by = actorOf(folder);
    const earlier = await this.files.earlier(folder.name, digest);
    if (earlier) {
      await this.files.insert({ id, folder: folder.name, digest, importId: earlier.importId });
      return this.end(folder, { id, importId: earlier.importId }, 'again');
    }
    const { mapping, population, township } = folder;
    await this.imports.startFile(
      path,
      {
        by,
        scope: COUNTY,
        fileName: name.slice(27),
        ...(mapping && { mapping }),
        defaults: { ...(population && { populations: population }), ...(township && { township }) },
      },
      async (importId) => {
        await this.files.insert({ id, folder: folder.name, digest, importId });
        await this.ledger.write({
          action: 'folder.take',
          subject: `folder/${folder.name}`,
          by,
          detail: { import: importId },
        });
      },
    );
  }

  /** Keyed, of the content and of how it is read: after a mended mapping the same file says something else. */
  private digestOf({ mapping = {}, population, township }: FolderConfig, content: string): string {
    const fields = Object.entries(mapping).sort(([a], [b]) => (a < b ? -1 : 1));
    return this.vault.index('folder', JSON.stringify([content, fields, population ?? null, township ?? null]));
  }

  private async endTaken(folder: FolderConfig): Promise<number> {
    return this.each(folder, await this.files.open(folder.name), async (file) => {
      const job =
        file.importId === null
          ? null
          : await this.imports.find(file.importId, { scope: COUNTY, mayReadSensitive: true });
      if (job && ['queued', 'running'].includes(job.status)) return;
      await this.end(folder, file, job?.status === 'done' ? 'done' : 'failed', job);
    });
  }

  /** The files first, then the row: whoever dies in between does it again to the same end. */
  private async end(
    folder: FolderConfig,
    { id, importId }: Pick<FolderFile, 'id' | 'importId'>,
    outcome: FileOutcome,
    job: ImportView | null = null,
  ): Promise<void> {
    const name = (await this.disk.taken(folder.path)).get(id);
    const place = outcome === 'failed' ? 'failed' : 'done';
    if (name !== undefined) {
      if (job && (job.rejected > 0 || job.error !== null))
        await this.disk.write(folder.path, place, `${name}.rejects.csv`, await this.rejects(job));
      await this.disk.move(folder.path, name, place);
    }
    await this.database.transaction(async () => {
      await this.files.end(id, outcome);
      const counts = job && { total: job.total, created: job.created, updated: job.updated, rejected: job.rejected };
      await this.ledger.write({
        action: `folder.${outcome}`,
        subject: `folder/${folder.name}`,
        by: actorOf(folder),
        detail: { import: importId, ...counts },
      });
      if (outcome === 'failed')
        await this.alarms.raise(
          'folder_file_failed',
          `folder/${folder.name}`,
          `监视文件夹 ${folder.name} 的文件未能导入，见 failed 目录`,
        );
      else await this.alarms.clear('folder_file_failed', `folder/${folder.name}`);
    });
  }

  /** Lines and mistakes, no word of the rows: those lie in the file beside it, and come by GET /people/imports/:id/rejects. */
  private async rejects(job: ImportView): Promise<string> {
    const lines: (string | number)[][] = [['line', 'code', 'message']];
    if (job.error !== null) lines.push([0, job.status, job.error]);
    for await (const { line, codes, messages } of this.refused.mistakes(job.id)) lines.push([line, codes, messages]);
    return stringify(lines, { bom: true, escape_formulas: true, record_delimiter: 'windows' });
  }
}

class Unreadable extends Error {}

const codeOf = (error: Error): string => String((error as NodeJS.ErrnoException).code ?? error.message.slice(0, 80));

const actorOf = ({ name }: FolderConfig): LedgerActor => ({ id: null, name: `folder:${name}` });
