import { Injectable } from '@nestjs/common';
import { Runs } from '../../campaigns/index.js';
import { Gateways, type Channel, type Gateway } from '../../gateways/index.js';
import { CLOCK_ACTOR, Clock, Database, IdBlocks, Ledger, marks, type Instant } from '../../platform/index.js';
import { Counters, Tally } from '../counters.repository.js';
import type { DeliveryRow } from '../delivery.js';
import { Messages } from '../messages.service.js';
import { Batches, type Batch } from './batches.repository.js';
import { Breakers } from './breakers.service.js';

/** A group chat's robot belongs to its platform, and a task to a person: these have no second way. */
const MOVABLE: readonly string[] = ['sms', 'voice', 'email'];

@Injectable()
export class FailoverRooms {
  constructor(
    readonly runs: Runs,
    readonly gateways: Gateways,
    readonly messages: Messages,
    readonly batches: Batches,
    readonly breakers: Breakers,
  ) {}
}

/**
 * What becomes of a batch whose gateway is broken: what certainly did not leave moves to the next gateway that the campaign
 * names, as a batch of its own; what is in doubt stays where it is, and where there is no other gateway the batch waits.
 */
@Injectable()
export class Failover {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: IdBlocks,
    private readonly counters: Counters,
    private readonly ledger: Ledger,
    private readonly rooms: FailoverRooms,
  ) {}

  /** Moves the batch, or lets it wait until the gateway may be tried again. */
  async away(batch: Batch, comeBackAt: Instant): Promise<void> {
    const to = await this.other(batch);
    if (to) await this.move(batch, to, comeBackAt);
    else await this.wait(batch, comeBackAt);
  }

  /** False where another worker has the batch by now. */
  private async wait(batch: Batch, until: Instant): Promise<boolean> {
    const changed = await this.database.execute(
      "UPDATE batches SET dueAt = ? WHERE id = ? AND fence = ? AND status = 'ready'",
      [until, batch.id, batch.fence],
    );
    return changed === 1;
  }

  private async other(batch: Batch): Promise<Gateway | null> {
    if (!MOVABLE.includes(batch.channel)) return null;
    const definition = (await this.rooms.runs.context(batch.runId))?.definition;
    const named = definition?.channels[batch.step]?.gateways ?? [];
    const from = this.rooms.gateways.get(batch.gateway);
    const candidates = this.rooms.gateways
      .serving(batch.channel as Channel, undefined, named)
      .filter(
        ({ key, isSimulator }) => named.includes(key) && key !== batch.gateway && isSimulator === from?.isSimulator,
      );
    for (const gateway of candidates) if (await this.isFit(gateway.key)) return gateway;
    return null;
  }

  private async isFit(gateway: string): Promise<boolean> {
    if (await this.rooms.breakers.isOpen(gateway)) return false;
    const stopped = await this.database.one(
      "SELECT gateway FROM gateway_states WHERE gateway IN (?, '*') AND (stoppedAt IS NOT NULL OR faultAt IS NOT NULL)",
      [gateway],
    );
    return stopped === null;
  }

  private async move(batch: Batch, to: Gateway, comeBackAt: Instant): Promise<void> {
    const id = await this.ids.take('batch', 1);
    await this.database.transaction(async () => {
      const now = this.clock.now();
      const isOurs = await this.wait(batch, comeBackAt);
      if (!isOurs) return;
      const unsent = await this.rooms.batches.unsent(batch.id);
      const stays = await this.onceInDoubt(batch.id);
      const rows = unsent.filter((row) => !stays.has(row.id));
      if (rows.length === 0) return;
      if (rows.length === unsent.length)
        await this.database.execute("UPDATE batches SET status = 'done', doneAt = ? WHERE id = ?", [now, batch.id]);
      await this.rooms.batches.add([{ ...batch, id, gateway: to.key, size: rows.length, status: 'ready', dueAt: now }]);
      await this.rewrite(rows, id, to);
      await this.ledger.write({
        action: 'batch.move',
        subject: `batch/${batch.id}`,
        by: CLOCK_ACTOR,
        detail: { run: batch.runId, from: batch.gateway, to: to.key, as: id, deliveries: rows.length },
      });
    });
  }

  /**
   * Deliveries that were once in doubt, and wait again because somebody said so or a late answer did: they stay with the gateway
   * that may know of them, and what the ledger has committed to (gateway, content) stays true of them.
   */
  private async onceInDoubt(batchId: number): Promise<Set<number>> {
    const rows = await this.database.query<{ id: number }>(
      "SELECT id FROM deliveries WHERE batchId = ? AND status = 'pending' AND settledAt IS NOT NULL",
      [batchId],
    );
    return new Set(rows.map((row) => Number(row.id)));
  }

  /** Another gateway signs and bills in its own way: digest, parts and cost are its. */
  private async rewrite(rows: readonly DeliveryRow[], batchId: number, to: Gateway): Promise<void> {
    const alike = new Map<string, { values: [string, number, number]; ids: number[] }>();
    const tally = new Tally();
    for (const row of rows) {
      const { digest, parts } = await this.rooms.messages.measured(row, to);
      const cost = Math.round(parts * to.costPerPart * 10_000);
      const key = `${digest}:${parts}`;
      const known = alike.get(key);
      if (known) known.ids.push(row.id);
      else alike.set(key, { values: [digest, parts, cost], ids: [row.id] });
      tally.add(row, { pending: -1 });
      tally.add({ ...row, gateway: to.key }, { pending: 1 });
    }
    for (const { values, ids } of alike.values())
      await this.database.execute(
        `UPDATE deliveries SET batchId = ?, gateway = ?, contentDigest = ?, parts = ?, cost = ? WHERE id IN (${marks(ids.length)})`,
        [batchId, to.key, ...values, ...ids],
      );
    await this.counters.apply(tally);
  }
}
