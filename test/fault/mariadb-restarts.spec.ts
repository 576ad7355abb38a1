import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { FaultGateway } from './support/gateway.js';
import { killAll } from './support/product.js';
import { hasMariadbd, OwnServer, removeServers } from './support/servers.js';
import { audit, Office, SMALL, told, waitFor, World } from './support/world.js';

const isLong = process.env.FAULT_LONG === '1';
const PEOPLE = isLong ? 12_000 : 900;
const FALLS = isLong ? 8 : 2;
const AWAY_MS = isLong ? 5_000 : 1_200;
const TEST_MS = isLong ? 900_000 : 120_000;

afterAll(async () => {
  await killAll();
  await removeServers();
});

(hasMariadbd ? describe : describe.skip)('MariaDB falls in mid-send', () => {
  let gateway: FaultGateway;
  let world: World;

  afterEach(async () => {
    await killAll();
    await gateway.close();
    await world.drop();
  });

  it(
    `and the product, which nobody restarts, goes on when it is back: nobody twice, nobody lost, ${PEOPLE} people, ${FALLS} falls`,
    told(
      () => world,
      async () => {
        const mariadb = await OwnServer.mariadb();
        gateway = await FaultGateway.inService(20_261_125);
        world = await World.make('mysql', gateway.url, SMALL, 'PT2S', { mariadb: mariadb.url });
        const api = await world.start('api,scheduler');
        const worker = await world.start('worker');
        const office = await Office.at(api.url);
        const mobiles = await office.people('falls', 0, PEOPLE);
        const runId = await office.runNow(await office.campaign('falls', PEOPLE));

        let open = 0;
        for (let i = 1; i <= FALLS; i += 1) {
          const threshold = Math.round((PEOPLE * i) / (FALLS + 1));
          await waitFor(`${threshold} given`, () => gateway.given.length >= threshold, { everyMs: 5 });
          await mariadb.end(i % 2 === 1 ? 'SIGKILL' : 'SIGTERM');
          await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
          // What was answered meanwhile could not be written down; nothing else left.
          const given = gateway.given.length;
          await new Promise((resolve) => setTimeout(resolve, 300));
          expect(gateway.given.length).toBe(given);
          expect((await fetch(`${api.url}/health/ready`)).status).toBe(503);
          await mariadb.start();
          open += SMALL.maxOpenRecipients;
        }
        await waitFor('the product to be ready', async () => (await fetch(`${api.url}/health/ready`)).ok);
        const { counts } = await office.settled(runId, TEST_MS / 2);
        expect(counts).toMatchObject({ targeted: PEOPLE, planned: PEOPLE, failed: 0, cancelled: 0, expired: 0 });
        expect(counts.sent + counts.uncertain).toBe(PEOPLE);
        expect(counts.uncertain).toBeLessThanOrEqual(open);
        expect(gateway.peak.requests).toBeLessThanOrEqual(SMALL.concurrent);
        expect(worker.process.hasEnded || api.process.hasEnded).toBe(false);
        const { broken } = await audit(world, { runId, mobiles, gateway });
        expect(broken).toEqual([]);
        process.stdout.write(`MariaDB fell ${FALLS} times: ${counts.sent} sent, ${counts.uncertain} uncertain\n`);
      },
    ),
    TEST_MS,
  );
});
