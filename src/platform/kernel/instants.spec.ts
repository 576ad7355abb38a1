import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatChinaTime, parseChinaTime } from './instants.js';

describe("China's time", () => {
  const at = Date.UTC(2026, 0, 5, 1, 30, 15);

  it('is eight hours ahead, all the year', () => {
    expect(parseChinaTime('20260105093015')).toBe(at);
    expect(parseChinaTime('2026-01-05T09:30:15')).toBe(at);
    expect(parseChinaTime('2026-07-01 00:00:00')).toBe(Date.UTC(2026, 5, 30, 16));
    expect(formatChinaTime(at)).toBe('2026-01-05 09:30:15');
  });

  it.each([
    '',
    '2026',
    '20261301000000',
    '20260230000000',
    '20260105250000',
    '20260105096000',
    '0000-00-00 00:00:00',
    'abc',
  ])('is not %j', (text) => {
    expect(parseChinaTime(text)).toBeNull();
  });

  it('reads what it writes, to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1992, 0, 1), max: Date.UTC(2200, 0, 1) }), (ms) => {
        const second = ms - (ms % 1000);
        expect(parseChinaTime(formatChinaTime(second))).toBe(second);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.stringMatching(/^[\d\-: T]{0,20}$/), (text) => void parseChinaTime(text)));
  });
});
