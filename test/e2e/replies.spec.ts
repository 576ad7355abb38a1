import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CounterRebuild } from '../../src/dispatch/index.js';
import { Database } from '../../src/platform/index.js';
import { dialects } from '../support/database.js';
import { startIsland, type Client, type Island } from '../support/app.js';

/** What people send back, through the gateway's own push, at one in the morning too. */
describe.each(dialects())('replies on %s', (dialect) => {
  let island: Island;
  let officer: Client;
  const reply = (mobile: string, smsContent: string, sendTime: string) =>
    fetch(`${island.running.url}/api/v1/receipts/mas`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ smsContent, mobile, sendTime, addSerial: '' }),
    });

  beforeAll(async () => {
    island = await startIsland(dialect, '2026-11-03T01:00:00+08:00');
    officer = await island.client.as('officer');
    await officer.put('/people', {
      people: [{ externalId: 'R1', phone: '13800010021', township: '菜园镇', populations: [{ kind: 'local' }] }],
    });
  });
  afterAll(async () => {
    await island.close();
  });

  it('alarms the duty officer and gives the one fixed answer a day, at any hour and to whoever refused publicity', async () => {
    await officer.put('/opt-outs', { phones: ['13800010021'] });
    expect((await reply('13800010021', '我刚才给对方转账了怎么办', '2026-11-03 01:00:00')).status).toBe(200);
    expect((await reply('13800010021', '我被骗了', '2026-11-03 01:01:00')).status).toBe(200);
    await island.work();
    const given = await island.given('cloud-mas', '13800010021');
    expect(given.map((g) => g.content)).toEqual([expect.stringContaining('已转账请立即拨打110')]);
    const { body } = await officer.get<{ items: { alarm: boolean; text: string; from: string }[] }>(
      '/uplinks?status=open',
    );
    expect(body.items.map((i) => [i.alarm, i.from])).toEqual([
      [true, '138****0021'],
      [true, '138****0021'],
    ]);
    const answered = await officer.get<{ items: { answeredAt: string | null }[] }>('/uplinks?alarm=true');
    // Both came in the same instant, so either may stand first.
    expect(answered.body.items.map((i) => i.answeredAt ?? '').sort()).toEqual(['', '2026-11-03T01:00:00+08:00']);
    expect((await officer.get('/uplinks?alarm=false')).body).toEqual({ items: [], nextCursor: null });
    const alarms = await officer.get<{ items: { kind: string }[] }>('/alarms');
    expect(alarms.body.items.filter((a) => a.kind === 'reply_alarm')).toHaveLength(2);
  });

  it('answers again on the next day', async () => {
    await island.at('2026-11-04T07:00:00+08:00');
    officer = await island.client.as('officer');
    await reply('13800010021', '钱没了', '2026-11-04 07:00:00');
    await island.work();
    expect(await island.given('cloud-mas', '13800010021')).toHaveLength(2);
  });

  it('shows the fixed answer beside the reply that somebody gives to it', async () => {
    await island.at('2026-11-04T07:00:30+08:00');
    await reply('13800010021', '好的，已经打了110', '2026-11-04 07:00:30');
    const { body } = await officer.get<{ items: { text: string; message?: { text: string } | null }[] }>('/uplinks');
    const said = body.items.find((i) => i.text.includes('已经打了110'));
    expect(said?.message?.text).toContain('已转账请立即拨打110');
  });

  it('obeys a refusal however it is written, keeps a question for the inbox, and takes the same push once', async () => {
    await reply('13800010022', ' ｔｄ。', '2026-11-04 07:01:00');
    await reply('13800010023', '请问这是你们发的吗', '2026-11-04 07:02:00');
    await reply('13800010023', '请问这是你们发的吗', '2026-11-04 07:02:00');
    const { body } = await officer.get<{ items: { id: string; text: string }[] }>('/uplinks?status=open');
    expect(body.items.filter((i) => i.text.includes('请问'))).toHaveLength(1);
    const question = body.items.find((i) => i.text.includes('请问'))!;
    expect((await officer.post(`/uplinks/${question.id}/handled`, { note: '已电话告知' })).status).toBe(200);
    expect((await officer.post(`/uplinks/${question.id}/handled`, {})).status).toBe(409);
    const outs = await officer.get<{ items: { source: string }[] }>('/opt-outs');
    expect(outs.body.items.map((o) => o.source).sort()).toEqual(['api', 'uplink']);
  });

  it('stands in no count', async () => {
    const report = await officer.get<{ totals: { targeted: number } }>('/reports/sends?from=2026-11-01&to=2026-12-01');
    expect(report.body.totals.targeted).toBe(0);
    expect(await island.running.app.get(CounterRebuild, { strict: false }).differences()).toEqual([]);
  });

  it('refuses a push from elsewhere or with a wrong token, and keeps a receipt of nobody as unmatched', async () => {
    const forged = await fetch(`${island.running.url}/api/v1/receipts/mas/not-the-token`, {
      method: 'POST',
      body: '{}',
    });
    expect(forged.status).toBe(403);
    const body = {
      errorCode: 'DELIVRD',
      mobile: '13800010099',
      msgGroup: '1104070300001000330441',
      receiveDate: '20261104070300',
      reportStatus: 'CM:0000',
      submitDate: '20261104070200',
    };
    await fetch(`${island.running.url}/api/v1/receipts/mas`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    await island.at('2026-11-04T07:30:00+08:00');
    const { body: unmatched } = await officer.get<{ items: { ref: string }[] }>('/receipts-unmatched');
    expect(unmatched.items.map((u) => u.ref)).toEqual(['1104070300001000330441']);
  });

  it('answers nobody who was erased before the answer left, and leaves nothing of them waiting', async () => {
    await island.at('2026-11-05T07:00:00+08:00');
    officer = await island.client.as('officer');
    await reply('13800010021', '钱没了', '2026-11-05 07:00:00');
    const person = await officer.post<{ id: string }>('/people/lookup', { externalId: 'R1', reason: '本人要求删除' });
    expect((await officer.call('DELETE', `/people/${person.body.id}`)).status).toBe(204);
    await island.work();
    expect(await island.given('cloud-mas', '13800010021')).toHaveLength(2);
    const kept = await island.running.app
      .get(Database, { strict: false })
      .query<{ address: string | null }>(
        "SELECT status, code, address, addressKey, variables FROM deliveries WHERE why = 'answer' ORDER BY id",
      );
    const gone = { address: null, addressKey: null, variables: null };
    expect(kept.at(-1)).toEqual({ status: 'cancelled', code: 'erased', ...gone });
    expect(await island.running.app.get(CounterRebuild, { strict: false }).differences()).toEqual([]);
    expect(kept.slice(0, -1).every((row) => row.address === null)).toBe(true);
  });
});
