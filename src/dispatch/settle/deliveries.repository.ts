import { Injectable } from '@nestjs/common';
import { Clock, Database, marks, type SqlValue } from '../../platform/index.js';
import { DELIVERY_COLUMNS, type DeliveryRow, type DeliveryStatus } from '../delivery.js';

export interface DeliveryChange {
  readonly status: DeliveryStatus;
  readonly code?: string | null;
  readonly callId?: null;
  readonly attended?: number;
  readonly seconds?: number;
  readonly sentAt?: number;
  readonly settledAt?: number;
  readonly receiptAt?: number | null;
  readonly finalAt?: number | null;
}

/** Rows of deliveries and calls, as settlement reads and writes them. */
@Injectable()
export class Deliveries {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Sets the same for many deliveries. */
  async set(rows: readonly Pick<DeliveryRow, 'id'>[], change: DeliveryChange): Promise<void> {
    if (rows.length === 0) return;
    const columns = Object.entries(change) as [string, SqlValue][];
    await this.database.execute(
      `UPDATE deliveries SET ${columns.map(([c]) => `${c} = ?`).join(', ')} WHERE id IN (${marks(rows.length)})`,
      [...columns.map(([, v]) => v), ...rows.map((r) => r.id)],
    );
  }

  /** Marks calls as answered; answers those that were open until now. A call that a recovery put in doubt may still be answered late. */
  async closeCalls(calls: readonly { callId: number; ref: string | undefined }[]): Promise<Set<number>> {
    if (calls.length === 0) return new Set();
    const ids = calls.map((c) => c.callId);
    const open = await this.database.query<{ id: number }>(
      `SELECT id FROM calls WHERE id IN (${marks(ids.length)}) AND status IN ('calling', 'uncertain') ORDER BY id${this.database.forUpdate}`,
      ids,
    );
    const isOpen = new Set(open.map((r) => r.id));
    const closing = calls.filter((c) => isOpen.has(c.callId));
    if (closing.length === 0) return isOpen;
    const cases = closing.map(() => 'WHEN ? THEN ?').join(' ');
    await this.database.execute(
      `UPDATE calls SET status = 'settled', settledAt = ?, ref = CASE id ${cases} END WHERE id IN (${marks(closing.length)})`,
      [this.clock.now(), ...closing.flatMap((c) => [c.callId, c.ref ?? null]), ...closing.map((c) => c.callId)],
    );
    return isOpen;
  }

  ofCalls(callIds: readonly number[]): Promise<DeliveryRow[]> {
    if (callIds.length === 0) return Promise.resolve([]);
    return this.database.query<DeliveryRow>(
      `SELECT ${DELIVERY_COLUMNS} FROM deliveries WHERE callId IN (${marks(callIds.length)}) ORDER BY id${this.database.forUpdate}`,
      callIds,
    );
  }
}
