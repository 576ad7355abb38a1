import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shareOf, type Holding } from './share.js';

describe("a process's share of a gateway", () => {
  it('never gives away more than there is, whoever comes, goes, opens and closes in any order', () => {
    const act = fc.record({
      who: fc.integer({ min: 0, max: 7 }),
      does: fc.constantFrom('look', 'leave'),
      open: fc.nat(8),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.array(act, { maxLength: 80 }), (total, acts) => {
        const held = new Map<string, Holding>();
        for (const { who, does, open } of acts) {
          const owner = `p${who}`;
          const others = [...held.values()].filter((h) => h.owner !== owner);
          if (does === 'leave') held.delete(owner);
          // Nobody has more open than it held.
          else
            held.set(owner, {
              owner,
              calls: shareOf(total, { owner, open: Math.min(open, held.get(owner)?.calls ?? 0) }, others),
            });
          expect([...held.values()].reduce((sum, h) => sum + h.calls, 0)).toBeLessThanOrEqual(total);
        }
      }),
    );
  });

  it('is the whole for one, and evens out when others come', () => {
    expect(shareOf(8, { owner: 'a', open: 0 }, [])).toBe(8);
    expect(shareOf(8, { owner: 'b', open: 0 }, [{ owner: 'a', calls: 8 }])).toBe(0);
    expect(shareOf(8, { owner: 'a', open: 6 }, [{ owner: 'b', calls: 0 }])).toBe(6);
    expect(shareOf(8, { owner: 'a', open: 2 }, [{ owner: 'b', calls: 2 }])).toBe(4);
  });

  it('leaves none idle where there are more calls than processes', () => {
    const owners = ['a', 'b', 'c'];
    const shares = owners.map((owner) =>
      shareOf(
        4,
        { owner, open: 0 },
        owners.filter((o) => o !== owner).map((o) => ({ owner: o, calls: 0 })),
      ),
    );
    expect(shares).toEqual([2, 1, 1]);
  });
});
