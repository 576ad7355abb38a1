import { inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;

/** Where the table of contents begins and how many entries it has; null where this is no zip. */
function contents(file: Buffer): { at: number; entries: number } | null {
  for (let at = file.length - 22; at >= Math.max(0, file.length - 22 - 65_535); at -= 1) {
    if (file.readUInt32LE(at) === END) return { at: file.readUInt32LE(at + 16), entries: file.readUInt16LE(at + 10) };
  }
  return null;
}

/**
 * True where a zip unpacks to at most `most` bytes in all, found out by unpacking it entry by entry with that bound: what the
 * file says of its own sizes is not believed. A small workbook may hold gigabytes of nothing.
 */
export function unpacksWithin(file: Buffer, most: number): boolean {
  try {
    const found = contents(file);
    if (!found || found.entries > 2000) return false;
    let left = most;
    let at = found.at;
    for (let i = 0; i < found.entries; i += 1) {
      if (file.readUInt32LE(at) !== ENTRY) return false;
      const method = file.readUInt16LE(at + 10);
      const packed = file.readUInt32LE(at + 20);
      const local = file.readUInt32LE(at + 42);
      if (file.readUInt32LE(local) !== LOCAL || (method !== STORED && method !== DEFLATED)) return false;
      const from = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
      const bytes = file.subarray(from, from + packed);
      left -= method === STORED ? bytes.length : inflateRawSync(bytes, { maxOutputLength: Math.max(1, left) }).length;
      if (left < 0) return false;
      at += 46 + file.readUInt16LE(at + 28) + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
    }
    return true;
  } catch {
    return false;
  }
}
