import { Injectable } from '@nestjs/common';
import { Clock, Database, marks, type Instant } from '../../platform/index.js';
import type { DeliveryRow } from '../delivery.js';

/**
 * Contacts are reserved per phone when a batch is claimed, so that of two runs that would both text somebody one finds the
 * other's reservation. Only a certain not-sent gives one back.
 */
@Injectable()
export class Contacts {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Makes the rows that `lock` holds, before the claim: two claims that made them inside would wait for each other. */
  async prepareLocks(batchId: number): Promise<void> {
    if (this.database.dialect !== 'mysql') return;
    await this.database.execute(
      'INSERT IGNORE INTO contact_locks (addressKey) SELECT DISTINCT addressKey FROM deliveries WHERE batchId = ? AND addressKey IS NOT NULL ORDER BY addressKey',
      [batchId],
    );
  }

  /** Holds the phones of a claim until its transaction ends: MariaDB's claims of one phone stand in line, as SQLite's all do. */
  async lock(addressKeys: readonly string[]): Promise<void> {
    if (this.database.dialect !== 'mysql' || addressKeys.length === 0) return;
    const keys = [...new Set(addressKeys)].sort();
    await this.database.query(
      `SELECT addressKey FROM contact_locks WHERE addressKey IN (${marks(keys.length)}) ORDER BY addressKey${this.database.forUpdate}`,
      keys,
    );
  }

  /** Instants of contacts by phone within `ms`, of the same reserve (urgent or not), those of the given deliveries themselves left out. */
  async within(deliveries: readonly DeliveryRow[], channel: string, ms: number): Promise<Map<string, Instant[]>> {
    const found = new Map<string, Instant[]>();
    const keys = [...new Set(deliveries.flatMap((d) => (d.addressKey ? [d.addressKey] : [])))];
    if (keys.length === 0 || ms === 0) return found;
    const own = new Set(deliveries.map((d) => d.id));
    const rows = await this.database.query<{ deliveryId: number; addressKey: string; at: Instant }>(
      `SELECT deliveryId, addressKey, at FROM contacts WHERE addressKey IN (${marks(keys.length)}) AND channel = ? AND at > ? AND urgent = ?`,
      [...keys, channel, this.clock.now() - ms, deliveries[0]!.urgent],
    );
    for (const { deliveryId, addressKey, at } of rows) {
      if (!own.has(deliveryId)) found.set(addressKey, [...(found.get(addressKey) ?? []), at]);
    }
    return found;
  }

  async reserve(deliveries: readonly DeliveryRow[]): Promise<void> {
    const now = this.clock.now();
    // A batch that was given back and is claimed again counts from now, when it is sent.
    await this.database.upsert(
      'contacts',
      ['deliveryId'],
      ['addressKey', 'channel', 'campaignId', 'urgent', 'at'],
      deliveries.flatMap((d) => (d.addressKey ? [[d.id, d.addressKey, d.channel, d.campaignId, d.urgent, now]] : [])),
      { replace: ['at'] },
    );
  }

  async giveBack(deliveryIds: readonly number[]): Promise<void> {
    if (deliveryIds.length === 0) return;
    await this.database.execute(`DELETE FROM contacts WHERE deliveryId IN (${marks(deliveryIds.length)})`, deliveryIds);
  }
}
