import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Accounts } from '../../src/accounts/index.js';
import { type Client, PASSWORD, startIsland, type Island } from '../support/app.js';
import { dialects } from '../support/database.js';
import { launch } from '../support/launch.js';

interface Why {
  readonly person: { readonly externalId: string; readonly phone: string };
  readonly campaigns: {
    readonly name: string;
    readonly runs: number;
    readonly inSegment: boolean | null;
    readonly words: string;
    readonly deliveries: { text: string; why: string; status: string; receiptAt: string | null; trick: string }[];
    readonly skips: { channel: string; reason: string }[];
    readonly ledger: { action: string; actor: string; seq: number | null }[];
  }[];
}

describe.each(dialects())('why somebody got what on %s', (dialect) => {
  let island: Island;
  let officer: Client;
  const ids = new Map<string, string>();
  const why = (client: Client, who: string, query = '') => client.get<Why>(`/people/${ids.get(who)}/why${query}`);
  const named = (answer: { body: Why }, name: string) => answer.body.campaigns.find((c) => c.name === name)!;

  beforeAll(async () => {
    island = await startIsland(dialect);
    officer = await island.client.as('officer');
    const of = (externalId: string, more: object) => ({
      externalId,
      name: `居民${externalId}`,
      phone: `1390000770${externalId.slice(1)}`,
      township: '菜园镇',
      populations: [{ kind: 'local' }],
      ...more,
    });
    await officer.put('/people', {
      people: [
        of('W1', {}),
        of('W2', {}),
        of('W3', { populations: [{ kind: 'migrant' }] }),
        of('W4', { township: '嵊山镇' }),
        of('W5', { tags: ['focus_romance'] }),
      ],
    });
    await officer.put('/opt-outs', { phones: ['13900007702'], channel: 'sms' });
    const { items } = (await officer.get<{ items: { id: string; externalId: string }[] }>('/people')).body;
    for (const { id, externalId } of items) ids.set(externalId, id);
    await launch(island, officer);
    const accounts = island.running.app.get(Accounts, { strict: false });
    await accounts.create({ username: 'reader', role: 'officer', mayReadSensitive: true, password: PASSWORD });
    await accounts.create({ username: 'reads', role: 'approver', mayReadSensitive: true, password: PASSWORD });
    const reader = await island.client.as('reader');
    const rule = { combinator: 'and', rules: [{ field: 'tag', operator: '=', value: 'focus_romance' }] };
    const segment = await reader.post<{ id: string; count: number }>('/segments', { name: '重点', of: 'people', rule });
    const { body } = await reader.post<{ id: string }>('/campaigns', {
      name: '交友提醒',
      segmentId: segment.body.id,
      channels: [{ channel: 'sms' }],
      assignment: { policy: 'rotate', by: 'person' },
      cadence: { kind: 'daily', at: '10:00' },
    });
    await reader.post(`/campaigns/${body.id}/submit`);
    const approver = await island.client.as('reads');
    expect((await approver.post(`/campaigns/${body.id}/approve`, { targeted: 1 })).status).toBe(200);
    expect((await reader.post(`/campaigns/${body.id}/activate`)).status).toBe(200);
    for (const at of ['09:00:30', '09:10:00', '10:00:30', '10:10:00']) await island.at(`2026-11-02T${at}+08:00`);
  }, 90_000);
  afterAll(() => island.close());

  it('tells of a message: the segment, the text, why this trick, the receipt, and how the campaign came about', async () => {
    const answer = await why(officer, 'W1', '?from=2026-11-01&to=2026-12-01');
    expect(answer.status).toBe(200);
    expect(answer.body.person).toMatchObject({ externalId: 'W1', phone: '139****7701' });
    const campaign = named(answer, '日常提醒');
    expect(campaign).toMatchObject({ runs: 1, inSegment: true, skips: [] });
    expect(campaign.deliveries).toHaveLength(1);
    expect(campaign.deliveries[0]).toMatchObject({ status: 'delivered', receiptAt: expect.any(String) });
    expect(campaign.deliveries[0]!.text).toMatch(/^【示例公安】/);
    expect(campaign.words).toContain(`短信已送达（${campaign.deliveries[0]!.why}）`);
    expect(campaign.ledger.map((e) => e.action)).toEqual(
      expect.arrayContaining(['campaign.submit', 'campaign.approve', 'campaign.activate', 'run.make']),
    );
    expect(campaign.ledger.find((e) => e.action === 'campaign.approve')).toMatchObject({ actor: 'approver' });
  });

  it('tells which guard stood before it, and who was not meant', async () => {
    const skipped = named(await why(officer, 'W2'), '日常提醒');
    expect(skipped).toMatchObject({
      inSegment: true,
      deliveries: [],
      skips: [{ channel: 'sms', reason: 'opted_out' }],
    });
    expect(skipped.words).toContain('短信：已退订');
    expect(named(await why(officer, 'W3'), '日常提醒')).toMatchObject({
      inSegment: false,
      words: '期间执行 1 次，此人均不在客群内',
      deliveries: [],
      skips: [],
    });
  });

  it('does not tell who is or is not in a sensitive segment, but to whom that may be told', async () => {
    const hidden = (await why(officer, 'W1')).body.campaigns.find((c) => c.name !== '日常提醒')!;
    expect(hidden).toMatchObject({ name: '重点提醒', inSegment: null, skips: [] });
    const told = await why(await island.client.as('reader'), 'W1');
    expect(named(told, '交友提醒')).toMatchObject({ inSegment: false });
    expect(named(await why(await island.client.as('reader'), 'W5'), '交友提醒')).toMatchObject({ inSegment: true });
  });

  it('keeps to its period, its township and its form', async () => {
    expect((await why(officer, 'W1', '?from=2026-11-03&to=2026-11-04')).body.campaigns).toEqual([]);
    expect((await why(officer, 'W1', '?from=2026-11-04&to=2026-11-03')).status).toBe(422);
    expect((await why(officer, 'W1', '?from=yesterday')).status).toBe(422);
    const caiyuan = await island.client.as('caiyuan');
    expect((await why(caiyuan, 'W1')).status).toBe(200);
    expect((await why(caiyuan, 'W4')).status).toBe(404);
    expect((await officer.get('/people/x/why')).status).toBe(404);
    expect((await why(await island.client.as('grid'), 'W1')).status).toBe(403);
  });

  it('does not deny what went to somebody while they lived in another township', async () => {
    const moved = { externalId: 'W4', phone: '13900007704', township: '菜园镇', populations: [{ kind: 'local' }] };
    expect((await officer.put('/people', { people: [moved] })).status).toBe(200);
    const campaign = named(await why(await island.client.as('caiyuan'), 'W4'), '日常提醒');
    expect(campaign).toMatchObject({ inSegment: true, deliveries: [], skips: [] });
    expect(campaign.words).toContain('投递时此人属其他乡镇');
    expect(named(await why(officer, 'W4'), '日常提醒').deliveries).toHaveLength(1);
  });

  it('stands in the ledger each time, with who asked', async () => {
    const auditor = await island.client.as('auditor');
    expect((await why(auditor, 'W1')).status).toBe(200);
    const { body } = await auditor.get<{ items: { actor: { name: string }; subject: string }[] }>(
      '/audit/entries?action=person.why',
    );
    expect(body.items[0]).toMatchObject({ actor: { name: 'auditor' }, subject: `person/${ids.get('W1')}` });
    expect(JSON.stringify(body.items)).not.toMatch(/1390000|居民/);
  });
});
