import { Injectable } from '@nestjs/common';
import type { ReceiptOutcome } from '../../gateways/index.js';
import { Clock, Database, marks, SettlementLog, type Instant, type SettlementEvent } from '../../platform/index.js';
import { Counters, handedOver, Tally, type Delta } from '../counters.repository.js';
import type { DeliveryRow, DeliveryStatus } from '../delivery.js';
import { AudienceDoor } from './audience-door.service.js';
import { afterReceipt, ATTENDED_SECONDS } from './lattice.js';

/** A receipt that found its delivery. */
export interface MatchedReceipt {
  readonly deliveryId: number;
  readonly outcome: ReceiptOutcome;
  readonly at: Instant;
  readonly code: string;
  readonly seconds?: number;
  readonly key?: string;
  /** A reply, a visit: more than a call that was heard. */
  readonly attended?: boolean;
  readonly badNumber?: boolean;
  readonly optedOut?: boolean;
}

const COLUMNS = [
  'id', 'runId', 'campaignId', 'day', 'channel', 'gateway', 'population', 'township', 'type', 'trick', 'personId', 'address', 'addressKey',
  'parts', 'cost', 'headCount', 'status', 'code', 'attended', 'seconds', 'sentAt', 'receiptAt', 'finalAt',
] as const; // prettier-ignore

/** A delivery as a receipt finds and leaves it. */
type Row = Pick<DeliveryRow, Exclude<(typeof COLUMNS)[number], 'seconds' | 'receiptAt' | 'finalAt'>> & {
  readonly seconds: number | null;
  readonly receiptAt: Instant | null;
  readonly finalAt: Instant | null;
};

/** What a set of receipts changes, gathered to be written together. */
class Changes {
  readonly rows = new Map<number, Row>();
  readonly tally = new Tally();
  readonly events: SettlementEvent[] = [];
  readonly contacted: { personId: number; at: Instant }[] = [];
  readonly reached: { personId: number; trick: string; type: string; at: Instant; attended: boolean }[] = [];
  readonly notGiven: { personId: number; trick: string }[] = [];
  readonly optedOut: Row[] = [];
  readonly badNumbers: { row: Row; receipt: MatchedReceipt }[] = [];
}

/** Applies receipts, each once and many together: the other place beside `Settlement` where a delivery changes its state. */
@Injectable()
export class ReceiptSettlement {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly counters: Counters,
    private readonly audience: AudienceDoor,
    private readonly log: SettlementLog,
  ) {}

  /**
   * Applies receipts that found their deliveries; answers the ids of deliveries whose call is not settled yet, for their
   * receipts have to wait. Inside the caller's transaction.
   */
  async apply(matched: readonly MatchedReceipt[]): Promise<Set<number>> {
    const later = new Set<number>();
    if (matched.length === 0) return later;
    const ids = [...new Set(matched.map((m) => m.deliveryId))].sort((a, b) => a - b);
    const rows = await this.database.query<Row>(
      `SELECT ${COLUMNS.join(', ')} FROM deliveries WHERE id IN (${marks(ids.length)}) ORDER BY id${this.database.forUpdate}`,
      ids,
    );
    const known = new Map(rows.map((r) => [r.id, r]));
    const changes = new Changes();
    for (const receipt of matched) {
      const row = known.get(receipt.deliveryId);
      if (!row) continue;
      const changed = this.after(row, receipt, changes);
      if (changed === 'later') later.add(row.id);
      else if (changed) known.set(row.id, changed);
    }
    await this.write(changes);
    return later;
  }

  /** What one receipt makes of its delivery; `later` while the call is not settled, null where it says nothing new. */
  private after(row: Row, receipt: MatchedReceipt, changes: Changes): Row | 'later' | null {
    const attended =
      receipt.attended ??
      (receipt.outcome === 'delivered' && ((receipt.seconds ?? 0) >= ATTENDED_SECONDS || Boolean(receipt.key)));
    const standing = { status: row.status, attended: Boolean(row.attended), receiptAt: row.receiptAt };
    const after = afterReceipt(standing, { outcome: receipt.outcome, attended, at: receipt.at });
    if (after === 'later' || after === null) return after;
    const now = this.clock.now();
    const changed: Row = {
      ...row,
      status: after.status,
      attended: after.attended ? 1 : 0,
      receiptAt: after.receiptAt,
      // The books say what was known when (asOf): a better receipt of the same state changes no count, hence no time.
      finalAt: after.status === row.status ? row.finalAt : now,
      code: receipt.code,
      seconds: receipt.seconds ?? row.seconds,
      sentAt: row.status === 'uncertain' ? now : row.sentAt,
    };
    changes.rows.set(row.id, changed);
    if (after.status !== row.status || after.attended !== standing.attended)
      changes.events.push({
        deliveryId: row.id,
        personId: row.personId,
        status: after.status,
        attended: after.attended,
        code: receipt.code.slice(0, 64),
        at: now,
      });
    if (after.status !== row.status) changes.tally.move(row, row.status, after.status, finalDelta(row, after.status));
    this.tell(row, changed, receipt, changes);
    return changed;
  }

  /** What the audience room is to know of it. */
  private tell(row: Row, after: Row, receipt: MatchedReceipt, changes: Changes): void {
    if (receipt.optedOut) changes.optedOut.push(row);
    if (receipt.badNumber && after.status === 'undelivered') changes.badNumbers.push({ row, receipt });
    // Who was erased has no address left on the delivery: the counts go on, facts about the person do not.
    const { personId, trick, type } = row;
    if (personId === null || row.address === null) return;
    // That it left is known only now.
    if (row.status === 'uncertain') changes.contacted.push({ personId, at: after.sentAt ?? receipt.at });
    if (after.status === 'delivered')
      changes.reached.push({
        personId,
        trick,
        type,
        at: after.receiptAt ?? receipt.at,
        attended: Boolean(after.attended),
      });
    else if (after.status === 'undelivered' && row.status !== 'undelivered') changes.notGiven.push({ personId, trick });
  }

  private async write(changes: Changes): Promise<void> {
    await this.database.updateEach(
      'deliveries',
      ['id', 'status', 'attended', 'receiptAt', 'finalAt', 'code', 'seconds', 'sentAt'],
      [...changes.rows.values()].map((r) => [
        r.id,
        r.status,
        r.attended,
        r.receiptAt,
        r.finalAt,
        r.code,
        r.seconds,
        r.sentAt,
      ]),
    );
    await this.counters.apply(changes.tally);
    await this.log.record(changes.events);
    await this.audience.optOut(changes.optedOut);
    for (const { row, receipt } of changes.badNumbers) await this.audience.badNumbers([row], receipt.code, receipt.at);
    const { facts } = this.audience;
    await facts.contacted(changes.contacted);
    await facts.notGiven(changes.notGiven);
    await facts.reached(changes.reached);
  }
}

const finalDelta = (row: Row, to: DeliveryStatus): Delta => ({
  ...(row.status === 'uncertain' ? handedOver(row) : {}),
  ...(to === 'delivered' && row.channel === 'voice' ? { callsAnswered: 1 } : {}),
  ...(to === 'delivered' && row.channel === 'chat' ? { attestedReach: row.headCount ?? 0 } : {}),
});
