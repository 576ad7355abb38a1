import { Injectable } from '@nestjs/common';
import { Gateways, type CallOutcome, type Gateway } from '../../gateways/index.js';
import {
  Alarms,
  CLOCK_ACTOR,
  Clock,
  Config,
  Database,
  days,
  Ledger,
  marks,
  minutes,
  parseDuration,
  type Instant,
} from '../../platform/index.js';
import { isSilent, streakAfter, type Broken, type Heard } from './breaker.js';

/** So many of a gateway's latest calls are looked at for receipts, and no further back than this. */
const CALLS_LOOKED_AT = 40;
const NEWEST_CALLS = 20_000;
const LOOK_EVERY = minutes(1);

export interface BreakerState {
  readonly gateway: string;
  /** Null: closed, as it should be. */
  readonly why: Broken | null;
  readonly changedAt: Instant;
  /** When the next small trial may go; 0 where it is closed. */
  readonly tryAt: Instant;
}

/** `trial`: it is broken, and this worker alone may try it with one small call. */
export type Gate = { readonly is: 'closed' | 'trial' } | { readonly is: 'open'; readonly comeBackAt: Instant };

/**
 * A circuit breaker a gateway, its state shared by all workers: opened by calls that fail one after the other, or by receipts
 * that never come; then one worker after a while tries one small call, and what comes of it closes the breaker or leaves it.
 */
