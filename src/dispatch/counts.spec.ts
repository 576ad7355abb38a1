import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addTo, checkSums, countsOf, emptyMeasure, STATES, type Measure } from './counts.js';

const measure = fc
  .record({
    states: fc.tuple(...STATES.map(() => fc.nat(1000))),
    skipped: fc.dictionary(fc.constantFrom('opted_out', 'no_phone', 'contact_cap'), fc.nat(1000)),
  })
  .map(({ states, skipped }): Measure => {
    const made = emptyMeasure();
    STATES.forEach((state, i) => (made.tally[state] = states[i]!));
    return { ...made, skipped };
  });

describe('the counts', () => {
  it('hold their sums whatever the states are, row by row and in total', () => {
    fc.assert(
      fc.property(fc.array(measure), (rows) => {
        const total = emptyMeasure();
        for (const row of rows) addTo(total, row);
        expect([...rows, total].flatMap((row) => checkSums(countsOf(row)))).toEqual([]);
        expect(countsOf(total).targeted).toBe(rows.reduce((sum, row) => sum + countsOf(row).targeted, 0));
      }),
    );
  });

  it('says which sum does not hold', () => {
    const counts = countsOf(emptyMeasure());
    expect(checkSums({ ...counts, sent: 1 })).toEqual([
      'planned 0 = pending 0 + sent 1 + failed 0 + uncertain 0 + cancelled 0 + expired 0',
      'sent 1 = delivered 0 + undelivered 0 + awaiting 0',
    ]);
    expect(checkSums({ ...counts, reachedPeople: 2 })).toHaveLength(2);
    expect(checkSums({ ...counts, skipped: { no_phone: 1 } })).toEqual(['targeted 0 = skipped 1 + planned 0']);
  });

  it('costs yuan', () => {
    const made = emptyMeasure();
    made.tally.cost = 350;
    expect(countsOf(made).cost).toBe(0.035);
  });
});
