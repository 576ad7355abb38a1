import { Injectable, Logger } from '@nestjs/common';
import { Runs } from '../../campaigns/index.js';
import { all, Gateways, type CallOutcome, type Gateway, type GatewayCall } from '../../gateways/index.js';
import {
  Alarms,
  Chance,
  Clock,
  Config,
  Database,
  IdBlocks,
  parseDuration,
  type Instant,
} from '../../platform/index.js';
import { backoff } from '../fault-policy.js';
import { URGENT_BELOW } from '../plan/guards.js';
import { Deliveries } from '../settle/deliveries.repository.js';
import { Settlement, type SettledCall } from '../settle/settlement.service.js';
import { Addresses } from './addresses.repository.js';
import { Batches, type Batch } from './batches.repository.js';
import { Breakers } from './breakers.service.js';
import { CallAnswers } from './call-answers.service.js';
import { Claims, type Claim } from './claim.service.js';
import { Failover } from './failover.service.js';
import { GatewayLine } from './gateway-line.service.js';
import { Limits } from './limits.service.js';
import { callLimits, OpenCalls, type Seat } from './open-calls.service.js';
import { Preparation, type Prepared } from './preparation.service.js';
import { requestIdOf } from './request-id.js';
import { cutFirst, splitIntoCalls, takeWindow, worthClaiming } from './split.js';
import { TaskHandover } from './task-handover.service.js';

/** A call that is committed as open: from here on it may have left. */
interface OpenCall {
  readonly id: number;
  readonly items: readonly Prepared[];
  /** When it may leave; absent where the gateway sets no rate. */
  readonly leavesAt?: Instant | undefined;
  /** From then on another worker may have taken the batch over: it must not leave any more. */
  readonly leaseUntil: Instant;
}

interface NextWindow {
  readonly window: readonly OpenCall[];
  /** What is left for later windows. */
  readonly waiting: readonly Prepared[][];
  readonly hasRefused: boolean;
}

interface Progress {
  readonly claim: Claim;
  readonly batch: Batch;
  readonly gateway: Gateway;
  readonly seat: Seat;
  readonly waiting: readonly Prepared[][];
  /** Some of the batch was refused for now, and certainly not sent: it is tried again when the rest has gone. */
  readonly hasRefused: boolean;
  /** Some of the batch goes to addresses that were called too often just now: when the first of them may be called. */
  readonly laterAt: Instant | null;
  /** The gateway is broken, and this batch tries it with one small call. */
  readonly isTrial: boolean;
}

@Injectable()
export class DispatcherRooms {
  constructor(
    readonly gateways: Gateways,
    readonly preparation: Preparation,
    readonly runs: Runs,
  ) {}
}

@Injectable()
export class DispatcherBooks {
  constructor(
    readonly batches: Batches,
    readonly deliveries: Deliveries,
    readonly settlement: Settlement,
    readonly answers: CallAnswers,
    readonly limits: Limits,
    readonly addresses: Addresses,
    readonly breakers: Breakers,
    readonly failover: Failover,
    readonly openCalls: OpenCalls,
    readonly ids: IdBlocks,
    readonly line: GatewayLine,
    readonly tasks: TaskHandover,
    readonly alarms: Alarms,
  ) {}
}

/**
 * Sends batches: claim, open a window of calls and commit, call, settle. Between the commit and the settlement no transaction
 * is open; a kill there leaves the window's calls in doubt, never more.
 */
