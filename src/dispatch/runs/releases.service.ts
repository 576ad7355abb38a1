import { Injectable } from '@nestjs/common';
import { RunControl, Runs } from '../../campaigns/index.js';
import { Gateways } from '../../gateways/index.js';
import {
  Alarms, CLOCK_ACTOR, Clock, Config, Database, IdBlocks, Ledger, marks, parseDuration, type Instant,
} from '../../platform/index.js'; // prettier-ignore
import { Batches } from '../send/batches.repository.js';
import { firstSize, verdictOf, type FirstFew, type ReleaseLimits } from '../plan/release.js';

const PERSONAL = "('sms', 'voice', 'email')";
const AT_ONCE = 2000;

interface Held {
  readonly id: number;
  readonly batchId: number;
}
interface BatchRow {
  readonly id: number;
  readonly gateway: string;
  readonly channel: string;
  readonly step: number;
  readonly priority: number;
  readonly dueAt: Instant;
  readonly expiresAt: Instant | null;
}
interface Release {
  readonly runId: string;
  readonly status: 'holding' | 'stopped' | 'released';
  readonly openedAt: Instant;
}

/** What a release asks of other rooms. */
@Injectable()
export class ReleaseRooms {
  constructor(
    readonly runs: Runs,
    readonly control: RunControl,
    readonly gateways: Gateways,
    readonly alarms: Alarms,
  ) {}
}

/**
 * Progressive release. The batches of a once or urgent run are planned `held`; here the first few are let go, looked at, and
 * the rest follows or the run pauses and says why. All of it stands in the database: a kill costs a look and nothing else.
 */
