import { randomBytes } from 'node:crypto';
import { timeOrderedId } from '../kernel/index.js';
import type { Clock } from '../clock/index.js';

/** The one source of randomness; a test injects a seeded one. */
export abstract class Chance {
  abstract bytes(n: number): Uint8Array;

  /** A number in [0, 1). */
  fraction(): number {
    const b = this.bytes(6);
    return ((b[0]! << 16) | (b[1]! << 8) | b[2]!) / 0x1000000;
  }

  /** A new identifier that sorts by time. */
  id(clock: Clock): string {
    return timeOrderedId(clock.now(), (n) => this.bytes(n));
  }

  /** An unguessable token, base64url. */
  token(bytes = 32): string {
    return Buffer.from(this.bytes(bytes)).toString('base64url');
  }
}

export class SystemChance extends Chance {
  override bytes(n: number): Uint8Array {
    return randomBytes(n);
  }
}
