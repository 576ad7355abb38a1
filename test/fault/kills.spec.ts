import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dialects } from '../support/database.js';
import { FaultGateway } from './support/gateway.js';
import { killAll } from './support/product.js';
import { audit, Office, SMALL, told, waitFor, World } from './support/world.js';

const isLong = process.env.FAULT_LONG === '1';
const PEOPLE = isLong ? 20_000 : 1_600;
const KILLS = isLong ? 8 : 4;
const BUSY = 0.05;
const LATENCY_MS = 60;
const MINUTES = isLong ? 20 : 1;

afterAll(killAll);

describe.each(dialects())('kill -9 in mid-send on %s', (dialect) => {
  let gateway: FaultGateway;
  let world: World;

  beforeEach(async () => {
    gateway = await new FaultGateway(20_261_124).listen();
    gateway.latencyMs = LATENCY_MS;
    gateway.mood = ({ chance }) => (chance < BUSY ? 'busy' : 'accept');
    world = await World.make(dialect, gateway.url);
  });
  afterEach(async () => {
    await killAll();
    await gateway.close();
    await world.drop();
  });

  it(
    `gives nobody a message twice and loses nobody: ${PEOPLE} people, ${KILLS} kills, 5 % busy, 60 ms`,
    told(
      () => world,
      async () => {
        let product = await world.start();
        let office = await Office.at(product.url);
        const mobiles = await office.people('kills', 0, PEOPLE);
        const campaign = await office.campaign('kills', PEOPLE);
        const runId = await office.runNow(campaign);

        const openAtKills: number[] = [];
        const known = new Set<number>();
        for (let i = 1; i <= KILLS; i += 1) {
          const threshold = Math.round((PEOPLE * i) / (KILLS + 1.5));
          await waitFor(`${threshold} given before kill ${i}`, () => gateway.given.length >= threshold, {
            withinMs: MINUTES * 60_000,
            everyMs: 5,
          });
          await product.process.kill();
          // Those of an earlier kill whose lease still runs are not this one's.
          const open = [...(await world.openCalls())].filter(([id]) => !known.has(id));
          for (const [id] of open) known.add(id);
          openAtKills.push(open.reduce((sum, [, recipients]) => sum + recipients, 0));
          product = await world.start();
        }
        office = await Office.at(product.url);
        const { counts } = await office.settled(runId, MINUTES * 60_000);
        await product.process.stop();

        const { broken, books } = await audit(world, { runId, mobiles, gateway });
        expect(broken).toEqual([]);
        const open = openAtKills.reduce((sum, n) => sum + n, 0);
        expect(counts).toMatchObject({
          targeted: PEOPLE,
          planned: PEOPLE,
          pending: 0,
          failed: 0,
          cancelled: 0,
          expired: 0,
        });
        expect(counts.sent + counts.uncertain).toBe(PEOPLE);
        expect(counts.uncertain).toBe(books.byStatus.uncertain?.length ?? 0);
        // Hardly a kill that hits nothing: or the test would prove nothing.
        expect(openAtKills.filter((n) => n > 0).length).toBeGreaterThanOrEqual(KILLS / 2);
        expect(counts.uncertain).toBeLessThanOrEqual(open);
        for (const atOne of openAtKills) expect(atOne).toBeLessThanOrEqual(SMALL.maxOpenRecipients);
        expect(gateway.peak.requests).toBeLessThanOrEqual(SMALL.concurrent);
        expect(gateway.wrongMacs).toEqual([]);
        process.stdout.write(
          `${dialect}: ${PEOPLE} people, ${KILLS} kills with ${openAtKills.join(' + ')} open, ${counts.sent} sent, ${counts.uncertain} uncertain, ${gateway.requests} requests, ${gateway.busy} busy, peak ${gateway.peak.requests} requests\n`,
        );
      },
    ),
    MINUTES * 2 * 60_000,
  );
});
