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

  /**
   * Gives the unsent deliveries of a batch their calls, each call those from its first to its last id, and calls come in the
   * order of ids; answers how many were still there to be sent. What lies between two calls is left alone: it may wait for
   * its address.
   */
  async carry(
    batchId: number,
    calls: readonly { readonly id: number; readonly first: number; readonly last: number }[],
  ): Promise<number> {
    const cases = calls.map(() => 'WHEN id <= ? THEN ?').join(' ');
    const ranges = joined(calls);
    return this.database.execute(
      `UPDATE deliveries SET callId = CASE ${cases} END, attempts = attempts + 1
        WHERE batchId = ? AND (${ranges.map(() => 'id BETWEEN ? AND ?').join(' OR ')}) AND status = 'pending' AND callId IS NULL AND address IS NOT NULL`,
      [...calls.flatMap(({ id, last }) => [last, id]), batchId, ...ranges.flatMap(({ first, last }) => [first, last])],
    );
  }

  /** The gateway's own references, where each of a call has one. */
  async name(refs: ReadonlyMap<number, string>): Promise<void> {
    if (refs.size === 0) return;
    await this.database.execute(
      `UPDATE deliveries SET ref = CASE id ${[...refs].map(() => 'WHEN ? THEN ?').join(' ')} END WHERE id IN (${marks(refs.size)})`,
      [...[...refs].flat(), ...refs.keys()],
    );
  }

  ofCalls(callIds: readonly number[]): Promise<DeliveryRow[]> {
    if (callIds.length === 0) return Promise.resolve([]);
    return this.database.query<DeliveryRow>(
      `SELECT ${DELIVERY_COLUMNS} FROM deliveries WHERE callId IN (${marks(callIds.length)}) ORDER BY id${this.database.forUpdate}`,
      callIds,
    );
  }

  /**
   * The rows that the caller has in hand as they stand now, held until the transaction ends: those that still belong to these
   * calls, with what may have changed since they were read. The rest of a row never changes.
   */
  async asTheyStand(callIds: readonly number[], inHand: readonly DeliveryRow[]): Promise<Map<number, DeliveryRow>> {
    if (callIds.length === 0) return new Map();
    const ofThem = `FROM deliveries WHERE callId IN (${marks(callIds.length)})`;
    const plain = await this.database.one<{ n: number; asClaimed: number }>(
      `SELECT COUNT(*) AS n, SUM(CASE WHEN status = 'pending' AND address IS NOT NULL THEN 1 ELSE 0 END) AS asClaimed ${ofThem}${this.database.forUpdate}`,
      callIds,
    );
    if (Number(plain?.n) === inHand.length && Number(plain?.asClaimed) === inHand.length)
      return new Map(inHand.map((row) => [row.id, row]));
    const standing = await this.database.query<Pick<DeliveryRow, 'id' | 'status' | 'code'> & { erased: number }>(
      `SELECT id, status, code, address IS NULL AS erased ${ofThem} ORDER BY id${this.database.forUpdate}`,
      callIds,
    );
    const known = new Map(inHand.map((row) => [row.id, row]));
    const rows = new Map<number, DeliveryRow>();
    for (const { id, status, code, erased } of standing) {
      const row = known.get(id);
      if (!row) continue;
      const kept = row.status === status && !erased ? row : { ...row, status, code, ...(erased ? GONE : {}) };
      rows.set(id, kept);
    }
    return rows;
  }
}

interface Range {
  readonly first: number;
  readonly last: number;
}

/** The same ids in as few ranges as touch each other. */
function joined(ranges: readonly Range[]): Range[] {
  const out: Range[] = [];
  for (const { first, last } of ranges) {
    const before = out.at(-1);
    if (before && before.last + 1 === first) out[out.length - 1] = { first: before.first, last };
    else out.push({ first, last });
  }
  return out;
}

const GONE = { address: null, addressKey: null, variables: null } as const;
