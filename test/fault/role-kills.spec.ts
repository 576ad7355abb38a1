import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dialects } from '../support/database.js';
import { FaultGateway } from './support/gateway.js';
import { killAll } from './support/product.js';
import { audit, Office, SMALL, told, waitFor, World } from './support/world.js';

const isLong = process.env.FAULT_LONG === '1';
const PEOPLE = isLong ? 6_000 : 600;
const ROUNDS = isLong ? 4 : 1;
const TEST_MS = isLong ? 900_000 : 120_000;

afterAll(killAll);

/** Several processes are MariaDB's case; SQLite's is tried in the long form. */
const tried = isLong ? dialects() : dialects().slice(-1);

describe.each(tried)('a process for each role, on %s', (dialect) => {
  let gateway: FaultGateway;
  let world: World;

  beforeEach(async () => {
    gateway = await FaultGateway.inService(20_261_128, 200);
    world = await World.make(dialect, gateway.url, SMALL, 'PT2S', { pageSize: 20 });
  });
  afterEach(async () => {
    await killAll();
    await gateway.close();
    await world.drop();
  });

  it(
    `kill -9 of each in mid-plan and mid-send, and of the gateway: nobody twice, nobody lost, ${PEOPLE} people`,
    told(
      () => world,
      async () => {
        const roles = ['api', 'scheduler', 'worker'] as const;
        const [api, scheduler, worker] = await Promise.all(roles.map((role) => world.start(role)));
        const processes = { api: api!, scheduler: scheduler!, worker: worker! };
        let inDoubt = 0;
        // The sending does not wait for those that come back, so the test does not either.
        const returning: Promise<unknown>[] = [];
        const kill = async (role: (typeof roles)[number]): Promise<void> => {
          await processes[role].process.kill();
          const open = [...(await world.openCalls()).values()].reduce((sum, n) => sum + n, 0);
          if (role === 'worker') inDoubt += open;
          returning.push(world.start(role).then((back) => (processes[role] = back)));
        };
        let office = await Office.at(processes.api.url);
        const mobiles = await office.people('roles', 0, PEOPLE);
        const runId = await office.runNow(await office.campaign('roles', PEOPLE));

        const planned = () =>
          world.look(async (database) =>
            Number((await database.one<{ n: number }>('SELECT COUNT(*) AS n FROM deliveries'))?.n ?? 0),
          );
        await waitFor('the plan to begin', async () => (await planned()) > 0, { everyMs: 1 });
        await Promise.all(roles.map(kill));
        expect(await planned()).toBeLessThan(PEOPLE);
        await Promise.all(returning);

        for (let i = 0; i < ROUNDS; i += 1) {
          for (const [j, role] of roles.entries()) {
            const part = (i * roles.length + j + 1) / (ROUNDS * roles.length + 1);
            await waitFor(`mid-send for ${role}`, () => gateway.given.length >= PEOPLE * part, { everyMs: 5 });
            await waitFor('an open call', () => gateway.openNow > 0, { everyMs: 1 });
            await kill(role);
          }
          await waitFor('an open call', () => gateway.openNow > 0, { everyMs: 1 });
          await gateway.close();
          inDoubt += SMALL.maxOpenRecipients;
          await gateway.listen();
          await Promise.all(returning);
        }
        office = await Office.at(processes.api.url);
        const { counts } = await office.settled(runId, TEST_MS / 2);
        expect(counts).toMatchObject({ targeted: PEOPLE, planned: PEOPLE, failed: 0, cancelled: 0, expired: 0 });
        expect(counts.sent + counts.uncertain).toBe(PEOPLE);
        expect(counts.uncertain).toBeLessThanOrEqual(inDoubt);
        expect(gateway.peak.requests).toBeLessThanOrEqual(SMALL.concurrent);
        const { broken } = await audit(world, { runId, mobiles, gateway });
        expect(broken).toEqual([]);
        process.stdout.write(
          `${dialect}: roles killed, ${counts.sent} sent, ${counts.uncertain} of ${inDoubt} uncertain\n`,
        );
      },
    ),
    TEST_MS,
  );
});
