import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SettlementSealer } from '../../src/audit/index.js';
import { Database } from '../../src/platform/index.js';
import { ReceiptsLoop } from '../../src/receipts/index.js';
import { startIsland, type Client, type Island } from '../support/app.js';
import { dialects } from '../support/database.js';
import { launch, runsOf } from '../support/launch.js';

const PEOPLE = 5;

interface Heard {
  readonly body: string;
  readonly type: string;
}

describe.each(dialects())('receipts that somebody recorded and plays again on %s', (dialect) => {
  let island: Island;
  let officer: Client;
  let between: Server;
  let runId: string;
  const heard: Heard[] = [];
  const database = () => island.running.app.get(Database, { strict: false });
  const push = ({ body, type }: Heard, path = 'mas') =>
    fetch(`${island.running.url}/api/v1/receipts/${path}`, { method: 'POST', headers: { 'content-type': type }, body });
  const settle = async () => {
    await island.running.app.get(ReceiptsLoop, { strict: false }).drain();
    await island.running.app.get(SettlementSealer, { strict: false }).advance();
  };
  /** All that a receipt may change. */
  const state = async () => ({
    run: (await officer.get<{ counts: object }>(`/runs/${runId}`)).body.counts,
    deliveries: await database().query(
      'SELECT id, status, code, attended, receiptAt, finalAt FROM deliveries ORDER BY id',
    ),
    leaves: await database().query('SELECT day, place, leaf FROM settlement_leaves ORDER BY day, place'),
    receipts: await database().query('SELECT COUNT(*) AS n FROM receipts'),
    uplinks: await database().query('SELECT COUNT(*) AS n FROM uplinks'),
    health: await database().query('SELECT * FROM phone_health ORDER BY phoneKey'),
  });

  beforeAll(async () => {
    island = await startIsland(dialect);
    between = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString('utf8')));
      request.on('end', () => {
        const one = { body, type: String(request.headers['content-type']) };
        heard.push(one);
        void push(one).then(async (answer) => response.writeHead(answer.status).end(await answer.text()));
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => between.once('listening', resolve));
    await fetch(`${island.simulator.url}/_sim/callbacks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        gateway: 'cloud-mas',
        url: `http://127.0.0.1:${(between.address() as AddressInfo).port}/`,
      }),
    });
    officer = await island.client.as('officer');
    const people = Array.from({ length: PEOPLE }, (_, i) => ({
      externalId: `Y${i}`,
      phone: `1392000660${i}`,
      township: '菜园镇',
      populations: [{ kind: 'local' }],
    }));
    await officer.put('/people', { people });
    const { campaignId } = await launch(island, officer);
    await island.at('2026-11-02T09:00:30+08:00');
    await island.at('2026-11-02T09:10:00+08:00');
    [runId] = (await runsOf(officer, campaignId)) as [string];
    await settle();
  }, 60_000);
  afterAll(async () => {
    await island.close();
    between.close();
  });

  it('change nothing, however often, at once or after another', async () => {
    const before = await state();
    expect(heard.length).toBeGreaterThan(0);
    expect(before.run).toMatchObject({ delivered: PEOPLE });
    for (const one of heard) expect((await push(one)).status).toBe(200);
    await Promise.all(heard.flatMap((one) => [push(one), push(one), push(one)]));
    await settle();
    expect(await state()).toEqual(before);
  });

  it('change nothing a day later either', async () => {
    island.clock.set(Date.parse('2026-11-03T08:00:00+08:00'));
    await settle();
    officer = await island.client.as('officer');
    const before = await state();
    for (const one of heard) await push(one);
    await settle();
    expect(await state()).toEqual(before);
  });

  it('are taken at no other address: another gateway, another token', async () => {
    const before = await state();
    for (const path of ['voice', 'wecom', 'nosuch', `mas/${'x'.repeat(32)}`]) {
      const { status } = await push(heard[0]!, path);
      expect([path, status >= 400 && status < 500]).toEqual([path, true]);
    }
    await settle();
    expect(await state()).toEqual(before);
  });
});
