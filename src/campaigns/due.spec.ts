import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Occasion } from './cadence.js';
import { decideDue, type LatenessRule } from './due.js';

const MINUTE = 60_000;
const at = (minute: number, leftOut: Occasion['leftOut'] = null): Occasion => ({ at: minute * MINUTE, leftOut });
const rule = (over: Partial<LatenessRule> = {}): LatenessRule => ({
  missed: 'runOnce',
  maxLateness: null,
  missedAfter: 5 * MINUTE,
  ...over,
});

describe('what becomes of due occurrences', () => {
  it('runs what is on time', () => {
    expect(decideDue([at(10)], rule(), 10 * MINUTE)).toEqual({ run: 10 * MINUTE, gaps: [] });
  });

  it('catches up the latest once and says of the others that they were overtaken', () => {
    expect(decideDue([at(10), at(20), at(30)], rule(), 100 * MINUTE)).toEqual({
      run: 30 * MINUTE,
      gaps: [
        { at: 10 * MINUTE, status: 'missed', reason: 'overtaken' },
        { at: 20 * MINUTE, status: 'missed', reason: 'overtaken' },
      ],
    });
  });

  it('does not run later than the campaign allows', () => {
    expect(decideDue([at(10), at(20)], rule({ maxLateness: 30 * MINUTE }), 51 * MINUTE)).toEqual({
      run: null,
      gaps: [
        { at: 10 * MINUTE, status: 'missed', reason: 'overtaken' },
        { at: 20 * MINUTE, status: 'missed', reason: 'too_late' },
      ],
    });
  });

  it('skips what is late where the rule says so, and runs what is on time', () => {
    expect(decideDue([at(10), at(20)], rule({ missed: 'skip' }), 22 * MINUTE)).toEqual({
      run: 20 * MINUTE,
      gaps: [{ at: 10 * MINUTE, status: 'skipped', reason: 'skipped_by_rule' }],
    });
    expect(decideDue([at(10)], rule({ missed: 'skip' }), 16 * MINUTE).run).toBeNull();
  });

  it('keeps the holiday that follows the latest occurrence apart', () => {
    expect(decideDue([at(10), at(20, 'holiday')], rule(), 21 * MINUTE)).toEqual({
      run: 10 * MINUTE,
      gaps: [{ at: 20 * MINUTE, status: 'skipped', reason: 'holiday' }],
    });
  });

  it('accounts for every occasion exactly once and runs at most one, the latest', () => {
    const occasions = fc
      .uniqueArray(fc.integer({ min: 0, max: 500 }), { maxLength: 30 })
      .chain((minutes) =>
        fc.tuple(
          ...minutes
            .sort((a, b) => a - b)
            .map((m) =>
              fc
                .constantFrom<Occasion['leftOut']>(null, null, 'holiday', 'notAWorkday')
                .map((leftOut) => at(m, leftOut)),
            ),
        ),
      );
    const rules = fc.record({
      missed: fc.constantFrom('runOnce' as const, 'skip' as const),
      maxLateness: fc.option(fc.integer({ min: MINUTE, max: 500 * MINUTE })),
      missedAfter: fc.constant(5 * MINUTE),
    });
    fc.assert(
      fc.property(occasions, rules, fc.integer({ min: 0, max: 300 }), (list, held, wait) => {
        const now = (list.at(-1)?.at ?? 0) + wait * MINUTE;
        const { run, gaps } = decideDue(list, held, now);
        expect([...gaps.map((g) => g.at), ...(run === null ? [] : [run])].sort((a, b) => a - b)).toEqual(
          list.map((o) => o.at),
        );
        if (run !== null) expect(run).toBe(list.findLast((o) => o.leftOut === null)!.at);
      }),
    );
  });
});
