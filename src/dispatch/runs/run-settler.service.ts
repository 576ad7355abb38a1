import { Injectable } from '@nestjs/common';
import { Runs } from '../../campaigns/index.js';
import { Database } from '../../platform/index.js';
import { Batches } from '../send/batches.repository.js';
import { Settlement } from '../settle/settlement.service.js';

/** Ends what is finished: runs with nothing pending and no ladder step open; cancels what a cancelled run has left. */
@Injectable()
export class RunSettler {
  constructor(
    private readonly database: Database,
    private readonly runs: Runs,
    private readonly batches: Batches,
    private readonly settlement: Settlement,
  ) {}

  async work(): Promise<boolean> {
    const cancelled = await this.database.query<{ id: number; fence: number }>(
      "SELECT b.id, b.fence FROM batches b JOIN runs r ON r.id = b.runId WHERE b.status IN ('ready', 'held') AND r.status = 'cancelled' ORDER BY b.id LIMIT 200",
    );
    for (const batch of cancelled) await this.cancel(batch);
    const settled = await this.database.query<{ id: string }>(
      `SELECT r.id FROM runs r WHERE r.status = 'sending'
         AND NOT EXISTS (SELECT 1 FROM batches b WHERE b.runId = r.id AND b.status <> 'done')
         AND NOT EXISTS (SELECT 1 FROM ladder_steps l WHERE l.runId = r.id AND l.status = 'waiting')`,
    );
    for (const { id } of settled) await this.settle(id);
    return cancelled.length + settled.length > 0;
  }

  /** Looks once more with the run in hand: what was put in line meanwhile must not be left behind in a settled run. */
  private async settle(id: string): Promise<void> {
    await this.database.transaction(async () => {
      await this.database.query(`SELECT id FROM runs WHERE id = ?${this.database.forUpdate}`, [id]);
      const open = await this.database.one(
        `SELECT 1 AS open FROM runs r WHERE r.id = ? AND (EXISTS (SELECT 1 FROM batches b WHERE b.runId = r.id AND b.status <> 'done')
           OR EXISTS (SELECT 1 FROM ladder_steps l WHERE l.runId = r.id AND l.status = 'waiting'))`,
        [id],
      );
      if (!open) await this.runs.settle(id);
    });
  }

  private async cancel(batch: { id: number; fence: number }): Promise<void> {
    await this.database.transaction(async () => {
      const fence = batch.fence + 1;
      // Taken like a claim, so that a worker that claims it at the same moment does not drop the same deliveries too.
      const taken = await this.database.execute(
        "UPDATE batches SET fence = ? WHERE id = ? AND fence = ? AND status IN ('ready', 'held')",
        [fence, batch.id, batch.fence],
      );
      if (taken !== 1) return;
      await this.settlement.drop(await this.batches.unsent(batch.id), 'cancelled', 'run_cancelled');
      await this.batches.release({ id: batch.id, fence }, 0, false);
    });
  }
}
