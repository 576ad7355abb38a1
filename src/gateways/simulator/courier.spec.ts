import { afterEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { SimulatorClock } from './clock.js';
import { Courier } from './courier.js';
import { DueHeap } from './due.js';
import type { Ack } from './lane.js';

const AT = Date.parse('2026-01-05T01:30:00Z');
let courier: Courier;
afterEach(() => courier?.close());

function start(perPush = 1, ack: () => Promise<Ack> | Ack = () => 'taken') {
  const clock = new SimulatorClock();
  courier = new Courier(clock);
  const said: { what: string[]; at: number }[] = [];
  const lane = courier.lane<string>({
    perPush,
    retryAfterMs: [60_000],
    push: (what) => {
      said.push({ what, at: clock.now() });
      return ack();
    },
  });
  return { clock, lane, said };
}

describe('the heap', () => {
  it('gives back a hundred thousand entries in their order, equals as they came', () => {
    const heap = new DueHeap<number>();
    for (let order = 0; order < 100_000; order += 1)
      heap.push({ at: (order * 7_919) % 1_000, order, attempt: 0, what: order });
    let last = { at: -1, order: -1 };
    for (let i = 0; i < 100_000; i += 1) {
      const due = heap.pop();
      const isNext = due && (due.at > last.at || (due.at === last.at && due.order > last.order));
      if (!isNext) throw new Error(`entry ${i} is lost or out of its order`);
      last = due;
    }
    expect(heap.pop()).toBeUndefined();
  });
});

describe('while the clock is set', () => {
  it('says in order all that is due, at its own time, and leaves the rest', async () => {
    const { lane, said } = start();
    await courier.moveTo(AT);
    lane.schedule(AT + 3_000, 'three');
    lane.schedule(AT + 1_000, 'one');
    lane.schedule(AT + 9_000, 'nine');
    expect(await courier.moveTo(AT + 5_000)).toEqual({
      at: '2026-01-05T01:30:05.000Z',
      isStanding: true,
      pushed: 2,
      failed: 0,
      pending: 1,
      nextDueAt: '2026-01-05T01:30:09.000Z',
    });
    expect(said).toEqual([
      { what: ['one'], at: AT + 1_000 },
      { what: ['three'], at: AT + 3_000 },
    ]);
  });

  it('waits for every acknowledgement, with at most eight open', async () => {
    let open = 0;
    let most = 0;
    const { lane, said } = start(1, async (): Promise<Ack> => {
      open += 1;
      most = Math.max(most, open);
      await sleep(2);
      open -= 1;
      return 'taken';
    });
    await courier.moveTo(AT);
    for (let i = 0; i < 100; i += 1) lane.schedule(AT + i, String(i));
    expect(await courier.moveTo(AT + 1_000)).toMatchObject({ pushed: 100, pending: 0 });
    expect(said.map(({ what }) => what[0])).toEqual(Array.from({ length: 100 }, (_, i) => String(i)));
    expect({ most, open }).toEqual({ most: 8, open: 0 });
  });

  it('says within the same move what became due by an answer to it', async () => {
    const { lane, said } = start();
    await courier.moveTo(AT);
    lane.schedule(AT + 1_000, 'first');
    const chain = courier.lane<string>({
      perPush: 1,
      retryAfterMs: [],
      push: () => {
        lane.schedule(AT + 3_000, 'second');
        return 'taken';
      },
    });
    chain.schedule(AT + 2_000, 'cause');
    expect(await courier.moveTo(AT + 4_000)).toMatchObject({ pushed: 3, pending: 0 });
    expect(said.map(({ what }) => what[0])).toEqual(['first', 'second']);
  });

  it('retries on its own clock and gives up when the tries are used', async () => {
    const { lane, said } = start(1, () => 'failed');
    await courier.moveTo(AT);
    lane.schedule(AT + 1_000, 'x');
    expect(await courier.moveTo(AT + 30_000)).toMatchObject({
      failed: 0,
      pending: 1,
      nextDueAt: '2026-01-05T01:31:01.000Z',
    });
    expect(await courier.moveTo(AT + 90_000)).toMatchObject({ failed: 1, pending: 0, nextDueAt: null });
    expect(said.map(({ at }) => at)).toEqual([AT + 1_000, AT + 61_000]);
  });

  it('treats a push that throws as failed', async () => {
    const { lane } = start(1, () => Promise.reject(new Error('nobody there')));
    await courier.moveTo(AT);
    lane.schedule(AT + 1_000, 'x');
    expect(await courier.moveTo(AT + 120_000)).toMatchObject({ failed: 1, pending: 0 });
  });

  it('packs what falls together, never across a second', async () => {
    const { lane, said } = start(3);
    await courier.moveTo(AT);
    for (const ms of [0, 100, 200, 300, 5_000]) lane.schedule(AT + 1_000 + ms, String(ms));
    await courier.moveTo(AT + 60_000);
    expect(said.map(({ what }) => what)).toEqual([['0', '100', '200'], ['300'], ['5000']]);
  });

  it('goes back without saying anything, and forgets on request', async () => {
    const { lane, said, clock } = start();
    await courier.moveTo(AT);
    lane.schedule(AT + 1_000, 'x');
    expect(await courier.moveTo(AT - 60_000)).toMatchObject({ at: '2026-01-05T01:29:00.000Z', pushed: 0, pending: 1 });
    courier.forget();
    expect(await courier.moveTo(AT + 60_000)).toMatchObject({ pushed: 0, pending: 0 });
    expect(said).toEqual([]);
    expect(clock.now()).toBe(AT + 60_000);
  });

  it('says at once what is due at the very time where the clock stands', async () => {
    const { lane, said } = start();
    await courier.moveTo(AT);
    lane.schedule(AT, 'now');
    await sleep(20);
    expect(said).toEqual([{ what: ['now'], at: AT }]);
  });
});

describe('in real time', () => {
  it('says things when they fall due, the earlier one first whatever came first', async () => {
    const { lane, said } = start();
    lane.schedule(Date.now() + 60, 'later');
    lane.schedule(Date.now() + 20, 'sooner');
    await sleep(150);
    expect(said.map(({ what }) => what[0])).toEqual(['sooner', 'later']);
  });

  it('takes over what was due when the clock runs again', async () => {
    const { lane, said } = start();
    await courier.moveTo(AT);
    lane.schedule(AT + 1_000, 'x');
    await courier.moveTo(undefined);
    await sleep(30);
    expect(said.map(({ what }) => what)).toEqual([['x']]);
  });
});
