import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator } from '../../src/gateways/simulator/index.js';
import { dialects } from '../support/database.js';
import { Accounts } from '../../src/accounts/index.js';
import { PASSWORD, startIsland, type Client, type Island } from '../support/app.js';

const RIVAL = 'correct horse battery';

/** Each is told at the contact of their own account: by e-mail over SMTP, by 浙政钉 to their account, by text to a verified phone. */
describe.each(dialects())('notices to the people concerned on %s', (dialect) => {
  let island: Island;
  let officer: Client;
  let approver: Client;
  let admin: Client;
  let mail: Awaited<ReturnType<typeof startSimulator>>;

  beforeAll(async () => {
    mail = await startSimulator({ port: 0, smtpPort: 0, seed: 1 });
    island = await startIsland(
      dialect,
      '2026-11-02T08:00:00+08:00',
      (
        url,
      ) => `  - { key: mail, adapter: smtp, settings: { host: 127.0.0.1, port: ${mail.smtpPort}, secure: false, from: desk@example.test }, simulator: true }
  - { key: zzd, adapter: zhezhengding-work, settings: { baseUrl: '${url}/zhezhengding', appKey: k, appSecret: simulator-secret, tenantId: '1' }, simulator: true }
notices:
  - { for: [approvals, returns, alarms], gateway: mail, to: { users: email } }
  - { for: [approvals], gateway: zzd, to: { users: zhezhengding } }
  - { for: [returns], gateway: mas, to: { users: sms } }
`,
    );
    officer = await island.client.as('officer');
    approver = await island.client.as('approver');
    admin = await island.client.as('admin');
    const { items } = (await admin.get<{ items: { id: string; username: string }[] }>('/users')).body;
    const contacts: Record<string, object> = {
      officer: { email: 'officer@example.test', phone: '13800010099' },
      approver: { email: 'approver@example.test', accountId: '1001' },
      operator: { email: 'operator@example.test' },
      auditor: { email: 'auditor@example.test', accountId: '1009' },
    };
    for (const { id, username } of items) {
      const contact = contacts[username];
      if (!contact) continue;
      const changed = await admin.put<Record<string, unknown>>(`/users/${id}`, contact);
      expect(changed).toMatchObject({ status: 200, body: { hasEmail: true } });
      expect(JSON.stringify(changed.body)).not.toContain('@example.test');
      if (username === 'officer') await admin.post(`/users/${id}/phone-verified`);
    }
    const second = { username: 'second', password: RIVAL, role: 'approver', email: 'second@example.test' };
    const made = await admin.post<{ id: string }>('/users', { ...second, mayReadSensitive: true });
    expect(made.status).toBe(201);
    const accounts = island.running.app.get(Accounts, { strict: false });
    await accounts.create({ username: 'admin2', role: 'admin', password: PASSWORD });
    const another = await island.client.as('admin2');
    expect((await another.post(`/users/${made.body.id}/enable`)).status).toBe(200);
    const people = [
      { externalId: 'P1', phone: '13800010031', township: '菜园镇', populations: [{ kind: 'local' }] },
      { externalId: 'P2', phone: '13800010032', township: '菜园镇', tags: ['focus_romance'] },
    ];
    await officer.put('/people', { people });
  });
  afterAll(async () => {
    await island.close();
    await mail.close();
  });

  const mailed = async (to: string): Promise<string[]> => {
    const answer = await fetch(`${mail.url}/_sim/messages?gateway=smtp&to=${to}@example.test&limit=100`);
    return ((await answer.json()) as { items: { content: string }[] }).items.map((m) => m.content);
  };
  const submitted = async (name: string, rule: object): Promise<string> => {
    const segment = await officer.post<{ id: string }>('/segments', {
      name,
      of: 'people',
      rule: { combinator: 'and', rules: [rule] },
    });
    const made = await officer.post<{ id: string }>('/campaigns', {
      name,
      segmentId: segment.body.id,
      channels: [{ channel: 'sms' }],
      assignment: { policy: 'rotate' },
      cadence: { kind: 'daily', at: '09:00' },
    });
    expect((await officer.post(`/campaigns/${made.body.id}/submit`)).status).toBe(200);
    return made.body.id;
  };
  const locals = { field: 'population', operator: '=', value: 'local' };
  let id: string;

  it('reach every approver who asked for it, by e-mail and by 浙政钉, once, and nobody else', async () => {
    id = await submitted('早安提醒', locals);
    await island.at('2026-11-02T08:02:00+08:00');
    await island.at('2026-11-02T08:04:00+08:00');
    const told = expect.stringContaining('待审批，拟触达 1');
    expect(await mailed('approver')).toEqual([told]);
    expect(await mailed('second')).toEqual([told]);
    expect(await island.given('zhezhengding')).toEqual([expect.objectContaining({ to: '1001', content: told })]);
    for (const other of ['officer', 'operator', 'auditor']) expect(await mailed(other)).toEqual([]);
    const texts = [...(await mailed('approver')), ...(await mailed('second'))].join();
    expect(texts).not.toMatch(/example\.test|1380001|1001/);
  });

  it('reach who submitted what is returned, by e-mail and by text', async () => {
    expect((await approver.post(`/campaigns/${id}/return`, { remark: '名称太长' })).status).toBe(200);
    await island.at('2026-11-02T08:06:00+08:00');
    const told = expect.stringContaining('被退回：名称太长');
    expect(await mailed('officer')).toEqual([told]);
    expect((await island.given('cloud-mas')).map(({ to, content }) => ({ to, content }))).toEqual([
      { to: '13800010099', content: told },
    ]);
    expect((await mailed('approver')).filter((text) => text.includes('退回'))).toEqual([]);
  });

  it('reach only approvers with the right where it is sensitive, without its name', async () => {
    await submitted('感情骗局名单', { field: 'tag', operator: '=', value: 'focus_romance' });
    await island.at('2026-11-02T08:08:00+08:00');
    expect((await mailed('second')).filter((text) => text.includes('重点提醒'))).toHaveLength(1);
    expect((await mailed('approver')).join()).not.toMatch(/重点提醒|感情/);
    expect((await mailed('second')).join()).not.toContain('感情');
  });

  it('reach the officer of a campaign of its misses, and the operator of what is no campaign’s', async () => {
    expect((await officer.post(`/campaigns/${id}/submit`)).status).toBe(200);
    expect((await approver.post(`/campaigns/${id}/approve`, { targeted: 1 })).status).toBe(200);
    expect((await officer.post(`/campaigns/${id}/activate`)).status).toBe(200);
    await island.at('2026-11-04T12:00:00+08:00');
    officer = await island.client.as('officer');
    expect((await officer.post('/gateways/voice/stop')).status).toBeLessThan(300);
    await island.at('2026-11-04T12:02:00+08:00');
    expect((await mailed('officer')).filter((text) => text.includes('occurrence_missed'))).toHaveLength(1);
    expect((await mailed('operator')).filter((text) => text.includes('occurrence_missed'))).toEqual([]);
    expect((await mailed('operator')).filter((text) => text.includes('网关 voice 已停止'))).toHaveLength(1);
    expect((await mailed('officer')).filter((text) => text.includes('网关 voice 已停止'))).toEqual([]);
  });
});
