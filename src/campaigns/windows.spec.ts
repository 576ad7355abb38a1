import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CountyTime } from '../platform/clock/county-time.js';
import { opening, windowsOf, type Window } from './windows.js';

const county = new CountyTime('Asia/Shanghai');
const at = (text: string): number => Date.parse(`${text}+08:00`);
const voice: Window[] = [
  { from: '14:00', to: '20:00' },
  { from: '09:00', to: '12:00' },
];

describe('send windows', () => {
  it.each([
    ['2026-03-01T08:00:00', '2026-03-01T09:00:00', '2026-03-01T12:00:00'],
    ['2026-03-01T11:59:59', '2026-03-01T11:59:59', '2026-03-01T12:00:00'],
    ['2026-03-01T12:00:00', '2026-03-01T14:00:00', '2026-03-01T20:00:00'],
    ['2026-03-01T20:00:00', '2026-03-02T09:00:00', '2026-03-02T12:00:00'],
    ['2026-12-31T23:59:59', '2027-01-01T09:00:00', '2027-01-01T12:00:00'],
  ])('at %s opens at %s until %s', (from, opensAt, closesAt) => {
    expect(opening(voice, county, at(from))).toEqual({ opensAt: at(opensAt), closesAt: at(closesAt) });
  });

  it('takes 24:00 and joins windows that touch', () => {
    const windows = [
      { from: '12:00', to: '24:00' },
      { from: '08:00', to: '12:00' },
    ];
    expect(opening(windows, county, at('2026-03-01T09:00:00'))).toEqual({
      opensAt: at('2026-03-01T09:00:00'),
      closesAt: at('2026-03-02T00:00:00'),
    });
  });

  it('passes over a window that a clock change swallows', () => {
    const newYork = new CountyTime('America/New_York');
    const windows = [{ from: '02:00', to: '03:00' }];
    const found = opening(windows, newYork, Date.parse('2026-03-08T05:00:00Z'));
    expect(found.opensAt).toBe(Date.parse('2026-03-09T06:00:00Z'));
  });

  it('reads one window, a list, or none', () => {
    expect(windowsOf({ from: '08:00', to: '09:00' })).toEqual([{ from: '08:00', to: '09:00' }]);
    expect(windowsOf(voice)).toBe(voice);
    expect(windowsOf(undefined)).toBeUndefined();
  });

  const edge = fc
    .integer({ min: 0, max: 1440 })
    .map((m) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`);
  const windows = fc.array(
    fc
      .tuple(edge, edge)
      .filter(([a, b]) => a < b)
      .map(([from, to]) => ({ from, to })),
    { minLength: 1, maxLength: 4 },
  );
  const moment = fc.integer({ min: at('2026-01-01T00:00:00'), max: at('2028-01-01T00:00:00') });

  it('never opens before it is asked, opens inside a window, and nothing earlier was open', () => {
    fc.assert(
      fc.property(windows, moment, (list, from) => {
        const { opensAt, closesAt } = opening(list, county, from);
        expect(opensAt).toBeGreaterThanOrEqual(from);
        expect(closesAt).toBeGreaterThan(opensAt);
        expect(opening(list, county, opensAt)).toEqual({ opensAt, closesAt });
        expect(opening(list, county, closesAt - 1)).toEqual({ opensAt: closesAt - 1, closesAt });
        const time = (i: number): string => county.at(i).toFormat('HH:mm');
        const within = (i: number): boolean => list.some((w) => w.from <= time(i) && time(i) < w.to);
        expect(within(opensAt)).toBe(true);
        for (let i = from; i < opensAt; i += 60_000) expect(within(i)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});
