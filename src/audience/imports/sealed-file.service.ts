import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';

/**
 * A file that lies encrypted on the disk and can be read from any place: 64 KiB pieces, each AES-256-GCM under a key of the
 * file's own. A piece's number is its nonce and whether it is the last is authenticated, so that pieces can be neither
 * exchanged nor cut off.
 */
const MAGIC = Buffer.from('TCU1');
const SALT = 16;
const HEAD = MAGIC.length + SALT;
const PIECE = 65_536;
const TAG = 16;

const nonceOf = (piece: number): Buffer => {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(piece, 6, 6);
  return nonce;
};

const keyOf = (secret: Buffer, salt: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, 'sealed-file', 32));

const lastMark = (isLast: boolean): Buffer => Buffer.from([isLast ? 1 : 0]);

/** Encrypts a stream into a new file and flushes it to the disk; answers its clear size. */
export async function sealFile(path: string, secret: Buffer, content: AsyncIterable<Buffer>): Promise<number> {
  const file = await open(path, 'wx', 0o600);
  try {
    const salt = randomBytes(SALT);
    const key = keyOf(secret, salt);
    await file.write(Buffer.concat([MAGIC, salt]));
    let piece = 0;
    let bytes = 0;
    const write = async (text: Buffer, isLast: boolean) => {
      const cipher = createCipheriv('aes-256-gcm', key, nonceOf(piece)).setAAD(lastMark(isLast));
      await file.write(Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]));
      piece += 1;
    };
    let waiting: Buffer = Buffer.alloc(0);
    for await (const chunk of content) {
      bytes += chunk.length;
      waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
      // One byte more than a piece must be there before it is known that it is not the last.
      while (waiting.length > PIECE) {
        await write(waiting.subarray(0, PIECE), false);
        waiting = waiting.subarray(PIECE);
      }
    }
    await write(waiting, true);
    await file.sync();
    return bytes;
  } finally {
    await file.close();
  }
}

/** Reads a sealed file, in order or from any place. Throws where a piece was altered or cut off. */
export class SealedFile {
  private constructor(
    private readonly file: FileHandle,
    private readonly key: Buffer,
    private readonly pieces: number,
    /** The clear size in bytes. */
    readonly size: number,
  ) {}

  static async open(path: string, secret: Buffer): Promise<SealedFile> {
    const file = await open(path, 'r');
    try {
      const head = Buffer.alloc(HEAD);
      const { bytesRead } = await file.read(head, 0, HEAD, 0);
      if (bytesRead < HEAD || !head.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error('not a sealed file');
      const body = (await file.stat()).size - HEAD;
      const pieces = Math.max(1, Math.ceil(body / (PIECE + TAG)));
      return new SealedFile(file, keyOf(secret, head.subarray(MAGIC.length)), pieces, body - pieces * TAG);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  private async piece(n: number): Promise<Buffer> {
    const sealed = Buffer.alloc(PIECE + TAG);
    const { bytesRead } = await this.file.read(sealed, 0, sealed.length, HEAD + n * (PIECE + TAG));
    if (bytesRead < TAG) throw new Error('a sealed file was cut off');
    const decipher = createDecipheriv('aes-256-gcm', this.key, nonceOf(n)).setAAD(lastMark(n === this.pieces - 1));
    decipher.setAuthTag(sealed.subarray(bytesRead - TAG, bytesRead));
    return Buffer.concat([decipher.update(sealed.subarray(0, bytesRead - TAG)), decipher.final()]);
  }

  /** The clear bytes from `start` on, to the end or to `end` (exclusive). */
  async *bytes(start = 0, end = this.size): AsyncGenerator<Buffer> {
    for (let at = start; at < Math.min(end, this.size);) {
      const n = Math.floor(at / PIECE);
      const clear = await this.piece(n);
      const part = clear.subarray(at - n * PIECE, Math.min(clear.length, end - n * PIECE));
      if (part.length === 0) return;
      yield part;
      at += part.length;
    }
  }

  /** A short stretch as one buffer; shorter where the file ends. */
  async read(start: number, length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of this.bytes(start, start + length)) parts.push(part);
    return Buffer.concat(parts);
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
