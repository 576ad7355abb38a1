import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Reasons } from '../../src/dispatch/plan/reasons.service.js';
import { Database } from '../../src/platform/index.js';
import { startIsland, type Client, type Island } from '../support/app.js';
import { dialects } from '../support/database.js';

interface Delivery {
  readonly id: string;
  readonly externalId: string;
  readonly text: string;
  readonly smsParts: number;
  readonly why: string;
  readonly trick: string;
}

const HOTLINE_SENTENCE = 'nobody official asks you to transfer money.';

/** People of every kind that an assignment tells apart. */
const people = [
  ...Array.from({ length: 24 }, (_, i) => ({
    externalId: `L${i}`,
    name: `张${i}`,
    phone: `138000200${String(i).padStart(2, '0')}`,
    township: i % 2 === 0 ? '菜园镇' : '嵊山镇',
    populations: [{ kind: i % 3 === 0 ? 'migrant' : 'local' }],
    tags: [['homestay_owner'], ['student'], ['focus_romance'], []][i % 4],
  })),
  {
    externalId: 'E1',
    name: 'John',
    phone: '13800020091',
    township: '菜园镇',
    populations: [{ kind: 'local' }],
    language: 'en',
  },
  {
    externalId: 'R1',
    name: 'Ivan',
    phone: '13800020092',
    township: '菜园镇',
    populations: [{ kind: 'local' }],
    language: 'ru',
  },
];

