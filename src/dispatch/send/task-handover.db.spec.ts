import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startIsland, type Client, type Island } from '../../../test/support/app.js';
import { dialects } from '../../../test/support/database.js';
import { Gateways } from '../../gateways/index.js';
import { Database } from '../../platform/index.js';
import { Planner } from '../plan/planner.service.js';
import { Claims } from './claim.service.js';
import { TaskHandover } from './task-handover.service.js';

/** Visits: what changes between the claim and the transaction that makes tasks of it. */
describe.each(dialects())('the handover of tasks on %s', (dialect) => {
  let island: Island;
  let officer: Client;

  beforeAll(async () => {
    island = await startIsland(dialect, '2026-11-02T09:00:00+08:00');
    officer = await island.client.as('officer');
  });
  afterAll(() => island.close());

  const get = <T>(what: abstract new (...args: never[]) => T): T => island.running.app.get(what, { strict: false });

  it('makes no task for somebody who was erased since the claim, and gives the others theirs', async () => {
    const people = [1, 2, 3].map((i) => ({
      externalId: `V${i}`,
      phone: `1390000700${i}`,
      township: '菜园镇',
      populations: [{ kind: 'special' }],
    }));
    expect((await officer.put('/people', { people })).status).toBe(200);
    const segment = await officer.post<{ id: string }>('/segments', {
      name: 'visits',
      of: 'people',
      rule: { combinator: 'and', rules: [] },
    });
    const campaign = await officer.post<{ id: string }>('/campaigns', {
      name: 'visits',
      segmentId: segment.body.id,
      channels: [{ channel: 'visit' }],
      assignment: { policy: 'fixed', tricks: ['brush_like_task'] },
      cadence: { kind: 'monthly', day: 1, at: '09:00' },
      missed: 'skip',
    });
    const { id } = campaign.body;
    await officer.post(`/campaigns/${id}/submit`);
    const approver = await island.client.as('approver');
    expect((await approver.post(`/campaigns/${id}/approve`, { targeted: 3 })).status).toBe(200);
    await officer.post(`/campaigns/${id}/activate`);
    const { body } = await officer.post<{ runId: string }>(`/campaigns/${id}/runs`);
    await get(Planner).work();

    const database = get(Database);
    const batch = await database.one<{ id: number }>('SELECT id FROM batches WHERE runId = ?', [body.runId]);
    const claim = (await get(Claims).take(batch!.id, 'worker'))!;
    expect(claim.deliveries).toHaveLength(3);
    const found = await officer.post<{ id: string }>('/people/lookup', { externalId: 'V2', reason: '本人要求删除' });
    expect((await officer.call('DELETE', `/people/${found.body.id}`)).status).toBe(204);
    await get(TaskHandover).hand(claim, get(Gateways).get('visit')!);
    expect(await database.query('SELECT id FROM tasks')).toEqual([]);

    await island.work();
    const tasks = await officer.get<{ items: { person: { externalId: string } }[] }>('/tasks');
    expect(tasks.body.items.map((t) => t.person.externalId).sort()).toEqual(['V1', 'V3']);
    const { body: run } = await officer.get(`/runs/${body.runId}`);
    expect(run).toMatchObject({ counts: { planned: 3, sent: 2, cancelled: 1, pending: 0 } });
  });
});
