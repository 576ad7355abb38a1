import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { days, minutes } from '../../platform/index.js';
import { audienceOf, driftOf } from './drift.js';
import { finishOf, type Almanac } from './finish.js';
import { budget, isCapped, rankOf } from './guards.js';
import { firstSize, isProgressive, verdictOf, type FirstFew } from './release.js';

describe('a contact cap', () => {
  const now = days(100);
  it('counts what lies within its period', () => {
    expect(isCapped([{ max: 1, perMs: days(7) }], [now - days(7)], now)).toBe(false);
    expect(isCapped([{ max: 1, perMs: days(7) }], [now - days(7) + 1], now)).toBe(true);
    expect(isCapped([], [now], now)).toBe(false);
  });
  it('of nothing lets nothing pass', () => {
    expect(isCapped([{ max: 0, perMs: days(7) }], [], now)).toBe(true);
  });
  it.each([NaN, 0, -1])('that cannot be read (%d ms) lets nothing pass', (perMs) => {
    expect(isCapped([{ max: 5, perMs }], [], now)).toBe(true);
  });
  it.each([NaN, -1, 0.5, Infinity])('with a limit of %d lets nothing pass', (max) => {
    expect(isCapped([{ max, perMs: days(7) }], [], now)).toBe(true);
  });
  it('counts a contact whose moment is unknown', () => {
    expect(isCapped([{ max: 1, perMs: days(7) }], [NaN], now)).toBe(true);
  });
});

describe('the contact budget', () => {
  const now = days(100);
  const caps = [{ max: 2, perMs: days(7) }];
  const rival = (campaignId: string, priority: number) => ({ campaignId, priority });
  it('is left to whoever ranks highest among those on their way', () => {
    expect(budget(caps, { contacts: [now - 1], rivals: [rival('b', 29), rival('a', 9)] }, now)).toEqual({ to: 'a' });
    expect(budget(caps, { contacts: [], rivals: [rival('a', 9)] }, now)).toBe('free');
    expect(budget(caps, { contacts: [now - 1, now - 2], rivals: [rival('a', 9)] }, now)).toBe('capped');
    expect(budget([], { contacts: [now], rivals: [rival('a', 9)] }, now)).toBe('free');
  });
  it('never lets more pass than the cap, however contacts and rivals are mixed', () => {
    fc.assert(
      fc.property(fc.nat(6), fc.nat(6), fc.nat(6), (max, contacts, rivals) => {
        const spent = {
          contacts: Array.from({ length: contacts }, () => now - 1),
          rivals: Array.from({ length: rivals }, (_, i) => rival(`c${i}`, i)),
        };
        const free = budget([{ max, perMs: days(7) }], spent, now) === 'free';
        expect(free).toBe(contacts + rivals < max);
      }),
    );
  });
  it('goes urgent, special, event, others, then by the campaign’s own priority', () => {
    const daily = { cadence: { kind: 'daily' } };
    const ranks = [
      rankOf({ ...daily, urgent: { reason: 'x' } }, []),
      rankOf({ ...daily, priority: 9 }, ['special']),
      rankOf(daily, ['special']),
      rankOf({ cadence: { kind: 'event' }, priority: 9 }, ['arrival']),
      rankOf({ ...daily, priority: 9 }, ['local']),
      rankOf({ ...daily, priority: 2 }, []),
      rankOf(daily, []),
    ];
    expect([...ranks].sort((a, b) => a - b)).toEqual(ranks);
    expect(new Set(ranks).size).toBe(ranks.length);
  });
});

describe('when the last message leaves', () => {
  const day = days(1);
  /** One window a day, 08:00 to 20:00. */
  const almanac: Almanac = {
    today: 0,
    dayOf: (at) => Math.floor(at / day),
    endOfDay: (at) => (Math.floor(at / day) + 1) * day,
    opening: (from) => {
      const open = Math.floor(from / day) * day + day / 3;
      const close = open + day / 2;
      if (from < close) return { opensAt: Math.max(from, open), closesAt: close };
      return { opensAt: open + day, closesAt: close + day };
    },
  };
  const load = { recipients: 1000, rate: Infinity, perDay: null, leftToday: Infinity };
  it('is when the window opens, where nothing limits', () => {
    expect(finishOf(load, 0, almanac)).toBe(day / 3);
    expect(finishOf({ ...load, recipients: 0 }, 5, almanac)).toBe(5);
  });
  it('takes the time of the rate, over the night where need be', () => {
    const rate = 1000 / (day / 2);
    expect(finishOf({ ...load, rate }, 0, almanac)).toBe(day / 3 + day / 2);
    expect(finishOf({ ...load, rate }, day / 3 + day / 4, almanac)).toBe(day + day / 3 + day / 4);
  });
  it('takes the days of the quota, today’s as far as it goes', () => {
    expect(finishOf({ ...load, perDay: 300, leftToday: 100 }, 0, almanac)).toBe(3 * day + day / 3);
    expect(finishOf({ ...load, perDay: 0, leftToday: 0 }, 0, almanac)).toBeNull();
  });
});

