import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Calendar } from './calendar.js';
import { nextOccurrence, occasionsBetween, occurrencesBetween, type CadenceOptions } from './cadence.js';
import type { Cadence } from './campaign.schemas.js';

const calendar = new Calendar({ extraHolidays: [] });
const options = (over: Partial<CadenceOptions> = {}): CadenceOptions => ({
  zone: 'Asia/Shanghai',
  isHoliday: (day) => calendar.isHoliday(day),
  isWorkday: (day) => calendar.isWorkday(day),
  ...over,
});
const at = (text: string): number => Date.parse(text);
const iso = (instants: readonly number[]): string[] => instants.map((i) => new Date(i).toISOString());
/** What the wall of a zone shows, by the platform's own tables and not by ours. */
const clocks = new Map<string, Intl.DateTimeFormat>();
const wall = (zone: string, instant: number): string => {
  const clock =
    clocks.get(zone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  clocks.set(zone, clock);
  return clock.format(instant);
};

const year = (y: number, zone = '+08:00') => ({
  from: at(`${y}-01-01T00:00:00${zone}`),
  to: at(`${y + 1}-01-01T00:00:00${zone}`),
});

describe('cadences', () => {
  it('has a monthly occurrence on the 31st, or on the last day of a shorter month', () => {
    const days = occurrencesBetween({ kind: 'monthly', day: 31, at: '09:00' }, options(), year(2028)).map((i) =>
      wall('Asia/Shanghai', i),
    );
    expect(days).toEqual(
      ['01-31', '02-29', '03-31', '04-30', '05-31', '06-30', '07-31', '08-31', '09-30', '10-31', '11-30', '12-31'].map(
        (d) => `2028-${d} 09:00`,
      ),
    );
    const common = occurrencesBetween({ kind: 'monthly', day: 29, at: '00:00' }, options(), year(2027)).map((i) =>
      wall('Asia/Shanghai', i),
    );
    expect(common[1]).toBe('2027-02-28 00:00');
    expect(common[2]).toBe('2027-03-29 00:00');
  });

  it('finds a leap day eight years away', () => {
    const leap: Cadence = { kind: 'cron', expression: '0 9 29 2 *' };
    expect(new Date(nextOccurrence(leap, options(), at('2096-03-01T00:00:00+08:00'))!).toISOString()).toBe(
      '2104-02-29T01:00:00.000Z',
    );
  });

  it('has 365 daily occurrences in a year and 366 in a leap year', () => {
    expect(occurrencesBetween({ kind: 'daily', at: '09:00' }, options(), year(2026))).toHaveLength(365);
    expect(occurrencesBetween({ kind: 'daily', at: '23:59' }, options(), year(2028))).toHaveLength(366);
  });

  it('keeps to Monday and Thursday', () => {
    const span = { from: at('2026-12-28T00:00:00+08:00'), to: at('2027-01-09T00:00:00+08:00') };
    expect(iso(occurrencesBetween({ kind: 'weekly', days: [4, 1], at: '08:30' }, options(), span))).toEqual([
      '2026-12-28T00:30:00.000Z',
      '2026-12-31T00:30:00.000Z',
      '2027-01-04T00:30:00.000Z',
      '2027-01-07T00:30:00.000Z',
    ]);
  });

  it('occurs once where it is told to', () => {
    const once: Cadence = { kind: 'once', at: '2026-12-01T09:00:00+08:00' };
    expect(nextOccurrence(once, options(), at('2020-01-01T00:00:00Z'))).toBe(at('2026-12-01T01:00:00Z'));
    expect(nextOccurrence(once, options(), at('2026-12-01T00:59:59.999Z'))).toBe(at('2026-12-01T01:00:00Z'));
    expect(nextOccurrence(once, options(), at('2026-12-01T01:00:00Z'))).toBeNull();
  });

  it('does not occur outside of its own first and last day', () => {
    const held = options({ startsOn: '2026-03-10', endsOn: '2026-03-12' });
    const days = occurrencesBetween({ kind: 'daily', at: '09:00' }, held, year(2026)).map((i) =>
      wall('Asia/Shanghai', i),
    );
    expect(days).toEqual(['2026-03-10 09:00', '2026-03-11 09:00', '2026-03-12 09:00']);
    expect(nextOccurrence({ kind: 'daily', at: '09:00' }, held, at('2026-03-12T09:00:00+08:00'))).toBeNull();
    expect(
      nextOccurrence(
        { kind: 'weekly', days: [1], at: '09:00' },
        options({ startsOn: '2026-03-10', endsOn: '2026-03-15' }),
        0,
      ),
    ).toBeNull();
  });

  it('has no occurrence of an event cadence', () => {
    expect(nextOccurrence({ kind: 'event', event: 'arrival', delay: 'PT10M' }, options(), 0)).toBeNull();
  });
});

describe('the Spring Festival of 2026 (15 to 23 February, made up for on 14 and 28 February)', () => {
  const span = { from: at('2026-02-12T00:00:00+08:00'), to: at('2026-03-03T00:00:00+08:00') };
  const days = (over: Partial<CadenceOptions>, cadence: Cadence = { kind: 'daily', at: '09:00' }): string[] =>
    occurrencesBetween(cadence, options(over), span).map((i) => wall('Asia/Shanghai', i).slice(5, 10));

  it('is skipped, weekends outside of it are not', () => {
    expect(days({ onHoliday: 'skip' })).toEqual([
      '02-12',
      '02-13',
      '02-14',
      '02-24',
      '02-25',
      '02-26',
      '02-27',
      '02-28',
      '03-01',
      '03-02',
    ]);
  });

  it('works on the make-up days and rests on other weekends where only workdays are wanted', () => {
    expect(days({ workdaysOnly: true })).toEqual([
      '02-12',
      '02-13',
      '02-14',
      '02-24',
      '02-25',
      '02-26',
      '02-27',
      '02-28',
      '03-02',
    ]);
  });

  it('shifts to the first day of work, once', () => {
    expect(days({ onHoliday: 'shift' }, { kind: 'weekly', days: [2, 5], at: '09:00' })).toEqual([
      '02-13',
      '02-24',
      '02-27',
    ]);
    expect(days({ onHoliday: 'shift' }, { kind: 'monthly', day: 17, at: '10:00' })).toEqual(['02-24']);
    expect(days({ onHoliday: 'shift', workdaysOnly: true }, { kind: 'weekly', days: [7], at: '09:00' })).toEqual([
      '02-24',
      '03-02',
    ]);
  });

  it('shifts into a span from before it', () => {
    const from = at('2026-02-24T00:00:00+08:00');
    const monthly: Cadence = { kind: 'monthly', day: 15, at: '09:00' };
    expect(nextOccurrence(monthly, options({ onHoliday: 'shift' }), from)).toBe(at('2026-02-24T09:00:00+08:00'));
    expect(nextOccurrence(monthly, options({ onHoliday: 'skip' }), from)).toBe(at('2026-03-15T09:00:00+08:00'));
  });

  it('leaves out with its reason what would be shifted beyond the last day', () => {
    const monthly: Cadence = { kind: 'monthly', day: 17, at: '09:00' };
    const held = options({ onHoliday: 'shift', endsOn: '2026-02-20' });
    expect(occasionsBetween(monthly, held, span)).toEqual([
      { at: at('2026-02-17T09:00:00+08:00'), leftOut: 'holiday' },
    ]);
  });

  it('says of every day of the year whether it takes place, and why not', () => {
    const all = occasionsBetween({ kind: 'daily', at: '09:00' }, options({ workdaysOnly: true }), year(2026));
    expect(all).toHaveLength(365);
    // 33 statutory days off, 6 weekend days worked instead: counted by hand from the State Council's notice.
    expect(all.filter((o) => o.leftOut === null)).toHaveLength(248);
  });
});

describe('a zone with daylight saving time', () => {
  const zone = 'America/New_York';
  const span = year(2026, '-05:00');

  it('occurs once on the day whose hour is left out, after the gap, and once on the day whose hour comes twice', () => {
    const times = occurrencesBetween({ kind: 'daily', at: '02:30' }, options({ zone }), span);
    expect(times).toHaveLength(365);
    expect(iso(times.filter((t) => wall(zone, t).startsWith('2026-03-08')))).toEqual(['2026-03-08T07:30:00.000Z']);
    const twice = occurrencesBetween({ kind: 'daily', at: '01:30' }, options({ zone }), span);
    expect(twice).toHaveLength(365);
    expect(iso(twice.filter((t) => wall(zone, t).startsWith('2026-11-01')))).toEqual(['2026-11-01T05:30:00.000Z']);
  });

  it('agrees with a minute by minute search of the year', () => {
    const expected: number[] = [];
    let last = '';
    for (let minute = span.from; minute < span.to; minute += 900_000) {
      const [day, time] = wall(zone, minute).split(' ') as [string, string];
      if (time === '09:15' && day !== last) expected.push(minute);
      if (time === '09:15') last = day;
    }
    expect(occurrencesBetween({ kind: 'daily', at: '09:15' }, options({ zone }), span)).toEqual(expected);
    expect(occurrencesBetween({ kind: 'cron', expression: '15 9 * * *' }, options({ zone }), span)).toEqual(expected);
  });

  it('keeps to midnight where midnight itself is left out', () => {
    // Cuba puts its clocks forward at midnight: 2026-03-08 begins at 01:00.
    const times = occurrencesBetween({ kind: 'daily', at: '00:00' }, options({ zone: 'America/Havana' }), {
      from: at('2026-03-07T04:00:00Z'),
      to: at('2026-03-10T03:00:00Z'),
    });
    expect(times.map((t) => wall('America/Havana', t))).toEqual([
      '2026-03-07 00:00',
      '2026-03-08 01:00',
      '2026-03-09 00:00',
    ]);
  });
});

describe('laws of every cadence', () => {
  const time = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);
  const cadences: fc.Arbitrary<Cadence> = fc.oneof(
    time.map((t): Cadence => ({ kind: 'daily', at: t })),
    fc
      .tuple(fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), time)
      .map(([days, t]): Cadence => ({ kind: 'weekly', days, at: t })),
    fc.tuple(fc.integer({ min: 1, max: 31 }), time).map(([day, t]): Cadence => ({ kind: 'monthly', day, at: t })),
    fc
      .constantFrom('0 9 * * *', '30 1,13 * * 1-5', '*/45 8-10 * * *', '0 0 1 * *')
      .map((expression): Cadence => ({ kind: 'cron', expression })),
    fc
      .integer({ min: at('2025-12-01T00:00:00Z'), max: at('2026-12-31T00:00:00Z') })
      .map((i): Cadence => ({ kind: 'once', at: new Date(i).toISOString() })),
  );
  const rules = fc.record({
    zone: fc.constantFrom('Asia/Shanghai', 'America/New_York', 'Australia/Lord_Howe', 'America/Havana'),
    workdaysOnly: fc.boolean(),
    onHoliday: fc.constantFrom('run' as const, 'skip' as const, 'shift' as const),
  });
  const moment = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2026-12-01T00:00:00Z') });
  const stretch = fc.integer({ min: 0, max: 45 * 86_400_000 });

  it('a span is the sum of its parts, in order, without doubles', () => {
    fc.assert(
      fc.property(cadences, rules, fc.tuple(moment, stretch, stretch), (cadence, rule, [a, first, second]) => {
        const [b, c] = [a + first, a + first + second];
        const whole = occurrencesBetween(cadence, options(rule), { from: a, to: c });
        const parts = [
          ...occurrencesBetween(cadence, options(rule), { from: a, to: b }),
          ...occurrencesBetween(cadence, options(rule), { from: b, to: c }),
        ];
        expect(parts).toEqual(whole);
        expect([...new Set(whole)].sort((x, y) => x - y)).toEqual(whole);
      }),
      { numRuns: 80 },
    );
  });

  it('the next occurrence is the first of those that follow', () => {
    fc.assert(
      fc.property(cadences, rules, moment, (cadence, rule, after) => {
        const next = nextOccurrence(cadence, options(rule), after);
        const following = occurrencesBetween(cadence, options(rule), { from: after + 1, to: after + 90 * 86_400_000 });
        if (following.length > 0) expect(next).toBe(following[0]);
        else expect(next === null || next >= after + 90 * 86_400_000).toBe(true);
      }),
      { numRuns: 80 },
    );
  });

  it('what is shifted or held to workdays takes place on a workday', () => {
    fc.assert(
      fc.property(cadences, moment, (cadence, from) => {
        const kept = options({ workdaysOnly: true, onHoliday: 'shift' });
        for (const i of occurrencesBetween(cadence, kept, { from, to: from + 60 * 86_400_000 })) {
          expect(calendar.isWorkday(wall('Asia/Shanghai', i).slice(0, 10))).toBe(true);
        }
      }),
      { numRuns: 80 },
    );
  });
});
