import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dayOf, readBill } from './bill.js';
import { compare, total, type Side } from './compare.js';

const side = fc.record({
  recipients: fc.integer({ min: 1, max: 9 }),
  parts: fc.option(fc.integer({ min: 1, max: 9 })),
});
const books = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), side).map((o) => new Map(Object.entries(o)));

describe('our books against a bill', () => {
  it('agree with themselves, and differ for the one as they differ for the other', () => {
    fc.assert(
      fc.property(books, books, (ours, theirs) => {
        expect(compare(ours, ours)).toEqual([]);
        const mirrored = {
          notBilled: 'notOurs',
          notOurs: 'notBilled',
          recipients: 'recipients',
          parts: 'parts',
        } as const;
        expect(compare(theirs, ours)).toEqual(
          compare(ours, theirs).map((d) => ({ ...d, kind: mirrored[d.kind], ours: d.theirs, theirs: d.ours })),
        );
      }),
    );
  });

  it('differ in sum by no more than the differences say', () => {
    fc.assert(
      fc.property(books, books, (ours, theirs) => {
        const found = compare(ours, theirs).filter((d) => d.kind !== 'parts');
        const gap = found.reduce((sum, d) => sum + d.ours - d.theirs, 0);
        expect(total(ours.values()).recipients - total(theirs.values()).recipients).toBe(gap);
      }),
    );
  });
});

describe('a bill', () => {
  const rows = (...records: Record<string, string>[]) => records.map((record, i) => ({ line: i + 2, record }));

  it('counts rows of a message each, and rows of a batch each, by day', () => {
    const { days, mistakes } = readBill(
      rows(
        { ref: 'G1', day: '2026-11-24' },
        { ref: 'G1', day: '20261124101500' },
        { ref: 'G2', day: '2026/11/25 08:00', recipients: '1,000', parts: '2000' },
      ),
      null,
    );
    expect(mistakes).toEqual([]);
    const of = (day: number): Record<string, Side> => Object.fromEntries(days.get(day) ?? []);
    expect(of(20261124)).toEqual({ G1: { recipients: 2, parts: null } });
    expect(of(20261125)).toEqual({ G2: { recipients: 1000, parts: 2000 } });
  });

  it('names the line and the field of what cannot be read, and counts the others', () => {
    const { days, mistakes } = readBill(
      rows(
        { ref: 'G1' },
        { ref: '', recipients: '1' },
        { ref: 'G3', recipients: 'many' },
        { ref: 'G4', day: '2026-02-30' },
      ),
      20261124,
    );
    expect(mistakes.map((m) => [m.line, m.field])).toEqual([
      [3, 'ref'],
      [4, 'recipients'],
      [5, 'day'],
    ]);
    expect([...days.get(20261124)!.keys()]).toEqual(['G1']);
  });

  it('knows days as bills write them', () => {
    expect(
      ['2026-1-5', '2026年01月05日', '20260105', '2026-01-05T10:00:00+08:00', '05.01.2026', '2026-13-01'].map(dayOf),
    ).toEqual([20260105, 20260105, 20260105, 20260105, null, null]);
  });
});
