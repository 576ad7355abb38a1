import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { FaultGateway } from './support/gateway.js';
import { killAll } from './support/product.js';
import { hasRedisServer, OwnServer, removeServers } from './support/servers.js';
import { audit, Office, SMALL, told, waitFor, World } from './support/world.js';

const isLong = process.env.FAULT_LONG === '1';
const PEOPLE = isLong ? 12_000 : 500;
const ROUNDS = isLong ? 4 : 1;
const AWAY_MS = isLong ? 20_000 : 1_500;
const TEST_MS = isLong ? 900_000 : 120_000;

afterAll(async () => {
  await killAll();
  await removeServers();
});

(hasRedisServer ? describe : describe.skip)('Redis falls in mid-send', () => {
  let gateway: FaultGateway;
  let world: World;
  let redis: OwnServer;

  beforeEach(async () => {
    redis = await OwnServer.redis();
    gateway = await FaultGateway.inService(20_261_127);
  });
  afterEach(async () => {
    await killAll();
    await gateway.close();
    await world.drop();
    await redis.remove();
  });

  it(
    `and costs time only, forgetful or away: everybody once, ${PEOPLE} people, two processes`,
    told(
      () => world,
      async () => {
        world = await World.make('sqlite', gateway.url, SMALL, 'PT2S', { redis: redis.url });
        const product = await world.start();
        const worker = await world.start('worker');
        const office = await Office.at(product.url);
        const mobiles = await office.people('redis', 0, PEOPLE);
        const runId = await office.runNow(await office.campaign('redis', PEOPLE));
        const alarms = async () =>
          (await office.officer.get<{ items: { kind: string }[] }>('/alarms')).body.items.map((a) => a.kind);
        for (let i = 0; i < ROUNDS; i += 1) {
          const reached = (part: number) =>
            waitFor('its part', () => gateway.given.length >= (PEOPLE * (i + part)) / (ROUNDS + 0.5), { everyMs: 5 });
          await reached(0.2);
          const client = new Redis(redis.url);
          await client.flushall();
          await client.quit();
          await reached(0.6);
          await redis.end('SIGKILL');
          await waitFor('the alarm', async () => (await alarms()).includes('queue_unreachable'));
          await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
          // What was in hand is done, and nothing else is begun.
          const given = gateway.given.length;
          await new Promise((resolve) => setTimeout(resolve, 500));
          expect(gateway.given.length).toBe(given);
          expect(given).toBeLessThan(PEOPLE);
          await redis.start();
        }
        const { counts } = await office.settled(runId, TEST_MS / 2);
        expect(counts).toMatchObject({ planned: PEOPLE, sent: PEOPLE, uncertain: 0 });
        await waitFor('the alarm to be cleared', async () => !(await alarms()).includes('queue_unreachable'));
        expect(worker.process.hasEnded || product.process.hasEnded).toBe(false);
        expect(gateway.peak.requests).toBeLessThanOrEqual(SMALL.concurrent);
        const { broken } = await audit(world, { runId, mobiles, gateway });
        expect(broken).toEqual([]);
      },
    ),
    TEST_MS,
  );

  it(
    'and a stop does not wait for its return',
    told(
      () => world,
      async () => {
        world = await World.make('sqlite', gateway.url, SMALL, 'PT2S', { redis: redis.url });
        const product = await world.start();
        const office = await Office.at(product.url);
        await office.people('stop', 0, 200);
        const campaign = await office.campaign('stop', 200);
        await redis.end('SIGKILL');
        await office.runNow(campaign);
        await product.process.says(/Redis/);
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        expect(await product.process.stop()).toBe('ended');
        expect(gateway.given).toEqual([]);
      },
    ),
    TEST_MS,
  );
});
