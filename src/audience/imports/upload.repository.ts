import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { StorageEngine } from 'multer';
import { Chance, Clock, Config, isTimeOrderedId, Vault } from '../../platform/index.js';
import { SealedFile, sealFile } from './sealed-file.service.js';
import { UnreadableFile } from './table.js';

/** An upload that no import knows is left over from a crash once it is this old. */
const LEFT_OVER_MS = 86_400_000;

/** Where uploads lie until they are read: sealed, one file an import, beside the database. */
@Injectable()
export class UploadStore implements StorageEngine {
  /** False where several machines may share the database, and an upload may lie on another one. */
  readonly areOnThisMachine: boolean;
  private readonly folder: string;
  private readonly secret: Buffer;

  constructor(
    config: Config,
    vault: Vault,
    private readonly chance: Chance,
    private readonly clock: Clock,
  ) {
    this.areOnThisMachine = config.database.kind === 'sqlite';
    this.folder =
      config.database.kind === 'sqlite' ? join(dirname(config.database.path), 'uploads') : resolve('data/uploads');
    this.secret = vault.derive('uploads');
  }

  private path(id: string): string {
    if (!isTimeOrderedId(id)) throw new Error('not the id of an upload');
    return join(this.folder, `${id}.upload`);
  }

  /** Seals a stream under a new id; nothing of it touches the disk in clear. */
  async keep(content: AsyncIterable<Buffer>): Promise<{ id: string; bytes: number }> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const id = this.chance.id(this.clock);
    try {
      return { id, bytes: await sealFile(this.path(id), this.secret, content) };
    } catch (error) {
      await this.remove(id);
      throw error;
    }
  }

  async keepFile(path: string): Promise<{ id: string; bytes: number }> {
    const isFile = await stat(path).then(
      (s) => s.isFile(),
      () => false,
    );
    if (!isFile) throw new UnreadableFile('no_file', 'There is no such file.');
    return this.keep(createReadStream(path) as AsyncIterable<Buffer>);
  }

  open(id: string): Promise<SealedFile> {
    return SealedFile.open(this.path(id), this.secret);
  }

  /** Where an upload lies and what opens it, for the thread that reads it. */
  place(id: string): { path: string; secret: Buffer } {
    return { path: this.path(id), secret: this.secret };
  }

  has(id: string): Promise<boolean> {
    return stat(this.path(id)).then(
      () => true,
      () => false,
    );
  }

  async remove(id: string): Promise<void> {
    await rm(this.path(id), { force: true });
  }

  /** Removes what a crash left behind: uploads of imports that are over, and old ones that no import knows. */
  async tidyUp(isNeeded: (id: string) => Promise<boolean>): Promise<void> {
    const names = await readdir(this.folder).catch((): string[] => []);
    for (const name of names.filter((n) => n.endsWith('.upload'))) {
      const id = name.slice(0, -'.upload'.length);
      if (!isTimeOrderedId(id) || (await isNeeded(id))) continue;
      if (this.clock.now() - madeAt(id) > LEFT_OVER_MS) await this.remove(id);
    }
  }

  /** multer's way of handing over an upload; `filename` becomes the import's id. */
  _handleFile(
    _request: Request,
    file: Express.Multer.File,
    done: (error?: unknown, info?: Partial<Express.Multer.File>) => void,
  ): void {
    this.keep(file.stream as AsyncIterable<Buffer>).then(
      ({ id, bytes }) => done(null, { filename: id, size: bytes }),
      (error: unknown) => done(error),
    );
  }

  _removeFile(_request: Request, file: Express.Multer.File, done: (error: Error | null) => void): void {
    this.remove(file.filename).then(
      () => done(null),
      (error: Error) => done(error),
    );
  }
}

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** An upload's id begins with the moment at which it was made. */
const madeAt = (id: string): number => [...id.slice(0, 10)].reduce((at, digit) => at * 32 + DIGITS.indexOf(digit), 0);
