import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cutFirst, splitIntoCalls, takeWindow, worthClaiming } from './split.js';

const texts = fc
  .array(fc.constantFrom('a', 'b', 'c'), { maxLength: 60 })
  .map((list) => list.sort().map((text, id) => ({ id, text })));
const limits = fc.record({ sameContent: fc.integer({ min: 1, max: 20 }), ownContent: fc.integer({ min: 1, max: 10 }) });

describe('splitIntoCalls', () => {
  it('puts every message into exactly one call, in order, and keeps the limits', () => {
    fc.assert(
      fc.property(texts, limits, (messages, limit) => {
        const calls = splitIntoCalls(messages, limit);
        expect(calls.flat()).toEqual(messages);
        for (const call of calls) {
          const contents = new Set(call.map((m) => m.text)).size;
          expect(call.length).toBeLessThanOrEqual(contents > 1 ? limit.ownContent : limit.sameContent);
        }
      }),
    );
  });

  it('sends one content for all in one call', () => {
    const messages = Array.from({ length: 1000 }, () => ({ text: 'same' }));
    expect(splitIntoCalls(messages, { sameContent: 5000, ownContent: 999 })).toHaveLength(1);
  });

  it('calls one by one where the gateway takes one', () => {
    expect(
      splitIntoCalls([{ text: 'a' }, { text: 'a' }, { text: 'b' }], { sameContent: 1, ownContent: 1 }),
    ).toHaveLength(3);
  });
});

describe('cutFirst', () => {
  it('keeps a day’s quota to the last recipient and loses nobody', () => {
    expect(cutFirst([[1, 2, 3], [4]], 2)).toEqual([[1, 2], [3], [4]]);
    expect(cutFirst([[1, 2]], 2)).toEqual([[1, 2]]);
    expect(cutFirst([[1, 2]], 0)).toEqual([[1, 2]]);
    expect(cutFirst([], 2)).toEqual([]);
  });
});

describe('takeWindow', () => {
  it('opens no more than the concurrency and no more people than allowed, but always one call', () => {
    expect(takeWindow([[1, 2], [3], [4]], 2, 10)).toEqual([[1, 2], [3]]);
    expect(takeWindow([[1, 2], [3], [4]], 8, 2)).toEqual([[1, 2]]);
    expect(takeWindow([[1, 2, 3]], 8, 2)).toEqual([[1, 2, 3]]);
  });

  it('claims what leaves within ten seconds, and all where nothing is limited', () => {
    const one = { sameContent: 1, ownContent: 1 };
    expect(worthClaiming({ ...one, perSecond: 2 })).toBe(20);
    expect(worthClaiming({ ...one, perSecond: 2, perMinute: 30 })).toBe(5);
    expect(worthClaiming({ ...one, perMinute: 1 })).toBe(1);
    expect(worthClaiming({ sameContent: 1000, ownContent: 1, perSecond: 1 })).toBe(10_000);
    expect(worthClaiming(one)).toBe(Infinity);
  });
});