@Injectable()
export class Breakers {
  private readonly streaks = new Map<string, number>();
  private lookedAt = -Infinity;

  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly gateways: Gateways,
    private readonly alarms: Alarms,
    private readonly ledger: Ledger,
  ) {}

  private get rules() {
    const { failures, tryAfter, silentAfter, silentFrom, trial } = this.config.settings.dispatch.breaker;
    return {
      failures,
      silentFrom,
      trial,
      tryMs: parseDuration(tryAfter) ?? minutes(1),
      silentMs: parseDuration(silentAfter) ?? minutes(30),
    };
  }

  /** Recipients of a trial at most. */
  get trialSize(): number {
    return this.rules.trial;
  }

  async states(): Promise<Map<string, BreakerState>> {
    const rows = await this.database.query<BreakerState>('SELECT gateway, why, changedAt, tryAt FROM gateway_breakers');
    return new Map(rows.map((row) => [row.gateway, row]));
  }

  private state(gateway: string): Promise<BreakerState | null> {
    return this.database.one('SELECT gateway, why, changedAt, tryAt FROM gateway_breakers WHERE gateway = ?', [
      gateway,
    ]);
  }

  async isOpen(gateway: string): Promise<boolean> {
    return ((await this.state(gateway))?.why ?? null) !== null;
  }

  /** Whether a batch may go to the gateway. A trial is given to one worker; the next comes after `tryAfter` again. */
  async gate(gateway: string): Promise<Gate> {
    const state = await this.state(gateway);
    if (!state || state.why === null) return { is: 'closed' };
    const now = this.clock.now();
    const { tryMs } = this.rules;
    // A trial far ahead comes of a clock that was set back.
    if (state.tryAt > now && state.tryAt - now <= tryMs) return { is: 'open', comeBackAt: state.tryAt };
    const taken = await this.database.execute(
      'UPDATE gateway_breakers SET tryAt = ? WHERE gateway = ? AND tryAt = ? AND why IS NOT NULL',
      [now + tryMs, gateway, state.tryAt],
    );
    return taken === 1 ? { is: 'trial' } : { is: 'open', comeBackAt: now + tryMs };
  }

  /** Counts what came of calls. Outside of their transaction: what a kill leaves out is counted with the next ones. */
  async heard(gateway: Gateway, outcomes: readonly CallOutcome[], isTrial: boolean): Promise<void> {
    const streak = streakAfter(this.streaks.get(gateway.key) ?? 0, outcomes);
    this.streaks.set(gateway.key, streak);
    const { failures } = this.rules;
    if (streak >= failures) await this.open(gateway.key, 'failures', `连续 ${failures} 次呼出失败`);
    // After silence an accepted call proves nothing: only a receipt does.
    else if (isTrial && streak === 0 && (await this.state(gateway.key))?.why === 'failures')
      await this.close(gateway.key);
  }

  /** Looks once a minute for gateways that accept and never send a receipt, and for those that speak again. */
  async watch(): Promise<boolean> {
    const now = this.clock.now();
    if (Math.abs(now - this.lookedAt) < LOOK_EVERY) return false;
    this.lookedAt = now;
    for (const gateway of this.gateways.all()) {
      const { adapter } = gateway;
      if (adapter.transport === 'task' || adapter.acceptedIsDelivered || adapter.promises.receipts === 'none') continue;
      await this.listen(gateway.key, now);
    }
    return false;
  }

  private async listen(gateway: string, now: Instant): Promise<void> {
    const state = await this.state(gateway);
    const { silentMs, silentFrom } = this.rules;
    if (state?.why === 'silence') {
      const { withReceipt } = await this.receiptsOf(gateway, { from: now - days(7), to: now, since: state.changedAt });
      if (withReceipt > 0) await this.close(gateway);
      return;
    }
    // Calls from before it was mended say nothing about it now.
    const from = Math.max(now - days(1), state?.changedAt ?? 0);
    const heard = await this.receiptsOf(gateway, { from, to: now - silentMs, since: 0 });
    if (isSilent(heard, silentFrom))
      await this.open(
        gateway,
        'silence',
        `已受理 ${heard.awaiting} 条，${Math.round(silentMs / 60_000)} 分钟内无任何回执`,
      );
  }

  /** Of the latest calls that were settled in a time: who waits for a receipt, and who has one from `since` on. */
  private async receiptsOf(
    gateway: string,
    { from, to, since }: { from: Instant; to: Instant; since: Instant },
  ): Promise<Heard> {
    const calls = await this.database.query<{ id: number }>(
      `SELECT id FROM calls WHERE gateway = ? AND status = 'settled' AND openedAt > ? AND settledAt <= ?
        AND id > (SELECT COALESCE(MAX(id), 0) FROM calls) - ${NEWEST_CALLS} ORDER BY id DESC LIMIT ${CALLS_LOOKED_AT}`,
      [gateway, from, to],
    );
    if (calls.length === 0) return { awaiting: 0, withReceipt: 0 };
    const row = await this.database.one<{ awaiting: number; heard: number }>(
      `SELECT SUM(CASE WHEN status = 'awaiting' THEN 1 ELSE 0 END) AS awaiting, SUM(CASE WHEN receiptAt IS NOT NULL AND COALESCE(finalAt, receiptAt) >= ? THEN 1 ELSE 0 END) AS heard
        FROM deliveries WHERE callId IN (${marks(calls.length)})`,
      [since, ...calls.map((c) => c.id)],
    );
    return { awaiting: Number(row?.awaiting ?? 0), withReceipt: Number(row?.heard ?? 0) };
  }

  private async open(gateway: string, why: Broken, words: string): Promise<void> {
    const now = this.clock.now();
    await this.database.transaction(async () => {
      const state = await this.state(gateway);
      if (state && state.why !== null) return;
      await this.database.upsert(
        'gateway_breakers',
        ['gateway'],
        ['why', 'changedAt', 'tryAt'],
        [[gateway, why, now, now + this.rules.tryMs]],
        { replace: ['why', 'changedAt', 'tryAt'] },
      );
      await this.alarms.raise(
        'gateway_broken',
        `gateway/${gateway}`,
        `网关 ${gateway} ${words}，已熔断：消息保留待发，活动另有备用网关的改由备用网关发送`,
      );
      await this.tell('gateway.break', gateway, why);
    });
  }

  private async close(gateway: string): Promise<void> {
    this.streaks.set(gateway, 0);
    await this.database.transaction(async () => {
      const closed = await this.database.execute(
        'UPDATE gateway_breakers SET why = NULL, changedAt = ?, tryAt = 0 WHERE gateway = ? AND why IS NOT NULL',
        [this.clock.now(), gateway],
      );
      if (closed === 0) return;
      await this.alarms.clear('gateway_broken', `gateway/${gateway}`);
      await this.tell('gateway.mend', gateway, null);
    });
  }

  private tell(action: string, gateway: string, why: Broken | null): Promise<void> {
    return this.ledger.write({ action, subject: `gateway/${gateway}`, by: CLOCK_ACTOR, detail: { why } });
  }
}
