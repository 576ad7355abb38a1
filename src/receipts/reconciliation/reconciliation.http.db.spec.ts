import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startIsland, type Client, type Island } from '../../../test/support/app.js';
import { dialects } from '../../../test/support/database.js';
import { Database } from '../../platform/index.js';

interface Answer {
  readonly days: { day: string; ours: object; theirs: object; differences: number }[];
  readonly rejected: object[];
}
interface Listed {
  readonly items: {
    id: string;
    ref: string;
    kind: string;
    source: string;
    status: string;
    ours: number;
    theirs: number;
    note: string;
  }[];
}

describe.each(dialects())('reconciliation on %s', (dialect) => {
  let island: Island;
  let operator: Client;
  let auditor: Client;
  let refs: string[];

  beforeAll(async () => {
    island = await startIsland(dialect, '2026-11-02T09:00:00+08:00');
    [operator, auditor] = [await island.client.as('operator'), await island.client.as('auditor')];
    const officer = await island.client.as('officer');
    const people = Array.from({ length: 12 }, (_, i) => ({
      externalId: `B${i}`,
      phone: `139001${String(10_000 + i)}`,
      township: '菜园镇',
      community: `c${i % 2}`,
      populations: [{ kind: 'local' }],
    }));
    await officer.put('/people', { people });
    for (const community of ['c0', 'c1']) {
      const segment = await officer.post<{ id: string }>('/segments', {
        name: community,
        of: 'people',
        rule: { combinator: 'and', rules: [{ field: 'community', operator: '=', value: community }] },
      });
      const { body } = await officer.post<{ id: string }>('/campaigns', {
        name: community,
        segmentId: segment.body.id,
        channels: [{ channel: 'sms' }],
        assignment: { policy: 'fixed', tricks: ['brush_like_task'] },
        cadence: { kind: 'monthly', day: 1, at: '09:00' },
        missed: 'skip',
      });
      await officer.post(`/campaigns/${body.id}/submit`);
      await (await island.client.as('approver')).post(`/campaigns/${body.id}/approve`, { targeted: 6 });
      await officer.post(`/campaigns/${body.id}/activate`);
      await officer.post(`/campaigns/${body.id}/runs`);
    }
    await island.at('2026-11-02T09:01:00+08:00');
    const rows = await island.running.app
      .get(Database, { strict: false })
      .query<{ ref: string }>("SELECT ref FROM calls WHERE gateway = 'mas' ORDER BY id");
    refs = rows.map((r) => r.ref);
  }, 120_000);
  afterAll(() => island.close());

  const upload = (text: string, day?: string, by: Client = operator) => {
    const form = new FormData();
    form.append('file', new Blob([text]), '账单.csv');
    if (day) form.append('day', day);
    return by.call<Answer>('POST', '/reconciliation/mas/bills', form);
  };
  const list = async (query = ''): Promise<Listed['items']> =>
    (await auditor.get<Listed>(`/reconciliation${query}`)).body.items;

  it('finds what agrees, by day and batch, from the file of the gateway', async () => {
    expect(refs).toHaveLength(2);
    const { status, body } = await upload(`批次号,提交条数\n${refs[0]},6\n${refs[1]},6\n`, '2026-11-02');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      days: [{ day: '2026-11-02', ours: { recipients: 12 }, theirs: { recipients: 12 }, differences: 0 }],
      rejected: [],
    });
    expect(await list()).toEqual([]);
  });

  it('makes a list of what does not, each once, however often the file comes', async () => {
    const bill = `批次号,提交条数,发送日期\n${refs[0]},5,2026-11-02\nUNKNOWN1,3,2026-11-02\n,9,2026-11-02\n`;
    for (let i = 0; i < 2; i += 1) {
      const { body } = await upload(bill);
      expect(body).toMatchObject({ days: [{ differences: 3 }], rejected: [{ line: 4, field: 'ref' }] });
    }
    const found = await list('?status=open&gateway=mas&from=2026-11-02&to=2026-11-03');
    expect(found.map((d) => [d.ref, d.kind, d.ours, d.theirs]).sort()).toEqual(
      [
        [refs[0], 'recipients', 6, 5],
        [refs[1], 'notBilled', 6, 0],
        ['UNKNOWN1', 'notOurs', 0, 3],
      ].sort(),
    );
  });

  it('is worked off: explained and settled with a note, settled by itself where the bill was corrected', async () => {
    const [one] = (await list()).filter((d) => d.ref === 'UNKNOWN1');
    expect((await operator.post(`/reconciliation/differences/${one!.id}/explain`, {})).status).toBe(422);
    expect((await operator.post(`/reconciliation/differences/${one!.id}/explain`, { note: '断网时在途' })).status).toBe(
      200,
    );
    expect((await operator.post(`/reconciliation/differences/${one!.id}/settle`, { note: '已核销' })).status).toBe(200);
    expect((await operator.post(`/reconciliation/differences/${one!.id}/settle`, { note: '再次' })).status).toBe(409);
    await upload(`批次号,提交条数\n${refs[0]},6\n${refs[1]},6\nUNKNOWN1,3\n`, '2026-11-02');
    const after = new Map((await list()).map((d) => [d.ref, [d.status, d.note]]));
    expect(after.get(refs[0]!)).toEqual(['settled', '账单更正后一致']);
    expect(after.get('UNKNOWN1')).toEqual(['settled', '已核销']);
    // Other figures than those that were settled are a matter of their own.
    await upload(`批次号,提交条数\n${refs[0]},6\n${refs[1]},6\nUNKNOWN1,4\n`, '2026-11-02');
    expect((await list('?status=open')).map((d) => [d.ref, d.theirs])).toEqual([['UNKNOWN1', 4]]);
  });

  it('opens again what a correction had settled when it is there again', async () => {
    const before = await list();
    await upload(`批次号,提交条数\n${refs[0]},5\n${refs[1]},6\nUNKNOWN1,4\n`, '2026-11-02');
    const again = (await list('?status=open')).find((d) => d.ref === refs[0]);
    expect(again).toMatchObject({ source: 'file', ours: 6, theirs: 5, note: null });
    expect(await list()).toHaveLength(before.length);
  });

  it('needs no file where receipts name the batches', async () => {
    await island.at('2026-11-03T09:00:00+08:00');
    [operator, auditor] = [await island.client.as('operator'), await island.client.as('auditor')];
    const { status, body } = await operator.post<Answer>('/reconciliation/mas/receipts', { day: '2026-11-02' });
    expect(status).toBe(200);
    expect(body.days[0]).toMatchObject({ day: '2026-11-02', ours: { recipients: 12 } });
    const { body: days } = await auditor.get<{ items: { source: string }[] }>(
      '/reconciliation/days?from=2026-11-01&to=2026-12-01',
    );
    expect(days.items[0]).toMatchObject({ source: 'receipts', gateway: 'mas', day: '2026-11-02' });
    // What the gateway's bill says is settled by its bill alone.
    const ofBill = (await list('?status=open')).filter((d) => d.source === 'file');
    expect(ofBill.map((d) => d.ref).sort()).toEqual([refs[0], 'UNKNOWN1'].sort());
  });

  it('is read by the auditor and changed by the operator alone, and stands in the ledger', async () => {
    expect((await upload('批次号\nX\n', '2026-11-02', auditor)).status).toBe(403);
    expect((await (await island.client.as('officer')).get('/reconciliation')).status).toBe(403);
    expect((await upload('什么,都不是\n1,2\n', '2026-11-02')).status).toBe(422);
    expect((await upload('批次号\nX\n')).body).toMatchObject({ rejected: [{ field: 'day', code: 'invalid_date' }] });
    const entries = await auditor.get<{ items: { action: string }[] }>('/audit/entries?action=reconciliation.read');
    expect(entries.body.items.length).toBeGreaterThanOrEqual(5);
  });
});
