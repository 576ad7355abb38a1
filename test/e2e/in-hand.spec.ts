import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CounterRebuild, type Counts } from '../../src/dispatch/index.js';
import { Limits } from '../../src/dispatch/send/limits.service.js';
import { Planner } from '../../src/dispatch/plan/planner.service.js';
import { Database } from '../../src/platform/index.js';
import { dialects } from '../support/database.js';
import { startIsland, type Client, type Island } from '../support/app.js';

const gateway = (key: string, url: string, limits: string) => `  - key: ${key}
    adapter: cloud-mas
    settings: { baseUrl: '${url}/cloud-mas', ecName: 示例县公安局, apId: anti-fraud, secretKey: simulator-secret, sign: abcdef, addSerial: '' }
    signature: 【示例公安】
    limits: ${limits}
    simulator: true
`;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What changes while a batch is in a worker's hand: the window closes, somebody says no, is erased, the day is used up. */
describe.each(dialects())('a batch in hand on %s', (dialect) => {
  let island: Island;
  let officer: Client;
  let made = 0;

  beforeAll(async () => {
    island = await startIsland(
      dialect,
      '2026-11-02T20:00:00+08:00',
      (url) =>
        gateway('slow', url, '{ perBatch: 1, concurrent: 1 }') +
        gateway('few', url, '{ perDay: 3 }') +
        gateway('paced', url, '{ perSecond: 10 }'),
    );
    officer = await island.client.as('officer');
  });
  afterAll(async () => {
    await island.close();
  });

  const faults = (latencyMs: number | null, more: object = {}) =>
    fetch(`${island.simulator.url}/_sim/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ gateway: 'cloud-mas', latencyMs, ...more }),
    });

  /** An active campaign over `n` new people of its own tag, and a run of it. */
  async function run(
    key: string,
    n: number,
  ): Promise<{ campaignId: string; runId: string; segmentId: string; phones: string[] }> {
    made += 1;
    const tag = `group_${made}`;
    const phones = Array.from({ length: n }, (_, i) => `1370000${made}${String(i + 100)}`);
    const people = phones.map((phone, i) => ({
      externalId: `${tag}-${i}`,
      phone,
      township: '菜园镇',
      populations: [{ kind: 'local' }],
      tags: [tag],
    }));
    await officer.put('/people', { people });
    const rule = { combinator: 'and', rules: [{ field: 'tag', operator: '=', value: tag }] };
    const segment = await officer.post<{ id: string }>('/segments', { name: tag, of: 'people', rule });
    const campaign = await officer.post<{ id: string }>('/campaigns', {
      name: tag,
      segmentId: segment.body.id,
      channels: [{ channel: 'sms', gateways: [key] }],
      assignment: { policy: 'fixed', tricks: ['brush_like_task'] },
      cadence: { kind: 'monthly', day: 1, at: '09:00' },
      missed: 'skip',
    });
    const campaignId = campaign.body.id;
    await officer.post(`/campaigns/${campaignId}/submit`);
    const approver = await island.client.as('approver');
    expect((await approver.post(`/campaigns/${campaignId}/approve`, { targeted: n })).status).toBe(200);
    await officer.post(`/campaigns/${campaignId}/activate`);
    const { body } = await officer.post<{ runId: string }>(`/campaigns/${campaignId}/runs`);
    return { campaignId, runId: body.runId, segmentId: segment.body.id, phones };
  }
  const countsOf = async (runId: string) =>
    (await officer.get<{ counts: Counts; status: string }>(`/runs/${runId}`)).body;

  it('honours a refusal and an erasure that come while it is being sent', async () => {
    const { runId, phones } = await run('slow', 8);
    await faults(120);
    const working = island.work();
    await pause(250);
    await officer.put('/opt-outs', { phones: [phones[6]] });
    const { body: found } = await officer.post<{ id: string }>('/people/lookup', {
      externalId: `group_${made}-7`,
      reason: 'erasure asked for',
    });
    expect((await officer.call('DELETE', `/people/${found.id}`)).status).toBe(204);
    await working;
    await island.work();
    await faults(null);
    const given = (await island.given('cloud-mas')).map((g) => g.to);
    expect(given).not.toContain(phones[6]);
    expect(given).not.toContain(phones[7]);
    expect(await countsOf(runId)).toMatchObject({
      status: 'settled',
      counts: { planned: 8, sent: 6, cancelled: 2, pending: 0 },
    });
  });

  it('stops when its window closes, and goes on when the next one opens', async () => {
    const { runId, phones } = await run('slow', 8);
    await faults(120);
    const working = island.work();
    await pause(300);
    island.clock.set(Date.parse('2026-11-02T20:30:00+08:00'));
    await working;
    await faults(null);
    const { counts } = await countsOf(runId);
    expect(counts.pending).toBeGreaterThan(0);
    expect(counts.sent + counts.pending).toBe(8);
    await island.work();
    expect((await countsOf(runId)).counts.pending).toBe(counts.pending);
    await island.at('2026-11-03T08:30:00+08:00');
    officer = await island.client.as('officer');
    expect((await countsOf(runId)).counts).toMatchObject({ sent: 8, pending: 0 });
    const given = (await island.given('cloud-mas')).map((g) => g.to).filter((to) => phones.includes(to));
    expect(new Set(given).size).toBe(given.length);
  });

  it("keeps a gateway's day to the last recipient", async () => {
    const { runId } = await run('few', 5);
    await island.work();
    expect((await countsOf(runId)).counts).toMatchObject({ sent: 3, pending: 2 });
    await island.at('2026-11-04T08:30:00+08:00');
    officer = await island.client.as('officer');
    expect((await countsOf(runId)).counts).toMatchObject({ sent: 5, pending: 0 });
  });

  it('gives a batch back whose texts cannot be made, tells somebody, and sends it when they can', async () => {
    const { runId } = await run('slow', 2);
    await island.running.app.get(Planner, { strict: false }).work();
    const database = island.running.app.get(Database, { strict: false });
    const move = (by: number) =>
      database.execute(`UPDATE deliveries SET scriptVersionId = scriptVersionId + ${by} WHERE runId = ?`, [runId]);
    const alarms = async () =>
      (await officer.get<{ items: { kind: string; subject: string }[] }>('/alarms')).body.items.filter(
        (a) => a.kind === 'message_unreadable',
      );
    await move(1_000_000);
    await island.work();
    expect(await alarms()).toMatchObject([{ subject: `run/${runId}` }]);
    expect((await countsOf(runId)).counts).toMatchObject({ sent: 0, pending: 2 });
    const waiting = await database.one<{ dueAt: number; tries: number }>(
      "SELECT dueAt, tries FROM batches WHERE runId = ? AND status = 'ready'",
      [runId],
    );
    expect(waiting!.tries).toBe(1);
    expect(waiting!.dueAt).toBeGreaterThan(island.clock.now());
    await move(-1_000_000);
    await island.at(waiting!.dueAt);
    expect((await countsOf(runId)).counts).toMatchObject({ sent: 2, pending: 0 });
    expect(await alarms()).toEqual([]);
  });

  it('sends to nobody whom an approver has not seen: a segment that was changed suspends its campaign', async () => {
    const { campaignId, segmentId } = await run('few', 2);
    await island.work();
    const rule = { combinator: 'and', rules: [{ field: 'population', operator: '=', value: 'local' }] };
    expect((await officer.put(`/segments/${segmentId}`, { rule })).status).toBe(200);
    const before = (await island.given('cloud-mas')).length;
    const { body } = await officer.post<{ runId: string }>(`/campaigns/${campaignId}/runs`, { reason: 'once more' });
    await island.work();
    expect(await countsOf(body.runId)).toMatchObject({ status: 'paused', counts: { targeted: 0 } });
    expect((await officer.get<{ status: string }>(`/campaigns/${campaignId}`)).body.status).toBe('paused');
    expect(await island.given('cloud-mas')).toHaveLength(before);
  });

  it('knows whom it has contacted where the answer was lost and a receipt says that the message left', async () => {
    await faults(null, { dropAfterAccept: 1 });
    const { runId } = await run('mas', 1);
    await island.work();
    await faults(null, { dropAfterAccept: 0 });
    await island.at('2026-11-04T09:00:00+08:00');
    officer = await island.client.as('officer');
    expect((await countsOf(runId)).counts).toMatchObject({ delivered: 1, uncertain: 0 });
    const rule = {
      combinator: 'and',
      rules: [
        { field: 'tag', operator: '=', value: `group_${made}` },
        { field: 'lastContactedAt', operator: 'notNull', value: null },
      ],
    };
    expect((await officer.post('/segments/preview', { rule })).body).toMatchObject({ count: 1 });
  });

  it('has no doubt about a call whose instant could not be had: it has not left, and goes when it can', async () => {
    const limits = island.running.app.get(Limits, { strict: false });
    const { runId, phones } = await run('paced', 2);
    limits.departs = () => Promise.reject(new Error('the database is away'));
    await island.work();
    Reflect.deleteProperty(limits, 'departs');
    expect((await countsOf(runId)).counts).toMatchObject({ sent: 0, uncertain: 0, pending: 2 });
    await island.at('2026-11-04T09:10:00+08:00');
    expect((await countsOf(runId)).counts).toMatchObject({ sent: 2, uncertain: 0, pending: 0 });
    for (const phone of phones) expect(await island.given('cloud-mas', phone)).toHaveLength(1);
  });

  it('leaves counters that agree with the deliveries', async () => {
    expect(await island.running.app.get(CounterRebuild, { strict: false }).differences()).toEqual([]);
  });
});
