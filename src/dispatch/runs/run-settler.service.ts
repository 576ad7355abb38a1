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
    for (const { id } of settled) await this.database.transaction(() => this.runs.settle(id));
    return cancelled.length + settled.length > 0;
  }

  private async cancel(batch: { id: number; fence: number }): Promise<void> {
    await this.database.transaction(async () => {
      await this.settlement.drop(await this.batches.unsent(batch.id), 'cancelled', 'run_cancelled');
      await this.batches.release(batch, 0, false);
    });
  }
}
