import { beforeEach, describe, expect, it } from '@jest/globals';
import { SteppedClock, SystemChance } from '../platform/index.js';
import type { Wire, WireOutcome } from '../platform/wire/index.js';
import { Contexts } from './contexts.service.js';
import type { HttpAdapter } from './contract.js';
import type { Gateway } from './gateway.js';
import type { Gateways } from './gateways.service.js';

const HOUR = 3_600_000;

/** A gateway that gives a numbered session at each sign-in, when the test lets it. */
class SignIns {
  readonly asked: ((status: number) => void)[] = [];

  readonly wire = {
    send: () =>
      new Promise<WireOutcome>((resolve) => {
        const body = `S${this.asked.length + 1}`;
        this.asked.push((status) => resolve({ kind: 'reply', status, headers: {}, body }));
      }),
  } as unknown as Wire;

  readonly gateway = {
    key: 'g',
    settings: {},
    connection: { timeoutMs: 1_000 },
    adapter: {
      transport: 'http',
      hosts: () => ['gateway.example'],
      session: {
        request: () => ({ method: 'POST', url: 'http://gateway.example/login', headers: {} }),
        decode: ({ status, body }) =>
          status === 200
            ? { session: body, forMs: HOUR }
            : { fault: { cause: 'settings', code: String(status), note: 'refused' } },
      },
    } as Partial<HttpAdapter<unknown>>,
  } as unknown as Gateway;
}

describe('signing in at a gateway', () => {
  let signIns: SignIns;
  let clock: SteppedClock;
  let contexts: Contexts;
  const session = async () => {
    const ready = await contexts.of(signIns.gateway);
    return 'fault' in ready ? ready.fault.code : ready.context.session;
  };
  const turns = () => new Promise((resolve) => setImmediate(resolve));

  beforeEach(() => {
    signIns = new SignIns();
    clock = new SteppedClock(0);
    contexts = new Contexts(
      clock,
      new SystemChance(),
      { receiptUrl: () => 'http://receipts.example' } as unknown as Gateways,
      signIns.wire,
    );
  });

  it('happens once for calls that come together, at first and when the session has run out', async () => {
    for (const name of ['S1', 'S2']) {
      const together = Promise.all([session(), session(), session()]);
      await turns();
      expect(signIns.asked).toHaveLength(Number(name.slice(1)));
      signIns.asked.at(-1)!(200);
      expect(await together).toEqual([name, name, name]);
      clock.set(clock.now() + 2 * HOUR);
    }
  });

  it('tells a refusal to all who waited, and is tried again by the next', async () => {
    const together = Promise.all([session(), session()]);
    await turns();
    signIns.asked[0]!(403);
    expect(await together).toEqual(['403', '403']);
    const next = session();
    await turns();
    signIns.asked[1]!(200);
    expect(await next).toBe('S2');
  });

  it('is not undone by a late call that was refused under the session before', async () => {
    const first = session();
    await turns();
    signIns.asked[0]!(200);
    expect(await first).toBe('S1');
    await contexts.end(signIns.gateway, 'S1');
    const second = session();
    await turns();
    signIns.asked[1]!(200);
    expect(await second).toBe('S2');
    await contexts.end(signIns.gateway, 'S1');
    expect(await session()).toBe('S2');
    expect(signIns.asked).toHaveLength(2);
  });
});
