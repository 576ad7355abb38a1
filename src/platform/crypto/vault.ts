import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/** The keys themselves, for a thread of this process; they may go nowhere else. */
export interface VaultKeys {
  readonly data: readonly Uint8Array[];
  readonly index: readonly Uint8Array[];
}

interface DataKey {
  readonly id: string;
  readonly key: Buffer;
}

const NONCE_BYTES = 12;
const NONCES_AT_ONCE = 512;

/** Random nonces, drawn in bulk: a call to the system for each would cost as much as the encryption. Each is used once. */
class NoncePool {
  private pool = Buffer.alloc(0);
  private used = 0;

  next(): Buffer {
    if (this.used + NONCE_BYTES > this.pool.length) {
      this.pool = randomBytes(NONCE_BYTES * NONCES_AT_ONCE);
      this.used = 0;
    }
    this.used += NONCE_BYTES;
    return this.pool.subarray(this.used - NONCE_BYTES, this.used);
  }
}

/**
 * Encrypts personal fields and computes their blind index.
 * Encryption: AES-256-GCM, a random 96-bit nonce a value, the key's id in the value (`v1.<key id>.<nonce+tag+text>`), so that keys can rotate.
 * Index: HMAC-SHA-256 under a key of its own, cut to 128 bits, for equality without decryption.
 */
export class Vault {
  private readonly nonces = new NoncePool();
  private readonly current: DataKey;
  private readonly byId: Map<string, DataKey>;
  private readonly indexKeys: Buffer[];

  /** Keys are 32 bytes each; the first of a list is the one in use, the others still open old values and old indexes. */
  constructor(dataKeys: readonly Buffer[], indexKeys: readonly Buffer[]) {
    if (dataKeys.length === 0 || indexKeys.length === 0) throw new Error('a data key and an index key are needed');
    for (const key of [...dataKeys, ...indexKeys]) if (key.length !== 32) throw new Error('a key has 32 bytes');
    const keys = dataKeys.map((key) => ({ id: createHash('sha256').update(key).digest('hex').slice(0, 8), key }));
    this.current = keys[0]!;
    this.byId = new Map(keys.map((k) => [k.id, k]));
    this.indexKeys = [...indexKeys];
  }

  /** A vault of the keys that another one of this process handed over. */
  static of({ data, index }: VaultKeys): Vault {
    return new Vault(
      data.map((key) => Buffer.from(key)),
      index.map((key) => Buffer.from(key)),
    );
  }

  /** What `Vault.of` takes, in a thread that works beside this one. */
  get forThread(): VaultKeys {
    return { data: [...this.byId.values()].map(({ key }) => key), index: this.indexKeys };
  }

  /** The id of the data key in use, as it stands in the values that it sealed. */
  get dataKeyId(): string {
    return this.current.id;
  }

  /** True for a value that was sealed under another key than the one in use. */
  isSealedBefore(value: string): boolean {
    return value.startsWith('v1.') && !value.startsWith(`v1.${this.current.id}.`);
  }

  seal(text: string): string {
    const nonce = this.nonces.next();
    const cipher = createCipheriv('aes-256-gcm', this.current.key, nonce);
    // Bytes as Latin-1 texts, a character each: three small buffers a value cost more than the encryption.
    const body = cipher.update(text, 'utf8', 'latin1') + cipher.final('latin1');
    const bytes = nonce.toString('latin1') + cipher.getAuthTag().toString('latin1') + body;
    return `v1.${this.current.id}.${Buffer.from(bytes, 'latin1').toString('base64url')}`;
  }

  /** Throws where the value was altered or its key is not at hand; the message names neither text nor key. */
  open(sealed: string): string {
    const [version, id, body] = sealed.split('.');
    const key = this.byId.get(id ?? '');
    if (version !== 'v1' || !key || !body)
      throw new Error('a protected value cannot be opened: its key is not configured');
    const bytes = Buffer.from(body, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', key.key, bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(12, 28));
    return decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8');
  }

  sealOrNull(text: string | null | undefined): string | null {
    return text === null || text === undefined || text === '' ? null : this.seal(text);
  }

  openOrNull(sealed: string | null | undefined): string | null {
    return sealed ? this.open(sealed) : null;
  }

  /** The blind index of a value, 32 hex digits. `purpose` keeps phones, e-mails and digests apart. */
  index(purpose: string, text: string): string {
    return this.indexUnder(this.indexKeys[0]!, purpose, text);
  }

  /** True where refusals may stand under an index key of former days. */
  get hasFormerIndexKeys(): boolean {
    return this.indexKeys.length > 1;
  }

  /** The index under every key that is still held: opt-outs outlive a rotation and the person. */
  indexes(purpose: string, text: string): string[] {
    return this.indexKeys.map((key) => this.indexUnder(key, purpose, text));
  }

  private indexUnder(key: Buffer, purpose: string, text: string): string {
    return createHmac('sha256', key).update(purpose).update('\0').update(text).digest('hex').slice(0, 32);
  }

  /** A key derived for one purpose (receipt addresses, spread): knowing it tells nothing of the index key. */
  derive(purpose: string): Buffer {
    return this.derived(purpose)[0]!;
  }

  /** The same under every index key that is still held, the one in use first. */
  derived(purpose: string): Buffer[] {
    return this.indexKeys.map((key) => Buffer.from(hkdfSync('sha256', key, '', purpose, 32)));
  }
}

/** SHA-256 of a text, hex. For public content only: personal fields take `Vault.index`. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Compares two secrets without telling by its time where they differ. */
export const sameSecret = (a: string, b: string): boolean => {
  const left = createHash('sha256').update(a).digest();
  const right = createHash('sha256').update(b).digest();
  return timingSafeEqual(left, right);
};
