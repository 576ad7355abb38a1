import { Injectable } from '@nestjs/common';
import { Clock, Config, Database, marks, parseDuration, type Instant } from '../../platform/index.js';
import { BATCH_COLUMNS, OWN_COLUMNS, type DeliveryRow } from '../delivery.js';
import { URGENT_BELOW } from '../plan/guards.js';
import type { DueBatch } from '../queue/batch-queue.js';

export interface Batch {
  readonly id: number;
  readonly runId: string;
  readonly campaignId: string;
  readonly gateway: string;
  readonly channel: string;
  readonly step: number;
  readonly size: number;
  /** The lower goes first; 0 where a person waits for it. */
  readonly priority: number;
  readonly status: 'ready' | 'leased' | 'done';
  readonly dueAt: Instant;
  readonly expiresAt: Instant | null;
  readonly owner: string | null;
  readonly fence: number;
  readonly leaseUntil: Instant | null;
  readonly tries: number;
}

/** A batch before it stands in line; `held` waits for its release. */
export interface NewBatch extends Pick<
  Batch,
  'id' | 'runId' | 'campaignId' | 'gateway' | 'channel' | 'step' | 'size' | 'priority' | 'dueAt'
> {
  readonly status?: 'ready' | 'held';
  readonly expiresAt?: Instant | null;
}

/** What stands in the way of a batch right now. */
export type Hold = 'paused' | 'cancelled' | 'stopped' | 'lost' | null;

/** More than any batch holds. */
const ALL = 1_000_000;

const COLUMNS =
  'b.id, b.runId, b.campaignId, b.gateway, b.channel, b.step, b.size, b.priority, b.status, b.dueAt, b.expiresAt, b.owner, b.fence, b.leaseUntil, b.tries';

/** The batch table is the queue: one row leased for up to a thousand deliveries. A lease carries a fence, which grows with every claim. */
@Injectable()
export class Batches {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** How long a claim holds without being renewed (`dispatch.lease`). */
  get leaseMs(): number {
    return parseDuration(this.config.settings.dispatch.lease) ?? 120_000;
  }

  /** Puts batches in line; their deliveries are written beside them, in the caller's transaction. */
  async add(batches: readonly NewBatch[]): Promise<void> {
    const now = this.clock.now();
    const rows = batches.map((b) => ({
      id: b.id,
      runId: b.runId,
      campaignId: b.campaignId,
      gateway: b.gateway,
      channel: b.channel,
      step: b.step,
      size: b.size,
      status: b.status ?? 'ready',
      priority: b.priority,
      dueAt: b.dueAt,
      expiresAt: b.expiresAt ?? null,
      createdAt: now,
    }));
    if (rows.length > 0) await this.database.insert('batches', Object.keys(rows[0]!), rows.map(Object.values));
  }

  /**
   * Batches that may be claimed now, the most urgent first; runs of the same rank take turns, each counted with what it has in
   * hand. Paused runs and stopped gateways are passed over.
   */
  async due(limit: number): Promise<DueBatch[]> {
    const rows = await this.database.query<DueBatch>(
      `SELECT b.id, b.priority FROM batches b JOIN runs r ON r.id = b.runId
       LEFT JOIN gateway_states g ON g.gateway = b.gateway LEFT JOIN gateway_states e ON e.gateway = '*'
       LEFT JOIN (SELECT runId, COUNT(*) AS n FROM batches WHERE status = 'leased' GROUP BY runId) hand ON hand.runId = b.runId
       WHERE b.status = 'ready' AND b.dueAt <= ? AND r.status IN ('planning', 'sending')
         AND g.stoppedAt IS NULL AND e.stoppedAt IS NULL AND g.faultAt IS NULL
       ORDER BY b.priority, COALESCE(hand.n, 0) + ROW_NUMBER() OVER (PARTITION BY b.runId ORDER BY b.priority, b.dueAt, b.id), b.dueAt, b.id
       LIMIT ${limit}`,
      [this.clock.now()],
    );
    return rows.map(({ id, priority }) => ({ id: Number(id), priority: Number(priority) }));
  }

  /**
   * True where something urgent waits for this batch's gateway and the batch is not urgent itself: it gives its place away
   * between two windows.
   */
  async isOvertaken(batch: Batch): Promise<boolean> {
    if (batch.priority < URGENT_BELOW) return false;
    const row = await this.database.one(
      `SELECT b.id FROM batches b JOIN runs r ON r.id = b.runId
       WHERE b.status = 'ready' AND b.gateway = ? AND b.priority < ${URGENT_BELOW} AND b.dueAt <= ? AND r.status IN ('planning', 'sending') LIMIT 1`,
      [batch.gateway, this.clock.now()],
    );
    return row !== null;
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
  async lease(id: number, owner: string): Promise<Batch | null> {
    const now = this.clock.now();
    const changed = await this.database.execute(
      "UPDATE batches SET status = 'leased', owner = ?, fence = fence + 1, leaseUntil = ? WHERE id = ? AND status = 'ready' AND dueAt <= ?",
      [owner, now + this.leaseMs, id, now],
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
  async renew(batch: Batch): Promise<Hold> {
    const changed = await this.database.execute(
      "UPDATE batches SET leaseUntil = ? WHERE id = ? AND fence = ? AND status = 'leased'",
      [this.clock.now() + this.leaseMs, batch.id, batch.fence],
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

  /** Deliveries of the batch that no call carries yet, in the order of their content, at most so many. */
  async unsent(batchId: number, atMost = ALL): Promise<DeliveryRow[]> {
    const which = "FROM deliveries WHERE batchId = ? AND status = 'pending' AND callId IS NULL ORDER BY id LIMIT";
    const common = await this.database.one<Pick<DeliveryRow, (typeof BATCH_COLUMNS)[number]>>(
      `SELECT ${BATCH_COLUMNS.join(', ')} ${which} 1`,
      [batchId],
    );
    if (!common) return [];
    const standing = { callId: null, status: 'pending', code: null, attended: 0, sentAt: null } as const;
    const rows = await this.database.query<Pick<DeliveryRow, (typeof OWN_COLUMNS)[number]>>(
      `SELECT ${OWN_COLUMNS.join(', ')} ${which} ${Math.min(atMost, ALL)}`,
      [batchId],
    );
    return rows.map((row) => Object.assign(row, common, standing));
  }

  /** True where all of these still wait to be handed over and nobody of them was erased; they stay so until the transaction ends. */
  async areUnsent(deliveries: readonly DeliveryRow[]): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT id FROM deliveries WHERE id IN (${marks(deliveries.length)}) AND status = 'pending' AND callId IS NULL
        AND (address IS NOT NULL OR groupChatId IS NOT NULL) ORDER BY id${this.database.forUpdate}`,
      deliveries.map((d) => d.id),
    );
    return rows.length === deliveries.length;
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
