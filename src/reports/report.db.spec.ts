import { beforeAll, describe, expect, it } from '@jest/globals';
import { dialects, withDatabase } from '../../test/support/database.js';
import { tell, type History, type ToldDelivery } from '../../test/support/history.js';
import { CountyTime, SteppedClock, type Config } from '../platform/index.js';
import { checkSums } from '../dispatch/index.js';
import { CUTS, type Cut, type CutQuery } from './cut.js';
import { Measures } from './measures.service.js';

import { ReportNames } from './names.service.js';
import { Reports } from './report.service.js';
import type { Viewer } from './viewer.js';

const at = (text: string): number => Date.parse(text);
const county = new CountyTime('Asia/Shanghai');
const townships = [
  { code: '330922100', name: '菜园镇' },
  { code: '330922101', name: '嵊山镇' },
];
const config = {
  settings: { townships },
  township: (text: string) => townships.find((t) => t.code === text || t.name === text) ?? null,
} as unknown as Config;
const auditor: Viewer = { scope: { township: null }, mayReadSensitive: true };
const NOON = at('2026-11-10T12:00:00+08:00');

const run = (text: string, campaign = 'C1') => ({ occurrence: at(text), day: county.dayNumber(at(text)), campaign });

describe.each(dialects())('the reports on %s', (dialect) => {
  const db = withDatabase(dialect);
  const clock = new SteppedClock(at('2026-11-23T10:00:00+08:00'));
  let reports: Reports;
  const cut = (query: CutQuery, viewer = auditor): Cut => {
    const read = reports.cut(query, viewer);
    if (!read.ok) throw new Error(JSON.stringify(read.mistakes));
    return read.value;
  };
  const sends = (query: CutQuery, viewer = auditor) => reports.sends(cut(query, viewer), viewer);
  const reach = (query: CutQuery, viewer = auditor) => reports.reach(cut(query, viewer), viewer);

  beforeAll(async () => {
    const { database } = db;
    reports = new Reports(
      database,
      new Measures(database, clock, county),
      new ReportNames(database, config),
      clock,
      county,
      config,
      { latest: () => Promise.resolve([]) },
    );
    await database.transaction(async () => {
      await database.insert(
        'fraud_types',
        ['code', 'no', 'nameZh', 'nameEn', 'facts'],
        [['A', 1, '刷单', 'Brushing', '{}']],
      );
      await database.insert(
        'tricks',
        ['code', 'no', 'type', 'nameZh', 'nameEn', 'facts'],
        ['A-1', 'A-2', 'B-1', 'B-2', 'B-3', 'B-4'].map((code, i) => [code, i + 1, code[0]!, `骗术${code}`, code, '{}']),
      );
      await database.insert(
        'campaigns',
        ['id', 'name', 'status', 'latestVersion', 'createdBy', 'createdAt', 'updatedAt'],
        [
          ['C1', '本地居民日@', 'active', 1, 'u', 0, 0],
          ['C2', '特殊人群常@', 'active', 1, 'u', 0, 0],
        ],
      );
    });
  });

  it('answers zeros for an empty period, in one row without a cut and in none with one', async () => {
    await tell(db.database, { runs: [], deliveries: [], skips: [] });
    const whole = await sends({});
    expect(whole.totals).toMatchObject({ targeted: 0, skipped: {}, planned: 0, reachedPeople: 0, cost: 0 });
    expect(whole.rows).toEqual([whole.totals]);
    expect((await sends({ groupBy: CUTS.join(',') })).rows).toEqual([]);
    expect((await reach({})).totals).toMatchObject({ segmentSize: 0, coverage: 0 });
    expect((await sends({ asOf: '2026-11-10' })).totals).toEqual(whole.totals);
  });

  describe('of a small history', () => {
    const history: History = {
      runs: [
        run('2026-11-01T00:00:00+08:00'),
        run('2026-11-10T09:00:00+08:00', 'C2'),
        { ...run('2026-11-10T10:00:00+08:00'), kind: 'test' },
        run('2026-12-01T00:00:00+08:00'),
      ],
      deliveries: [
        { run: 0, person: 1, status: 'delivered', parts: 2, cost: 700, attended: true, settledAt: NOON },
        { run: 0, person: 1, channel: 'voice', gateway: 'ali', status: 'delivered', trick: 'A-2', settledAt: NOON },
        { run: 0, person: 2, status: 'undelivered', parts: 1, cost: 350 },
        { run: 1, person: 1, channel: 'voice', gateway: 'ali', status: 'awaiting', population: 'special' },
        { run: 1, person: 3, status: 'failed', population: 'special', township: '330922101' },
        { run: 1, person: null, channel: 'chat', gateway: 'wecom', status: 'delivered', headCount: 200 },
        {
          run: 1,
          person: null,
          channel: 'chat',
          gateway: 'wechat',
          status: 'delivered',
          headCount: 90,
          isAttested: true,
        },
        { run: 2, person: 9, status: 'delivered' },
        { run: 3, person: 8, status: 'delivered' },
      ],
      skips: [
        { run: 0, person: 4, reason: 'opted_out' },
        { run: 1, person: 1, reason: 'contact_cap', population: 'special' },
        { run: 2, person: 5, reason: 'landline' },
      ],
    };
    beforeAll(() => tell(db.database, history));

    it('counts runs of the period only, from inclusive, to exclusive, and no test', async () => {
      const { totals } = await sends({});
      expect(totals).toMatchObject({
        targeted: 9,
        skipped: { contact_cap: 1, opted_out: 1 },
        planned: 7,
        sent: 6,
        delivered: 4,
        targetedPeople: 4,
        reachedPeople: 1,
        attendedPeople: 1,
        estimatedGroupReach: 200,
        attestedGroupReach: 90,
        messages: 4,
        smsParts: 3,
        callAttempts: 2,
        callsAnswered: 1,
        cost: 0.105,
      });
      expect(checkSums(totals)).toEqual([]);
    });

    it('takes a period inside a day', async () => {
      expect(
        (await sends({ from: '2026-11-10T08:00:00+08:00', to: '2026-11-10T09:00:00+08:00' })).totals.targeted,
      ).toBe(0);
      expect((await sends({ from: '2026-11-10T09:00:00+08:00', to: '2026-11-10T09:30:00+08:00' })).totals.planned).toBe(
        4,
      );
    });

    it('names what the codes stand for, and sets skips apart where the cut does not know them', async () => {
      const { rows } = await sends({ groupBy: 'campaign,trick' });
      expect(rows.map((row) => [row.campaignName, row.trick, row.trickName, row.planned, row.targeted])).toEqual([
        ['本地居民日@', '', '', 0, 1],
        ['本地居民日@', 'A-1', '骗术A-1', 2, 2],
        ['本地居民日@', 'A-2', '骗术A-2', 1, 1],
        ['特殊人群常@', '', '', 0, 1],
        ['特殊人群常@', 'A-1', '骗术A-1', 4, 4],
      ]);
    });

    it('cuts by the calendar', async () => {
      const { rows } = await sends({ from: '2026-10-01', to: '2026-12-02', groupBy: 'month,week,day' });
      expect(rows.map((row) => [row.month, row.week, row.day, row.planned])).toEqual([
        ['2026-11', '2026-W44', '2026-11-01', 3],
        ['2026-11', '2026-W46', '2026-11-10', 4],
        ['2026-12', '2026-W49', '2026-12-01', 1],
      ]);
    });

    it('filters by any cut, also where it is not grouped by', async () => {
      expect((await sends({ channel: 'voice' })).totals).toMatchObject({ targeted: 2, sent: 2, callAttempts: 2 });
      expect((await sends({ campaign: 'C2', population: 'special' })).totals).toMatchObject({
        targeted: 3,
        planned: 2,
      });
      expect((await sends({ trick: 'A-2' })).totals).toMatchObject({ targeted: 1, skipped: {} });
      expect((await sends({ gateway: 'mas', groupBy: 'township' })).rows.map((r) => r.townshipName)).toEqual([
        '菜园镇',
        '嵊山镇',
      ]);
    });

    it('keeps a township officer inside the township', async () => {
      const officer: Viewer = { scope: { township: '330922101' }, mayReadSensitive: false };
      expect((await sends({}, officer)).totals.targeted).toBe(1);
      expect((await sends({ township: '菜园镇', groupBy: 'day' }, officer)).rows).toEqual([]);
      expect((await reach({ groupBy: 'township' }, officer)).rows.map((row) => row.township)).toEqual(['330922101']);
      const tricks = await reports.trickCoverage(cut({}, officer), officer);
      expect(tricks.segmentSize).toBe(1);
    });

    it('gives reach in people, each once', async () => {
      const { rows, totals } = await reach({ groupBy: 'channel' });
      expect(rows.map((row) => [row.channel, row.segmentSize, row.handedOverPeople, row.reachedPeople])).toEqual([
        ['chat', 0, 0, 0],
        ['sms', 4, 2, 1],
        ['voice', 1, 1, 1],
      ]);
      expect(totals).toMatchObject({
        segmentSize: 4,
        reachedPeople: 1,
        coverage: 0.25,
        freshReachedPeople: 1,
        estimatedGroupReach: 200,
      });
    });

    it('says how widely each trick was heard of', async () => {
      const coverage = await reports.trickCoverage(cut({}), auditor);
      expect(coverage.byTricksReached).toEqual([
        { tricks: 0, people: 3 },
        { tricks: 2, people: 1 },
      ]);
      expect(coverage.byTrick).toHaveLength(6);
      expect(coverage.most[0]).toMatchObject({
        trick: 'A-1',
        reachedPeople: 1,
        coverage: 0.25,
        estimatedGroupReach: 200,
      });
      expect(coverage.least).toHaveLength(5);
      expect(coverage.least[0]!.reachedPeople).toBe(0);
    });

    it('hides the name of a campaign over a sensitive segment from those who may not read it', async () => {
      const { database } = db;
      await database.insert(
        'segments',
        ['id', 'name', 'subject', 'rule', 'version', 'isSensitive', 'createdAt', 'updatedAt'],
        [['S1', 's', 'people', '{}', 1, 1, 0, 0]],
      );
      await database.insert(
        'campaign_versions',
        ['campaignId', 'version', 'status', 'definition', 'digest', 'editors', 'editedBy', 'editedAt'],
        [['C2', 1, 'approved', '{"segmentId":"S1"}', 'd', '[]', 'u', 0]],
      );
      const names = (await sends({ groupBy: 'campaign' }, { ...auditor, mayReadSensitive: false })).rows.map(
        (r) => r.campaignName,
      );
      expect(names).toEqual(['本地居民日@', '重点提醒']);
    });
  });

  it('answers as of a county midnight as it would have then', async () => {
    const day = (n: number, hour = 12): number => at(`2026-11-${String(n).padStart(2, '0')}T${hour}:00:00+08:00`);
    const told = (status: string, times: Partial<ToldDelivery>): ToldDelivery => ({
      run: 0,
      person: 1,
      status,
      plannedAt: day(2),
      ...times,
    });
    await tell(db.database, {
      runs: [run('2026-11-02T09:00:00+08:00')],
      deliveries: [
        told('delivered', { sentAt: day(3), settledAt: day(3), finalAt: day(5), attended: true }),
        told('uncertain', { settledAt: day(3), person: 2 }),
        told('undelivered', { settledAt: day(3), finalAt: day(5), person: 3 }),
        told('expired', { settledAt: day(4), person: 4 }),
        told('pending', { plannedAt: day(4), person: 5 }),
        told('delivered', { channel: 'chat', person: null, sentAt: day(3), settledAt: day(3), headCount: 50 }),
      ],
      skips: [{ run: 0, person: 6, reason: 'minor', at: day(2) }],
    });
    const states = async (date: string) => {
      const { pending, awaiting, delivered, undelivered, uncertain, expired, targeted, reachedPeople } = (
        await sends({ asOf: date })
      ).totals;
      return { pending, awaiting, delivered, undelivered, uncertain, expired, targeted, reachedPeople };
    };
    const none = {
      pending: 0,
      awaiting: 0,
      delivered: 0,
      undelivered: 0,
      uncertain: 0,
      expired: 0,
      targeted: 0,
      reachedPeople: 0,
    };
    expect(await states('2026-11-02')).toEqual(none);
    expect(await states('2026-11-03')).toEqual({ ...none, pending: 5, targeted: 6 });
    expect(await states('2026-11-04')).toEqual({
      ...none,
      pending: 1,
      awaiting: 1,
      uncertain: 2,
      delivered: 1,
      targeted: 6,
    });
    expect(await states('2026-11-06')).toEqual({
      ...none,
      pending: 1,
      delivered: 2,
      undelivered: 1,
      uncertain: 1,
      expired: 1,
      targeted: 7,
      reachedPeople: 1,
    });
    expect((await sends({ asOf: '2026-11-06', groupBy: 'channel' })).rows).toEqual(
      (await sends({ groupBy: 'channel' })).rows,
    );
  });
});
