import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Cadences } from './cadences.service.js';
import { campaignsEntities, campaignsRoom, officer, value, type CampaignsRoom } from '../../test/support/campaigns.js';
import { dialects, withDatabase } from '../../test/support/database.js';

/** A thousand in the long form (`npm run test:fault`), enough of them to fail in the short one. */
const ROUNDS = process.env.FAULT_LONG ? 1000 : 200;

const NOON = '2026-12-01T12:00:00+08:00';
const t = (text: string): number => Date.parse(`${text}+08:00`);
const TABLES = ['campaigns', 'campaign_versions', 'runs', 'occurrences', 'event_triggers', 'person_events', 'alarms'];

describe.each(dialects())('the clock on %s', (dialect) => {
  const held = withDatabase(dialect, campaignsEntities);
  let room: CampaignsRoom;
  beforeEach(async () => {
    room = await campaignsRoom(held.database, NOON);
  });
  afterEach(async () => {
    for (const table of TABLES) await held.database.execute(`DELETE FROM ${table}`);
  });

  const rows = (campaignId: string) =>
    held.database
      .query<{ at: unknown; status: string; reason: string | null }>(
        'SELECT at, status, reason FROM occurrences WHERE campaignId = ? ORDER BY at',
        [campaignId],
      )
      .then((found) => found.map((r) => [Number(r.at), r.status, r.reason] as const));
  const runs = async () => (await room.runs.list({ scope: officer.scope, limit: 5000 })).items.reverse();
  const happen = (type: 'arrival' | 'registration', at: string | number, people: readonly number[], triggers = 1) =>
    held.database.insert(
      'person_events',
      ['type', 'personId', 'occurredAt', 'receivedAt', 'triggers'],
      people.map((p) => [type, p, typeof at === 'number' ? at : t(at), room.clock.now(), triggers]),
    );

  it('makes the run of an occurrence when its time comes, not before', async () => {
    const { id } = await room.active();
    expect(await room.clockwork.nextDueAt()).toBe(t('2026-12-02T09:00:00'));
    room.at('2026-12-02T08:59:59.999+08:00');
    expect((await room.clockwork.tick()).runs).toEqual([]);
    room.at('2026-12-02T09:00:00+08:00');
    expect((await room.clockwork.tick()).runs).toHaveLength(1);
    expect((await room.clockwork.tick()).runs).toEqual([]);
    const [run] = await runs();
    expect(run).toMatchObject({
      campaignId: id,
      version: 1,
      occurrence: t('2026-12-02T09:00:00'),
      kind: 'scheduled',
      status: 'planning',
      day: 20261202,
      planCursor: null,
    });
    expect(run!.seed).toMatch(/^[0-9a-f]{64}$/);
    expect(await room.runs.context(run!.id)).toMatchObject({
      definition: { segmentId: 'LOCALS' },
      campaign: { id, name: '本地居民日@', township: null },
    });
    expect(room.ledger.entries.at(-1)).toMatchObject({ action: 'run.make', by: { name: 'clock' } });
  });

  it('makes one run however many schedulers tick at once, over and over', async () => {
    await room.active({ cadence: { kind: 'cron', expression: '*/5 * * * *' } });
    const four = [room, ...(await Promise.all([1, 2, 3].map(() => campaignsRoom(held.database, NOON))))];
    const times = Array.from({ length: ROUNDS }, (_, i) => Date.parse(NOON) + (i + 1) * 300_000);
    const made: string[] = [];
    for (const [i, now] of times.entries()) {
      const ticks = await Promise.all(four.map((r) => r.clockwork.tick(now)));
      if (ticks.some((tick) => tick.failed.length > 0)) expect(ticks.flatMap((tick) => tick.failed)).toEqual([]);
      made.push(...ticks.flatMap((tick) => tick.runs));
      if (made.length !== i + 1) expect(made).toHaveLength(i + 1);
    }
    expect(new Set(made).size).toBe(ROUNDS);
    expect((await runs()).map((r) => r.occurrence).sort((a, b) => a - b)).toEqual(times);
  }, 240_000);

  describe('after two days of sleep', () => {
    it('catches up the latest once and says of the others that they were missed', async () => {
      const { id } = await room.active();
      room.at('2026-12-04T12:00:00+08:00');
      expect((await room.clockwork.tick()).runs).toHaveLength(1);
      expect(await rows(id)).toEqual([
        [t('2026-12-02T09:00:00'), 'missed', 'overtaken'],
        [t('2026-12-03T09:00:00'), 'missed', 'overtaken'],
        [t('2026-12-04T09:00:00'), 'due', null],
      ]);
      expect(await room.alarms.open()).toMatchObject([{ kind: 'occurrence_missed', subject: `campaign/${id}` }]);
      await room.work();
      expect((await rows(id)).at(-1)).toEqual([t('2026-12-04T09:00:00'), 'caughtUp', null]);
      // What was caught up did not start in time: the alarm stays until one does.
      await room.watch.look();
      const missed = async () => (await room.alarms.open()).filter((a) => a.kind === 'occurrence_missed');
      expect(await missed()).toHaveLength(1);
      room.at('2026-12-05T09:00:00+08:00');
      await room.clockwork.tick();
      await room.work();
      await room.watch.look();
      expect(await missed()).toEqual([]);
      expect(await room.clockwork.nextDueAt()).toBe(t('2026-12-06T09:00:00'));
    });

    it('skips them where the campaign says so', async () => {
      const { id } = await room.active({ missed: 'skip' });
      room.at('2026-12-04T12:00:00+08:00');
      expect((await room.clockwork.tick()).runs).toEqual([]);
      expect((await rows(id)).map(([, status, reason]) => `${status} ${reason}`)).toEqual(
        Array.from({ length: 3 }, () => 'skipped skipped_by_rule'),
      );
      room.at('2026-12-05T09:04:00+08:00');
      expect((await room.clockwork.tick()).runs).toHaveLength(1);
    });

    it('does not run later than maxLateness', async () => {
      const { id } = await room.active({ maxLateness: 'PT2H' });
      room.at('2026-12-04T12:00:00+08:00');
      expect((await room.clockwork.tick()).runs).toEqual([]);
      expect((await rows(id)).at(-1)).toEqual([t('2026-12-04T09:00:00'), 'missed', 'too_late']);
    });
  });

  it('makes nothing twice when the clock jumps back', async () => {
    await room.active();
    room.at('2026-12-03T09:00:00+08:00');
    await room.clockwork.tick();
    for (const again of ['2026-12-02T08:59:00', '2026-12-02T09:00:00', '2026-12-03T09:00:00']) {
      room.clock.set(t(again));
      expect((await room.clockwork.tick()).runs).toEqual([]);
    }
    room.at('2026-12-04T09:00:00+08:00');
    expect((await room.clockwork.tick()).runs).toHaveLength(1);
    expect(await runs()).toHaveLength(2);
  });

  it('keeps the tide table over a Spring Festival', async () => {
    room.at('2026-02-13T12:00:00+08:00');
    const { id } = await room.active({ onHoliday: 'skip' });
    const campaign = (await room.campaigns.find(id, officer.scope))!;
    const span = [t('2026-02-13T00:00:00'), t('2026-02-26T00:00:00')] as const;
    const before = await room.tide.occurrences(campaign, ...span);
    for (const moment of ['2026-02-14T09:00:00', '2026-02-24T09:00:00']) {
      room.clock.set(t(moment));
      expect((await room.clockwork.tick()).runs).toHaveLength(1);
      await room.work();
    }
    const after = await room.tide.occurrences((await room.campaigns.find(id, officer.scope))!, ...span);
    expect(after.map((r) => r.at)).toEqual(before.map((r) => r.at));
    expect(after.map((r) => r.status)).toEqual(['done', ...Array.from({ length: 9 }, () => 'skipped'), 'done', 'due']);
    const table = await room.tide.table(...span, officer.scope);
    expect(table.rows).toHaveLength(12);
    expect(table.punctuality).toEqual({ due: 2, onTime: 2, share: 1 });
  });

  it('works out the far future where it is asked for, not all that comes before it', async () => {
    const { id } = await room.active({ cadence: { kind: 'cron', expression: '*/5 * * * *' } });
    const campaign = (await room.campaigns.find(id, officer.scope))!;
    const worked = jest.spyOn(Cadences.prototype, 'between');
    const from = t('2226-12-01T00:00:00');
    const found = await room.tide.occurrences(campaign, from, from + 3_600_000);
    expect(found.map((row) => row.at)).toEqual(Array.from({ length: 12 }, (_, i) => from + i * 300_000));
    expect(worked.mock.calls.map(([, since]) => since)).toEqual([from]);
    worked.mockRestore();
  });

  it('ends after the last day, and after the one time', async () => {
    const daily = await room.active({ endsOn: '2026-12-02' });
    const once = await room.active({ name: 'once', cadence: { kind: 'once', at: '2026-12-02T10:00:00+08:00' } });
    room.at('2026-12-02T10:00:00+08:00');
    expect((await room.clockwork.tick()).runs).toHaveLength(2);
    expect(await room.campaigns.find(daily.id, officer.scope)).toMatchObject({ status: 'ended', nextRunAt: null });
    expect(await room.campaigns.find(once.id, officer.scope)).toMatchObject({ status: 'ended', nextRunAt: null });
    await room.work();
    expect((await runs()).map((r) => r.status)).toEqual(['settled', 'settled']);
  });

  it('goes on with the others where one campaign cannot be read', async () => {
    const broken = await room.active({ name: 'broken' });
    await room.active();
    await held.database.execute(`UPDATE campaign_versions SET digest = 'x' WHERE campaignId = ?`, [broken.id]);
    const fresh = await campaignsRoom(held.database, '2026-12-02T09:00:00+08:00');
    const { runs: made, failed } = await fresh.clockwork.tick();
    expect(made).toHaveLength(1);
    expect(failed).toMatchObject([{ campaignId: broken.id }]);
  });

  describe('event cadences', () => {
    const arrivals = { cadence: { kind: 'event', event: 'arrival', delay: 'PT10M' } };

    it('makes one run of all events that are due, and none twice', async () => {
      const { id } = await room.active(arrivals);
      await happen('arrival', '2026-12-01T12:00:20', [1, 2]);
      await happen('arrival', '2026-12-01T12:00:38', [3]);
      await happen('arrival', '2026-12-01T12:00:30', [9], 0);
      await happen('registration', '2026-12-01T12:00:30', [8]);
      expect(await room.clockwork.nextDueAt()).toBe(t('2026-12-01T12:10:20'));
      room.at('2026-12-01T12:10:19+08:00');
      expect((await room.clockwork.tick()).runs).toEqual([]);
      room.at('2026-12-01T12:10:20+08:00');
      const [first] = (await room.clockwork.tick()).runs;
      expect(await room.runs.find(first!)).toMatchObject({ kind: 'event', occurrence: t('2026-12-01T12:10:20') });
      // Person 4 becomes due in the same step of the minute: that step has its run, so they join the next.
      await happen('arrival', '2026-12-01T12:00:25', [4]);
      room.at('2026-12-01T12:10:30+08:00');
      expect((await room.clockwork.tick()).runs).toEqual([]);
      expect(await room.clockwork.nextDueAt()).toBe(t('2026-12-01T12:10:40'));
      room.at('2026-12-01T12:10:40+08:00');
      const [second] = (await room.clockwork.tick()).runs;
      expect((await room.runs.find(second!))!.occurrence).toBe(t('2026-12-01T12:10:40'));
      const triggers = await held.database.query<{ personId: unknown; runId: string }>(
        'SELECT personId, runId FROM event_triggers WHERE campaignId = ? ORDER BY personId',
        [id],
      );
      expect(triggers.map((r) => [Number(r.personId), r.runId])).toEqual([
        [1, first],
        [2, first],
        [3, second],
        [4, second],
      ]);
      expect(await room.clockwork.nextDueAt()).toBeNull();
      expect((await rows(id)).map(([at, status]) => [at, status])).toEqual([
        [t('2026-12-01T12:10:20'), 'due'],
        [t('2026-12-01T12:10:40'), 'due'],
      ]);
    });

    it('leaves alone what is too late, and what was before the campaign', async () => {
      await room.active({ ...arrivals, maxLateness: 'PT1H' });
      await happen('arrival', '2026-12-01T11:49:59', [1]);
      await happen('arrival', '2026-12-01T11:50:00', [2]);
      await happen('arrival', '2026-12-01T12:30:00', [3]);
      room.at('2026-12-01T13:45:00+08:00');
      expect((await room.clockwork.tick()).runs).toEqual([]);
      await happen('arrival', '2026-12-01T12:35:00', [4]);
      expect((await room.clockwork.tick()).runs).toHaveLength(1);
      expect(await held.database.query('SELECT personId FROM event_triggers')).toHaveLength(1);
    });

    it('takes what was before the campaign only where its outreach falls after the activation', async () => {
      await room.active(arrivals);
      await happen('arrival', '2026-12-01T11:49:59', [1]);
      await happen('arrival', '2026-12-01T11:50:00', [2]);
      expect((await room.clockwork.tick()).runs).toHaveLength(1);
      expect(await held.database.query('SELECT personId FROM event_triggers WHERE personId = 2')).toHaveLength(1);
      expect(await held.database.query('SELECT personId FROM event_triggers')).toHaveLength(1);
    });

    it('takes twelve thousand events of one moment, with four schedulers at once', async () => {
      await room.active(arrivals);
      const people = Array.from({ length: 12_000 }, (_, i) => i + 1);
      await happen('arrival', '2026-12-01T12:00:00', people);
      await happen('arrival', '2026-12-01T12:00:01', [12_001]);
      const four = [room, ...(await Promise.all([1, 2, 3].map(() => campaignsRoom(held.database, NOON))))];
      const ticks = await Promise.all(four.map((r) => r.clockwork.tick(t('2026-12-01T12:10:05'))));
      expect(ticks.flatMap((tick) => tick.failed)).toEqual([]);
      expect(ticks.flatMap((tick) => tick.runs)).toHaveLength(1);
      const count = await held.database.one<{ n: unknown }>('SELECT COUNT(*) AS n FROM event_triggers');
      expect(Number(count!.n)).toBe(12_001);
      expect((await room.clockwork.tick(t('2026-12-01T12:11:05'))).runs).toEqual([]);
    });

    it('waits through a pause and goes on with what is not too late', async () => {
      const { id } = await room.active(arrivals);
      value(await room.lifecycle.pause(id, officer));
      await happen('arrival', '2026-12-01T12:00:00', [1]);
      room.at('2026-12-01T12:30:00+08:00');
      expect((await room.clockwork.tick()).runs).toEqual([]);
      value(await room.lifecycle.resume(id, officer));
      expect((await room.clockwork.tick()).runs).toHaveLength(1);
    });

    it('ends after the last day', async () => {
      const { id } = await room.active({ ...arrivals, endsOn: '2026-12-01' });
      room.at('2026-12-02T00:00:00+08:00');
      await room.clockwork.tick();
      expect((await room.campaigns.find(id, officer.scope))!.status).toBe('ended');
    });
  });

  describe('runs', () => {
    const made = async (): Promise<string> => {
      await room.active();
      room.at('2026-12-02T09:00:00+08:00');
      return (await room.clockwork.tick()).runs[0]!;
    };

    it('are planned by one owner at a time', async () => {
      const run = await made();
      expect(await room.runs.claimPlan(run, 'a', 60_000)).toBe(true);
      expect(await room.runs.claimPlan(run, 'a', 60_000)).toBe(true);
      expect(await room.runs.claimPlan(run, 'b', 60_000)).toBe(false);
      room.at('2026-12-02T09:01:01+08:00');
      expect(await room.runs.claimPlan(run, 'b', 60_000)).toBe(true);
      expect(await room.runs.advancePlan(run, { from: null, to: '7' })).toBe(true);
      expect(await room.runs.find(run)).toMatchObject({ planCursor: '7', startedAt: t('2026-12-02T09:00:00') });
      expect(await room.runs.planned(run, '7')).toBe(true);
      expect(await room.runs.advancePlan(run, { from: '7', to: '9' })).toBe(false);
      expect(await room.runs.settle(run)).toBe(true);
      expect(await room.runs.settle(run)).toBe(false);
      expect(await room.runs.openRuns()).toEqual([]);
    });

    it('move on by one of two planners that stand on the same page, to the end', async () => {
      const run = await made();
      const other = await campaignsRoom(held.database, '2026-12-02T09:00:00+08:00');
      await room.runs.claimPlan(run, 'a', 60_000);
      for (let page = 0; page < 20; page += 1) {
        const step = { from: page === 0 ? null : `p:${page}`, to: `p:${page + 1}` };
        const moved = await Promise.all([room, other].map((r) => r.runs.advancePlan(run, step)));
        expect(moved.filter(Boolean)).toHaveLength(1);
      }
      // Somebody who slept through a few pages neither sets the plan back nor ends it.
      expect(await room.runs.advancePlan(run, { from: 'p:3', to: 'p:4' })).toBe(false);
      expect(await room.runs.planned(run, 'p:3')).toBe(false);
      expect(await room.runs.find(run)).toMatchObject({ planCursor: 'p:20', status: 'planning' });
      const ended = await Promise.all([room, other].map((r) => r.runs.planned(run, 'p:20')));
      expect(ended.filter(Boolean)).toHaveLength(1);
    });

    it('stop and go on where they were', async () => {
      const run = await made();
      await room.runs.claimPlan(run, 'a', 60_000);
      expect(value(await room.control.pause(run, officer, 'look first')).status).toBe('paused');
      expect(await room.control.pause(run, officer)).toMatchObject({
        error: 'illegalMove',
        detail: { status: 'paused' },
      });
      expect(await room.runs.advancePlan(run, { from: null, to: '5' })).toBe(false);
      expect(value(await room.control.resume(run, officer)).status).toBe('planning');
      await room.runs.planned(run, null);
      expect(await room.control.resume(run, officer)).toMatchObject({
        error: 'illegalMove',
        detail: { status: 'sending' },
      });
      value(await room.control.pause(run, officer));
      expect(await room.runs.settle(run)).toBe(false);
      expect(value(await room.control.resume(run, officer)).status).toBe('sending');
      expect(value(await room.control.cancel(run, officer)).status).toBe('cancelled');
      expect(await room.runs.planned(run, null)).toBe(false);
      expect(room.ledger.entries.slice(-4).map((e) => e.action)).toEqual([
        'run.resume',
        'run.pause',
        'run.resume',
        'run.cancel',
      ]);
    });
  });

  it('lives through a year of the mission’s five cadences without a double, every gap explained', async () => {
    room.at('2025-12-31T23:59:00+08:00');
    const locals = await room.active({
      channels: [{ channel: 'chat' }, { channel: 'sms' }],
      groupSegmentId: 'CHATS',
      spread: { over: 30 },
    });
    const migrants = await room.active({
      name: '流动人口月@',
      cadence: { kind: 'monthly', day: 31, at: '10:00' },
      onHoliday: 'shift',
    });
    const special = await room.active({
      name: '特殊人群常@',
      cadence: { kind: 'daily', at: '09:30' },
      workdaysOnly: true,
    });
    const arrivals = await room.active({
      name: '入岛群众全@',
      cadence: { kind: 'event', event: 'arrival', delay: 'PT10M' },
    });
    const registrations = await room.active({
      name: '一登记一宣传',
      cadence: { kind: 'event', event: 'registration', delay: 'PT0S' },
    });
    let person = 0;
    const due: number[] = [];
    const year = Array.from({ length: 365 }, (_, day) => t('2026-01-01T00:00:00') + day * 86_400_000);
    await held.database.transaction(async () => {
      for (const midnight of year) {
        for (const hour of [8, 8.001]) {
          const at = midnight + Math.round(hour * 3_600_000);
          due.push(at + 600_000);
          await happen('arrival', at, [(person += 1)]);
        }
        await happen('registration', midnight + 11 * 3_600_000, [(person += 1)]);
      }
    });
    const end = t('2027-01-01T00:00:00');
    for (
      let next = await room.clockwork.nextDueAt();
      next !== null && next < end;
      next = await room.clockwork.nextDueAt()
    ) {
      room.clock.set(Math.max(next, room.clock.now()));
      const { failed, runs: madeNow } = await room.clockwork.tick();
      expect(failed).toEqual([]);
      expect(madeNow.length).toBeGreaterThan(0);
      await room.work();
    }
    const statuses = async (id: string) => {
      const found = await rows(id);
      return found.reduce<Record<string, number>>((sum, [, status, reason]) => {
        const key = reason === null ? status : `${status} ${reason}`;
        return { ...sum, [key]: (sum[key] ?? 0) + 1 };
      }, {});
    };
    expect(await statuses(locals.id)).toEqual({ done: 365 });
    // 31 January is a workday that was worked, 30 September and 31 October too; 2027 is beyond the table.
    expect(await statuses(migrants.id)).toEqual({ done: 12 });
    expect(await statuses(special.id)).toEqual({ done: 248, 'skipped not_a_workday': 117 });
    expect(await statuses(registrations.id)).toEqual({ done: 365 });
    const arrivalRuns = (await rows(arrivals.id)).map(([at]) => at);
    expect(new Set(arrivalRuns).size).toBe(arrivalRuns.length);
    for (const moment of due)
      expect(arrivalRuns.some((at) => at >= moment - 60_000 && at <= moment + 60_000)).toBe(true);
    expect(await held.database.query('SELECT eventId FROM event_triggers')).toHaveLength(365 * 3);
    const table = await room.tide.table(t('2026-10-01T00:00:00'), end, officer.scope);
    expect(table.punctuality.share).toBe(1);
  }, 240_000);
});
