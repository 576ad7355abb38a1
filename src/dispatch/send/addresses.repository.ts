import { Injectable } from '@nestjs/common';
import type { Gateway } from '../../gateways/index.js';
import { Clock, Database, days, marks, Vault, type Instant } from '../../platform/index.js';
import { callableAt, withCall, type AddressLimit } from './address-limit.js';

/** Longer than any gateway looks back. */
const KEPT_MS = days(2);
const FORGOTTEN_AT_ONCE = 1000;

interface Addressed {
  readonly to: string;
}

/**
 * How often each address was called through a gateway that counts so (a callee, a robot's group), over all workers and
 * restarts. Addresses are known by a blind index.
 */
@Injectable()
export class Addresses {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly vault: Vault,
  ) {}

  /** Parts calls into those that may leave now, in their order, and those of addresses that were called too often just now. */
  async sort<M extends Addressed>(
    { key, limits }: Gateway,
    calls: readonly M[][],
  ): Promise<{ ready: M[][]; laterAt: Instant | null }> {
    if (!limits.perAddress) return { ready: [...calls], laterAt: null };
    const recent = await this.read(key, calls, '');
    const { ready, waits } = this.part(calls, limits.perAddress, recent);
    return { ready, laterAt: waits.length > 0 ? Math.min(...waits) : null };
  }

  /**
   * Counts calls that are about to be opened, inside their transaction; false where one of them may not leave yet, for another
   * worker has called the address meanwhile.
   */
  async use({ key, limits }: Gateway, calls: readonly (readonly Addressed[])[]): Promise<boolean> {
    if (!limits.perAddress || calls.length === 0) return true;
    const keys = this.keysOf(calls);
    await this.database.insert(
      'gateway_addresses',
      ['gateway', 'addressKey', 'recent', 'lastAt'],
      keys.map((addressKey) => [key, addressKey, '[]', 0]),
      'ignore',
    );
    const recent = await this.read(key, calls, this.database.forUpdate);
    const { waits } = this.part(calls, limits.perAddress, recent);
    if (waits.length > 0) return false;
    await this.database.upsert(
      'gateway_addresses',
      ['gateway', 'addressKey'],
      ['recent', 'lastAt'],
      keys.map((addressKey) => [key, addressKey, JSON.stringify(recent.get(addressKey)), this.clock.now()]),
      { replace: ['recent', 'lastAt'] },
    );
    return true;
  }

  /** Forgets what no limit asks about any more; true where there was something. */
  async forget(): Promise<boolean> {
    const old = await this.database.query<{ gateway: string; addressKey: string }>(
      `SELECT gateway, addressKey FROM gateway_addresses WHERE lastAt < ? ORDER BY lastAt LIMIT ${FORGOTTEN_AT_ONCE}`,
      [this.clock.now() - KEPT_MS],
    );
    await this.database.transaction(async () => {
      for (const { gateway, addressKey } of old)
        await this.database.execute(
          'DELETE FROM gateway_addresses WHERE gateway = ? AND addressKey = ? AND lastAt < ?',
          [gateway, addressKey, this.clock.now() - KEPT_MS],
        );
    });
    return old.length === FORGOTTEN_AT_ONCE;
  }

  /** `recent` is carried on: a call counts for the next one to the same address. */
  private part<M extends Addressed>(
    calls: readonly (readonly M[])[],
    limits: readonly AddressLimit[],
    recent: Map<string, Instant[]>,
  ): { ready: M[][]; waits: Instant[] } {
    const now = this.clock.now();
    const ready: M[][] = [];
    const waits: Instant[] = [];
    for (const call of calls) {
      const keys = this.keysOf([call]);
      const at = Math.max(...keys.map((k) => callableAt(recent.get(k) ?? [], limits, now)));
      if (at > now) {
        waits.push(at);
        continue;
      }
      for (const k of keys) recent.set(k, withCall(recent.get(k) ?? [], limits, now));
      ready.push([...call]);
    }
    return { ready, waits };
  }

  private async read(
    gateway: string,
    calls: readonly (readonly Addressed[])[],
    lock: string,
  ): Promise<Map<string, Instant[]>> {
    const keys = this.keysOf(calls);
    const found = new Map<string, Instant[]>();
    if (keys.length === 0) return found;
    const rows = await this.database.query<{ addressKey: string; recent: string }>(
      `SELECT addressKey, recent FROM gateway_addresses WHERE gateway = ? AND addressKey IN (${marks(keys.length)}) ORDER BY addressKey${lock}`,
      [gateway, ...keys],
    );
    for (const { addressKey, recent } of rows) found.set(addressKey, JSON.parse(recent) as Instant[]);
    return found;
  }

  /** In one order, as locks are taken. */
  private keysOf(calls: readonly (readonly Addressed[])[]): string[] {
    return [...new Set(calls.flatMap((call) => call.map(({ to }) => this.vault.index('callee', to))))].sort();
  }
}
