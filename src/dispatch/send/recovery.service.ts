import { Injectable } from '@nestjs/common';
import { CLOCK_ACTOR, Clock, Database, Ledger, marks } from '../../platform/index.js';
import { Deliveries } from '../settle/deliveries.repository.js';
import { Settlement } from '../settle/settlement.service.js';
import { Batches, type Batch } from './batches.repository.js';

/**
 * What a worker left behind when it died: a batch whose lease has expired. Its open calls may have left, so they are in doubt
 * and never repeated; what no call carried yet is due again. The fence keeps the late worker, should it live, from going on.
 */
@Injectable()
export class Recovery {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly batches: Batches,
    private readonly deliveries: Deliveries,
    private readonly settlement: Settlement,
    private readonly ledger: Ledger,
  ) {}

  /** Recovers every expired lease; true where there was one. */
  async work(): Promise<boolean> {
    const expired = await this.database.query<{ id: number }>(
      "SELECT id FROM batches WHERE status = 'leased' AND leaseUntil < ? ORDER BY id LIMIT 100",
      [this.clock.now()],
    );
    for (const { id } of expired) await this.recover(id);
    return expired.length > 0;
  }

  private async recover(id: number): Promise<void> {
    await this.database.transaction(async () => {
      const now = this.clock.now();
      const taken = await this.database.execute(
        "UPDATE batches SET fence = fence + 1, owner = NULL WHERE id = ? AND status = 'leased' AND leaseUntil < ?",
        [id, now],
      );
      if (taken !== 1) return;
      const batch = (await this.batches.find(id)) as Batch;
      const open = await this.database.query<{ id: number }>(
        "SELECT id FROM calls WHERE batchId = ? AND status = 'calling'",
        [id],
      );
      const calls = open.map((c) => c.id);
      if (calls.length > 0) {
        await this.database.execute(
          `UPDATE calls SET status = 'uncertain' WHERE id IN (${marks(calls.length)})`,
          calls,
        );
        await this.settlement.doubt(await this.deliveries.ofCalls(calls), 'worker_lost');
      }
      await this.batches.release(batch, now, false);
      await this.ledger.write({
        action: 'batch.recover',
        subject: `batch/${id}`,
        by: CLOCK_ACTOR,
        detail: { run: batch.runId, gateway: batch.gateway, callsInDoubt: calls },
      });
    });
  }
}
