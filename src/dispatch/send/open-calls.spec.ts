import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Gateway } from '../../gateways/index.js';
import { callLimits, OpenCalls, type Seat } from './open-calls.service.js';
import type { Shares, Wish } from './shares.service.js';

const gateway = (limits: object): Gateway =>
  ({ key: 'mas', limits: { sameContent: 1000, ownContent: 1, ...limits } }) as Gateway;

/** Alone at the gateway: the whole of it is this process's. */
const alone = { of: async (_: string, { total }: Wish) => total, leave: async () => undefined } as unknown as Shares;

/** One batch: `calls` calls of `size` recipients, each window closed after the next turn. */
async function send(
  seat: Seat,
  calls: number,
  size: number,
  open: { calls: number; recipients: number },
  see: () => void,
) {
  let left = calls;
  let mine = { calls: 0, recipients: 0 };
  for (;;) {
    const allowed = await seat.allowance();
    const n = Math.min(left, allowed.calls, Math.max(1, Math.floor(allowed.recipients / size)));
    const window = { calls: n, recipients: n * size };
    await new Promise((resolve) => setImmediate(resolve));
    open.calls += window.calls - mine.calls;
    open.recipients += window.recipients - mine.recipients;
    see();
    mine = window;
    seat.hold(window);
    if (n === 0) return;
    left -= n;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('what is open at a gateway', () => {
  it('never exceeds its limits, however many batches are sent at once, and each of them ends', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 20, max: 200 }),
        fc.array(fc.record({ calls: fc.integer({ min: 1, max: 12 }), size: fc.integer({ min: 1, max: 20 }) }), {
          minLength: 1,
          maxLength: 6,
        }),
        async (concurrent, maxOpenRecipients, batches) => {
          const one = gateway({ concurrent, maxOpenRecipients });
          const calls = new OpenCalls(alone);
          const open = { calls: 0, recipients: 0 };
          let most = { calls: 0, recipients: 0 };
          const see = () => {
            most = { calls: Math.max(most.calls, open.calls), recipients: Math.max(most.recipients, open.recipients) };
          };
          const waiting = [...batches];
          const worker = async () => {
            for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
              let seat = await calls.enter(one, batch.size);
              while (!seat) {
                await new Promise((resolve) => setImmediate(resolve));
                seat = await calls.enter(one, batch.size);
              }
              await send(seat, batch.calls, batch.size, open, see);
              await calls.leave(one, seat);
            }
          };
          await Promise.all([worker(), worker(), worker()]);
          expect(open).toEqual({ calls: 0, recipients: 0 });
          expect(most.calls).toBeLessThanOrEqual(concurrent);
          expect(most.recipients).toBeLessThanOrEqual(maxOpenRecipients);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('divides a content that many get into calls no larger than what may be open', () => {
    expect(callLimits(gateway({ maxOpenRecipients: 80 }))).toEqual({ sameContent: 80, ownContent: 1 });
    expect(callLimits(gateway({ sameContent: 5000 }))).toEqual({ sameContent: 4000, ownContent: 1 });
  });

  it('gives a gateway with one open call to one batch at a time', async () => {
    const calls = new OpenCalls(alone);
    const one = gateway({ concurrent: 1 });
    const seat = await calls.enter(one, 10);
    expect(seat).not.toBeNull();
    expect(await calls.enter(one, 10)).toBeNull();
    await calls.leave(one, seat!);
    expect(await calls.enter(one, 10)).not.toBeNull();
  });
});
