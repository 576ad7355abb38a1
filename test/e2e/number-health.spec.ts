import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Accounts } from '../../src/accounts/index.js';
import type { Counts } from '../../src/dispatch/index.js';
import { PASSWORD, startIsland, type Client, type Island } from '../support/app.js';
import { dialects } from '../support/database.js';

// The simulator's numbers: one that ends in 0003 does not exist, one that ends in 0001 is delivered to.
const EMPTY = '13900010003';
const GOOD = '13900010001';

/** A number that does not exist: what the gateway's receipts say, until somebody corrects it. */
describe.each(dialects())('the health of numbers on %s', (dialect) => {
  let island: Island;
  let officer: Client;
  let campaignId: string;
  const day = (n: number, time: string) => `2026-11-${String(n).padStart(2, '0')}T${time}:00+08:00`;
  const listed = async (who: Client) =>
    (
      await who.get<{ items: { person: { externalId: string; phone: string }; failures: number; code: string }[] }>(
        '/bad-numbers',
      )
    ).body.items;

  /** A run of the campaign, worked off with its receipts. */
  async function outreach(n: number): Promise<Counts> {
    await island.at(day(n, '10:00'));
    officer = await island.client.as('officer');
    const { body, status } = await officer.post<{ runId: string }>(`/campaigns/${campaignId}/runs`, { reason: '例行' });
    expect(status).toBe(202);
    await island.work();
    await island.at(day(n, '10:30'));
    return (await officer.get<{ counts: Counts }>(`/runs/${body.runId}`)).body.counts;
  }

  beforeAll(async () => {
    island = await startIsland(dialect, day(2, '09:00'), 'campaigns: { contactCaps: { sms: [] } }\n');
    const accounts = island.running.app.get(Accounts, { strict: false });
    await accounts.create({ username: 'shengshan', role: 'township', township: '嵊山镇', password: PASSWORD });
    officer = await island.client.as('officer');
    const populations = [{ kind: 'local' }];
    await officer.put('/people', {
      people: [
        { externalId: 'EMPTY', phone: EMPTY, township: '菜园镇', populations },
        { externalId: 'GOOD', phone: GOOD, township: '菜园镇', populations },
      ],
    });
    const segment = await officer.post<{ id: string }>('/segments', {
      name: '本地',
      of: 'people',
      rule: { combinator: 'and', rules: [{ field: 'population', operator: '=', value: 'local' }] },
    });
    const campaign = await officer.post<{ id: string }>('/campaigns', {
      name: '本地月@',
      segmentId: segment.body.id,
      channels: [{ channel: 'sms' }],
      assignment: { policy: 'fixed', tricks: ['brush_like_task'] },
      cadence: { kind: 'cron', expression: '0 5 1 1 *' },
    });
    campaignId = campaign.body.id;
    await officer.post(`/campaigns/${campaignId}/submit`);
    const approver = await island.client.as('approver');
    expect((await approver.post(`/campaigns/${campaignId}/approve`, { targeted: 2 })).status).toBe(200);
    expect((await officer.post(`/campaigns/${campaignId}/activate`)).status).toBe(200);
  });
  afterAll(() => island.close());

  it('is marked by each receipt that says so, and nobody is called bad too early', async () => {
    for (const n of [3, 4]) expect(await outreach(n)).toMatchObject({ sent: 2, delivered: 1, undelivered: 1 });
    expect(await listed(officer)).toEqual([]);
  });

  it('suppresses the number after the third, and puts it on the list of its township', async () => {
    expect(await outreach(5)).toMatchObject({ delivered: 1, undelivered: 1 });
    expect(await listed(await island.client.as('caiyuan'))).toMatchObject([
      { person: { externalId: 'EMPTY', phone: '139****0003' }, failures: 3, code: 'MK:0001' },
    ]);
    expect(await listed(await island.client.as('shengshan'))).toEqual([]);
    expect(await outreach(6)).toMatchObject({ planned: 1, delivered: 1, skipped: { suppressed_number: 1 } });
    expect(await island.given('cloud-mas', EMPTY)).toHaveLength(3);
  });

  it('is well again with a corrected number', async () => {
    await officer.put('/people', { people: [{ externalId: 'EMPTY', phone: '13900020001' }] });
    expect(await listed(officer)).toEqual([]);
    expect(await outreach(7)).toMatchObject({ planned: 2, delivered: 2 });
  });
});
