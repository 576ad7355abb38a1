import { Injectable } from '@nestjs/common';
import type { Actor } from '../../accounts/index.js';
import { Gateways } from '../../gateways/index.js';
import {
  Alarms,
  Clock,
  CountyTime,
  Database,
  days,
  err,
  Ledger,
  minutes,
  ok,
  type Instant,
  type Result,
} from '../../platform/index.js';

import { Breakers, type BreakerState } from '../send/breakers.service.js';
import { healthOf, type GatewayHealth, type Heard } from './gateway-health.js';

/** The row that stands for every gateway at once. */
export const EVERYTHING = '*';
/** A request to start again is good for so long; then both people say it anew. */
const SECOND_PERSON_WITHIN = minutes(30);
/** A receipt that is not there after so long is a bad sign. */
const RECEIPTS_TAKE = minutes(10);
const SAMPLE = 1000;

interface State {
  readonly gateway: string;
  readonly stoppedAt: Instant | null;
  readonly startAskedBy: string | null;
  readonly startAskedAt: Instant | null;
  readonly faultCode: string | null;
  readonly faultAt: Instant | null;
}

/** The kill switch: one person stops, two start again. Every claim and every window of calls looks at it. */
@Injectable()
export class Switches {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly gateways: Gateways,
    private readonly breakers: Breakers,
    private readonly alarms: Alarms,
    private readonly ledger: Ledger,
  ) {}

  private knows(gateway: string): boolean {
    return gateway === EVERYTHING || this.gateways.get(gateway) !== null;
  }

  async stop(gateway: string, by: Actor): Promise<Result<void, 'notFound'>> {
    if (!this.knows(gateway)) return err('notFound');
    await this.database.transaction(async () => {
      await this.database.upsert(
        'gateway_states',
        ['gateway'],
        ['stoppedAt', 'stoppedBy', 'startAskedBy', 'startAskedAt'],
        [[gateway, this.clock.now(), by.id, null, null]],
        {
          replace: ['stoppedAt', 'stoppedBy', 'startAskedBy', 'startAskedAt'],
        },
      );
      await this.alarms.raise(
        'stopped',
        `gateway/${gateway}`,
        gateway === EVERYTHING ? '全部发送已紧急停止' : `网关 ${gateway} 已停止`,
      );
      await this.ledger.write({
        action: 'gateway.stop',
        subject: `gateway/${gateway}`,
        by: { id: by.id, name: by.name },
      });
    });
    return ok(undefined);
  }

  /** The first person asks, a second one within half an hour starts. */
  async start(
    gateway: string,
    by: Actor,
  ): Promise<Result<'started' | 'secondPersonNeeded', 'notFound' | 'notStopped'>> {
    if (!this.knows(gateway)) return err('notFound');
    return this.database.transaction(async () => {
      const state = await this.database.one<State>(
        `SELECT * FROM gateway_states WHERE gateway = ?${this.database.forUpdate}`,
        [gateway],
      );
      if (!state || (state.stoppedAt === null && state.faultAt === null)) return err('notStopped');
      const now = this.clock.now();
      const isAsked =
        state.startAskedBy !== null &&
        state.startAskedBy !== by.id &&
        now - (state.startAskedAt ?? 0) <= SECOND_PERSON_WITHIN;
      if (!isAsked) {
        await this.database.execute('UPDATE gateway_states SET startAskedBy = ?, startAskedAt = ? WHERE gateway = ?', [
          by.id,
          now,
          gateway,
        ]);
        await this.ledger.write({
          action: 'gateway.startAsked',
          subject: `gateway/${gateway}`,
          by: { id: by.id, name: by.name },
        });
        return ok('secondPersonNeeded' as const);
      }
      await this.database.execute(
        'UPDATE gateway_states SET stoppedAt = NULL, stoppedBy = NULL, startAskedBy = NULL, startAskedAt = NULL, faultCode = NULL, faultAt = NULL WHERE gateway = ?',
        [gateway],
      );
      await this.alarms.clear('stopped', `gateway/${gateway}`);
      await this.alarms.clear('gateway_settings', `gateway/${gateway}`);
      await this.ledger.write({
        action: 'gateway.start',
        subject: `gateway/${gateway}`,
        by: { id: by.id, name: by.name },
        detail: { askedBy: state.startAskedBy },
      });
      return ok('started' as const);
    });
  }

  private shown(state: BreakerState | undefined) {
    if (!state || state.why === null) return { state: 'closed' };
    const isDue = state.tryAt <= this.clock.now();
    return {
      state: isDue ? 'halfOpen' : 'open',
      why: state.why,
      since: this.county.iso(state.changedAt),
      tryAt: this.county.iso(state.tryAt),
    };
  }

  /** The latest messages of the last day whose receipts have had time to come. */
  private sample(gateway: string): Promise<Heard[]> {
    const now = this.clock.now();
    return this.database.query<Heard>(
      `SELECT d.status, d.sentAt, d.receiptAt FROM calls c JOIN deliveries d ON d.callId = c.id
       WHERE c.gateway = ? AND c.openedAt BETWEEN ? AND ? ORDER BY c.openedAt DESC LIMIT ${SAMPLE}`,
      [gateway, now - days(1), now - RECEIPTS_TAKE],
    );
  }

  async list() {
    const states = new Map(
      (await this.database.query<State>('SELECT * FROM gateway_states')).map((s) => [s.gateway, s]),
    );
    const waiting = new Map(
      (
        await this.database.query<{ gateway: string; n: number }>(
          "SELECT gateway, COUNT(*) AS n FROM batches WHERE status <> 'done' GROUP BY gateway",
        )
      ).map((r) => [r.gateway, Number(r.n)]),
    );
    const breakers = await this.breakers.states();
    const everything = states.get(EVERYTHING);
    const health = new Map<string, GatewayHealth>();
    for (const { key, adapter } of this.gateways.all())
      if (adapter.promises.receipts !== 'none') health.set(key, healthOf(await this.sample(key)));
    return this.gateways.all().map((g) => {
      const state = states.get(g.key);
      return {
        key: g.key,
        adapter: g.adapter.id,
        title: g.adapter.title,
        channels: g.adapter.channels,
        isSimulator: g.isSimulator,
        limits: g.limits,
        signature: g.signature,
        costPerPart: g.costPerPart,
        status: state?.faultAt ? 'fault' : state?.stoppedAt || everything?.stoppedAt ? 'stopped' : 'running',
        fault: state?.faultCode ?? null,
        breaker: this.shown(breakers.get(g.key)),
        stoppedAt: this.county.isoOrNull(state?.stoppedAt ?? everything?.stoppedAt),
        startAsked: Boolean(state?.startAskedBy),
        waitingBatches: waiting.get(g.key) ?? 0,
        health: health.get(g.key) ?? null,
      };
    });
  }
}
