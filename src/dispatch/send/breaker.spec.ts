import { describe, expect, it } from '@jest/globals';
import type { CallOutcome, FaultCause } from '../../gateways/index.js';
import { hasFailed, isSilent, streakAfter } from './breaker.js';

const fault = (cause: FaultCause): CallOutcome => ({
  items: [{ deliveryId: 1, fault: { cause, code: cause, note: '' } }],
});
const good: CallOutcome = { items: [{ deliveryId: 1 }] };

describe('a circuit breaker', () => {
  it('counts what got no proper answer, and takes a refusal for an answer', () => {
    expect((['unreachable', 'uncertain'] as const).map((c) => hasFailed(fault(c)))).toEqual([true, true]);
    expect(
      (['throttled', 'settings', 'content', 'recipient', 'optedOut', 'refused'] as const).some((c) =>
        hasFailed(fault(c)),
      ),
    ).toBe(false);
    expect(hasFailed({ items: [...fault('unreachable').items, ...good.items] })).toBe(false);
  });

  it('begins anew with every good call', () => {
    expect(streakAfter(3, [fault('unreachable'), fault('uncertain')])).toBe(5);
    expect(streakAfter(3, [fault('unreachable'), good, fault('unreachable')])).toBe(1);
  });

  it('finds silence only where enough was accepted and nothing at all was heard', () => {
    expect(isSilent({ awaiting: 50, withReceipt: 0 }, 50)).toBe(true);
    expect(isSilent({ awaiting: 49, withReceipt: 0 }, 50)).toBe(false);
    expect(isSilent({ awaiting: 500, withReceipt: 1 }, 50)).toBe(false);
  });
});
