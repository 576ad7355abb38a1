import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dialects } from '../support/database.js';
import { FaultGateway } from './support/gateway.js';
import { killAll } from './support/product.js';
import { audit, Office, told, waitFor, World } from './support/world.js';

/** A call a second and a bit, so that calls of a window are committed and have not left for a while. */
const LIMITS = { perBatch: 10, concurrent: 2, maxOpenRecipients: 20, perSecond: 2 };
const PEOPLE = 40;
const TEST_MS = 120_000;

afterAll(killAll);

/** Several workers are MariaDB's case; SQLite's is tried in the long form. */
const tried = process.env.FAULT_LONG === '1' ? dialects() : dialects().slice(-1);

describe.each(tried)('a worker that sleeps beyond its lease, on %s', (dialect) => {
  let gateway: FaultGateway;
  let world: World;

  beforeEach(async () => {
    gateway = await new FaultGateway(5).listen();
    world = await World.make(dialect, gateway.url, LIMITS, 'PT2S');
  });
  afterEach(async () => {
    await killAll();
    await gateway.close();
    await world.drop();
  });

  it(
    'sends and settles nothing when it wakes of what another has taken over and a person has sent again',
    told(
      () => world,
      async () => {
        const api = await world.start('api');
        const sleeper = (await world.start('worker')).process;
        const office = await Office.at(api.url);
        const mobiles = await office.people('sleep', 0, PEOPLE);
        const runId = await office.runNow(await office.campaign('sleep', PEOPLE));
        const isAsleep = async (): Promise<boolean> => {
          if ((await world.openCalls()).size === 0) return false;
          sleeper.hold();
          // What it sent last is on its way to the gateway.
          await new Promise((resolve) => setTimeout(resolve, 200));
          // Written down as open, and none of them has left; and no lock is held that nobody would give back.
          const isCaught =
            (await world.openCalls()).size > 0 &&
            (await world.settledCalls()) === gateway.requests &&
            !(await world.isHeldUp());
          if (!isCaught) sleeper.goOn();
          return isCaught;
        };
        await waitFor('calls that wait for their instant', isAsleep, { everyMs: 10 });
        const asleep = [...(await world.openCalls()).values()].reduce((sum, n) => sum + n, 0);
        const other = (await world.start('worker')).process;
        const inDoubt = async () => (await office.run(runId)).counts.uncertain;
        await waitFor('the recovery of all that it held', async () => (await inDoubt()) === asleep);
        const again = await office.operator.post(`/runs/${runId}/uncertain`, {
          decision: 'resend',
          reason: 'the worker sleeps, the gateway has not had them',
        });
        expect(again.status).toBe(200);
        await office.settled(runId);
        const given = gateway.given.length;

        sleeper.goOn();
        await new Promise((resolve) => setTimeout(resolve, 2_500));
        expect(gateway.given.length).toBe(given);
        const { counts } = await office.run(runId);
        expect(counts).toMatchObject({ planned: PEOPLE, sent: PEOPLE, uncertain: 0, pending: 0 });
        expect(sleeper.hasEnded || other.hasEnded).toBe(false);
        const { broken } = await audit(world, { runId, mobiles, gateway });
        expect(broken).toEqual([]);
      },
    ),
    TEST_MS,
  );
});
