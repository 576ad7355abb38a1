import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ACCOUNT, FaultGateway } from '../../../test/fault/support/gateway.js';
import { startIsland, type Client, type Island } from '../../../test/support/app.js';
import { dialects } from '../../../test/support/database.js';
import { Database } from '../../platform/index.js';
import { CounterRebuild } from '../counter-rebuild.service.js';
import { Breakers } from './breakers.service.js';

const MINUTE = 60_000;
const START = Date.parse('2026-11-02T09:00:00+08:00');

const second = (key: string, url: string): string => `
  - key: ${key}
    adapter: cloud-mas
    settings: { baseUrl: '${url}', ecName: ${ACCOUNT.ecName}, apId: ${ACCOUNT.apId}, secretKey: ${ACCOUNT.secretKey}, sign: ${ACCOUNT.sign}, addSerial: '' }
    limits: { perBatch: 2, concurrent: 1 }
    signature: 【演练备用通道】
    costPerPart: 0.05
    simulator: true`;

describe.each(dialects())('a broken gateway on %s', (dialect) => {
  let island: Island;
  let officer: Client;
  let cutting: FaultGateway;

  beforeAll(async () => {
    cutting = await new FaultGateway(5).listen();
    const closed = await new FaultGateway(6).listen();
    const { url } = closed;
    await closed.close();
    island = await startIsland(
      dialect,
      '2026-11-02T09:00:00+08:00',
      `${second('dead', url)}${second('cutting', cutting.url)}
dispatch: { breaker: { silentFrom: 10 } }`,
    );
    officer = await island.client.as('officer');
  });
  afterAll(async () => {
    await island.close();
    await cutting.close();
  });

  const get = <T>(what: abstract new (...args: never[]) => T): T => island.running.app.get(what, { strict: false });
  const phone = (i: number) => `139000${String(10_000 + i)}`;

  const run = async (name: string, from: number, gateways: string[]): Promise<string> => {
    const people = Array.from({ length: 10 }, (_, i) => ({
      externalId: `F${from + i}`,
      phone: phone(from + i),
      township: '菜园镇',
      community: name,
      populations: [{ kind: 'local' }],
    }));
    expect((await officer.put('/people', { people })).status).toBe(200);
    const segment = await officer.post<{ id: string }>('/segments', {
      name,
      of: 'people',
      rule: { combinator: 'and', rules: [{ field: 'community', operator: '=', value: name }] },
    });
    const { body } = await officer.post<{ id: string }>('/campaigns', {
      name,
      segmentId: segment.body.id,
      channels: [{ channel: 'sms', gateways }],
      assignment: { policy: 'fixed', tricks: ['brush_like_task'] },
      cadence: { kind: 'monthly', day: 1, at: '09:00' },
      missed: 'skip',
    });
    await officer.post(`/campaigns/${body.id}/submit`);
    const approver = await island.client.as('approver');
    expect((await approver.post(`/campaigns/${body.id}/approve`, { targeted: 10 })).status).toBe(200);
    await officer.post(`/campaigns/${body.id}/activate`);
    return (await officer.post<{ runId: string }>(`/campaigns/${body.id}/runs`)).body.runId;
  };
  const byGateway = (runId: string) =>
    get(Database).query<{ gateway: string; status: string; n: number }>(
      'SELECT gateway, status, COUNT(*) AS n FROM deliveries WHERE runId = ? GROUP BY gateway, status ORDER BY gateway, status',
      [runId],
    );
  const shown = async (key: string) =>
    (await officer.get<{ items: { key: string; breaker: object }[] }>('/gateways')).body.items.find(
      (g) => g.key === key,
    );

  it('that nobody reaches: all moves to the next that the campaign names, once, and it is said', async () => {
    const runId = await run('dead', 100, ['dead', 'mas']);
    await island.at(START + MINUTE);
    for (let i = 1; i < 12; i += 1) await island.at(START + MINUTE + i * 30_000);
    const rows = await byGateway(runId);
    expect([...new Set(rows.map((r) => r.gateway))]).toEqual(['mas']);
    expect(rows.reduce((sum, r) => sum + Number(r.n), 0)).toBe(10);
    const batches = await get(Database).query<{ status: string }>('SELECT status FROM batches WHERE runId = ?', [
      runId,
    ]);
    expect(new Set(batches.map((b) => b.status))).toEqual(new Set(['done']));
    expect((await officer.get(`/runs/${runId}`)).body).toMatchObject({
      counts: { sent: 10, pending: 0, uncertain: 0 },
    });
    for (let i = 100; i < 110; i += 1) expect(await island.given('cloud-mas', phone(i))).toHaveLength(1);
    expect(await shown('dead')).toMatchObject({ breaker: { why: 'failures' } });
    expect(await shown('mas')).toMatchObject({ breaker: { state: 'closed' } });
    const { body } = await officer.get<{ items: { kind: string; text: string }[] }>('/alarms');
    expect(body.items.find((a) => a.kind === 'gateway_broken')?.text).toContain('网关 dead 连续');
    expect(await get(CounterRebuild).differences()).toEqual([]);
  });

  it('that cuts every connection: what is in doubt stays there, the rest moves', async () => {
    cutting.mood = () => 'cutUnread';
    const runId = await run('cutting', 200, ['cutting', 'mas']);
    await island.at(START + 10 * MINUTE);
    for (let i = 1; i < 5; i += 1) await island.at(START + 10 * MINUTE + i * 30_000);
    const { body } = await officer.get<{ counts: Record<string, number> }>(`/runs/${runId}`);
    expect(body.counts).toMatchObject({ uncertain: 6, sent: 4, pending: 0 });
    expect((await byGateway(runId)).filter((r) => r.status === 'uncertain')).toEqual([
      expect.objectContaining({ gateway: 'cutting', n: 6 }),
    ]);
    let given = 0;
    for (let i = 200; i < 210; i += 1) given += (await island.given('cloud-mas', phone(i))).length;
    expect(given).toBe(4);
    expect(await get(CounterRebuild).differences()).toEqual([]);
  });

  it('keeps what was in doubt, also where somebody has it sent again: the ledger’s proof of it still holds', async () => {
    const [{ runId }] = (await get(Database).query<{ runId: string }>(
      "SELECT DISTINCT runId FROM deliveries WHERE status = 'uncertain'",
    )) as [{ runId: string }];
    const operator = await island.client.as('operator');
    const again = await operator.post(`/runs/${runId}/uncertain`, { decision: 'resend', reason: '网关称未收到' });
    expect(again.status).toBe(200);
    for (const minute of [13, 14]) await island.at(START + minute * MINUTE);
    const rows = await byGateway(runId);
    expect(rows.filter((r) => r.gateway === 'cutting').reduce((sum, r) => sum + Number(r.n), 0)).toBe(6);
    const { body } = await officer.get<{ counts: Record<string, number> }>(`/runs/${runId}`);
    expect(body.counts).toMatchObject({ sent: 4 });
    expect(await get(CounterRebuild).differences()).toEqual([]);
    expect((await officer.post(`/runs/${runId}/cancel`)).status).toBe(200);
    await island.at(START + 18 * MINUTE);
  });

  it('is tried by one small call after a while, and is whole again when that is answered', async () => {
    cutting.mood = () => 'accept';
    await island.at(START + 20 * MINUTE);
    const runId = await run('trial', 300, ['cutting']);
    for (const minute of [22, 23, 24]) await island.at(START + minute * MINUTE);
    expect((await officer.get(`/runs/${runId}`)).body).toMatchObject({ counts: { sent: 10, uncertain: 0 } });
    expect(await shown('cutting')).toMatchObject({ breaker: { state: 'closed' } });
    const { body } = await officer.get<{ items: { subject: string; kind: string }[] }>('/alarms');
    expect(body.items.filter((a) => a.kind === 'gateway_broken' && a.subject === 'gateway/cutting')).toEqual([]);
  });

  it('gives the trial to one worker', async () => {
    await island.at(START + 40 * MINUTE);
    const states = await get(Database).query("SELECT * FROM gateway_breakers WHERE gateway = 'dead'");
    expect(states).toEqual([expect.objectContaining({ why: 'failures' })]);
    const gates = await Promise.all([1, 2, 3, 4].map(() => get(Breakers).gate('dead')));
    expect(gates.map((g) => g.is).sort()).toEqual(['open', 'open', 'open', 'trial']);
  });

  it('that accepts and never sends a receipt is broken too, and whole when one comes', async () => {
    // The gateway of the test before has accepted 10 and sent no receipt; so many are few here.
    await get(Database).execute(
      'INSERT INTO calls (id, batchId, runId, gateway, fence, status, size, openedAt, leaseUntil, settledAt) SELECT 900000, batchId, runId, gateway, 1, ?, 60, ?, 0, ? FROM deliveries WHERE gateway = ? AND status = ? LIMIT 1',
      ['settled', START + 41 * MINUTE, START + 41 * MINUTE, 'cutting', 'awaiting'],
    );
    const rows = await get(Database).query<{ id: number }>(
      "SELECT id FROM deliveries WHERE gateway = 'cutting' AND status = 'awaiting'",
    );
    expect(rows).toHaveLength(10);
    await get(Database).execute(
      "UPDATE deliveries SET callId = 900000 WHERE gateway = 'cutting' AND status = 'awaiting'",
    );
    await island.at(START + 80 * MINUTE);
    await get(Breakers).watch();
    expect(await shown('cutting')).toMatchObject({ breaker: { state: 'open', why: 'silence' } });
    await get(Database).execute('UPDATE deliveries SET receiptAt = ?, finalAt = ? WHERE id = ?', [
      START + 81 * MINUTE,
      START + 81 * MINUTE,
      rows[0]!.id,
    ]);
    await island.at(START + 82 * MINUTE);
    await get(Breakers).watch();
    expect(await shown('cutting')).toMatchObject({ breaker: { state: 'closed' } });
  });
});
