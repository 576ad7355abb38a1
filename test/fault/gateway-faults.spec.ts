import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { dialects } from '../support/database.js';
import { FaultGateway } from './support/gateway.js';
import { killAll, Process, SIMULATOR } from './support/product.js';
import { audit, Office, told, waitFor, World } from './support/world.js';

const TEST_MS = 180_000;
const SMALL_RUN = 240;

/** `yyyyMMddHHmmss` in China, as the platform writes it. */
const chinaNow = (): string => new Date(Date.now() + 8 * 3_600_000).toISOString().replace(/\D/g, '').slice(0, 14);

afterAll(killAll);

describe.each(dialects())('a gateway that misbehaves, on %s', (dialect) => {
  let gateway: FaultGateway;
  let world: World;
  let product: { process: Process; url: string };
  let office: Office;

  beforeAll(async () => {
    gateway = await new FaultGateway(7).listen();
    world = await World.make(dialect, gateway.url);
    product = await world.start();
    office = await Office.at(product.url);
  }, TEST_MS);
  beforeEach(() => {
    gateway.latencyMs = 10;
    gateway.mood = () => 'accept';
  });
  afterAll(async () => {
    await killAll();
    await gateway.close();
    await world.drop();
  });

  const start = async (
    community: string,
    from: number,
    n = SMALL_RUN,
  ): Promise<{ runId: string; mobiles: string[] }> => {
    const mobiles = await office.people(community, from, from + n);
    return { runId: await office.runNow(await office.campaign(community, n)), mobiles };
  };
  const sound = async (runId: string, mobiles: readonly string[]) => {
    const { broken, books } = await audit(world, { runId, mobiles, gateway });
    expect(broken).toEqual([]);
    return books;
  };

  it(
    'is in doubt after a cut, HTML or 500, sends nothing again, and believes the receipts that come',
    told(
      () => world,
      async () => {
        const moods = ['cut', 'html', 'error', 'cutUnread'] as const;
        gateway.mood = ({ n }) => moods[n % moods.length]!;
        const { runId, mobiles } = await start('cut', 0);
        const { counts } = await office.settled(runId);
        expect(counts).toMatchObject({ uncertain: SMALL_RUN, sent: 0, pending: 0 });
        const requests = gateway.requests;

        // The reference was lost with the answer: each receipt names a batch that nobody here has heard of.
        const mine = new Set(mobiles);
        const reported = [...gateway.numbers].filter((m) => mine.has(m));
        expect(reported.length).toBeGreaterThan(0);
        for (const [i, mobile] of reported.entries()) {
          const receipt = {
            mobile,
            msgGroup: `lost${i}`,
            reportStatus: 'CM:0000',
            errorCode: 'DELIVRD',
            receiveDate: chinaNow(),
          };
          const answer = await fetch(`${product.url}/api/v1/receipts/mas`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify([receipt]),
          });
          expect(answer.status).toBe(200);
        }
        await waitFor(
          'the receipts to be counted',
          async () => (await office.run(runId)).counts.delivered === reported.length,
        );
        expect((await office.run(runId)).counts).toMatchObject({
          delivered: reported.length,
          uncertain: SMALL_RUN - reported.length,
        });
        // Nobody sends to find out, however long it waits.
        await new Promise((resolve) => setTimeout(resolve, 4_000));
        expect(gateway.requests).toBe(requests);
        const books = await sound(runId, mobiles);
        expect([...(books.byStatus.delivered ?? [])].sort()).toEqual(reported.sort());
      },
    ),
    TEST_MS,
  );

  it(
    'takes no answer that is said twice for the answer to another call, and none that comes after its time',
    told(
      () => world,
      async () => {
        gateway.latencyMs = 30;
        const moods = ['twice', 'busyTwice', 'accept', 'busy', 'twice'] as const;
        gateway.mood = ({ chance }) => moods[Math.floor(chance * moods.length)]!;
        const twice = await start('twice', 6_000, 600);
        expect((await office.settled(twice.runId)).counts).toMatchObject({ sent: 600, uncertain: 0 });
        await sound(twice.runId, twice.mobiles);

        gateway.mood = () => 'hang';
        const late = await start('late', 7_000, 60);
        expect((await office.settled(late.runId)).counts).toMatchObject({ sent: 0, uncertain: 60 });
        const requests = gateway.requests;
        gateway.mood = () => 'accept';
        gateway.release();
        const after = await start('after', 7_100, 60);
        expect((await office.settled(after.runId)).counts).toMatchObject({ sent: 60, uncertain: 0 });
        expect(gateway.requests).toBe(requests + 3);
        await sound(late.runId, late.mobiles);
        await sound(after.runId, after.mobiles);
      },
    ),
    TEST_MS,
  );

  it(
    'keeps everything while the gateway is down, says so, and sends it once when it is back',
    told(
      () => world,
      async () => {
        await gateway.close();
        const { runId, mobiles } = await start('down', 1_000);
        await waitFor('the alarm', async () => {
          const { body } = await office.officer.get<{ items: { kind: string }[] }>('/alarms');
          return body.items.some((a) => a.kind === 'gateway_unreachable');
        });
        expect((await office.run(runId)).counts).toMatchObject({
          planned: SMALL_RUN,
          pending: SMALL_RUN,
          sent: 0,
          uncertain: 0,
        });
        await gateway.listen();
        const { counts } = await office.settled(runId);
        expect(counts).toMatchObject({ sent: SMALL_RUN, uncertain: 0 });
        await sound(runId, mobiles);
      },
    ),
    TEST_MS,
  );

  it(
    'pauses within two seconds and goes on; cancels with everybody accounted for; cancels who opted out meanwhile',
    told(
      () => world,
      async () => {
        gateway.latencyMs = 250;
        const many = 600;
        const before = gateway.given.length;
        const paused = await start('pause', 2_000, many);
        await waitFor('the first messages', () => gateway.given.length >= before + 60, { everyMs: 5 });
        expect((await office.officer.post(`/runs/${paused.runId}/pause`)).status).toBe(200);
        await new Promise((resolve) => setTimeout(resolve, 2_000));
        const requests = gateway.requests;
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        expect(gateway.requests).toBe(requests);
        expect(gateway.given.length).toBeLessThan(before + many);
        expect((await office.officer.post(`/runs/${paused.runId}/resume`)).status).toBe(200);
        expect((await office.settled(paused.runId)).counts).toMatchObject({ sent: many, uncertain: 0 });

        const cancelled = await start('cancel', 3_000, many);
        await waitFor('some messages', () => gateway.given.length >= before + many + 60, { everyMs: 5 });
        expect((await office.officer.post(`/runs/${cancelled.runId}/cancel`)).status).toBe(200);
        const { counts } = await office.settled(cancelled.runId);
        expect(counts.sent + counts.cancelled).toBe(counts.planned);
        expect(counts.cancelled).toBeGreaterThan(0);
        expect(counts).toMatchObject({ pending: 0, uncertain: 0, failed: 0 });

        gateway.mood = () => 'busy';
        const optedOut = await start('optout', 4_000, 60);
        const refusals = gateway.busy;
        await waitFor('a refusal', () => gateway.busy > refusals);
        const out = optedOut.mobiles.slice(0, 15);
        expect((await office.officer.put('/opt-outs', { phones: out })).status).toBe(200);
        gateway.mood = () => 'accept';
        expect((await office.settled(optedOut.runId)).counts).toMatchObject({ sent: 45, cancelled: 15 });

        await sound(paused.runId, paused.mobiles);
        const books = await sound(optedOut.runId, optedOut.mobiles);
        expect([...(books.byStatus.cancelled ?? [])].sort()).toEqual([...out].sort());
        // A run that is cancelled while it is planned has planned only a part: the rest was never targeted.
        const planned = await audit(world, { ...cancelled, gateway });
        expect(planned.broken.filter((b) => !b.includes('targeted'))).toEqual([]);
      },
    ),
    TEST_MS,
  );

  it(
    'two workers beside each other send everything once, and one may die',
    told(
      () => world,
      async () => {
        gateway.latencyMs = 40;
        const second = await world.start('worker');
        const third = await world.start('worker');
        const before = gateway.given.length;
        const { runId, mobiles } = await start('workers', 5_000, 800);
        await waitFor('some of the messages', () => gateway.given.length >= before + 300, { everyMs: 5 });
        await second.process.kill();
        const open = [...(await world.openCalls()).values()].reduce((sum, n) => sum + n, 0);
        const { counts } = await office.settled(runId);
        expect(counts.sent + counts.uncertain).toBe(800);
        expect(counts.uncertain).toBeLessThanOrEqual(open);
        await third.process.stop();
        await sound(runId, mobiles);
      },
    ),
    TEST_MS,
  );
});

