import { constants, createReadStream } from 'node:fs';
import { access, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { isTimeOrderedId } from '../../platform/index.js';

/** A file that lies in a folder, as far as its being finished can be told from outside. */
export interface LyingFile {
  readonly name: string;
  /** Its size and time of change: a file that is still written shows another one the next time. */
  readonly state: string;
}

export type Place = 'taking' | 'done' | 'failed';
const PLACES = ['taking', 'done', 'failed'] as const satisfies readonly Place[];

/** What a writer or an office program leaves beside the file that is meant: hidden, begun, locked. */
const isMeant = (name: string): boolean => !/^[.~]|\.(?:part|tmp|filepart|crdownload|lock)$|~$/i.test(name);

/** False where somebody else on the same folder was faster. */
const isRemoved = (file: string): Promise<boolean> =>
  rm(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );

/** The disk's side of a watched folder. A file that is taken is called `<id>.<its name>` from then on. */
@Injectable()
export class FolderDisk {
  /** Makes the places beside the files; throws where the folder cannot be read or written. */
  async open(path: string): Promise<void> {
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    for (const place of PLACES) await mkdir(join(path, place), { recursive: true, mode: 0o700 });
  }

  async lying(path: string): Promise<LyingFile[]> {
    const entries = await readdir(path, { withFileTypes: true });
    const files: LyingFile[] = [];
    for (const { name } of entries.filter((e) => e.isFile() && isMeant(e.name))) {
      const found = await stat(join(path, name)).catch(() => null);
      if (found) files.push({ name, state: `${found.size}/${found.mtimeMs}` });
    }
    return files.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Takes a file out of everybody's reach; one that is gone already is nobody's any more. */
  async take(path: string, name: string, id: string): Promise<void> {
    await rename(join(path, name), join(path, 'taking', `${id}.${name}`)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }

  /** The files that are taken, by their ids. */
  async taken(path: string): Promise<Map<string, string>> {
    const names = await readdir(join(path, 'taking'));
    return new Map(names.filter((n) => isTimeOrderedId(n.slice(0, 26))).map((n) => [n.slice(0, 26), n]));
  }

  pathOf(path: string, place: Place, name: string): string {
    return join(path, place, name);
  }

  digest(file: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const hash = createHash('sha256');
      createReadStream(file)
        .on('data', (part) => hash.update(part))
        .on('error', reject)
        .on('end', () => resolve(hash.digest('hex')));
    });
  }

  async move(path: string, name: string, to: 'done' | 'failed'): Promise<void> {
    await rename(join(path, 'taking', name), join(path, to, name));
  }

  async write(path: string, place: Place, name: string, text: string): Promise<void> {
    await writeFile(join(path, place, name), text, { mode: 0o600 });
  }

  /** Removes what lies in `done` and `failed` since before `before`; a dry run only counts. */
  async clear(path: string, before: number, dryRun: boolean): Promise<number> {
    let removed = 0;
    for (const place of ['done', 'failed'] as const) {
      for (const name of await readdir(join(path, place)).catch((): string[] => [])) {
        const file = join(path, place, name);
        const found = await stat(file).catch(() => null);
        if (!found?.isFile() || found.ctimeMs >= before) continue;
        if (dryRun || (await isRemoved(file))) removed += 1;
      }
    }
    return removed;
  }
}
