import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { callableAt, withCall, type AddressLimit } from './address-limit.js';

const VOICE: AddressLimit[] = [
  { max: 1, ms: 60_000 },
  { max: 5, ms: 3_600_000 },
  { max: 20, ms: 86_400_000 },
];
const NOON = Date.parse('2026-11-24T12:00:00+08:00');

describe('how often an address is called', () => {
  it('keeps every limit in every stretch of time, whoever calls whenever it may', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_800_000 }), { maxLength: 120 }), (waits) => {
        let [now, recent] = [NOON, [] as number[]];
        const called: number[] = [];
        for (const wait of waits) {
          now = Math.max(now + wait, callableAt(recent, VOICE, now));
          recent = withCall(recent, VOICE, now);
          called.push(now);
        }
        for (const { max, ms } of VOICE)
          for (const [i, at] of called.entries())
            if (i >= max) expect(at - called[i - max]!).toBeGreaterThanOrEqual(ms);
        expect(recent.length).toBeLessThanOrEqual(20);
      }),
    );
  });

  it('makes nobody wait beyond the longest limit when a clock was set back', () => {
    const recent = withCall([], VOICE, NOON);
    expect(callableAt(recent, VOICE, NOON - 3_600_000)).toBe(NOON - 3_600_000 + 60_000);
  });
});