@Injectable()
export class Releases {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly ids: IdBlocks,
    private readonly batches: Batches,
    private readonly rooms: ReleaseRooms,
    private readonly ledger: Ledger,
  ) {}

  async work(): Promise<boolean> {
    const fresh = await this.database.query<{ id: string }>(
      `SELECT DISTINCT r.id FROM batches b JOIN runs r ON r.id = b.runId
        WHERE b.status = 'held' AND r.status = 'sending' AND NOT EXISTS (SELECT 1 FROM run_releases x WHERE x.runId = r.id)`,
    );
    for (const { id } of fresh) await this.open(id);
    const due = await this.database.query<Release>(
      `SELECT x.runId, x.status, x.openedAt FROM run_releases x JOIN runs r ON r.id = x.runId
        WHERE r.status = 'sending' AND ((x.status = 'holding' AND x.lookAt <= ?) OR x.status = 'stopped')`,
      [this.clock.now()],
    );
    let moved = fresh.length > 0;
    for (const release of due) moved = (await this.look(release)) || moved;
    return moved;
  }

  /** The next instant at which a hold is looked at. */
  async nextDueAt(): Promise<Instant | null> {
    const row = await this.database.one<{ at: number | null }>(
      "SELECT MIN(x.lookAt) AS at FROM run_releases x JOIN runs r ON r.id = x.runId WHERE x.status = 'holding' AND r.status = 'sending'",
    );
    return row?.at === null || row === null ? null : Number(row.at);
  }

  async of(runId: string): Promise<{ status: string; first: number; total: number; why: string | null } | null> {
    const row = await this.database.one<{ status: string; firstSize: number; total: number; why: string | null }>(
      'SELECT status, firstSize, total, why FROM run_releases WHERE runId = ?',
      [runId],
    );
    return row && { status: row.status, first: Number(row.firstSize), total: Number(row.total), why: row.why };
  }

  /** Everything at once where it is little; else every n-th message goes ahead, in batches of its own. */
  private async open(runId: string): Promise<void> {
    const { from, share, least } = this.config.settings.campaigns.release;
    const held = await this.database.query<Held>(
      `SELECT d.id, d.batchId FROM deliveries d JOIN batches b ON b.id = d.batchId
        WHERE d.runId = ? AND b.status = 'held' AND d.channel IN ${PERSONAL} ORDER BY d.id`,
      [runId],
    );
    const isSmall = held.length < from;
    const size = isSmall ? held.length : firstSize(held.length, { share, least });
    const first = isSmall ? [] : Array.from({ length: size }, (_, i) => held[Math.floor((i * held.length) / size)]!);
    const groups = await this.grouped(first);
    const firstBatch = groups.length > 0 ? await this.ids.take('batch', groups.length) : 0;
    const now = this.clock.now();
    await this.database.transaction(async () => {
      const opened = await this.database.insert(
        'run_releases',
        ['runId', 'status', 'firstSize', 'total', 'openedAt', 'lookAt', 'decidedAt'],
        [[runId, isSmall ? 'released' : 'holding', size, held.length, now, now, isSmall ? now : null]],
        'ignore',
      );
      if (opened === 0) return;
      if (isSmall) return this.letGo(runId);
      for (const [i, group] of groups.entries()) await this.move(runId, firstBatch + i, group);
      await this.ledger.write({
        action: 'run.releaseFirst',
        subject: `run/${runId}`,
        by: CLOCK_ACTOR,
        detail: { first: size, of: held.length },
      });
    });
  }

  /** The chosen, by the batch that they come from, as many as a batch may hold. */
  private async grouped(first: readonly Held[]): Promise<{ batch: BatchRow; ids: number[] }[]> {
    const batches = new Map<number, BatchRow>();
    const ids = [...new Set(first.map((d) => Number(d.batchId)))];
    for (let i = 0; i < ids.length; i += AT_ONCE) {
      const part = ids.slice(i, i + AT_ONCE);
      const rows = await this.database.query<BatchRow>(
        `SELECT id, gateway, channel, step, priority, dueAt, expiresAt FROM batches WHERE id IN (${marks(part.length)})`,
        part,
      );
      for (const row of rows) batches.set(Number(row.id), row);
    }
    const groups = new Map<string, { batch: BatchRow; ids: number[] }[]>();
    for (const { id, batchId } of first) {
      const batch = batches.get(Number(batchId))!;
      const key = [batch.gateway, batch.step, batch.dueAt, batch.expiresAt].join('|');
      const open = groups.get(key)?.at(-1);
      if (open && open.ids.length < this.config.settings.dispatch.batchSize) open.ids.push(Number(id));
      else groups.set(key, [...(groups.get(key) ?? []), { batch, ids: [Number(id)] }]);
    }
    return [...groups.values()].flat();
  }

  private async move(runId: string, id: number, { batch, ids }: { batch: BatchRow; ids: number[] }): Promise<void> {
    const { campaignId } = (await this.rooms.runs.find(runId))!;
    await this.database.execute(`UPDATE deliveries SET batchId = ? WHERE id IN (${marks(ids.length)})`, [id, ...ids]);
    await this.batches.add([{ ...batch, id, runId, campaignId, size: ids.length }]);
    await this.database.execute(
      `UPDATE batches SET size = (SELECT COUNT(*) FROM deliveries d WHERE d.batchId = batches.id) WHERE runId = ? AND status = 'held'`,
      [runId],
    );
  }

  private async look({ runId, status, openedAt }: Release): Promise<boolean> {
    if (status === 'stopped') return this.end(runId, 'released', 'a person let it go on');
    const few = await this.firstFew(runId, openedAt);
    const verdict = verdictOf(few, this.limits, this.clock.now());
    if (verdict.do === 'go') return this.end(runId, 'released', this.allWell(few));
    if (verdict.do === 'pause') return this.pause(runId, verdict.why);
    const waits = await this.database.one<{ at: number | null }>(
      "SELECT MIN(dueAt) AS at FROM batches WHERE runId = ? AND status = 'ready'",
      [runId],
    );
    await this.database.execute('UPDATE run_releases SET lookAt = ? WHERE runId = ?', [
      Math.max(verdict.until, Number(waits?.at ?? 0)),
      runId,
    ]);
    return false;
  }

  private get limits(): ReleaseLimits {
    const { hold, receiptsWithin, ...shares } = this.config.settings.campaigns.release;
    return { ...shares, hold: parseDuration(hold) ?? 0, receiptsWithin: parseDuration(receiptsWithin) ?? 0 };
  }

  private allWell = (few: FirstFew): string =>
    `of the first ${few.size} messages ${few.failed} failed, ${few.optedOut} opted out, ${few.reported} of ${few.awaitable} reported`;

  private async firstFew(runId: string, openedAt: Instant): Promise<FirstFew> {
    const rows = await this.database.query<{ gateway: string; status: string; n: number; last: number | null }>(
      `SELECT d.gateway, d.status, COUNT(*) AS n, MAX(d.settledAt) AS last FROM deliveries d JOIN batches b ON b.id = d.batchId
        WHERE d.runId = ? AND b.status <> 'held' GROUP BY d.gateway, d.status`,
      [runId],
    );
    const sum = (...statuses: string[]) => rows.filter((r) => statuses.includes(r.status));
    const count = (list: typeof rows) => list.reduce((n, r) => n + Number(r.n), 0);
    const reports = ({ gateway }: { gateway: string }) => {
      const adapter = this.rooms.gateways.get(gateway)?.adapter;
      return adapter !== undefined && adapter.promises.receipts !== 'none' && !adapter.acceptedIsDelivered;
    };
    const optedOut = await this.database.one<{ n: number }>(
      `SELECT COUNT(DISTINCT d.addressKey) AS n FROM deliveries d JOIN batches b ON b.id = d.batchId JOIN opt_outs o ON o.phoneKey = d.addressKey
        WHERE d.runId = ? AND b.status <> 'held' AND o.at >= ?`,
      [runId, openedAt],
    );
    const left = rows.flatMap((r) => (r.last === null ? [] : [Number(r.last)]));
    return {
      size: count(rows),
      pending: count(sum('pending')),
      failed: count(sum('failed', 'undelivered', 'uncertain')),
      optedOut: Number(optedOut?.n ?? 0),
      awaitable: count(sum('awaiting', 'delivered', 'undelivered').filter(reports)),
      reported: count(sum('delivered', 'undelivered').filter(reports)),
      lastLeftAt: left.length === 0 ? null : Math.max(...left),
    };
  }

  private letGo(runId: string): Promise<void> {
    return this.database
      .execute("UPDATE batches SET status = 'ready' WHERE runId = ? AND status = 'held'", [runId])
      .then(() => undefined);
  }

  private async end(runId: string, status: 'released', why: string): Promise<boolean> {
    return this.database.transaction(async () => {
      const changed = await this.database.execute(
        "UPDATE run_releases SET status = ?, decidedAt = ?, why = ? WHERE runId = ? AND status IN ('holding', 'stopped')",
        [status, this.clock.now(), why, runId],
      );
      if (changed === 0) return false;
      await this.letGo(runId);
      await this.rooms.alarms.clear('release_paused', `run/${runId}`);
      await this.ledger.write({ action: 'run.release', subject: `run/${runId}`, by: CLOCK_ACTOR, detail: { why } });
      return true;
    });
  }

  private async pause(runId: string, why: string): Promise<boolean> {
    return this.database.transaction(async () => {
      const changed = await this.database.execute(
        "UPDATE run_releases SET status = 'stopped', decidedAt = ?, why = ? WHERE runId = ? AND status = 'holding'",
        [this.clock.now(), why, runId],
      );
      if (changed === 0 || !(await this.rooms.control.pauseByClock(runId, why))) return false;
      await this.rooms.alarms.raise('release_paused', `run/${runId}`, `批次已自行暂停：${why}`);
      return true;
    });
  }
}
