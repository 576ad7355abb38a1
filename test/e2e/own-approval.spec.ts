import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Accounts } from '../../src/accounts/index.js';
import { dialects } from '../support/database.js';
import { Client, PASSWORD, startIsland, type Island } from '../support/app.js';

describe.each(dialects())('four eyes on %s', (dialect) => {
  let island: Island;
  let officer: Client;

  beforeAll(async () => {
    island = await startIsland(dialect, '2026-11-02T08:00:00+08:00');
    officer = await island.client.as('officer');
  });
  afterAll(async () => {
    await island.close();
  });

  it('lets nobody approve their own work, whatever became of them since', async () => {
    const people = Array.from({ length: 5 }, (_, i) => ({
      externalId: `Q${i}`,
      phone: `1388100000${i}`,
      township: '菜园镇',
      populations: [{ kind: 'local' }],
    }));
    expect((await officer.put('/people', { people })).status).toBe(200);
    const segmentId = (
      await officer.post<{ id: string }>('/segments', {
        name: '本地居民',
        of: 'people',
        rule: { combinator: 'and', rules: [{ field: 'population', operator: '=', value: 'local' }] },
      })
    ).body.id;
    const accounts = island.running.app.get(Accounts, { strict: false });
    await accounts.create({ username: 'zhou', role: 'officer', password: PASSWORD });
    await accounts.create({ username: 'admin2', role: 'admin', password: PASSWORD });
    const zhou = await island.client.as('zhou');
    const create = (by: Client) =>
      by.post<{ id: string }>('/campaigns', {
        name: '自己的活',
        segmentId,
        channels: [{ channel: 'sms' }],
        assignment: { policy: 'rotate', by: 'person' },
        cadence: { kind: 'daily', at: '09:00' },
      });
    const own = (await create(zhou)).body.id;
    await zhou.post(`/campaigns/${own}/submit`);
    const others = (await create(officer)).body.id;
    // Edited by one, submitted by another: it is the work of both.
    await zhou.put(`/campaigns/${others}`, { name: '别人的活，我改过' });
    await officer.post(`/campaigns/${others}/submit`);
    const submitted = (await create(officer)).body.id;
    await zhou.post(`/campaigns/${submitted}/submit`);
    const urgent = (
      await zhou.post<{ campaign: { id: string } }>('/campaigns/urgent', {
        trick: (await zhou.get<{ items: { code: string }[] }>('/library/tricks')).body.items[0]!.code,
        townships: ['菜园镇'],
        reason: '今早一起',
        script: { body: '今天有人冒充海事处要您交保证金，都是假的。接到这种电话请挂断，拿不准就打96110问一声。' },
      })
    ).body.campaign.id;
    for (const id of [own, urgent])
      expect((await zhou.post(`/campaigns/${id}/approve`, { targeted: 5 })).status).toBe(403);

    // The officer becomes an approver: two administrators agree to that.
    const admin = await island.client.as('admin');
    const id = (await accounts.byUsername('zhou'))!.id;
    expect((await admin.put(`/users/${id}`, { role: 'approver' })).status).toBe(200);
    expect((await island.client.call('POST', '/auth/login', { username: 'zhou', password: PASSWORD })).status).toBe(
      401,
    );
    expect((await (await island.client.as('admin2')).post(`/users/${id}/enable`)).status).toBe(200);
    const now = await island.client.as('zhou');
    const { body } = await now.post<{ token: string }>('/auth/tokens', {
      name: '脚本',
      scopes: ['campaigns.read', 'campaigns.approve'],
      expiresAt: '2026-12-01T00:00:00+08:00',
    });
    for (const route of [now, new Client(island.running.url, body.token)]) {
      for (const campaign of [own, others, submitted, urgent])
        expect(await route.post(`/campaigns/${campaign}/approve`, { targeted: 5 })).toMatchObject({
          status: 409,
          body: { code: 'own_campaign' },
        });
    }
    expect((await officer.get<{ items: unknown[] }>(`/runs?campaignId=${urgent}`)).body.items).toHaveLength(0);
  });
});
