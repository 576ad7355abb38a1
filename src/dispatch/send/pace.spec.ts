import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { appoint, LATE_MS, spacingOf } from './pace.js';

const NOON = Date.parse('2026-11-24T12:00:00+08:00');

/** The most requests that any window of `ms` holds. */
const most = (leaves: readonly number[], ms: number): number => {
  const sorted = [...leaves].sort((a, b) => a - b);
  let from = 0;
  return sorted.reduce((found, at, i) => {
    while (sorted[from]! <= at - ms) from += 1;
    return Math.max(found, i - from + 1);
  }, 0);
};

describe('the pace of a gateway', () => {
  it('keeps every second and every minute, whoever asks when for how many, and however late they leave', () => {
    const ask = fc.record({
      after: fc.integer({ min: 0, max: 700 }),
      wanted: fc.integer({ min: 1, max: 50 }),
      late: fc.integer({ min: 0, max: LATE_MS }),
      isUrgent: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.option(fc.integer({ min: 1, max: 3000 }), { nil: undefined }),
        fc.array(ask, { minLength: 1, maxLength: 60 }),
        (perSecond, perMinute, asks) => {
          const spacingUs = spacingOf({ perSecond, perMinute })!;
          let [now, nextUs] = [NOON, 0];
          const leaves: number[] = [];
          for (const { after, wanted, late, isUrgent } of asks) {
            now += after;
            const given = appoint(nextUs, { now, wanted, spacingUs, isUrgent });
            nextUs = given.nextUs;
            for (const at of given.at) {
              expect(at).toBeGreaterThanOrEqual(now);
              expect(at).toBeLessThanOrEqual(now + 1000);
              leaves.push(at + late);
            }
            if (given.at.length === 0) expect(given.comeBackAt).toBeGreaterThan(now);
          }
          expect(most(leaves, 1000)).toBeLessThanOrEqual(perSecond);
          if (perMinute !== undefined) expect(most(leaves, 60_000)).toBeLessThanOrEqual(perMinute);
        },
      ),
    );
  });

  it('gives what it promises: nine tenths of the rate and more, to who asks again when it says so', () => {
    const spacingUs = spacingOf({ perSecond: 50 })!;
    let [now, nextUs, given] = [NOON, 0, 0];
    while (now < NOON + 10_000) {
      const got = appoint(nextUs, { now, wanted: 8, spacingUs, isUrgent: false });
      ({ nextUs } = got);
      given += got.at.length;
      now = got.at.length > 0 ? now + 1 : got.comeBackAt;
    }
    expect(given).toBeGreaterThanOrEqual(0.89 * 50 * 10);
  });

  it('gives what is urgent the next instants though others ask all the time', () => {
    const spacingUs = spacingOf({ perSecond: 10 })!;
    let nextUs = appoint(0, { now: NOON, wanted: 50, spacingUs, isUrgent: false }).nextUs;
    const urgent = appoint(nextUs, { now: NOON, wanted: 3, spacingUs, isUrgent: true });
    expect(urgent.at).toHaveLength(3);
    ({ nextUs } = urgent);
    expect(appoint(nextUs, { now: NOON, wanted: 50, spacingUs, isUrgent: false }).at).toEqual([]);
  });

  it('waits a second and no hour after a clock was set back', () => {
    const spacingUs = spacingOf({ perSecond: 10 })!;
    const before = appoint(0, { now: NOON, wanted: 5, spacingUs, isUrgent: false });
    const now = NOON - 3_600_000;
    const first = appoint(before.nextUs, { now, wanted: 5, spacingUs, isUrgent: true });
    expect(first.at[0]).toBe(now + 1000);
    expect(first.nextUs).toBeLessThan((now + 2000) * 1000);
  });

  it('knows gateways without a rate', () => {
    expect(spacingOf({})).toBeNull();
  });
});
