import { Injectable } from '@nestjs/common';
import { Clock, Database } from '../../platform/index.js';

export type FileOutcome = 'done' | 'failed' | 'again';

export interface FolderFile {
  readonly id: string;
  readonly folder: string;
  readonly digest: string;
  readonly importId: string | null;
  readonly outcome: FileOutcome | null;
}

const COLUMNS = 'id, folder, digest, importId, outcome';

/** The SQL of what was taken from watched folders. */
@Injectable()
export class FolderFiles {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Files that were taken and are not ended, the oldest first. */
  open(folder: string): Promise<FolderFile[]> {
    return this.database.query<FolderFile>(
      `SELECT ${COLUMNS} FROM folder_files WHERE folder = ? AND endedAt IS NULL ORDER BY id`,
      [folder],
    );
  }

  /** An earlier file of the same content, read in the same way to its end. */
  earlier(folder: string, digest: string): Promise<FolderFile | null> {
    return this.database.one<FolderFile>(
      `SELECT ${COLUMNS} FROM folder_files WHERE folder = ? AND digest = ? AND outcome = 'done' ORDER BY id LIMIT 1`,
      [folder, digest],
    );
  }

  async insert({ id, folder, digest, importId }: Omit<FolderFile, 'outcome'>): Promise<void> {
    await this.database.insert(
      'folder_files',
      ['id', 'folder', 'digest', 'importId', 'takenAt'],
      [[id, folder, digest, importId, this.clock.now()]],
    );
  }

  async end(id: string, outcome: FileOutcome): Promise<void> {
    await this.database.execute('UPDATE folder_files SET outcome = ?, endedAt = ? WHERE id = ?', [
      outcome,
      this.clock.now(),
      id,
    ]);
  }
}
