import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../../src/app.js';
import { DispatchLoop } from '../../src/dispatch/index.js';
import { SteppedClock } from '../../src/platform/index.js';
import { dialects } from '../support/database.js';
import { FaultGateway } from './support/gateway.js';
import { audit, Office, waitFor, World } from './support/world.js';

const HOUR = 3_600_000;

/** In this process, on a clock that the test moves: what a jump does while a call is under way. */
describe.each(dialects())('the clock jumps while a call is open, on %s', (dialect) => {
  const clock = new SteppedClock(Date.parse('2026-11-24T10:00:00+08:00'));
  let gateway: FaultGateway;
  let world: World;
  let running: RunningApp;
  let loop: DispatchLoop;
  let office: Office;
  let next = 0;
  const begun: Promise<unknown>[] = [];
  const begin = (): Promise<void> => {
    const work = loop.drain();
    begun.push(work.catch(() => undefined));
    return work;
  };

  beforeAll(async () => {
    gateway = await new FaultGateway(3).listen();
    world = await World.make(dialect, gateway.url, { perBatch: 20, concurrent: 2, maxOpenRecipients: 40 }, 'PT20S');
    running = await startApp({
      config: world.config,
      clock,
      roles: { api: true, scheduler: false, worker: false },
      logLevels: ['fatal'],
    });
    loop = running.app.get(DispatchLoop, { strict: false });
  }, 60_000);
  beforeEach(async () => {
    gateway.release();
    await Promise.all(begun);
    office = await Office.at(running.url);
    gateway.mood = () => 'accept';
  });
  afterAll(async () => {
    gateway.mood = () => 'accept';
    gateway.release();
    await Promise.all(begun);
    await running.close();
    await gateway.close();
    await world.drop();
  });

  const start = async (n: number): Promise<{ runId: string; mobiles: string[] }> => {
    next += 1000;
    const mobiles = await office.people(`jump${next}`, next, next + n);
    return { runId: await office.runNow(await office.campaign(`jump${next}`, n)), mobiles };
  };
  it('forward beyond the lease: in doubt, then believed when the late answer comes; nobody twice', async () => {
    gateway.mood = () => 'hang';
    const { runId, mobiles } = await start(60);
    const work = begin();
    await waitFor('the calls to hang', () => gateway.heldNow === 2, { everyMs: 5 });
    clock.set(clock.now() + HOUR);
    gateway.mood = () => 'accept';
    await loop.drain();
    // What is open is in doubt; the rest waits, for this process still has the batch in hand.
    expect((await office.run(runId)).counts).toMatchObject({ sent: 0, uncertain: 40, pending: 20 });
    gateway.release();
    await work;
    await loop.drain();
    expect((await office.run(runId)).counts).toMatchObject({ sent: 60, uncertain: 0, pending: 0 });
    expect((await audit(world, { runId, mobiles, gateway })).broken).toEqual([]);
  }, 60_000);

  it('forward beyond the lease, and the late answer is a refusal: sent then, once, though the run had settled', async () => {
    gateway.mood = () => 'hangBusy';
    const { runId, mobiles } = await start(40);
    const work = begin();
    await waitFor('the calls to hang', () => gateway.heldNow === 2, { everyMs: 5 });
    clock.set(clock.now() + HOUR);
    gateway.mood = () => 'accept';
    await loop.drain();
    expect(await office.run(runId)).toMatchObject({ status: 'settled', counts: { uncertain: 40, pending: 0 } });
    gateway.release();
    await work;
    for (let i = 0; i < 3; i += 1) {
      clock.set(clock.now() + 60_000);
      await loop.drain();
    }
    expect(await office.run(runId)).toMatchObject({
      status: 'settled',
      counts: { sent: 40, uncertain: 0, pending: 0 },
    });
    expect((await audit(world, { runId, mobiles, gateway })).broken).toEqual([]);
  }, 60_000);

  it('forward beyond the lease, written off by a person, and the late answer is a refusal: it stays written off', async () => {
    gateway.mood = () => 'hangBusy';
    const { runId, mobiles } = await start(40);
    const work = begin();
    await waitFor('the calls to hang', () => gateway.heldNow === 2, { everyMs: 5 });
    clock.set(clock.now() + HOUR);
    gateway.mood = () => 'accept';
    await loop.drain();
    const decided = await office.operator.post(`/runs/${runId}/uncertain`, {
      decision: 'writeOff',
      reason: 'nobody at the gateway knows',
    });
    expect(decided).toMatchObject({ status: 200, body: { decided: 40 } });
    gateway.release();
    await work;
    for (let i = 0; i < 3; i += 1) {
      clock.set(clock.now() + 60_000);
      await loop.drain();
    }
    expect(await office.run(runId)).toMatchObject({
      status: 'settled',
      counts: { sent: 0, uncertain: 40, pending: 0 },
    });
    expect((await audit(world, { runId, mobiles, gateway })).broken).toEqual([]);
  }, 60_000);

  it('back by an hour: nothing is sent twice, and everything is sent', async () => {
    gateway.mood = () => 'hang';
    const { runId, mobiles } = await start(60);
    const work = begin();
    await waitFor('the calls to hang', () => gateway.heldNow === 2, { everyMs: 5 });
    clock.set(clock.now() - HOUR);
    gateway.mood = () => 'accept';
    gateway.release();
    await work;
    await loop.drain();
    clock.set(clock.now() + HOUR + 1000);
    await loop.drain();
    expect((await office.run(runId)).counts).toMatchObject({ sent: 60, uncertain: 0, pending: 0 });
    expect((await audit(world, { runId, mobiles, gateway })).broken).toEqual([]);
  }, 60_000);
});
