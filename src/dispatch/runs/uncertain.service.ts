import { Injectable } from '@nestjs/common';
import type { Actor } from '../../accounts/index.js';
import { Runs } from '../../campaigns/index.js';
import {
  Clock,
  Database,
  err,
  IdBlocks,
  Ledger,
  marks,
  ok,
  withoutNumbers,
  type Result,
} from '../../platform/index.js';
import { DELIVERY_COLUMNS, WRITTEN_OFF, type DeliveryRow } from '../delivery.js';
import { Batches } from '../send/batches.repository.js';
import { Settlement } from '../settle/settlement.service.js';

const AT_ONCE = 500;

/** What may have left is decided by a person, with a reason: leave it so for good, or send it again and answer for it. */
@Injectable()
export class UncertainDecisions {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: IdBlocks,
    private readonly runs: Runs,
    private readonly batches: Batches,
    private readonly settlement: Settlement,
    private readonly ledger: Ledger,
  ) {}

  async decide(
    runId: string,
    ask: { decision: 'resend' | 'writeOff'; reason: string },
    by: Actor,
  ): Promise<Result<number, 'notFound' | 'ended'>> {
    const run = await this.runs.find(runId, by.scope);
    if (!run) return err('notFound');
    if (ask.decision === 'resend' && run.status === 'cancelled') return err('ended');
    let decided = 0;
    for (;;) {
      const batchId = await this.ids.take('batch', 1);
      const n = await this.database.transaction(async () => {
        const rows = await this.database.query<DeliveryRow>(
          `SELECT ${DELIVERY_COLUMNS} FROM deliveries WHERE runId = ? AND status = 'uncertain' AND (code IS NULL OR code <> ?) ORDER BY gateway, id LIMIT ${AT_ONCE}${this.database.forUpdate}`,
          [runId, WRITTEN_OFF],
        );
        const first = rows[0];
        if (!first) return 0;
        const same = rows.filter((r) => r.gateway === first.gateway && r.step === first.step);
        await (ask.decision === 'writeOff' ? this.writeOff(same) : this.resend(same, batchId));
        await this.ledger.write({
          action: `run.uncertain.${ask.decision}`,
          subject: `run/${runId}`,
          by: { id: by.id, name: by.name },
          detail: { reason: withoutNumbers(ask.reason), gateway: first.gateway, deliveries: same.map((r) => r.id) },
        });
        return same.length;
      });
      if (n === 0) return ok(decided);
      decided += n;
    }
  }

  private async writeOff(rows: readonly DeliveryRow[]): Promise<void> {
    await this.database.execute(`UPDATE deliveries SET code = ? WHERE id IN (${marks(rows.length)})`, [
      WRITTEN_OFF,
      ...rows.map((r) => r.id),
    ]);
  }

  private async resend(rows: readonly DeliveryRow[], batchId: number): Promise<void> {
    const now = this.clock.now();
    const first = rows[0]!;
    await this.runs.reopen(first.runId);
    await this.settlement.takeBack(rows, 'resend');
    await this.database.execute(`UPDATE deliveries SET batchId = ? WHERE id IN (${marks(rows.length)})`, [
      batchId,
      ...rows.map((r) => r.id),
    ]);
    await this.batches.add([
      { ...first, id: batchId, status: 'ready', size: rows.length, priority: 0, dueAt: now, expiresAt: null },
    ]);
  }
}
