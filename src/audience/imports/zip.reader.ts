import { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import type { SealedFile } from './sealed-file.service.js';
import { UnreadableFile } from './table.js';

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  /** Bytes as packed. */
  readonly packed: number;
  /** Bytes unpacked, as the file says; `UNKNOWN_32` where it stands elsewhere. */
  readonly size: number;
  /** Where its local header begins. */
  readonly at: number;
}

const END = 0x06054b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 65_535;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const ENTRIES_AT_MOST = 10_000;
const DIRECTORY_AT_MOST = 8_000_000;
const UNKNOWN_32 = 0xffffffff;

const broken = (): UnreadableFile =>
  new UnreadableFile('broken_workbook', 'The workbook is damaged: open it and save it again.');

/** How much may come out of a file: what is packed tighter than any real sheet is no list of people. */
export class InflateBudget {
  private left: number;

  constructor(packedBytes: number, ratio = 100, atMost = 4_000_000_000) {
    this.left = Math.min(atMost, Math.max(64_000_000, packedBytes * ratio));
  }

  /** Refuses before the first byte what says itself that it is too much; nothing is taken. */
  foresee(bytes: number): void {
    if (bytes > this.left) {
      throw new UnreadableFile('zip_bomb', 'The workbook unpacks to far more than it could hold: it is not read.');
    }
  }

  take(bytes: number): void {
    this.foresee(bytes);
    this.left -= bytes;
  }
}

/** The sizes of an entry of more than 4 GB, or of one that a streaming writer left open, stand in an extra field. */
function wide(extra: Buffer, values: { size: number; packed: number; at: number }): { packed: number; at: number } {
  for (let i = 0; i + 4 <= extra.length;) {
    const id = extra.readUInt16LE(i);
    const length = extra.readUInt16LE(i + 2);
    if (id === 1) {
      const field = extra.subarray(i + 4, i + 4 + length);
      let at = 0;
      const next = (held: number): number => {
        if (held !== UNKNOWN_32 || at + 8 > field.length) return held;
        at += 8;
        return Number(field.readBigUInt64LE(at - 8));
      };
      next(values.size);
      return { packed: next(values.packed), at: next(values.at) };
    }
    i += 4 + length;
  }
  return values;
}

/** The directory at the end of a zip file, by name. */
export async function readZip(file: SealedFile): Promise<Map<string, ZipEntry>> {
  const tailAt = Math.max(0, file.size - END_BYTES - LONGEST_COMMENT);
  const tail = await file.read(tailAt, file.size - tailAt);
  let end = -1;
  for (let i = tail.length - END_BYTES; i >= 0 && end < 0; i -= 1) if (tail.readUInt32LE(i) === END) end = i;
  if (end < 0) throw broken();
  const length = tail.readUInt32LE(end + 12);
  const at = tail.readUInt32LE(end + 16);
  if (length > DIRECTORY_AT_MOST || at + length > file.size) throw broken();
  const directory = await file.read(at, length);
  const entries = new Map<string, ZipEntry>();
  for (let i = 0; i + 46 <= directory.length && directory.readUInt32LE(i) === CENTRAL;) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((o) => directory.readUInt16LE(i + o)) as [
      number,
      number,
      number,
    ];
    const name = directory.toString('utf8', i + 46, i + 46 + nameLength);
    const extra = directory.subarray(i + 46 + nameLength, i + 46 + nameLength + extraLength);
    const narrow = {
      packed: directory.readUInt32LE(i + 20),
      size: directory.readUInt32LE(i + 24),
      at: directory.readUInt32LE(i + 42),
    };
    if ((directory.readUInt16LE(i + 8) & 1) === 1) {
      throw new UnreadableFile('locked_workbook', 'The workbook is protected by a password: save it without one.');
    }
    const { packed, at: localAt } = wide(extra, narrow);
    entries.set(name, { name, method: directory.readUInt16LE(i + 10), packed, size: narrow.size, at: localAt });
    if (entries.size > ENTRIES_AT_MOST) throw broken();
    i += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}

/** An entry unpacked, never more than the budget allows; `note` hears how many packed bytes were read. */
export async function* unpacked(
  file: SealedFile,
  entry: ZipEntry,
  budget: InflateBudget,
  note: (packedBytes: number) => void = () => undefined,
): AsyncGenerator<Buffer> {
  if (entry.size !== UNKNOWN_32) budget.foresee(entry.size);
  const local = await file.read(entry.at, 30);
  if (local.length < 30 || local.readUInt32LE(0) !== LOCAL) throw broken();
  const start = entry.at + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  const source = Readable.from(noted(file.bytes(start, start + entry.packed), note));
  if (entry.method !== 0 && entry.method !== 8) throw broken();
  const inflate = createInflateRaw({ chunkSize: 65_536 });
  const stream = entry.method === 0 ? source : source.pipe(inflate);
  source.on('error', (error) => inflate.destroy(error));
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      budget.take(chunk.length);
      yield chunk;
    }
  } catch (error) {
    if (String((error as { code?: unknown }).code ?? '').startsWith('Z_')) throw broken();
    throw error;
  } finally {
    source.destroy();
    inflate.destroy();
  }
}

async function* noted(chunks: AsyncIterable<Buffer>, note: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    note(chunk.length);
    yield chunk;
  }
}
