import { Injectable } from '@nestjs/common';
import { Clock, Database, type Instant } from '../../platform/index.js';
import { DELIVERY_COLUMNS, type DeliveryRow } from '../delivery.js';

export interface Batch {
  readonly id: number;
  readonly runId: string;
  readonly campaignId: string;
  readonly gateway: string;
  readonly channel: string;
  readonly step: number;
  readonly size: number;
  readonly status: 'ready' | 'leased' | 'done';
  readonly dueAt: Instant;
  readonly expiresAt: Instant | null;
  readonly owner: string | null;
  readonly fence: number;
  readonly leaseUntil: Instant | null;
  readonly tries: number;
}

/** What stands in the way of a batch right now. */
export type Hold = 'paused' | 'cancelled' | 'stopped' | 'lost' | null;

const COLUMNS =
  'b.id, b.runId, b.campaignId, b.gateway, b.channel, b.step, b.size, b.status, b.dueAt, b.expiresAt, b.owner, b.fence, b.leaseUntil, b.tries';

/** The batch table is the queue: one row leased for up to a thousand deliveries. A lease carries a fence, which grows with every claim. */
@Injectable()
export class Batches {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Batches that may be claimed now, the most urgent first. Paused runs and stopped gateways are passed over. */
  async due(limit: number): Promise<number[]> {
    const rows = await this.database.query<{ id: number }>(
      `SELECT b.id FROM batches b JOIN runs r ON r.id = b.runId
       LEFT JOIN gateway_states g ON g.gateway = b.gateway LEFT JOIN gateway_states e ON e.gateway = '*'
       WHERE b.status = 'ready' AND b.dueAt <= ? AND r.status IN ('planning', 'sending')
         AND g.stoppedAt IS NULL AND e.stoppedAt IS NULL AND g.faultAt IS NULL
       ORDER BY b.priority, b.dueAt, b.id LIMIT ${limit}`,
      [this.clock.now()],
    );
    return rows.map((r) => r.id);
  }

  /** The next instant at which a batch that waits for its window or its retry is due. */
  async nextDueAt(): Promise<Instant | null> {
    const row = await this.database.one<{ at: Instant | null }>(
      `SELECT MIN(b.dueAt) AS at FROM batches b JOIN runs r ON r.id = b.runId
       LEFT JOIN gateway_states g ON g.gateway = b.gateway LEFT JOIN gateway_states e ON e.gateway = '*'
       WHERE b.status = 'ready' AND r.status IN ('planning', 'sending') AND g.stoppedAt IS NULL AND e.stoppedAt IS NULL AND g.faultAt IS NULL`,
    );
    return row?.at ?? null;
  }

  /** Leases a batch; null where another worker was faster. Inside the claim's transaction. */
  async lease(id: number, owner: string, ms: number): Promise<Batch | null> {
    const now = this.clock.now();
    const changed = await this.database.execute(
      "UPDATE batches SET status = 'leased', owner = ?, fence = fence + 1, leaseUntil = ? WHERE id = ? AND status = 'ready' AND dueAt <= ?",
      [owner, now + ms, id, now],
    );
    return changed === 1 ? this.find(id) : null;
  }

  find(id: number): Promise<Batch | null> {
    return this.database.one<Batch>(`SELECT ${COLUMNS} FROM batches b WHERE b.id = ?`, [id]);
  }

  /**
   * Renews our lease and looks whether we may go on: one statement that every window of calls passes, so that a pause, a stop
   * or a lost lease holds before the next call leaves.
   */
  async renew(batch: Batch, ms: number): Promise<Hold> {
    const changed = await this.database.execute(
      "UPDATE batches SET leaseUntil = ? WHERE id = ? AND fence = ? AND status = 'leased'",
      [this.clock.now() + ms, batch.id, batch.fence],
    );
    if (changed !== 1) return 'lost';
    const state = await this.database.one<{ status: string; stopped: number }>(
      `SELECT r.status, (SELECT COUNT(*) FROM gateway_states g WHERE g.gateway IN ('*', ?) AND (g.stoppedAt IS NOT NULL OR g.faultAt IS NOT NULL)) AS stopped
       FROM runs r WHERE r.id = ?`,
      [batch.gateway, batch.runId],
    );
    if (state?.status === 'cancelled') return 'cancelled';
    if (state?.status === 'paused') return 'paused';
    return Number(state?.stopped ?? 0) > 0 ? 'stopped' : null;
  }

  /** Deliveries of the batch that no call carries yet, in the order of their content. */
  unsent(batchId: number): Promise<DeliveryRow[]> {
    return this.database.query<DeliveryRow>(
      `SELECT ${DELIVERY_COLUMNS} FROM deliveries WHERE batchId = ? AND status = 'pending' AND callId IS NULL ORDER BY id`,
      [batchId],
    );
  }

  /** Gives the batch back (to be due at `dueAt`), or ends it where nothing of it is left to send. */
  async release(batch: Pick<Batch, 'id' | 'fence'>, dueAt: Instant, isRetry: boolean): Promise<void> {
    const left = await this.database.one<{ n: number }>(
      "SELECT COUNT(*) AS n FROM deliveries WHERE batchId = ? AND status = 'pending'",
      [batch.id],
    );
    const isDone = Number(left?.n ?? 0) === 0;
    await this.database.execute(
      'UPDATE batches SET status = ?, owner = NULL, leaseUntil = NULL, dueAt = ?, tries = ?, doneAt = ? WHERE id = ? AND fence = ?',
      [
        isDone ? 'done' : 'ready',
        dueAt,
        isRetry ? await this.triesAfter(batch.id) : 0,
        isDone ? this.clock.now() : null,
        batch.id,
        batch.fence,
      ],
    );
  }

  /** A batch that was done has something to send again. */
  async reopen(id: number, dueAt: Instant): Promise<void> {
    await this.database.execute(
      "UPDATE batches SET status = 'ready', dueAt = ?, doneAt = NULL WHERE id = ? AND status = 'done'",
      [dueAt, id],
    );
  }

  private async triesAfter(id: number): Promise<number> {
    return ((await this.find(id))?.tries ?? 0) + 1;
  }
}