describe.each(dialects())('the library at work on %s', (dialect) => {
  let island: Island;
  let officer: Client;
  let segmentId: string;

  beforeAll(async () => {
    island = await startIsland(dialect, '2026-11-02T08:00:00+08:00');
    officer = await island.client.as('officer');
    const put = await officer.put<{ created: number }>('/people', { people });
    expect(put.body.created).toBe(people.length);
    const rule = { combinator: 'and', rules: [{ field: 'population', operator: 'in', value: ['local', 'migrant'] }] };
    segmentId = (await officer.post<{ id: string }>('/segments', { name: '全部', of: 'people', rule })).body.id;
    const chat = {
      name: '民宿群',
      platform: 'wechat',
      township: '菜园镇',
      population: 'local',
      headCount: 80,
      owner: 'grid',
    };
    expect((await officer.post('/group-chats', chat)).status).toBe(201);
  });
  afterAll(() => island.close());

  const campaign = async (at: string, about: object = {}): Promise<string> => {
    const made = await officer.post<{ id: string }>('/campaigns', {
      name: `活动 ${at}`,
      segmentId,
      channels: [{ channel: 'sms' }],
      assignment: { policy: 'rotate' },
      cadence: { kind: 'once', at },
      ...about,
    });
    expect(made.status).toBe(201);
    const { id } = made.body;
    await officer.post(`/campaigns/${id}/submit`);
    const preview = await officer.post<{ targeted: number }>(`/campaigns/${id}/preview`);
    const approver = await island.client.as('approver');
    const { targeted } = preview.body;
    expect(await approver.post(`/campaigns/${id}/approve`, { targeted })).toMatchObject({ status: 200 });
    expect((await officer.post(`/campaigns/${id}/activate`)).status).toBe(200);
    return id;
  };
  const go = async (instant: string) => {
    await island.at(instant);
    officer = await island.client.as('officer');
  };
  const deliveries = async (campaignId: string): Promise<Delivery[]> => {
    const { body: runs } = await officer.get<{ items: { id: string }[] }>(`/runs?campaignId=${campaignId}`);
    const found: Delivery[] = [];
    for (const { id } of runs.items) {
      const { body } = await officer.get<{ items: Delivery[] }>(`/runs/${id}/deliveries?limit=200`);
      found.push(...body.items);
    }
    return found;
  };

  it('adds the opt-out suffix to the first SMS of a month, in the text as it went out', async () => {
    const first = await campaign('2026-11-02T09:00:00+08:00');
    await go('2026-11-02T09:00:00+08:00');
    const november = await deliveries(first);
    expect(november).toHaveLength(people.length);
    expect(november.every((d) => d.text.endsWith('拒收回T'))).toBe(true);
    // The receipts come in before the next is planned.
    await go('2026-11-03T09:00:00+08:00');
    const second = await campaign('2026-11-12T09:00:00+08:00');
    await go('2026-11-12T09:00:00+08:00');
    const again = await deliveries(second);
    // Whom the first did not reach has not been told yet.
    const database = island.running.app.get(Database, { strict: false });
    const untold = await database.query<{ id: number }>(
      `SELECT b.id FROM deliveries a JOIN deliveries b ON b.recipient = a.recipient
        WHERE a.campaignId = ? AND b.campaignId = ? AND a.status = 'undelivered' ORDER BY b.id`,
      [first, second],
    );
    expect(untold.length).toBeGreaterThan(0);
    expect(again.length).toBeGreaterThan(untold.length);
    expect(again.filter((d) => d.text.endsWith('拒收回T')).map((d) => d.id)).toEqual(
      untold.map(({ id }) => String(id)),
    );
    const third = await campaign('2026-12-01T09:00:00+08:00');
    await go('2026-12-01T09:00:00+08:00');
    expect((await deliveries(third)).every((d) => d.text.endsWith('拒收回T'))).toBe(true);
    const given = await island.given('cloud-mas');
    const all = [...november, ...again, ...(await deliveries(third))];
    for (const { text } of all) expect(given.some(({ content }) => text.endsWith(content))).toBe(true);
  });

  it('adds one reviewed sentence for whoever reads another language, and none that nobody has read', async () => {
    const id = await campaign('2026-12-10T09:00:00+08:00', {
      assignment: { policy: 'fixed', tricks: ['loan_fake_flow'] },
    });
    await go('2026-12-10T09:00:00+08:00');
    const list = await deliveries(id);
    const of = (externalId: string) => list.find((d) => d.externalId === externalId)!;
    expect(of('E1').text).toContain(HOTLINE_SENTENCE);
    expect(of('E1').text).toContain('Questions: 96110.');
    expect(of('E1').smsParts).toBeGreaterThan(1);
    expect(of('R1').text).toMatch(/。(?:拒收回T)?$/);
    expect(of('R1').text).not.toMatch(/[а-я]/i);
    expect(of('L1').smsParts).toBe(1);
    expect((await island.given('cloud-mas', '13800020091')).some((g) => g.content.includes(HOTLINE_SENTENCE))).toBe(
      true,
    );
  });

  it('draws by the version of the matrix that the run began with, and shows why', async () => {
    const id = await campaign('2026-12-20T09:00:00+08:00', { assignment: { policy: 'weighted' } });
    await go('2026-12-20T09:00:00+08:00');
    const { body: matrix } = await officer.get<{ version: number; weights: Record<string, Record<string, number>> }>(
      '/library/weights',
    );
    matrix.weights.romance!.everybody = 50;
    expect((await officer.put('/library/weights', matrix)).status).toBe(200);
    const list = await deliveries(id);
    const homestay = list.filter((d) => /^民宿业主.* → .+；权重 [\d.]+（[\d.]+ %）/.test(d.why));
    expect(list.some((d) => d.why === '重点提醒') || list.every((d) => !d.why.includes('离异'))).toBe(true);
    expect(homestay.length + list.filter((d) => d.why.startsWith('通用')).length).toBeGreaterThan(0);
    const again = await campaign('2026-12-28T09:00:00+08:00', { assignment: { policy: 'riskMatrix' } });
    const cases = Array.from({ length: 8 }, () => ({ type: 'fake_loan', occurredAt: '2026-12-01T09:00:00+08:00' }));
    expect((await officer.post('/incidents', { incidents: cases })).body).toEqual({ accepted: 8 });
    await go('2026-12-28T09:00:00+08:00');
    expect((await deliveries(again)).some((d) => d.why.includes('近一年 8 起'))).toBe(true);
    // Cases and weights that come later change nothing of it.
    await officer.post('/incidents', { incidents: cases });
  });

  it('sends the later share of a stepped roll-out later, and leaves nobody out', async () => {
    const id = await campaign('2027-01-10T09:00:00+08:00', {
      assignment: { policy: 'rotate', holdOut: { share: 0.4, delay: 'P3D' } },
      expiresAfter: 'P1D',
    });
    await go('2027-01-10T09:00:00+08:00');
    const counts = async () =>
      (
        await officer.get<{ items: { counts: { planned: number; sent: number; pending: number }; status: string }[] }>(
          `/runs?campaignId=${id}`,
        )
      ).body.items[0]!;
    const { counts: first, status } = await counts();
    expect(first.pending).toBeGreaterThan(2);
    expect(first.sent).toBe(first.planned - first.pending);
    expect(first.sent).toBeGreaterThan(2);
    expect(status).toBe('sending');
    await go('2027-01-12T09:00:00+08:00');
    expect((await counts()).counts.pending).toBe(first.pending);
    await go('2027-01-13T09:00:00+08:00');
    expect(await counts()).toMatchObject({ status: 'settled', counts: { pending: 0, sent: first.planned } });
    expect((await deliveries(id)).filter((d) => d.why.endsWith('第二批（分步推开）'))).toHaveLength(first.pending);
    const refused = await officer.post<{ errors: { code: string }[] }>('/campaigns', {
      name: 'x',
      segmentId,
      channels: [{ channel: 'sms' }, { channel: 'voice', after: { unreachedBy: 'sms', for: 'PT4H' } }],
      assignment: { policy: 'rotate', holdOut: { share: 0.4, delay: 'P3D' } },
      cadence: { kind: 'daily', at: '09:00' },
    });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ code: 'hold_out_with_ladder' }] } });
  });

  it("shows the desk today's texts as they are sent, and finds one by a few words", async () => {
    const rule = { combinator: 'and', rules: [{ field: 'population', operator: '=', value: 'local' }] };
    const groups = await officer.post<{ id: string }>('/segments', { name: '群', of: 'groupChats', rule });
    await campaign('', {
      name: '今日一骗',
      groupSegmentId: groups.body.id,
      channels: [{ channel: 'chat' }],
      assignment: { policy: 'rotate', by: 'occurrence' },
      cadence: { kind: 'daily', at: '10:00' },
    });
    const sms = await campaign('2027-01-25T09:00:00+08:00', {
      assignment: { policy: 'fixed', tricks: ['loan_fake_flow'] },
    });
    await go('2027-01-25T09:30:00+08:00');
    interface Today {
      readonly date: string;
      readonly items: {
        status: string;
        channel: string;
        trick: string;
        text: string;
        title?: string;
        recipients: number | null;
      }[];
    }
    const { body } = await officer.get<Today>('/library/today');
    expect(body.date).toBe('2027-01-25');
    const sent = body.items.filter((item) => item.status === 'sent' && item.channel === 'sms');
    const list = await deliveries(sms);
    const texts = new Set(list.map((d) => d.text));
    expect(new Set(sent.map((item) => item.text))).toEqual(texts);
    expect(sent.reduce((sum, item) => sum + (item.recipients ?? 0), 0)).toBe(list.length);
    const due = body.items.filter((item) => item.status === 'due');
    expect(due).toMatchObject([{ channel: 'chat', recipients: null }]);
    // What was said would be posted is what is posted.
    await go('2027-01-25T10:00:00+08:00');
    const after = await officer.get<Today>('/library/today');
    const posted = after.body.items.find((item) => item.text === due[0]!.text)!;
    expect([posted.status, posted.trick, posted.title, posted.text]).toEqual([
      'sent',
      due[0]!.trick,
      due[0]!.title,
      due[0]!.text,
    ]);
    // A grid worker is asked, too; whoever called reads out some words.
    const grid = await island.client.as('grid');
    const words = encodeURIComponent(posted.text.slice(3, 12));
    expect((await grid.get<Today>(`/library/today?q=${words}`)).body.items.map((item) => item.trick)).toEqual([
      posted.trick,
    ]);
    const page = await grid.get<string>('/library/today?format=html');
    expect(page.body).toContain('<h1>今日话术 2027-01-25</h1>');
    expect(page.body).toContain(posted.title);
    const none = await grid.get<string>(`/library/today?format=html&q=${encodeURIComponent('<script>请点链接')}`);
    expect(none.body).toContain('今天没有发过这样的话');
    expect(none.body).not.toContain('<script>');
    expect((await island.client.get('/library/today')).status).toBe(401);
  });

  it('recomputes the reason of every delivery from what is stored, whatever has changed since', async () => {
    island.clock.set(Date.parse('2027-01-26T09:00:00+08:00'));
    const approver = await island.client.as('approver');
    officer = await island.client.as('officer');
    const query = '/library/scripts?trick=loan_fake_flow&channel=sms&limit=1';
    const [script] = (await officer.get<{ items: { id: string }[] }>(query)).body.items;
    expect((await approver.post(`/library/scripts/${script!.id}/retire`)).status).toBe(200);
    const format = {
      tricks: [{ code: 'own_trick', no: 90, type: 'romance', nameZh: '新', mechanism: '新' }],
      types: [],
    };
    expect((await officer.post('/library/imports', format)).status).toBe(200);
    const database = island.running.app.get(Database, { strict: false });
    const reasons = island.running.app.get(Reasons, { strict: false });
    const rows = await database.query<{ id: number; why: string }>('SELECT id, why FROM deliveries ORDER BY id');
    expect(rows.length).toBeGreaterThan(6 * people.length);
    const policies = new Set<string>();
    for (const { id, why } of rows) {
      const found = await reasons.recompute(Number(id));
      expect(found).toMatchObject({ agrees: true });
      policies.add((JSON.parse(why) as { p: string }).p);
    }
    expect([...policies].sort()).toEqual(['fixed', 'riskMatrix', 'rotate', 'weighted']);
    const auditor = await island.client.as('auditor');
    expect((await auditor.get(`/deliveries/${rows[0]!.id}/reason`)).body).toMatchObject({ agrees: true });
    // A reason that was tampered with does not come out the same.
    await database.execute('UPDATE deliveries SET why = REPLACE(why, \'"n":48\', \'"n":47\') WHERE id = ?', [
      rows[0]!.id,
    ]);
    expect(await reasons.recompute(Number(rows[0]!.id))).toMatchObject({ agrees: false });
    expect((await auditor.get('/deliveries/999999999/reason')).status).toBe(404);
  });
});
