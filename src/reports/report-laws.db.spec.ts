import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dialects, withDatabase } from '../../test/support/database.js';
import { tell, type History, type ToldDelivery } from '../../test/support/history.js';
import { naiveSends } from '../../test/support/naive-sends.js';
import { CountyTime, SteppedClock, type Config } from '../platform/index.js';
import { checkSums } from '../dispatch/index.js';
import { CUTS, type CutQuery } from './cut.js';
import { Measures } from './measures.service.js';
import { ReportNames } from './names.service.js';
import { Reports } from './report.service.js';
import type { Viewer } from './viewer.js';

const at = (text: string): number => Date.parse(text);
const county = new CountyTime('Asia/Shanghai');
const config = { settings: { townships: [] }, township: () => null } as unknown as Config;
const auditor: Viewer = { scope: { township: null }, mayReadSensitive: true };
const run = (text: string, campaign = 'C1') => ({ occurrence: at(text), day: county.dayNumber(at(text)), campaign });

describe.each(dialects())('the laws of the reports on %s', (dialect) => {
  const db = withDatabase(dialect);
  const clock = new SteppedClock(at('2026-11-23T10:00:00+08:00'));
  let reports: Reports;
  const sends = (query: CutQuery) => {
    const read = reports.cut(query, auditor);
    if (!read.ok) throw new Error(JSON.stringify(read.mistakes));
    return reports.sends(read.value, auditor);
  };

  beforeAll(() => {
    const { database } = db;
    const names = new ReportNames(database, config);
    reports = new Reports(database, new Measures(database, clock, county), names, clock, county, config, {
      latest: () => Promise.resolve([]),
    });
  });

  it('agrees with a naive recount over random histories, now and as of a later day, at any cut', async () => {
    const pick = fc.constantFrom;
    const delivery = fc.record({
      run: fc.nat(3),
      person: fc.option(fc.integer({ min: 1, max: 6 }), { freq: 5 }),
      channel: pick('sms', 'voice', 'chat'),
      gateway: pick('g1', 'g2'),
      population: pick('local', 'special'),
      township: pick('330922100', '330922101'),
      trick: pick('A-1', 'A-2', 'B-1'),
      status: pick(
        'pending',
        'awaiting',
        'delivered',
        'delivered',
        'undelivered',
        'failed',
        'uncertain',
        'cancelled',
        'expired',
      ),
      attended: fc.boolean(),
      parts: fc.integer({ min: 1, max: 3 }),
      cost: fc.nat(900),
      headCount: fc.nat(200),
    });
    const skip = fc.record({
      run: fc.nat(3),
      person: fc.integer({ min: 1, max: 9 }),
      channel: pick('sms', 'voice'),
      population: pick('local', 'special'),
      township: pick('330922100', '330922101'),
      reason: pick('opted_out', 'no_phone'),
    });
    const runs = [
      run('2026-11-02T09:00:00+08:00'),
      run('2026-11-08T09:00:00+08:00', 'C2'),
      run('2026-11-09T09:00:00+08:00'),
      { ...run('2026-11-09T10:00:00+08:00'), kind: 'test' },
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(delivery, { maxLength: 25 }),
        fc.array(skip, { maxLength: 10 }),
        fc.subarray([...CUTS]),
        async (deliveries, skips, cuts) => {
          const history: History = { runs, deliveries, skips };
          await tell(db.database, history);
          const groupBy = cuts.join(',');
          const now = await sends({ groupBy });
          expect([...now.rows, now.totals].flatMap(checkSums)).toEqual([]);
          const naive = naiveSends(history, cuts);
          expect(now.totals).toEqual(naive.totals);
          expect(now.rows.map((row) => [cuts.map((name) => row[name]), row])).toEqual(
            naive.rows.map(({ key, counts }) => [key, expect.objectContaining(counts)]),
          );
          const later = await sends({ groupBy, asOf: '2026-11-20' });
          expect(later.rows).toEqual(now.rows);
          expect(later.totals).toEqual(now.totals);
        },
      ),
      { numRuns: 40 },
    );
  }, 60_000);

  it('as of any midnight, random lives of deliveries are where they were then', async () => {
    const midnights = ['2026-11-03', '2026-11-04', '2026-11-05', '2026-11-06'];
    const hour = (n: number): number => at('2026-11-02T12:00:00+08:00') + n * 3_600_000;
    const ends = ['delivered', 'undelivered'] as const;
    /** A life: planned, then handed over with an outcome (or not), then a final receipt (or not). */
    const life = fc
      .record({
        person: fc.integer({ min: 1, max: 5 }),
        channel: fc.constantFrom('sms', 'voice'),
        planned: fc.nat(40),
        handOver: fc.option(
          fc.record({
            after: fc.nat(40),
            as: fc.constantFrom('awaiting', 'uncertain', 'failed', 'expired', 'cancelled'),
          }),
        ),
        receipt: fc.option(fc.record({ after: fc.nat(40), as: fc.constantFrom(...ends) })),
      })
      .map(({ person, channel, planned, handOver, receipt }) => {
        const steps: { at: number; state: string }[] = [{ at: hour(planned), state: 'pending' }];
        if (handOver) steps.push({ at: hour(planned + handOver.after), state: handOver.as });
        const isOpen = handOver?.as === 'awaiting' || handOver?.as === 'uncertain';
        if (receipt && isOpen) steps.push({ at: steps[1]!.at + receipt.after * 3_600_000, state: receipt.as });
        const settledAt = steps[1]?.at ?? null;
        const told: ToldDelivery = {
          ...{
            run: 0,
            person,
            channel,
            status: steps.at(-1)!.state,
            plannedAt: steps[0]!.at,
            settledAt,
            finalAt: steps[2]?.at ?? null,
          },
          sentAt: handOver?.as === 'awaiting' ? settledAt : null,
        };
        return { told, stateAt: (t: number) => steps.filter((step) => step.at < t).at(-1)?.state };
      });
    await fc.assert(
      fc.asyncProperty(fc.array(life, { maxLength: 15 }), async (lives) => {
        const runs = [run('2026-11-02T09:00:00+08:00')];
        await tell(db.database, { runs, deliveries: lives.map(({ told }) => told), skips: [] });
        for (const midnight of midnights) {
          const then = lives.flatMap(({ told, stateAt }) => {
            const status = stateAt(county.midnight(midnight)!);
            return status === undefined ? [] : [{ ...told, status }];
          });
          const { totals } = await sends({ asOf: midnight });
          expect(totals).toEqual(naiveSends({ runs, deliveries: then, skips: [] }, []).totals);
          expect(checkSums(totals)).toEqual([]);
        }
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});
