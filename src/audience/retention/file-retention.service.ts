import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Alarms, CLOCK_ACTOR, Config, Database, hours, marks, type Instant } from '../../platform/index.js';
import { RuntimeRoles } from '../../platform/roles.js';
import { FolderDisk } from '../folders/folder-disk.service.js';
import { Retention } from './retention.service.js';

const AT_ONCE = 5000;
const CLEAR_EVERY_MS = hours(1);

/** What files leave behind: the rows that were not taken, and the files of watched folders once they are read. */
@Injectable()
export class FileRetention implements OnModuleInit {
  private readonly log = new Logger('Retention');
  private isClearing = false;

  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly disk: FolderDisk,
    private readonly retention: Retention,
    private readonly roles: RuntimeRoles,
    private readonly alarms: Alarms,
  ) {}

  onModuleInit(): void {
    this.retention.register(
      {
        kind: 'importRejects',
        count: (before) => this.countRejects(before),
        forget: (before) => this.forgetRejects(before),
      },
      {
        kind: 'folderFiles',
        on: 'disk',
        count: (before) => this.clear(before, true),
        forget: (before) => this.clear(before, false),
      },
    );
  }

  /** The folders lie where the workers are: each clears those that it can see. */
  @Interval('folder-files', CLEAR_EVERY_MS)
  async watch(): Promise<void> {
    if (!this.roles.worker || this.isClearing) return;
    this.isClearing = true;
    try {
      await this.retention.apply(CLOCK_ACTOR, ['disk']);
      await this.alarms.clear('retention_failed', 'folders');
    } catch (error) {
      this.log.error(`clearing folders failed: ${error instanceof Error ? error.name : 'unknown'}`);
      await this.alarms
        .raise('retention_failed', 'folders', '监视文件夹中的旧文件未能删除，请检查目录权限')
        .catch(() => undefined);
    } finally {
      this.isClearing = false;
    }
  }

  private readonly old =
    'FROM import_rejects r JOIN imports i ON i.id = r.importId WHERE i.finishedAt IS NOT NULL AND i.finishedAt < ?';

  private async countRejects(before: Instant): Promise<number> {
    return Number((await this.database.one<{ n: number }>(`SELECT COUNT(*) AS n ${this.old}`, [before]))?.n ?? 0);
  }

  private async forgetRejects(before: Instant): Promise<number> {
    const rows = await this.database.query<{ importId: string; line: number }>(
      `SELECT r.importId, r.line ${this.old} ORDER BY r.importId, r.line LIMIT ${AT_ONCE}`,
      [before],
    );
    let forgotten = 0;
    for (const id of new Set(rows.map((r) => r.importId))) {
      const lines = rows.filter((r) => r.importId === id).map((r) => Number(r.line));
      forgotten += await this.database.execute(
        `DELETE FROM import_rejects WHERE importId = ? AND line IN (${marks(lines.length)})`,
        [id, ...lines],
      );
    }
    return forgotten;
  }

  private async clear(before: Instant, dryRun: boolean): Promise<number> {
    let cleared = 0;
    for (const { path } of this.config.settings.audience.folders)
      cleared += await this.disk.clear(path, before, dryRun);
    return cleared;
  }
}
