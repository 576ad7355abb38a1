import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config, Database, marks, type Instant } from '../../platform/index.js';
import { FolderDisk } from '../folders/folder-disk.service.js';
import { Retention } from './retention.service.js';

const AT_ONCE = 5000;

/** What files leave behind: the rows that were not taken, and the files of watched folders once they are read. */
@Injectable()
export class FileRetention implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly disk: FolderDisk,
    private readonly retention: Retention,
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
        count: (before) => this.clear(before, true),
        forget: (before) => this.clear(before, false),
      },
    );
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
