import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkSums, CounterRebuild, type Counts } from '../../src/dispatch/index.js';
import { startSimulator } from '../../src/gateways/simulator/index.js';
import { dialects } from '../support/database.js';
import { startIsland, type Client, type Island } from '../support/app.js';

const CSV = [
  '编号,姓名,手机号,乡镇,人群,标签,出生日期',
  'A1,张三,13800010011,菜园镇,本地,,1980-01-01',
  'A2,李四,+86 138-0001-0012,嵊山镇,本地,,1990/05/06',
  'A3,王五,13800010013,330922100,流动人口,,1985年3月4日',
  'A4,赵六,0580-5081234,菜园镇,本地,,1950-01-01',
  'A5,孙七,,菜园镇,本地,,1970-01-01',
  'A6,周八,13800010016,菜园镇,本地,,2018-06-01',
  'A7,坏行,12345,菜园镇,本地,,1970-01-01',
  'A8,外乡,13800010018,不存在镇,本地,,1970-01-01',
  'A9,吴九,13800010011,菜园镇,本地,,1975-01-01',
].join('\n');

async function importFile(client: Client, csv: string) {
  const form = new FormData();
  form.append('file', new Blob([csv], { type: 'text/csv' }), 'people.csv');
  const { status, body } = await client.post<{ id: string }>('/people/imports', form);
  expect(status).toBe(202);
  for (let i = 0; i < 200; i += 1) {
    const state = await client.get<{ status: string; total: number; created: number; rejected: number }>(
      `/people/imports/${body.id}`,
    );
    if (['done', 'failed'].includes(state.body.status)) return state.body;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('the import does not end');
}

describe.each(dialects())('the first thread on %s', (dialect) => {
  let island: Island;
  let officer: Client;
  let approver: Client;
  let campaignId: string;
  let runId: string;

  beforeAll(async () => {
    island = await startIsland(dialect, '2026-11-02T08:00:00+08:00');
    officer = await island.client.as('officer');
    approver = await island.client.as('approver');
  });
  afterAll(async () => {
    await island.close();
  });

  it('holds the taxonomy and the approved scripts before anybody did anything', async () => {
    const types = await officer.get<unknown[] | { items: unknown[] }>('/library/types');
    expect(types.status).toBe(200);
    expect(Array.isArray(types.body) ? types.body : types.body.items).toHaveLength(12);
  });

  it('takes the good rows of a file and gives each bad one a code', async () => {
    const counts = await importFile(officer, CSV);
    expect(counts).toMatchObject({ status: 'done', total: 9, created: 7, rejected: 2 });
  });

  it('refuses a rule with its place', async () => {
    const { status, body } = await officer.post('/segments/preview', {
      rule: { combinator: 'and', rules: [{ field: 'shoeSize', operator: '=', value: 1 }] },
    });
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'invalid_input', errors: [{ code: 'unknown_field' }] });
  });

  it('lets nobody approve their own campaign, and another person only with the number that they read', async () => {
    const rule = { combinator: 'and', rules: [{ field: 'population', operator: 'in', value: ['local', 'migrant'] }] };
    const segment = await officer.post<{ id: string; count: number }>('/segments', {
      name: '本地与流动',
      of: 'people',
      rule,
    });
    expect(segment.status).toBe(201);
    expect(segment.body.count).toBe(7);
    const campaign = await officer.post<{ id: string }>('/campaigns', {
      name: '试发',
      segmentId: segment.body.id,
      channels: [{ channel: 'sms' }],
      assignment: { policy: 'rotate', by: 'person' },
      cadence: { kind: 'daily', at: '09:00' },
      missed: 'runOnce',
    });
    expect(campaign.status).toBe(201);
    campaignId = campaign.body.id;
    const preview = await officer.post<{ targeted: number; planned: number; skipped: object }>(
      `/campaigns/${campaignId}/preview`,
    );
    expect(preview.body).toMatchObject({
      targeted: 7,
      planned: 3,
      skipped: { landline: 1, no_phone: 1, minor: 1, duplicate_phone: 1 },
    });
    expect((await officer.post(`/campaigns/${campaignId}/submit`)).status).toBe(200);
    expect((await officer.post(`/campaigns/${campaignId}/approve`, { targeted: 7 })).status).toBe(403);
    const wrong = await approver.post(`/campaigns/${campaignId}/approve`, { targeted: 70 });
    expect(wrong).toMatchObject({ status: 409, body: { code: 'magnitude_mismatch' } });
    expect((await approver.post(`/campaigns/${campaignId}/approve`, { targeted: 7 })).status).toBe(200);
    expect((await officer.post(`/campaigns/${campaignId}/activate`)).body).toMatchObject({ status: 'active' });
  });

  it('plans and sends at the minute, to the right people, with the right texts', async () => {
    await island.at('2026-11-02T09:00:00+08:00');
    const { body } = await officer.get<{ items: { id: string; counts: Counts; status: string }[] }>(
      `/runs?campaignId=${campaignId}`,
    );
    expect(body.items).toHaveLength(1);
    runId = body.items[0]!.id;
    expect(body.items[0]).toMatchObject({
      status: 'settled',
      counts: { targeted: 7, planned: 3, sent: 3, pending: 0 },
    });
    const given = await island.given('cloud-mas');
    expect(given.map((g) => g.to).sort()).toEqual(['13800010011', '13800010012', '13800010013']);
    const { body: list } = await officer.get<{ items: { text: string; person: { phone: string }; why: string }[] }>(
      `/runs/${runId}/deliveries`,
    );
    expect(list.items).toHaveLength(3);
    for (const item of list.items) {
      expect(item.text).toMatch(/^【示例公安】.*拒收回T$/);
      expect(item.person.phone).toMatch(/^138\*\*\*\*001\d$/);
      expect(given.some((g) => item.text.endsWith(g.content))).toBe(true);
    }
  });

  it('is sent once however often the clock ticks', async () => {
    await island.work();
    await island.work();
    expect(await island.given('cloud-mas')).toHaveLength(3);
  });

  it('counts the receipts, and the reports agree with the run', async () => {
    await island.at('2026-11-02T09:30:00+08:00');
    const { body: run } = await officer.get<{ counts: Counts }>(`/runs/${runId}`);
    expect(run.counts.delivered + run.counts.undelivered + run.counts.awaiting).toBe(3);
    expect(run.counts.delivered).toBeGreaterThan(0);
    const auditor = await island.client.as('auditor');
    const report = await auditor.get<{ totals: Counts; rows: Counts[] }>(
      '/reports/sends?from=2026-11-01&to=2026-12-01&groupBy=day,channel',
    );
    expect(report.status).toBe(200);
    expect(report.body.totals).toMatchObject({ targeted: 7, planned: 3, delivered: run.counts.delivered });
    expect(checkSums(report.body.totals)).toEqual([]);
    const reach = await auditor.get<{ totals: { segmentSize: number; reachedPeople: number } }>(
      '/reports/reach?from=2026-11-01&to=2026-12-01&groupBy=population',
    );
    expect(reach.body.totals).toMatchObject({ segmentSize: 7, reachedPeople: run.counts.delivered });
    expect(await island.running.app.get(CounterRebuild, { strict: false }).differences()).toEqual([]);
  });

  it('shows wordings side by side: what was sent of each, and what came of it', async () => {
    const auditor = await island.client.as('auditor');
    type Wording = { channel: string; sent: number; delivered: number; deliveredRate: number; optOuts: number };
    const { status, body } = await auditor.get<{ rows: Wording[] }>('/reports/wordings?from=2026-11-01&to=2026-12-01');
    expect(status).toBe(200);
    expect(body.rows.reduce((n, row) => n + row.sent, 0)).toBe(3);
    for (const row of body.rows)
      expect(row).toMatchObject({ channel: 'sms', optOuts: 0, deliveredRate: row.delivered / row.sent });
    expect(
      (await auditor.get<{ rows: Wording[] }>('/reports/wordings?from=2026-11-01&to=2026-12-01&channel=voice')).body
        .rows,
    ).toEqual([]);
  });

  it('holds the contact cap on the next day, with a row for everybody', async () => {
    await island.at('2026-11-03T09:00:00+08:00');
    officer = await island.client.as('officer');
    const { body } = await officer.get<{ items: { counts: Counts }[] }>(`/runs?campaignId=${campaignId}`);
    expect(body.items).toHaveLength(2);
    expect(body.items[0]!.counts).toMatchObject({ targeted: 7, planned: 0, skipped: { contact_cap: 4 } });
    expect(await island.given('cloud-mas')).toHaveLength(3);
  });

  it('keeps what was not sent while the gateway is down, says so, and sends it when it is back', async () => {
    const port = Number(new URL(island.simulator.url).port);
    await island.simulator.close();
    island.clock.set(Date.parse('2026-11-12T09:00:00+08:00'));
    await island.work();
    officer = await island.client.as('officer');
    const { body } = await officer.get<{ items: { counts: Counts; status: string }[] }>(
      `/runs?campaignId=${campaignId}`,
    );
    expect(body.items[0]).toMatchObject({ status: 'sending', counts: { planned: 3, pending: 3, sent: 0 } });
    const alarms = await officer.get<{ items: { kind: string }[] }>('/alarms');
    expect(alarms.body.items.map((a) => a.kind)).toContain('gateway_unreachable');

    const back = await startSimulator({ port, seed: 1 });
    try {
      island.clock.set(Date.parse('2026-11-12T09:30:00+08:00'));
      await island.work();
      const after = await officer.get<{ items: { counts: Counts; status: string }[] }>(
        `/runs?campaignId=${campaignId}`,
      );
      expect(after.body.items[0]).toMatchObject({ status: 'settled', counts: { planned: 3, pending: 0, sent: 3 } });
      const open = await officer.get<{ items: { kind: string }[] }>('/alarms');
      expect(open.body.items.map((a) => a.kind)).not.toContain('gateway_unreachable');
    } finally {
      await back.close();
    }
  });
});