@Injectable()
export class Dispatcher {
  private readonly log = new Logger('Dispatcher');
  private readonly owner: string;

  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly door: DispatcherRooms,
    private readonly claims: Claims,
    private readonly books: DispatcherBooks,
  ) {
    this.owner = chance.token(12);
  }

  /** Sends one batch as far as windows, limits and switches allow; false where another worker has it or nothing is due. */
  async send(batchId: number): Promise<boolean> {
    const batch = await this.books.batches.find(batchId);
    if (batch?.status !== 'ready') return false;
    const gateway = this.door.gateways.get(batch.gateway);
    const gate = gateway ? await this.books.breakers.gate(gateway.key) : { is: 'closed' as const };
    if (gate.is === 'open') {
      await this.books.failover.away(batch, gate.comeBackAt);
      return true;
    }
    // Sat down before the claim: a batch that is claimed must not wait, for its lease runs.
    const seat = gateway ? await this.books.openCalls.enter(gateway, batch.size) : null;
    if (gateway && !seat) return false;
    try {
      return await this.claimAndSend(batchId, gateway, { seat, isTrial: gate.is === 'trial' });
    } finally {
      if (gateway && seat) await this.books.openCalls.leave(gateway, seat);
    }
  }

  private async claimAndSend(
    batchId: number,
    gateway: Gateway | null,
    { seat, isTrial }: { seat: Seat | null; isTrial: boolean },
  ): Promise<boolean> {
    const claim = await this.claims.take(batchId, this.owner, gateway ? worthClaiming(gateway.limits) : undefined);
    if (!claim) return false;
    if (!gateway || !seat) {
      await this.books.alarms.raise(
        'gateway_missing',
        `gateway/${claim.batch.gateway}`,
        `配置中没有网关 ${claim.batch.gateway}，其消息保留待发`,
      );
      await this.giveBack(claim.batch, this.clock.now() + this.retryMax);
      return true;
    }
    await this.books.alarms.clear('gateway_missing', `gateway/${gateway.key}`);
    if (gateway.adapter.transport === 'task') {
      await this.books.tasks.hand(claim, gateway);
      return true;
    }
    await this.call(claim, gateway, { seat, isTrial });
    return true;
  }

  private async call(
    claim: Claim,
    gateway: Gateway,
    { seat, isTrial }: { seat: Seat; isTrial: boolean },
  ): Promise<void> {
    const messages = await this.door.preparation.of(claim, gateway);
    if (!messages) return this.giveBack(claim.batch, this.retryAt(claim.batch));
    const { ready, laterAt } = await this.books.addresses.sort(gateway, splitIntoCalls(messages, callLimits(gateway)));
    let progress: Progress = {
      claim,
      batch: claim.batch,
      gateway,
      seat,
      waiting: ready,
      hasRefused: false,
      laterAt,
      isTrial,
    };
    let settled: SettledCall[] = [];
    try {
      for (;;) {
        const { window, hasRefused, waiting } = await this.nextWindow(progress, settled);
        if (window.length === 0) return;
        progress = { ...progress, waiting, hasRefused };
        settled = await Promise.all(window.map((open) => this.callOne(open, gateway)));
        await this.books.breakers.heard(
          gateway,
          settled.map((s) => s.outcome),
          isTrial,
        );
      }
    } catch (error) {
      if (settled.length === 0) throw error;
      await this.books.answers.settleLate({ batch: claim.batch, gateway, settled }, error);
    }
  }

  private async nextWindow(progress: Progress, settled: readonly SettledCall[]): Promise<NextWindow> {
    try {
      return await this.openWindow(progress, settled);
    } catch (error) {
      if (!(error instanceof WindowChanged)) throw error;
      return this.openWindow({ ...progress, waiting: [] }, settled);
    }
  }

  /**
   * Settles the window that came back and opens the next, in one transaction. An empty answer: the batch was given back or is
   * done. Limits are asked before it, for waiting is no work for a transaction.
   */
  private async openWindow(progress: Progress, settled: readonly SettledCall[]): Promise<NextWindow> {
    const { gateway, batch, seat, claim } = progress;
    const allowed = await seat.allowance();
    const quota = await this.books.limits.dayQuota(gateway);
    const mayGo =
      this.clock.now() < claim.until &&
      allowed.calls > 0 &&
      quota.left > 0 &&
      !(await this.isBroken(progress, settled)) &&
      !(await this.books.batches.isOvertaken(batch));
    // A day's quota is kept to the last recipient: a call that is larger than what is left is cut.
    const room = Math.min(quota.left, progress.isTrial ? this.books.breakers.trialSize : quota.left);
    const waiting = cutFirst(progress.waiting, room);
    const most = progress.isTrial ? 1 : allowed.calls;
    const wanted = mayGo ? takeWindow(waiting, most, Math.min(allowed.recipients, room)) : [];
    const granted = await this.books.limits.grant(gateway, wanted.length, batch.priority < URGENT_BELOW);
    const next = wanted.slice(0, granted.calls);
    const firstId = next.length > 0 ? await this.books.ids.next('call', next.length) : 0;
    const leaseUntil = this.clock.now() + this.books.batches.leaseMs;
    const open = next.map((items, i): OpenCall => ({ id: firstId + i, items, leavesAt: granted.at[i], leaseUntil }));
    const opened = await this.database.transaction(async (): Promise<NextWindow> => {
      const verdict = await this.books.answers.settle({ batch, gateway, settled });
      const hold = await this.books.batches.renew(batch);
      const hasRefused = progress.hasRefused || verdict.retry > 0;
      if (hold === 'lost') {
        // Recovered while our answer was on its way; what that answer says did not leave is due again.
        if (hasRefused) await this.books.batches.reopen(batch.id, this.retryAt(batch));
        // While it was in doubt nothing was pending, so the run may have settled without it.
        if (verdict.retry > 0) await this.door.runs.reopen(batch.runId);
        return { window: [], hasRefused, waiting };
      }
      if (hold === 'cancelled') await this.cancelRest(batch);
      const comeBackAt = quota.left > 0 ? granted.comeBackAt : quota.comeBackAt;
      // A busy line or two does not stop the others; a gateway that takes nothing at all is left alone for a while.
      const takesNothing = verdict.retry > 0 && verdict.accepted === 0;
      if (hold !== null || open.length === 0 || takesNothing) {
        const isDone = open.length === 0 && waiting.length === 0;
        const laterAt = isDone ? (progress.laterAt ?? comeBackAt) : comeBackAt;
        const dueAt = hasRefused && (isDone || takesNothing) ? this.retryAt(batch) : laterAt;
        await this.books.batches.release(batch, dueAt, takesNothing);
        return { window: [], hasRefused, waiting };
      }
      const refusing = await this.claims.refusing(
        claim,
        open.flatMap((call) => call.items.map((item) => item.row)),
      );
      if (refusing.length > 0) {
        // Said no while the batch was in hand: they are dropped, and the rest is claimed anew at once.
        await this.books.settlement.drop(refusing, 'cancelled', 'opted_out');
        await this.books.batches.release(batch, this.clock.now(), false);
        return { window: [], hasRefused, waiting };
      }
      await this.open(batch, gateway, open);
      return { window: open, hasRefused, waiting: waiting.slice(open.length) };
    });
    seat.hold(sizeOf(opened.window.map((call) => call.items)));
    return opened;
  }

  /** A breaker that opened while the batch was in hand; the first window of a trial goes all the same. */
  private async isBroken({ gateway, isTrial }: Progress, settled: readonly SettledCall[]): Promise<boolean> {
    if (isTrial && settled.length === 0) return false;
    return this.books.breakers.isOpen(gateway.key);
  }

  private async open(batch: Batch, gateway: Gateway, calls: readonly OpenCall[]): Promise<void> {
    const now = this.clock.now();
    await this.database.insert(
      'calls',
      ['id', 'batchId', 'runId', 'gateway', 'fence', 'status', 'size', 'openedAt', 'leaseUntil'],
      calls.map((c) => [
        c.id,
        batch.id,
        batch.runId,
        gateway.key,
        batch.fence,
        'calling',
        c.items.length,
        now,
        c.leaseUntil,
      ]),
    );
    const recipients = sizeOf(calls.map((c) => c.items)).recipients;
    const taken = await this.books.deliveries.carry(
      batch.id,
      calls.map(({ id, items }) => ({ id, first: items[0]!.deliveryId, last: items.at(-1)!.deliveryId })),
    );
    // Somebody was erased or cancelled since the claim: nothing of the window has left, the batch is claimed anew.
    if (taken !== recipients) throw new WindowChanged();
    // Another process has used up the day meanwhile.
    if (!(await this.books.limits.use(gateway, recipients))) throw new WindowChanged();
    // Or has called one of the addresses.
    const windows = calls.map((c) => c.items);
    if (!(await this.books.addresses.use(gateway, windows))) throw new WindowChanged();
  }

  private async cancelRest(batch: Batch): Promise<void> {
    await this.books.settlement.drop(await this.books.batches.unsent(batch.id), 'cancelled', 'run_cancelled');
  }

  private async callOne(open: OpenCall, gateway: Gateway): Promise<SettledCall> {
    const call: GatewayCall = { callId: open.id, requestId: requestIdOf(open.id), items: open.items };
    const rows = open.items.map((item) => item.row);
    try {
      if (!(await this.departs(open, gateway)))
        return { callId: open.id, outcome: all(call, MISSED_ITS_INSTANT), rows };
      const outcome = await this.books.line.call(gateway, call, open.leaseUntil);
      return { callId: open.id, outcome, rows };
    } catch (error) {
      // An adapter that fails while it encodes has sent nothing; but where it failed is not known here, so it counts as in doubt.
      this.log.error(
        `call ${open.id} at gateway ${gateway.key} failed: ${error instanceof Error ? error.message : 'unknown'}`,
      );
      return { callId: open.id, outcome: inDoubt(call, 'internal'), rows };
    }
  }

  /** Waits until a call may leave; false where it may not soon, or a database in trouble cannot say: then it has not left. */
  private async departs({ id, leavesAt }: OpenCall, gateway: Gateway): Promise<boolean> {
    if (leavesAt === undefined) return true;
    try {
      return await this.books.limits.departs(gateway, leavesAt);
    } catch (error) {
      this.log.error(
        `call ${id} at gateway ${gateway.key} is held back: ${error instanceof Error ? error.name : 'unknown'}`,
      );
      return false;
    }
  }

  private async giveBack(batch: Batch, dueAt: number): Promise<void> {
    await this.database.transaction(() => this.books.batches.release(batch, dueAt, true));
  }

  private retryAt(batch: Batch): number {
    const base = parseDuration(this.config.settings.dispatch.retryBase) ?? 10_000;
    return this.clock.now() + backoff(batch.tries, base, this.retryMax, this.chance.fraction());
  }

  private get retryMax(): number {
    return parseDuration(this.config.settings.dispatch.retryMax) ?? 900_000;
  }
}

/** The gateway's rate has no room for it soon: nothing was sent. */
const MISSED_ITS_INSTANT = { cause: 'throttled', code: 'own_pace', note: 'held back by us: nothing was sent' } as const;

/** A recipient of the window is not pending any more. */
class WindowChanged extends Error {}

const sizeOf = (calls: readonly (readonly unknown[])[]): { calls: number; recipients: number } => ({
  calls: calls.length,
  recipients: calls.reduce((sum, items) => sum + items.length, 0),
});

const inDoubt = (call: GatewayCall, code: string): CallOutcome =>
  all(call, { cause: 'uncertain', code, note: 'failed on our side; it may have been sent' });
