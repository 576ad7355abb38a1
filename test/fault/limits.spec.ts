import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dialects } from '../support/database.js';
import { FaultGateway } from './support/gateway.js';
import { killAll } from './support/product.js';
import { hasRedisServer, OwnServer, removeServers } from './support/servers.js';
import { audit, Office, told, waitFor, World } from './support/world.js';

const isLong = process.env.FAULT_LONG === '1';
const PER_SECOND = 20;
const LIMITS = { perBatch: 4, concurrent: 3, maxOpenRecipients: 80, perSecond: PER_SECOND };
const PEOPLE = isLong ? 2_400 : 400;
/** How many workers, and whether Redis carries the batches to them. */
const CASES = (isLong ? [1, 2, 4, 8] : [2]).flatMap((workers) =>
  (isLong && hasRedisServer ? [false, true] : [false]).map((byRedis) => ({ workers, byRedis })),
);
const TEST_MS = 240_000;

/** The most requests that any second holds, wherever it begins. */
const mostInASecond = (at: readonly number[]): number => {
  const sorted = [...at].sort((a, b) => a - b);
  let from = 0;
  return sorted.reduce((most, now, i) => {
    while (sorted[from]! <= now - 1000) from += 1;
    return Math.max(most, i - from + 1);
  }, 0);
};

afterAll(async () => {
  await killAll();
  await removeServers();
});

describe.each(dialects())('the limits of a gateway that several workers share, on %s', (dialect) => {
  let gateway: FaultGateway;
  let world: World;

  beforeEach(async () => {
    gateway = await new FaultGateway(11).listen();
    gateway.latencyMs = 120;
  });
  const made = async (redis?: string): Promise<World> =>
    (world = await World.make(dialect, gateway.url, LIMITS, 'PT5S', redis === undefined ? {} : { redis }));
  afterEach(async () => {
    await killAll();
    await gateway.close();
    await world.drop();
  });

  it.each(CASES)(
    "hold for $workers workers and one that takes a dead one's place, by Redis: $byRedis; a second and at once",
    async ({ workers: size, byRedis }) => {
      await made(byRedis ? (await OwnServer.redis()).url : undefined);
      await told(
        () => world,
        async () => {
          const api = await world.start('api,scheduler');
          const workers = await Promise.all(Array.from({ length: size }, () => world.start('worker')));
          const office = await Office.at(api.url);
          const mobiles = await office.people('limits', 0, PEOPLE);
          const runId = await office.runNow(await office.campaign('limits', PEOPLE));
          await waitFor('a third of the messages', () => gateway.given.length >= PEOPLE / 3, { everyMs: 5 });
          await workers[0]!.process.kill();
          await world.start('worker');
          const { counts } = await office.settled(runId, TEST_MS / 2);
          expect(counts.sent + counts.uncertain).toBe(PEOPLE);
          expect(mostInASecond(gateway.cameAt)).toBeLessThanOrEqual(PER_SECOND);
          expect(gateway.peak.requests).toBeLessThanOrEqual(LIMITS.concurrent);
          expect((await audit(world, { runId, mobiles, gateway })).broken).toEqual([]);
        },
      )();
    },
    TEST_MS,
  );

  it(
    'give what is urgent the way, though a bulk run has all the seats',
    told(
      () => world,
      async () => {
        await made();
        const product = await world.start();
        const office = await Office.at(product.url);
        const bulkPeople = await office.people('bulk', 0, 600);
        const urgentPeople = await office.people('urgent', 1_000, 1_040);
        const urgent = await office.campaign('urgent', 40, { urgent: { reason: '突发案件预警' } });
        const bulk = await office.runNow(await office.campaign('bulk', 600));
        await waitFor('the bulk run to be on its way', () => gateway.given.length >= 80, { everyMs: 5 });
        const urgentRun = await office.runNow(urgent);
        await office.settled(urgentRun);
        const mine = new Set(urgentPeople);
        const last = gateway.given.findLastIndex((g) => mine.has(g.mobile));
        // All of it came before the bulk run was done; what was sent in between is what was under way already.
        const first = gateway.given.findIndex((g) => mine.has(g.mobile));
        const between = gateway.given.slice(first, last).filter((g) => !mine.has(g.mobile)).length;
        expect(between).toBeLessThanOrEqual(80);
        expect(gateway.given.length).toBeLessThan(640);
        expect((await office.settled(bulk, TEST_MS / 2)).counts).toMatchObject({ sent: 600, uncertain: 0 });
        expect((await audit(world, { runId: bulk, mobiles: bulkPeople, gateway })).broken).toEqual([]);
      },
    ),
    TEST_MS,
  );
});
