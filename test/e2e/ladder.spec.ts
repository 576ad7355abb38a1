import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CounterRebuild, type Counts } from '../../src/dispatch/index.js';
import { dialects } from '../support/database.js';
import { startIsland, type Client, type Island } from '../support/app.js';

/** SMS first, and a visit to those whom it has not reached after four hours. */
describe.each(dialects())('the ladder on %s', (dialect) => {
  let island: Island;
  let officer: Client;

  beforeAll(async () => {
    island = await startIsland(dialect, '2026-11-02T09:00:00+08:00');
    officer = await island.client.as('officer');
  });
  afterAll(async () => {
    await island.close();
  });

  const faults = (set: object) =>
    fetch(`${island.simulator.url}/_sim/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ gateway: 'cloud-mas', ...set }),
    });

  async function run(tag: string, n: number): Promise<{ runId: string; phones: string[] }> {
    const phones = Array.from({ length: n }, (_, i) => `137${String(tag.length)}000${String(i + 1000)}`);
    const people = phones.map((phone, i) => ({
      externalId: `${tag}-${i}`,
      phone,
      township: '菜园镇',
      populations: [{ kind: 'special' }],
      tags: [tag],
    }));
    expect((await officer.put('/people', { people })).status).toBe(200);
    const rule = { combinator: 'and', rules: [{ field: 'tag', operator: '=', value: tag }] };
    const segment = await officer.post<{ id: string }>('/segments', { name: tag, of: 'people', rule });
    const campaign = await officer.post<{ id: string }>('/campaigns', {
      name: tag,
      segmentId: segment.body.id,
      channels: [{ channel: 'sms' }, { channel: 'visit', after: { unreachedBy: 'sms', for: 'PT4H' } }],
      assignment: { policy: 'fixed', tricks: ['brush_like_task'] },
      cadence: { kind: 'monthly', day: 1, at: '09:00' },
      missed: 'skip',
    });
    const { id } = campaign.body;
    expect((await officer.post(`/campaigns/${id}/submit`)).status).toBe(200);
    const approver = await island.client.as('approver');
    expect((await approver.post(`/campaigns/${id}/approve`, { targeted: n })).status).toBe(200);
    await officer.post(`/campaigns/${id}/activate`);
    return { runId: (await officer.post<{ runId: string }>(`/campaigns/${id}/runs`)).body.runId, phones };
  }

  it('visits whom no SMS reached, in time and once, and nobody who has refused the SMS meanwhile', async () => {
    await faults({ receiptLossRate: 1 });
    const { runId, phones } = await run('elders', 4);
    await island.work();
    const view = async () => (await officer.get<{ status: string; counts: Counts }>(`/runs/${runId}`)).body;
    expect(await view()).toMatchObject({ status: 'sending', counts: { planned: 4, awaiting: 4 } });
    expect((await officer.put('/opt-outs', { phones: [phones[2]], channel: 'sms' })).status).toBe(200);

    await island.at('2026-11-02T12:59:00+08:00');
    officer = await island.client.as('officer');
    expect((await view()).counts.planned).toBe(4);
    await island.at('2026-11-02T13:00:00+08:00');
    officer = await island.client.as('officer');
    await island.work();
    expect((await view()).counts).toMatchObject({ targeted: 7, planned: 7 });
    const visits = await officer.get<{ items: { externalId: string }[] }>(`/runs/${runId}/deliveries?channel=visit`);
    expect(visits.body.items.map((d) => d.externalId).sort()).toEqual(['elders-0', 'elders-1', 'elders-3']);
    expect((await view()).status).toBe('settled');
  });

  it('leaves counters that agree with the deliveries', async () => {
    expect(await island.running.app.get(CounterRebuild, { strict: false }).differences()).toEqual([]);
  });
});
