import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkSums, CounterRebuild, type Counts } from '../../src/dispatch/index.js';
import { Database } from '../../src/platform/index.js';
import { dialects } from '../support/database.js';
import { startIsland, type Client, type Island } from '../support/app.js';

interface Run {
  id: string;
  status: string;
  reason: string | null;
  counts: Counts;
  preflight: { expected: object; actual: object; difference: Record<string, number> } | null;
  release: { status: string; first: number; total: number; why: string | null } | null;
}
interface Preflight {
  targeted: number;
  planned: number;
  skipped: Record<string, number>;
  yields: { to: string; people: number }[];
  mayYield: { to: string; people: number }[];
  quota: { gateway: string; perDay: number | null; leftToday: number | null; needed: number }[];
  startsAt: string;
  finishesAt: string;
  longest: { channel: string; smsParts: number; characters: number }[];
  estimate: { cost: number };
}

describe.each(dialects())('campaigns and the clock on %s', (dialect) => {
  let island: Island;
  let officer: Client;
  let approver: Client;

  beforeAll(async () => {
    island = await startIsland(
      dialect,
      '2026-11-02T08:00:00+08:00',
      // Of twenty people whom a fresh key picks, three undelivered or one refusal are no rarity; the limits themselves are tested in plan.spec.
      'campaigns: { release: { from: 100, least: 20, maxFailed: 0.5, maxOptedOut: 0.5 } }\n',
    );
    await signIn();
  });
  afterAll(async () => {
    await island.close();
  });
  const signIn = async () => {
    officer = await island.client.as('officer');
    approver = await island.client.as('approver');
  };
  const at = async (instant: string) => {
    await island.at(instant);
    await signIn();
  };
  const people = async (prefix: string, n: number, kind: string, more: object = {}) => {
    const list = Array.from({ length: n }, (_, i) => ({
      externalId: `${prefix}${i}`,
      phone: `138${prefix.charCodeAt(0)}${String(100_000 + i)}`,
      township: '菜园镇',
      populations: [{ kind }],
      ...more,
    }));
    expect((await officer.put('/people', { people: list })).status).toBe(200);
  };
  const segment = async (name: string, rule: object) =>
    (
      await officer.post<{ id: string }>('/segments', {
        name,
        of: 'people',
        rule: { combinator: 'and', rules: [rule] },
      })
    ).body.id;
  const starts = (value: string) => ({ field: 'externalId', operator: 'beginsWith', value });
  const create = async (body: object) => {
    const made = await officer.post<{ id: string }>('/campaigns', {
      channels: [{ channel: 'sms' }],
      assignment: { policy: 'rotate', by: 'person' },
      ...body,
    });
    expect(made).toMatchObject({ status: 201 });
    return made.body.id;
  };
  const preview = async (id: string) => (await officer.post<Preflight>(`/campaigns/${id}/preview`)).body;
  const launch = async (id: string) => {
    const { body, status } = await officer.post<{
      review: { preflight: Preflight };
      draft: { preflight: Preflight } | null;
    }>(`/campaigns/${id}/submit`);
    expect({ status, body }).toMatchObject({ status: 200 });
    const { targeted } = (body.draft ?? body.review).preflight;
    expect((await approver.post(`/campaigns/${id}/approve`, { targeted })).status).toBe(200);
    expect((await officer.post(`/campaigns/${id}/activate`)).status).toBe(200);
    return (body.draft ?? body.review).preflight;
  };
  const runsOf = async (id: string) => (await officer.get<{ items: Run[] }>(`/runs?campaignId=${id}`)).body.items;
  const alarms = async () =>
    (await officer.get<{ items: { kind: string; subject: string; text: string }[] }>('/alarms')).body.items;

  it('plans to the last person what the pre-flight counted, and shows both side by side', async () => {
    await people('A', 60, 'local');
    await people('B', 10, 'local', { birthDate: '2020-01-01' });
    await officer.put('/opt-outs', { externalIds: ['A1', 'A2'] });
    const id = await create({
      name: '逐人相同',
      segmentId: await segment('A与B', { combinator: 'or', rules: [starts('A'), starts('B')] }),
      cadence: { kind: 'daily', at: '09:00' },
      endsOn: '2026-11-02',
    });
    const kept = await launch(id);
    expect(kept).toMatchObject({
      targeted: 70,
      planned: 58,
      skipped: { opted_out: 2, minor: 10 },
      startsAt: '2026-11-02T09:00:00+08:00',
      yields: [],
      longest: [{ channel: 'sms' }],
    });
    expect(kept.quota).toEqual([{ gateway: 'mas', perDay: null, leftToday: null, needed: 58 }]);
    expect(Date.parse(kept.finishesAt)).toBeGreaterThanOrEqual(Date.parse(kept.startsAt));
    await at('2026-11-02T09:00:00+08:00');
    const [run] = await runsOf(id);
    expect(run!.counts).toMatchObject({ targeted: kept.targeted, planned: kept.planned, skipped: kept.skipped });
    expect(run!.preflight).toMatchObject({ difference: { targeted: 0, planned: 0, smsParts: 0, cost: 0 } });
    expect(run!.release).toBeNull();
  });

  it('yields to whom ranks higher, and says so before launch', async () => {
    await people('C', 30, 'special');
    await people('D', 20, 'local');
    const special = await create({
      name: '特殊人群常@',
      segmentId: await segment('特殊', { field: 'population', operator: '=', value: 'special' }),
      cadence: { kind: 'daily', at: '20:35' },
      endsOn: '2026-11-02',
    });
    await launch(special);
    const both = await segment('C与D', { combinator: 'or', rules: [starts('C'), starts('D')] });
    const yielding = await create({
      name: '让路',
      segmentId: both,
      cadence: { kind: 'daily', at: '20:40' },
      endsOn: '2026-11-02',
    });
    // Before the special campaign has planned anything, its claim on these people is seen already.
    expect((await preview(yielding)).mayYield).toMatchObject([{ to: '特殊人群常@', people: 30 }]);
    await launch(yielding);
    // 20:35 is after the window: what is planned waits for the morning.
    await at('2026-11-02T20:36:00+08:00');
    expect((await runsOf(special))[0]!.counts).toMatchObject({ planned: 30, pending: 30 });
    const seen = await preview(yielding);
    expect(seen).toMatchObject({
      targeted: 50,
      planned: 20,
      skipped: { yielded: 30 },
      yields: [{ to: '特殊人群常@', people: 30 }],
    });
    await at('2026-11-02T20:40:00+08:00');
    expect((await runsOf(yielding))[0]!.counts).toMatchObject({ targeted: 50, planned: 20, skipped: { yielded: 30 } });
  });

  it('takes up in the next run whom it deferred, also where it is spread', async () => {
    await people('E', 12, 'special');
    await at('2026-11-03T20:00:00+08:00');
    const special = await create({
      name: '先行',
      segmentId: await segment('E特殊', {
        combinator: 'and',
        rules: [starts('E'), { field: 'population', operator: '=', value: 'special' }],
      }),
      cadence: { kind: 'daily', at: '20:31' },
      endsOn: '2026-11-03',
      // It will expire unsent, so that the next slot is free.
      expiresAfter: 'PT12H30M',
    });
    await launch(special);
    const waiting = await create({
      name: '改期',
      segmentId: await segment('E', starts('E')),
      cadence: { kind: 'daily', at: '20:33' },
      spread: { over: 2 },
      onCapConflict: 'nextSlot',
    });
    await launch(waiting);
    await at('2026-11-03T20:34:00+08:00');
    const [first] = await runsOf(waiting);
    const turn = first!.counts.targeted;
    expect(turn).toBeLessThan(12);
    expect(first!.counts).toMatchObject({ planned: 0, skipped: { deferred: turn } });
    // Its messages are taken back before the morning.
    const [rival] = await runsOf(special);
    expect((await officer.post(`/runs/${rival!.id}/cancel`, { reason: 'test' })).status).toBe(200);
    await at('2026-11-04T20:34:00+08:00');
    const [second] = await runsOf(waiting);
    // The other half, and whoever was put off.
    expect(second!.counts).toMatchObject({ targeted: 12, planned: 12 });
    expect((await officer.post(`/campaigns/${waiting}/cancel`)).status).toBe(200);
  });

  it('lets a campaign be stricter than the county, not looser, and sends nothing at a cap of nothing', async () => {
    await people('F', 5, 'local');
    const of = await segment('F', starts('F'));
    const daily = { segmentId: of, cadence: { kind: 'daily', at: '09:00' } };
    const looser = await create({ ...daily, name: '更松', contactCap: { max: 5, per: 'P7D' } });
    expect(await officer.post(`/campaigns/${looser}/submit`)).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/contactCap', code: 'looser_than_county' }] },
    });
    const urgent = await create({
      ...daily,
      name: '紧急',
      contactCap: { max: 5, per: 'P7D' },
      urgent: { reason: 'x' },
    });
    expect((await officer.post(`/campaigns/${urgent}/submit`)).status).toBe(200);
    const none = await create({ ...daily, name: '零', contactCap: { max: 0, per: 'P7D' } });
    expect(await preview(none)).toMatchObject({ targeted: 5, planned: 0, skipped: { contact_cap: 5 } });
    const noneUrgent = await create({
      ...daily,
      name: '零急',
      contactCap: { max: 0, per: 'P7D' },
      urgent: { reason: 'x' },
    });
    expect(await preview(noneUrgent)).toMatchObject({ targeted: 5, planned: 0 });
    const shut = await create({
      ...daily,
      name: '不开',
      cadence: { kind: 'daily', at: '21:00' },
      expiresAfter: 'PT1H',
    });
    expect(await officer.post(`/campaigns/${shut}/submit`)).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/expiresAfter', code: 'expires_before_window' }] },
    });
    const wrong = await create({ ...daily, name: '错路', channels: [{ channel: 'sms', gateways: ['voice'] }] });
    expect(await officer.post(`/campaigns/${wrong}/submit`)).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/channels/0/gateways', code: 'gateway_not_for_channel' }] },
    });
    const noMail = await create({ ...daily, name: '无信', channels: [{ channel: 'email' }] });
    expect(await officer.post(`/campaigns/${noMail}/preview`)).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/channels/0', code: 'no_gateway_for_channel' }] },
    });
  });

  it('suspends what has grown beyond threefold, and goes on on a person’s word', async () => {
    await people('G', 10, 'local');
    await at('2026-11-05T08:50:00+08:00');
    const id = await create({
      name: '漂移',
      segmentId: await segment('G', starts('G')),
      cadence: { kind: 'daily', at: '09:00' },
    });
    await launch(id);
    await people('G', 14, 'local');
    await at('2026-11-05T09:00:00+08:00');
    expect((await runsOf(id))[0]).toMatchObject({ status: 'settled', counts: { targeted: 14, sent: 14 } });
    expect((await alarms()).some((a) => a.kind === 'audience_drift' && a.subject === `campaign/${id}`)).toBe(true);
    await people('G', 31, 'local');
    await at('2026-11-06T09:00:00+08:00');
    const [run] = await runsOf(id);
    expect(run).toMatchObject({ status: 'paused', counts: { targeted: 0 } });
    expect(run!.reason).toContain('audience_drift: approved for 10 people, now 31 people');
    const { body } = await officer.get<{ status: string; pausedReason: string }>(`/campaigns/${id}`);
    expect(body.status).toBe('paused');
    expect(body.pausedReason).toContain('audience_drift');
    expect((await officer.post(`/runs/${run!.id}/resume`)).status).toBe(200);
    await at('2026-11-06T09:05:00+08:00');
    expect((await runsOf(id))[0]).toMatchObject({ status: 'settled', counts: { targeted: 31, planned: 17 } });
    await officer.post(`/campaigns/${id}/cancel`);
  });

  it('sends an urgent warning with one call and one approval', async () => {
    await people('H', 8, 'local', { township: '嵊山镇' });
    const { body: tricks } = await officer.get<{ items: { code: string }[] } | { code: string }[]>('/library/tricks');
    const { code } = ('items' in tricks ? tricks.items : tricks)[0]!;
    await at('2026-11-09T10:00:00+08:00');
    const bad = await officer.post('/campaigns/urgent', { trick: 'nix', townships: ['嵊山镇'], reason: '新骗术' });
    expect(bad).toMatchObject({ status: 422, body: { errors: [{ path: '/trick', code: 'unknown_trick' }] } });
    expect(await officer.post('/campaigns/urgent', { trick: code, townships: ['某某镇'], reason: 'x' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/townships/0', code: 'unknown_township' }] },
    });
    const body = '今天有人冒充海事处要您交保证金，都是假的。接到这种电话请挂断，拿不准就打96110问一声。';
    const made = await officer.post<{
      campaign: { id: string; status: string };
      scriptId: string;
      preflight: Preflight;
    }>('/campaigns/urgent', { trick: code, townships: ['嵊山镇'], reason: '今早三起', script: { body } });
    expect(made).toMatchObject({
      status: 201,
      body: { campaign: { status: 'inReview' }, preflight: { targeted: 8, planned: 8 } },
    });
    expect(made.body.preflight.estimate.cost).toBeGreaterThan(0);
    const { id } = made.body.campaign;
    expect((await officer.post(`/campaigns/${id}/approve`, { targeted: 8 })).status).toBe(403);
    const approved = await approver.post<{ status: string }>(`/campaigns/${id}/approve`, { targeted: 8 });
    expect(approved.status).toBe(200);
    await island.work();
    const [run] = await runsOf(id);
    expect(run).toMatchObject({ status: 'settled', reason: '今早三起', counts: { planned: 8, sent: 8 } });
    const { body: list } = await officer.get<{ items: { text: string }[] }>(`/runs/${run!.id}/deliveries`);
    expect(list.items.every((d) => d.text.includes('冒充海事处'))).toBe(true);
    expect((await officer.get(`/library/scripts/${made.body.scriptId}`)).body).toMatchObject({ status: 'approved' });
    // The clock finds nothing to do for it tomorrow.
    await at('2026-11-10T10:00:00+08:00');
    expect(await runsOf(id)).toHaveLength(1);
  });

  it('lets the first few go, looks, and lets the rest follow', async () => {
    await people('J', 400, 'local');
    await at('2026-11-10T09:55:00+08:00');
    const id = await create({
      name: '一次',
      segmentId: await segment('J', starts('J')),
      cadence: { kind: 'once', at: '2026-11-10T10:00:00+08:00' },
    });
    await launch(id);
    await at('2026-11-10T10:00:00+08:00');
    expect((await runsOf(id))[0]).toMatchObject({
      status: 'sending',
      counts: { planned: 400, sent: 20, pending: 380 },
      release: { status: 'holding', first: 20, total: 400 },
    });
    for (const minute of ['02', '04', '06', '08']) await at(`2026-11-10T10:${minute}:10+08:00`);
    const [run] = await runsOf(id);
    expect(run).toMatchObject({
      status: 'settled',
      counts: { planned: 400, pending: 0 },
      release: { status: 'released' },
    });
    expect(checkSums(run!.counts)).toEqual([]);
    expect(await island.running.app.get(CounterRebuild, { strict: false }).differences()).toEqual([]);
    const given = await island.given('cloud-mas');
    const theirs = given.filter((g) => g.to.startsWith(`138${'J'.charCodeAt(0)}`));
    expect(new Set(theirs.map((g) => g.to)).size).toBe(400);
    expect(theirs).toHaveLength(400);
  });

  it('pauses by itself where the first few fail, says why, and goes on on a person’s word', async () => {
    await people('K', 300, 'local');
    await at('2026-11-11T09:55:00+08:00');
    const id = await create({
      name: '坏开头',
      segmentId: await segment('K', starts('K')),
      cadence: { kind: 'once', at: '2026-11-11T10:00:00+08:00' },
    });
    await launch(id);
    const faults = (errorRate: number) =>
      fetch(`${island.simulator.url}/_sim/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ gateway: 'cloud-mas', errorRate }),
      });
    await faults(1);
    await at('2026-11-11T10:00:00+08:00');
    await at('2026-11-11T10:00:31+08:00');
    const [run] = await runsOf(id);
    expect(run).toMatchObject({
      status: 'paused',
      counts: { planned: 300, sent: 0, pending: 280 },
      release: { status: 'stopped' },
    });
    expect(run!.reason).toMatch(/of the first 20 messages 20 failed/);
    expect((await alarms()).some((a) => a.kind === 'release_paused' && a.subject === `run/${run!.id}`)).toBe(true);
    await faults(0);
    expect((await officer.post(`/runs/${run!.id}/resume`)).status).toBe(200);
    await at('2026-11-11T10:05:00+08:00');
    expect((await runsOf(id))[0]).toMatchObject({
      status: 'settled',
      campaignName: '坏开头',
      counts: { pending: 0, sent: 280, uncertain: 20 },
      undecided: 20,
    });
    // Written off they stay in doubt, and wait for nobody.
    const operator = await island.client.as('operator');
    await operator.post(
      `/runs/${run!.id}/uncertain`,
      { decision: 'writeOff', reason: '运营商无记录' },
      { 'idempotency-key': 'write-off-1' },
    );
    expect((await runsOf(id))[0]).toMatchObject({ counts: { uncertain: 20 }, undecided: 0 });
    expect((await alarms()).some((a) => a.kind === 'release_paused')).toBe(false);
  });

  it('cancels what it holds with the run', async () => {
    await people('L', 150, 'local');
    await at('2026-11-12T09:55:00+08:00');
    const id = await create({
      name: '取消',
      segmentId: await segment('L', starts('L')),
      cadence: { kind: 'once', at: '2026-11-12T10:00:00+08:00' },
    });
    await launch(id);
    await at('2026-11-12T10:00:00+08:00');
    const [run] = await runsOf(id);
    expect((await officer.post(`/runs/${run!.id}/cancel`, { reason: '不发了' })).status).toBe(200);
    await island.work();
    const [after] = await runsOf(id);
    expect(after).toMatchObject({ status: 'cancelled', counts: { planned: 150, pending: 0, cancelled: 130 } });
    const held = await island.running.app
      .get(Database, { strict: false })
      .query("SELECT id FROM batches WHERE status = 'held'");
    expect(held).toEqual([]);
  });
});
