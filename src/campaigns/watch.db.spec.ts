import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  campaignsEntities,
  campaignsRoom,
  definition,
  officer,
  value,
  type CampaignsRoom,
} from '../../test/support/campaigns.js';
import { dialects, withDatabase } from '../../test/support/database.js';

const t = (text: string): number => Date.parse(`${text}+08:00`);
const TABLES = ['campaigns', 'campaign_versions', 'runs', 'occurrences', 'event_triggers', 'person_events', 'alarms'];

describe.each(dialects())('alarms of the tide on %s', (dialect) => {
  const held = withDatabase(dialect, campaignsEntities);
  let room: CampaignsRoom;
  beforeEach(async () => {
    room = await campaignsRoom(held.database, '2026-12-01T12:00:00+08:00');
  });
  afterEach(async () => {
    for (const table of TABLES) await held.database.execute(`DELETE FROM ${table}`);
  });

  it('of a run that nobody begins stays until an occurrence starts in time again', async () => {
    await room.active();
    room.at('2026-12-02T09:00:00+08:00');
    const run = (await room.clockwork.tick()).runs[0]!;
    const missed = async () => {
      await room.watch.look();
      return (await room.alarms.open()).filter((a) => a.kind === 'occurrence_missed').length;
    };
    expect(await missed()).toBe(0);
    room.at('2026-12-02T09:05:01+08:00');
    expect(await missed()).toBe(1);
    await room.runs.claimPlan(run, 'a', 60_000);
    expect(await missed()).toBe(1);
    room.at('2026-12-03T09:00:00+08:00');
    const [next] = (await room.clockwork.tick()).runs;
    expect(await missed()).toBe(1);
    room.at('2026-12-03T09:00:02+08:00');
    await room.runs.claimPlan(next!, 'a', 60_000);
    expect(await missed()).toBe(0);
  });

  it('warns of an approval that runs out, and alarms when it has', async () => {
    const { id } = await room.active({ approvalValidFor: 'P30D' });
    await room.active({ name: 'for ever', approvalValidFor: 'never' });
    const told = async (day: string) => {
      room.clock.set(t(`${day}T12:00:00`));
      await room.watch.look();
      return (await room.alarms.open())
        .filter((a) => a.subject.startsWith('campaign/'))
        .map((a) => `${a.kind} ${a.subject}`);
    };
    expect(await told('2026-12-16')).toEqual([]);
    expect(await told('2026-12-17')).toEqual([`approval_expires campaign/${id}`]);
    expect(await told('2026-12-31')).toEqual([`approval_expired campaign/${id}`]);
  });

  it('clears the alarms of what is cancelled, and of what has ended but for a miss that nobody has had time to see', async () => {
    const cancelled = await room.active({ approvalValidFor: 'P30D', name: 'cancelled' });
    const ending = await room.active({ approvalValidFor: 'P30D', name: 'ending', endsOn: '2026-12-18' });
    room.at('2026-12-17T12:00:00+08:00');
    await room.clockwork.tick();
    await room.work();
    await room.watch.look();
    const open = async () =>
      (await room.alarms.open())
        .filter((a) => a.subject.startsWith('campaign/'))
        .map((a) => `${a.kind} ${a.subject}`)
        .sort();
    const both = [cancelled, ending].map(({ id }) => `campaign/${id}`);
    expect(await open()).toEqual(
      ['approval_expires', 'occurrence_missed'].flatMap((kind) => both.map((subject) => `${kind} ${subject}`)).sort(),
    );
    value(await room.lifecycle.cancel(cancelled.id, officer));
    await room.watch.look();
    expect(await open()).toEqual([`approval_expires ${both[1]}`, `occurrence_missed ${both[1]}`]);
    room.at('2026-12-19T12:00:00+08:00');
    await room.clockwork.tick();
    await room.work();
    expect((await room.campaigns.find(ending.id, officer.scope))!.status).toBe('ended');
    await room.watch.look();
    expect(await open()).toEqual([`occurrence_missed ${both[1]}`]);
    room.at('2026-12-27T12:00:00+08:00');
    await room.watch.look();
    expect(await open()).toEqual([]);
  });

  it('of holidays that are not known come in December for the next year, whose days run meanwhile', async () => {
    const { id } = await room.active({ onHoliday: 'skip' });
    const unknown = async (at: string) => {
      room.clock.set(t(at));
      await room.clockwork.tick();
      await room.watch.look();
      return (await room.alarms.open()).filter((a) => a.kind === 'holidays_unknown').map((a) => a.subject);
    };
    room.clock.set(t('2026-11-30T23:59:00'));
    await room.watch.look();
    expect((await room.alarms.open()).map((a) => a.kind)).toEqual([]);
    expect(await unknown('2026-12-01T12:00:00')).toEqual(['calendar/2027']);
    for (let day = t('2026-12-02T09:00:00'); day < t('2027-01-02T09:00:00'); day += 86_400_000)
      expect(await unknown(new Date(day + 28_800_000).toISOString().slice(0, 19))).toEqual(['calendar/2027']);
    const skipped = await held.database.query(
      "SELECT at FROM occurrences WHERE campaignId = ? AND status = 'skipped'",
      [id],
    );
    expect(skipped).toEqual([]);
  });

  it('leave alone what a season leaves out: the tide table says so, and a season that is not in the settings is refused', async () => {
    const seasons = "campaigns: { specialDays: [{ name: 高考, from: '06-07', to: '06-09' }] }";
    const own = await campaignsRoom(held.database, '2026-06-05T12:00:00+08:00', seasons);
    const { id } = await own.active({ specialDays: { except: ['高考'] } });
    const only = await own.active({ name: 'only', specialDays: { only: ['高考'] } });
    const span = [t('2026-06-05T12:00:00'), t('2026-06-12T00:00:00')] as const;
    const table = async (of: string) =>
      (await own.tide.occurrences((await own.campaigns.find(of, officer.scope))!, ...span)).map(
        ({ at, status, reason }) => `${new Date(at + 28_800_000).toISOString().slice(5, 10)} ${reason ?? status}`,
      );
    const expected = ['06-06 due', ...[7, 8, 9].map((d) => `06-0${d} special_days`), '06-10 due', '06-11 due'];
    expect(await table(id)).toEqual(expected);
    expect((await table(only.id)).filter((row) => row.endsWith('due'))).toEqual([
      '06-07 due',
      '06-08 due',
      '06-09 due',
    ]);
    expect((await own.campaigns.find(only.id, officer.scope))!.nextRunAt).toBe(t('2026-06-07T09:00:00'));
    const made = await own.campaigns.create(definition({ specialDays: { only: ['高考', '中考'] } }), officer);
    expect(made).toMatchObject({ detail: [{ path: '/specialDays/only/1', code: 'unknown_special_days' }] });
    for (let day = t('2026-06-06T09:00:00'); day < span[1]; day += 86_400_000) {
      own.clock.set(day);
      await own.clockwork.tick();
      await own.work();
    }
    expect((await table(id)).map((row) => row.replace('done', 'due'))).toEqual(expected);
    expect((await own.alarms.open()).filter((a) => a.kind === 'occurrence_missed')).toEqual([]);
  });
});