describe('the simulator is killed in mid-send', () => {
  let world: World | undefined;
  const given = async (url: string): Promise<string[]> => {
    const answer = await fetch(`${url}/_sim/messages?gateway=cloud-mas&limit=10000`);
    return ((await answer.json()) as { items: { to: string }[] }).items.map((m) => m.to);
  };
  const simulator = async (port: number): Promise<{ process: Process; url: string }> => {
    const process = new Process(SIMULATOR, ['--port', String(port), '--secret', 'cloud-mas=fault-secret'], {});
    const url = await process.says(/Simulator listening on (\S+)/);
    await fetch(`${url}/_sim/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ gateway: 'cloud-mas', latencyMs: 150, receiptLossRate: 1 }),
    });
    return { process, url };
  };
  afterEach(async () => {
    await killAll();
    await world?.drop();
  });

  it(
    'gives nobody again who was given before, and loses nobody',
    async () => {
      const first = await simulator(0);
      world = await World.make('sqlite', `${first.url}/cloud-mas`);
      const product = await world.start();
      const office = await Office.at(product.url);
      const n = 600;
      await office.people('sim', 0, n);
      const runId = await office.runNow(await office.campaign('sim', n));
      const before = await waitFor('some messages', async () => {
        const now = await given(first.url);
        return now.length >= 120 ? now : null;
      });
      await first.process.kill();
      const second = await simulator(Number(new URL(first.url).port));
      const { counts } = await office.settled(runId);
      const after = await given(second.url);
      expect(before.filter((to) => new Set(after).has(to))).toEqual([]);
      expect(new Set(after).size).toBe(after.length);
      expect(counts.sent + counts.uncertain).toBe(n);
      // What was open when it died, and nothing else, is in doubt.
      expect(counts.uncertain).toBeLessThanOrEqual(80);
      await product.process.stop();
    },
    TEST_MS,
  );
});
