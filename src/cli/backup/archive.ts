import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { Refusal } from '../answer.js';
import { linesOf } from '../files.js';

/**
 * The file of a backup, the same from SQLite and from MariaDB/MySQL: gzip over lines of JSON.
 *   1. the header;
 *   2. for each table `{"table": name}`, then a line a row: its values in the order of the header's columns;
 *   3. the trailer `{"end": true, rows, sha256}`, the SHA-256 of every byte before it (uncompressed), so that a file that was
 *      cut off or altered is known for one before anything is read into a database.
 * Keys are not in it.
 */
export interface ArchiveHeader {
  readonly tidecall: 'backup';
  readonly version: 1;
  /** ISO 8601 with the county's offset. */
  readonly madeAt: string;
  /** The migrations that its tables come from, in order. */
  readonly migrations: readonly string[];
  readonly tables: readonly ArchiveTable[];
  /** Rows of `deployment`: whether its people are made up, and what tells whether keys are the right ones. */
  readonly deployment: Readonly<Record<string, string>>;
}
export interface ArchiveTable {
  readonly name: string;
  readonly columns: readonly string[];
}
export type ArchiveValue = string | number | null;
export type ArchiveRow = readonly ArchiveValue[];

/** Where the rows of a backup come from, at one moment for all tables. */
export type RowSource = (table: ArchiveTable) => AsyncIterable<readonly ArchiveRow[]>;

export interface ArchiveSummary {
  readonly header: ArchiveHeader;
  readonly rows: number;
  readonly sha256: string;
}

async function* archiveBytes(header: ArchiveHeader, source: RowSource): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let rows = 0;
  const bytes = (values: readonly unknown[]): Buffer => {
    const part = Buffer.from(values.map((v) => `${JSON.stringify(v)}\n`).join(''));
    hash.update(part);
    return part;
  };
  yield bytes([header]);
  for (const table of header.tables) {
    yield bytes([{ table: table.name }]);
    for await (const page of source(table)) {
      rows += page.length;
      yield bytes(page);
    }
  }
  yield Buffer.from(`${JSON.stringify({ end: true, rows, sha256: hash.digest('hex') })}\n`);
}

/** Writes a backup and flushes it to the disk. The file must not exist. */
export async function writeArchive(path: string, header: ArchiveHeader, source: RowSource): Promise<void> {
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  await pipeline(Readable.from(archiveBytes(header, source), { objectMode: false }), createGzip(), file);
  const written = await open(path, 'r+');
  await written.sync();
  await written.close();
}

const damaged = (path: string, why: string): Refusal => new Refusal(`${path} is no whole backup: ${why}.`);

async function* linesIn(path: string): AsyncGenerator<Buffer> {
  const source = createReadStream(path);
  const unzipped = createGunzip();
  source.on('error', (error) => unzipped.destroy(error));
  try {
    yield* linesOf(source.pipe(unzipped));
  } catch (error) {
    throw damaged(
      path,
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : 'it cannot be unpacked',
    );
  } finally {
    source.destroy();
    unzipped.destroy();
  }
}

const isHeader = (value: unknown): value is ArchiveHeader =>
  (value as Partial<ArchiveHeader> | null)?.tidecall === 'backup' && (value as ArchiveHeader).version === 1;
const parsed = (path: string, line: Buffer): unknown => {
  try {
    return JSON.parse(line.toString('utf8')) as unknown;
  } catch {
    throw damaged(path, 'a line of it is no JSON');
  }
};

/** Reads a backup from beginning to end and verifies its checksum; throws a Refusal where it is not whole. */
export async function verifyArchive(path: string): Promise<ArchiveSummary> {
  const hash = createHash('sha256');
  let first: Buffer | null = null;
  let last: Buffer | null = null;
  for await (const line of linesIn(path)) {
    first ??= line;
    if (last) hash.update(last).update('\n');
    last = line;
  }
  const header = first && parsed(path, first);
  if (!last || !isHeader(header)) throw damaged(path, 'its first line is not the header of one');
  const trailer = parsed(path, last) as { end?: unknown; rows?: unknown; sha256?: unknown } | null;
  if (trailer?.end !== true) throw damaged(path, 'it was cut off');
  if (trailer.sha256 !== hash.digest('hex')) throw damaged(path, 'its checksum does not fit, it was altered');
  return { header, rows: Number(trailer.rows), sha256: trailer.sha256 };
}

/** The rows of a verified backup, some at a time, table by table. */
export async function* archiveRows(
  path: string,
  { tables }: ArchiveHeader,
  atOnce: number,
): AsyncGenerator<{ table: ArchiveTable; rows: ArchiveRow[] }> {
  let table: ArchiveTable | undefined;
  let rows: ArchiveRow[] = [];
  let isFirst = true;
  for await (const line of linesIn(path)) {
    const value = isFirst ? null : parsed(path, line);
    isFirst = false;
    if (Array.isArray(value)) rows.push(value as ArchiveRow);
    if (table && rows.length > 0 && (rows.length >= atOnce || !Array.isArray(value))) {
      yield { table, rows };
      rows = [];
    }
    const mark = value as { table?: string } | null;
    if (!Array.isArray(value) && mark?.table !== undefined) table = tables.find((t) => t.name === mark.table);
  }
}
