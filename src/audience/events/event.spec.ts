import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { days, hours } from '../../platform/kernel/index.js';
import { judge, stayAfter, type Happening, type JudgedHappening, type Stay } from './event.js';

const rules = { cooldownMs: hours(6), maxLatenessMs: days(3) };
const now = days(1000);
const arrival = (occurredAt: number, personId = 1): Happening => ({ type: 'arrival', personId, occurredAt });
const verdict = (j: JudgedHappening) => [j.triggers, j.duplicate];

describe('judging what happened', () => {
  it('takes two arrivals within the cooldown for one, in whatever order they are told', () => {
    const told = [arrival(now - hours(1)), arrival(now - hours(3)), arrival(now - hours(10))];
    expect(judge(told, [], { now, rules }).map(verdict)).toEqual([
      [false, 'cooldown'],
      [true, null],
      [true, null],
    ]);
  });

  it('knows the same event again', () => {
    const kept = [{ type: 'arrival', personId: 1, occurredAt: now, triggers: true }];
    expect(judge([arrival(now), arrival(now, 2), arrival(now, 2)], kept, { now, rules }).map(verdict)).toEqual([
      [false, 'known'],
      [true, null],
      [false, 'known'],
    ]);
  });

  it('stores what is told too late, without triggering', () => {
    expect(judge([arrival(now - days(4))], [], { now, rules }).map(verdict)).toEqual([[false, null]]);
  });

  it('never triggers twice within the cooldown, nor anything twice', () => {
    const events = fc.array(
      fc.record({ personId: fc.integer({ min: 1, max: 2 }), h: fc.integer({ min: 0, max: 60 }) }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(events, (list) => {
        const judged = judge(
          list.map(({ personId, h }) => arrival(now - hours(h), personId)),
          [],
          { now, rules },
        );
        const triggering = judged.filter((j) => j.triggers);
        for (const a of triggering)
          for (const b of triggering)
            if (a !== b && a.personId === b.personId)
              expect(Math.abs(a.occurredAt - b.occurredAt)).toBeGreaterThanOrEqual(rules.cooldownMs);
      }),
    );
  });
});

describe('a stay', () => {
  const after = (
    stay: Stay | null,
    type: Happening['type'],
    occurredAt: number,
    duplicate: JudgedHappening['duplicate'] = null,
  ) => stayAfter(stay, { type, personId: 1, occurredAt, triggers: true, duplicate });

  it('begins, ends, and begins again', () => {
    expect(after(null, 'arrival', 5)).toEqual({ since: 5, until: null });
    expect(after({ since: 5, until: null }, 'departure', 8)).toEqual({ since: 5, until: 8 });
    expect(after({ since: 5, until: 8 }, 'arrival', 9)).toEqual({ since: 9, until: null });
  });

  it('is not moved back by what is told late', () => {
    expect(after({ since: 9, until: null }, 'arrival', 5)).toEqual({ since: 9, until: null });
    expect(after({ since: 9, until: null }, 'departure', 8)).toEqual({ since: 9, until: null });
    expect(after({ since: null, until: 8 }, 'arrival', 5)).toEqual({ since: 5, until: 8 });
  });

  it('keeps a planned departure, and its beginning where a commuter comes back', () => {
    expect(after({ since: 5, until: 20 }, 'arrival', 9)).toEqual({ since: 9, until: 20 });
    expect(after({ since: 5, until: 8 }, 'arrival', 9, 'cooldown')).toEqual({ since: 5, until: null });
  });
});