describe('a progressive release', () => {
  const limits = { hold: minutes(2), receiptsWithin: minutes(10), maxFailed: 0.1, maxOptedOut: 0.01, minReceipts: 0.5 };
  const few: FirstFew = {
    size: 200, pending: 0, failed: 0, optedOut: 0, awaitable: 200, reported: 150, lastLeftAt: 0,
  }; // prettier-ignore
  it('is of what goes once and of what is urgent', () => {
    expect(isProgressive({ cadence: { kind: 'once', at: '' } })).toBe(true);
    expect(isProgressive({ cadence: { kind: 'daily', at: '09:00' }, urgent: { reason: 'x' } })).toBe(true);
    expect(isProgressive({ cadence: { kind: 'daily', at: '09:00' } })).toBe(false);
  });
  it('begins with one in a hundred, at least two hundred', () => {
    expect([2000, 20_000, 80_001].map((n) => firstSize(n, { share: 0.01, least: 200 }))).toEqual([200, 200, 801]);
    expect(firstSize(150, { share: 0.01, least: 200 })).toBe(150);
  });
  it('goes on where nothing speaks against it', () => {
    expect(verdictOf(few, limits, minutes(2))).toEqual({ do: 'go' });
    expect(verdictOf({ ...few, failed: 20, optedOut: 2 }, limits, minutes(2))).toEqual({ do: 'go' });
    expect(verdictOf({ ...few, awaitable: 0, reported: 0 }, limits, minutes(2))).toEqual({ do: 'go' });
  });
  it('waits for the hold, for what has not left, and for receipts', () => {
    expect(verdictOf(few, limits, minutes(1))).toEqual({ do: 'wait', until: minutes(2) });
    expect(verdictOf({ ...few, pending: 1 }, limits, minutes(9))).toMatchObject({ do: 'wait' });
    expect(verdictOf({ ...few, reported: 99 }, limits, minutes(5))).toEqual({ do: 'wait', until: minutes(5.5) });
  });
  it('pauses and says why', () => {
    const why = (over: Partial<FirstFew>, at: number) => {
      const verdict = verdictOf({ ...few, ...over }, limits, at);
      return verdict.do === 'pause' ? verdict.why : verdict.do;
    };
    expect(why({ failed: 21, pending: 100 }, 0)).toBe('of the first 200 messages 21 failed (10.5 %, limit 10.0 %)');
    expect(why({ optedOut: 3 }, 0)).toMatch(/3 refused/);
    expect(why({ reported: 99 }, minutes(10))).toMatch(/only 99 of the first 200 messages came within 10 minutes/);
  });
});

describe('the drift of an audience', () => {
  const limits = { alarm: 0.3, suspend: 3 };
  const of = (before: number, after: number) =>
    driftOf({ people: before, chats: 0 }, { people: after, chats: 0 }, limits);
  it.each([
    [100, 130, 'within'],
    [100, 131, 'alarm'],
    [100, 70, 'within'],
    [100, 69, 'alarm'],
    [100, 0, 'alarm'],
    [100, 300, 'alarm'],
    [100, 301, 'beyond'],
    [0, 0, 'within'],
    [0, 1, 'beyond'],
  ] as const)('from %d to %d is %s', (before, after, drift) => {
    expect(of(before, after)).toBe(drift);
  });
  it('looks at chats too, and at nothing where nothing was kept', () => {
    expect(driftOf({ people: 100, chats: 2 }, { people: 100, chats: 7 }, limits)).toBe('beyond');
    expect(audienceOf({ targeted: 100 })).toBeNull();
    expect(audienceOf(null)).toBeNull();
    expect(audienceOf({ audience: { people: 3, chats: 1 } })).toEqual({ people: 3, chats: 1 });
  });
});
