import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { statSync } from 'node:fs';
import { FaultGateway } from './support/gateway.js';
import { killAll } from './support/product.js';
import { audit, Office, told, waitFor, World } from './support/world.js';

const isLong = process.env.FAULT_LONG === '1';
const PEOPLE = isLong ? 8_000 : 600;
const FULL_MS = isLong ? 20_000 : 3_500;
const TEST_MS = isLong ? 600_000 : 120_000;

afterAll(killAll);

/** No file of the living process may grow beyond this; writes fail as on a full disk. */
const limitFiles = (pid: number, bytes: number | 'unlimited'): void => {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]);
};

describe('the disk is full in mid-send, on sqlite', () => {
  let gateway: FaultGateway;
  let world: World;

  afterEach(async () => {
    await killAll();
    await gateway.close();
    await world.drop();
  });

  it(
    'sends nothing that it cannot write down, says so, and goes on when there is room: nobody twice, nobody lost',
    told(
      () => world,
      async () => {
        gateway = await FaultGateway.inService(20_261_126);
        world = await World.make('sqlite', gateway.url);
        const product = await world.start();
        const ready = () => fetch(`${product.url}/health/ready`);
        const office = await Office.at(product.url);
        const mobiles = await office.people('disk', 0, PEOPLE);
        const runId = await office.runNow(await office.campaign('disk', PEOPLE));
        await waitFor('a third given', () => gateway.given.length >= PEOPLE / 3, { everyMs: 5 });

        const { pid } = product.process;
        limitFiles(pid, statSync(`${world.database.text.slice('sqlite:'.length)}-wal`).size);
        await waitFor('health to say it', async () => (await ready()).status === 503);
        await new Promise((resolve) => setTimeout(resolve, 500));
        const given = gateway.given.length;
        await new Promise((resolve) => setTimeout(resolve, FULL_MS));
        expect(gateway.given.length).toBe(given);
        expect(((await (await ready()).json()) as { code: string }).code).toBe('database_not_writable');
        // What is written is still there to be read.
        expect((await office.run(runId)).counts.planned).toBe(PEOPLE);

        limitFiles(pid, 'unlimited');
        const { counts } = await office.settled(runId, TEST_MS / 2);
        expect((await ready()).status).toBe(200);
        expect(counts).toMatchObject({ targeted: PEOPLE, planned: PEOPLE, failed: 0, cancelled: 0, expired: 0 });
        // What was answered while nothing could be written was kept in hand.
        expect(counts).toMatchObject({ sent: PEOPLE, uncertain: 0 });
        expect(product.process.log).toMatch(/the answers of \d+ calls wait for the database: SQLITE_/);
        const { broken } = await audit(world, { runId, mobiles, gateway });
        expect(broken).toEqual([]);
        process.stdout.write(`the disk was full at ${given} of ${PEOPLE}: ${counts.sent} sent\n`);
      },
    ),
    TEST_MS,
  );
});
