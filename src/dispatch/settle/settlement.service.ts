import { Injectable } from '@nestjs/common';
import type { CallOutcome, Fault, Gateway } from '../../gateways/index.js';
import { Alarms, Clock, Database, SettlementLog } from '../../platform/index.js';
import { Counters, handedOver, Tally } from '../counters.repository.js';
import { WRITTEN_OFF, type DeliveryRow, type DeliveryStatus } from '../delivery.js';
import { faultPolicy } from '../fault-policy.js';
import { Contacts } from '../send/contacts.repository.js';
import { AudienceDoor } from './audience-door.service.js';
import { Deliveries } from './deliveries.repository.js';
import { ReceiptSettlement, type MatchedReceipt } from './receipts.service.js';

export interface SettledCall {
  readonly callId: number;
  readonly outcome: CallOutcome;
  /** The deliveries that it carried, as they were claimed. */
  readonly rows: readonly DeliveryRow[];
}

export interface Verdict {
  readonly accepted: number;
  readonly failed: number;
  readonly uncertain: number;
  /** Certainly not sent: to be tried again. */
  readonly retry: number;
  readonly isPaused: boolean;
  readonly codes: Readonly<Record<string, number>>;
}

/** The one door through which a delivery changes its state; counters, contact facts and reservations move in the same transaction. */
@Injectable()
export class Settlement {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly counters: Counters,
    private readonly deliveries: Deliveries,
    private readonly contacts: Contacts,
    private readonly audience: AudienceDoor,
    private readonly alarms: Alarms,
    private readonly applied: ReceiptSettlement,
    private readonly log: SettlementLog,
  ) {}

  /** Applies the answers of calls. A call that was settled already is left as it is, and no fault undoes what a person decided. */
  async calls(gateway: Gateway, settled: readonly SettledCall[]): Promise<Verdict> {
    const open = await this.deliveries.closeCalls(
      settled.map(({ callId, outcome }) => ({ callId, ref: outcome.ref ?? refOfOnly(outcome) })),
    );
    const rows = await this.deliveries.asTheyStand(
      [...open],
      settled.flatMap((call) => call.rows),
    );
    const accepted: DeliveryRow[] = [];
    const refs = new Map<number, string>();
    const faults = new Map<string, { fault: Fault; rows: DeliveryRow[] }>();
    for (const { callId, outcome } of settled) {
      if (!open.has(callId)) continue;
      for (const item of outcome.items) {
        const row = rows.get(item.deliveryId);
        if (!row || (row.status !== 'pending' && row.status !== 'uncertain')) continue;
        if ('fault' in item) {
          // A person has decided; that it left after all may still be learnt, that it did not changes nothing.
          if (row.code === WRITTEN_OFF) continue;
          const key = `${item.fault.cause}:${item.fault.code}`;
          const known = faults.get(key);
          if (known) known.rows.push(row);
          else faults.set(key, { fault: item.fault, rows: [row] });
        } else {
          accepted.push(row);
          if (item.ref && item.ref !== outcome.ref && outcome.items.length > 1) refs.set(row.id, item.ref);
        }
      }
    }
    await this.accept(accepted, gateway.adapter.acceptedIsDelivered === true, refs);
    const hasAnswered = accepted.length > 0 || [...faults.values()].some(({ fault }) => isAnswer(fault));
    if (hasAnswered) await this.alarms.clear('gateway_unreachable', `gateway/${gateway.key}`);
    return this.faulted(gateway, accepted.length, [...faults.values()]);
  }

  /** The gateway accepted: from here on the delivery is sent. */
  async accept(
    rows: readonly DeliveryRow[],
    isDelivered: boolean,
    refs: ReadonlyMap<number, string> = new Map(),
  ): Promise<void> {
    if (rows.length === 0) return;
    const now = this.clock.now();
    const to: DeliveryStatus = isDelivered ? 'delivered' : 'awaiting';
    await this.deliveries.set(rows, {
      status: to,
      code: null,
      sentAt: now,
      settledAt: now,
      finalAt: isDelivered ? now : null,
    });
    await this.record(rows, to, null);
    await this.deliveries.name(refs);
    const tally = new Tally();
    for (const row of rows)
      tally.move(row, row.status, to, {
        ...handedOver(row),
        ...(isDelivered ? { estimatedReach: row.headCount ?? 0 } : {}),
      });
    await this.counters.apply(tally);
    await this.audience.facts.contacted(
      rows.flatMap((r) => (r.personId === null ? [] : [{ personId: r.personId, at: now }])),
    );
  }

  private async faulted(
    gateway: Gateway,
    accepted: number,
    faults: { fault: Fault; rows: DeliveryRow[] }[],
  ): Promise<Verdict> {
    const verdict = {
      accepted,
      failed: 0,
      uncertain: 0,
      retry: 0,
      isPaused: false,
      codes: {} as Record<string, number>,
    };
    for (const { fault, rows } of faults) {
      verdict.codes[fault.code] = (verdict.codes[fault.code] ?? 0) + rows.length;
      const policy = faultPolicy[fault.cause];
      switch (policy.then) {
        case 'retry':
          await this.takeBack(rows, fault.code);
          verdict.retry += rows.length;
          if (fault.cause === 'unreachable') {
            await this.alarms.raise(
              'gateway_unreachable',
              `gateway/${gateway.key}`,
              `网关 ${gateway.key} 无法连接，消息保留待发 (${fault.code})`,
            );
          }
          break;
        case 'pauseGateway':
          await this.takeBack(rows, fault.code);
          verdict.retry += rows.length;
          verdict.isPaused = true;
          await this.pause(gateway, fault);
          break;
        case 'uncertain':
          await this.doubt(rows, fault.code);
          verdict.uncertain += rows.length;
          break;
        case 'fail':
          await this.end(rows, 'failed', fault.code);
          verdict.failed += rows.length;
          if (fault.cause === 'optedOut') await this.audience.optOut(rows);
          if (fault.cause === 'recipient') await this.audience.badNumbers(rows, fault.code, this.clock.now());
          break;
        default:
          policy satisfies never;
      }
    }
    return verdict;
  }

  private async pause(gateway: Gateway, fault: Fault): Promise<void> {
    await this.database.upsert(
      'gateway_states',
      ['gateway'],
      ['faultCode', 'faultAt'],
      [[gateway.key, fault.code, this.clock.now()]],
      {
        replace: ['faultCode', 'faultAt'],
      },
    );
    await this.alarms.raise(
      'gateway_settings',
      `gateway/${gateway.key}`,
      `网关 ${gateway.key} 拒绝我方设置，已暂停：${fault.code} ${fault.note}`,
    );
  }

  /** It certainly did not leave: pending again, to be called anew. */
  async takeBack(rows: readonly DeliveryRow[], code: string): Promise<void> {
    await this.deliveries.set(rows, { status: 'pending', code, callId: null });
    await this.record(
      rows.filter((r) => r.status !== 'pending'),
      'pending',
      code,
    );
    const tally = new Tally();
    for (const row of rows) if (row.status !== 'pending') tally.move(row, row.status, 'pending');
    await this.counters.apply(tally);
  }

  /** It may have left. Nothing is sent to find out. */
  async doubt(rows: readonly DeliveryRow[], code: string): Promise<void> {
    const pending = rows.filter((r) => r.status === 'pending');
    await this.deliveries.set(pending, { status: 'uncertain', code, settledAt: this.clock.now() });
    await this.record(pending, 'uncertain', code);
    const tally = new Tally();
    for (const row of pending) tally.move(row, 'pending', 'uncertain');
    await this.counters.apply(tally);
  }

  private record(rows: readonly DeliveryRow[], status: DeliveryStatus, code: string | null): Promise<void> {
    const at = this.clock.now();
    return this.log.record(
      rows.map(({ id, personId, attended }) => ({
        deliveryId: id,
        personId,
        status,
        attended: Boolean(attended),
        code: code?.slice(0, 64) ?? null,
        at,
      })),
    );
  }

  /** Ends what never left and gives its contact back. */
  async drop(rows: readonly DeliveryRow[], to: 'cancelled' | 'expired', code: string): Promise<void> {
    await this.end(rows, to, code);
  }

  private async end(rows: readonly DeliveryRow[], to: 'failed' | 'cancelled' | 'expired', code: string): Promise<void> {
    if (rows.length === 0) return;
    const now = this.clock.now();
    await this.deliveries.set(rows, { status: to, code, settledAt: now, finalAt: now });
    await this.record(rows, to, code);
    const tally = new Tally();
    for (const row of rows) tally.move(row, row.status, to);
    await this.counters.apply(tally);
    await this.contacts.giveBack(rows.map((r) => r.id));
    await this.audience.facts.notGiven(
      rows.flatMap((r) => (r.personId === null ? [] : [{ personId: r.personId, trick: r.trick }])),
    );
  }

  /** Applies receipts, each once; answers the ids of deliveries whose receipts have to wait. Inside the caller's transaction. */
  receipts(matched: readonly MatchedReceipt[]): Promise<Set<number>> {
    return this.applied.apply(matched);
  }
}

/** Somebody is there: it refuses, but it is no dead gateway. */
const isAnswer = ({ cause }: Fault): boolean => cause !== 'unreachable' && cause !== 'uncertain';

const refOfOnly = (outcome: CallOutcome): string | undefined => {
  const [only, ...rest] = outcome.items;
  return only && rest.length === 0 && 'ref' in only ? only.ref : undefined;
};
