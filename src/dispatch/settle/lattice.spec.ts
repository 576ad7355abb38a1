import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { afterReceipt, type Evidence, type Standing } from './lattice.js';

const evidence: fc.Arbitrary<Evidence> = fc.record({
  outcome: fc.constantFrom('unknown' as const, 'undelivered' as const, 'delivered' as const),
  attended: fc.boolean(),
  at: fc.integer({ min: 1, max: 1000 }),
});
const start: Standing = { status: 'awaiting', attended: false, receiptAt: null };

const applied = (receipts: readonly Evidence[]): Standing =>
  receipts.reduce((standing: Standing, receipt) => {
    const next = afterReceipt(standing, receipt);
    return next === null || next === 'later' ? standing : next;
  }, start);

describe('receipts', () => {
  it('end in the same state in any order, and twice is once', () => {
    fc.assert(
      fc.property(fc.array(evidence, { maxLength: 6 }), fc.nat(), (receipts, turn) => {
        const turned = [
          ...receipts.slice(turn % (receipts.length || 1)),
          ...receipts.slice(0, turn % (receipts.length || 1)),
        ].reverse();
        const { status, attended } = applied(receipts);
        expect(applied(turned)).toMatchObject({ status, attended });
        expect(applied([...receipts, ...receipts])).toMatchObject({ status, attended });
      }),
    );
  });

  it('keep the earliest time of equals', () => {
    expect(
      applied([
        { outcome: 'delivered', attended: false, at: 9 },
        { outcome: 'delivered', attended: false, at: 4 },
      ]).receiptAt,
    ).toBe(4);
  });

  it('wait for a call that is not settled, and never wake what ended', () => {
    const receipt: Evidence = { outcome: 'delivered', attended: false, at: 1 };
    expect(afterReceipt({ ...start, status: 'pending' }, receipt)).toBe('later');
    expect(afterReceipt({ ...start, status: 'failed' }, receipt)).toBeNull();
  });
});
