import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LedgerVerifier, RootSender, Sealer, SettlementSealer } from '../../src/audit/index.js';
import { startIsland, type Island } from '../support/app.js';
import { dialects } from '../support/database.js';
import { launch } from '../support/launch.js';

const ROBOT = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=11111111-2222-3333-4444-555555555556';
const SECRET = 'a secret of the auditors';

describe.each(dialects())('the roots of a day on %s', (dialect) => {
  const folder = mkdtempSync(join(tmpdir(), 'tidecall-roots-'));
  const file = join(folder, 'roots.ndjson');
  const pushed: { signature: string; body: string }[] = [];
  let answer = 503;
  let server: Server;
  let island: Island;
  const get = <T>(token: new (...args: never[]) => T): T => island.running.app.get(token, { strict: false });

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString('utf8')));
      request.on('end', () => {
        if (answer === 200) pushed.push({ signature: String(request.headers['x-tidecall-signature']), body });
        response.writeHead(answer).end();
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    island = await startIsland(
      dialect,
      '2026-11-02T08:00:00+08:00',
      [
        `notices: [{ for: [roots], gateway: wecom, to: { webhook: '${ROBOT}' } }]`,
        `ledger: { sendRoots: [{ file: '${file}' }, { url: 'http://127.0.0.1:${port}/roots', secret: '${SECRET}', allowPrivate: true }] }`,
      ].join('\n'),
    );
    const officer = await island.client.as('officer');
    const person = { externalId: 'R1', phone: '13800010061', township: '菜园镇', populations: [{ kind: 'local' }] };
    await officer.put('/people', { people: [person] });
    await launch(island, officer);
    await island.at('2026-11-02T09:00:30+08:00');
    await island.at('2026-11-03T00:01:00+08:00');
    // The day's last settlement event is a leaf first, then its root an entry, then the day's entries have their root.
    for (let i = 0; i < 2; i += 1) {
      await get(SettlementSealer).advance();
      await get(Sealer).sealAll();
    }
  }, 60_000);
  afterAll(async () => {
    await island.close();
    server.close();
    rmSync(folder, { recursive: true });
  });
  const lines = () =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map(
        (l) => JSON.parse(l) as { day: number; entriesRoot: string; settlementRoot: string; seq: number; hash: string },
      );

  it('go to a file, and to a web address once it answers, signed; until then it alarms', async () => {
    await get(RootSender).sendAll();
    expect(lines().map((l) => l.day)).toEqual([20261102]);
    const operator = await island.client.as('operator');
    const alarms = async () => JSON.stringify((await operator.get('/alarms')).body);
    expect(await alarms()).toContain('root_not_sent');
    answer = 200;
    await get(RootSender).sendAll();
    await get(RootSender).sendAll();
    expect(await alarms()).not.toContain('root_not_sent');
    expect(lines()).toHaveLength(1);
    expect(pushed).toHaveLength(1);
    expect(JSON.parse(pushed[0]!.body)).toEqual(lines()[0]);
    expect(pushed[0]!.signature).toBe(createHmac('sha256', SECRET).update(pushed[0]!.body).digest('hex'));
    expect(await get(LedgerVerifier).verify()).toMatchObject({ valid: true, roots: 1 });
  });

  it('are told by a robot, and stand on every report', async () => {
    await island.at('2026-11-03T00:03:00+08:00');
    const [root] = lines();
    expect((await island.given('wecom')).map((m) => m.content).join()).toContain(root!.settlementRoot);
    const auditor = await island.client.as('auditor');
    for (const report of ['sends', 'reach', 'trick-coverage']) {
      const { body } = await auditor.get<{ ledger: object }>(`/reports/${report}?from=2026-11-01&to=2026-12-01`);
      expect(body.ledger).toMatchObject({ root: root!.entriesRoot, settlementRoot: root!.settlementRoot });
    }
  });
});
