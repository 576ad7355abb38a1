import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator } from '../../src/gateways/simulator/index.js';
import { dialects } from '../support/database.js';
import { startIsland, type Client, type Island } from '../support/app.js';

const WECOM = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=11111111-2222-3333-4444-555555555555';
const DING = 'https://oapi.dingtalk.com/robot/send?access_token=returns';

/** Approvals by WeCom, returns by 浙政钉, alarms by e-mail: three real ways over the wire, each to its own people. */
describe.each(dialects())('notices by robot and by e-mail on %s', (dialect) => {
  let island: Island;
  let officer: Client;
  let approver: Client;
  let mail: Awaited<ReturnType<typeof startSimulator>>;

  beforeAll(async () => {
    mail = await startSimulator({ port: 0, smtpPort: 0, seed: 1 });
    island = await startIsland(
      dialect,
      '2026-11-02T08:00:00+08:00',
      `  - { key: mail, adapter: smtp, settings: { host: 127.0.0.1, port: ${mail.smtpPort}, secure: false, from: desk@example.test }, simulator: true }
notices:
  - { for: [approvals], gateway: wecom, to: { webhook: '${WECOM}' } }
  - { for: [returns], gateway: zhezhengding, to: { webhook: '${DING}', secret: SECreturns } }
  - { for: [alarms], gateway: mail, to: { email: duty@example.test } }
`,
    );
    officer = await island.client.as('officer');
    approver = await island.client.as('approver');
    await officer.put('/people', {
      people: [{ externalId: 'W1', phone: '13800010031', township: '菜园镇', populations: [{ kind: 'local' }] }],
    });
  });
  afterAll(async () => {
    await island.close();
    await mail.close();
  });

  const told = async (gateway: 'wecom' | 'dingtalk'): Promise<string[]> =>
    (await island.given(gateway)).map((m) => m.content);
  const mailed = async (): Promise<string[]> => {
    const answer = await fetch(`${mail.url}/_sim/messages?gateway=smtp&to=duty@example.test&limit=100`);
    return ((await answer.json()) as { items: { content: string }[] }).items.map((m) => m.content);
  };
  const fault = (about: object) =>
    fetch(`${island.simulator.url}/_sim/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ gateway: 'wecom', ...about }),
    });
  const alarms = async (): Promise<string[]> =>
    (await officer.get<{ items: { kind: string }[] }>('/alarms')).body.items.map((a) => a.kind);
  const submitted = async (name: string): Promise<string> => {
    const segment = await officer.post<{ id: string }>('/segments', {
      name,
      of: 'people',
      rule: { combinator: 'and', rules: [{ field: 'population', operator: '=', value: 'local' }] },
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
  let id: string;

  it('ask the approver, by name of who asks', async () => {
    id = await submitted('早安提醒');
    await island.at('2026-11-02T08:02:00+08:00');
    expect(await told('wecom')).toEqual([expect.stringContaining('officer 提交）待审批')]);
    expect(await told('dingtalk')).toEqual([]);
  });

  it('tell the author of a return', async () => {
    expect((await approver.post(`/campaigns/${id}/return`, { remark: '名称太长' })).status).toBe(200);
    await island.at('2026-11-02T08:04:00+08:00');
    expect(await told('dingtalk')).toEqual([expect.stringMatching(/officer：您提交的.*被退回：名称太长/)]);
    expect(await told('wecom')).toHaveLength(1);
  });

  it('tell the duty desk of a miss by e-mail', async () => {
    expect((await officer.post(`/campaigns/${id}/submit`)).status).toBe(200);
    expect((await approver.post(`/campaigns/${id}/approve`, { targeted: 1 })).status).toBe(200);
    expect((await officer.post(`/campaigns/${id}/activate`)).status).toBe(200);
    await island.at('2026-11-04T12:00:00+08:00');
    await island.at('2026-11-04T12:02:00+08:00');
    expect((await mailed()).filter((text) => text.includes('occurrence_missed'))).toHaveLength(1);
  });

  it('are tried again until they go through, and are an alarm until then', async () => {
    officer = await island.client.as('officer');
    await fault({ down: true });
    await submitted('晚安提醒');
    const before = (await told('wecom')).length;
    await island.at('2026-11-04T12:04:00+08:00');
    expect(await told('wecom')).toHaveLength(before);
    expect(await alarms()).toContain('notice_undelivered');
    await island.at('2026-11-04T12:06:00+08:00');
    expect((await mailed()).filter((text) => text.includes('notice_undelivered'))).toHaveLength(1);
    await fault({ down: false });
    await island.at('2026-11-04T12:12:00+08:00');
    expect((await told('wecom')).slice(before)).toEqual([expect.stringContaining('晚安提醒')]);
    expect(await alarms()).not.toContain('notice_undelivered');
    await island.at('2026-11-04T12:20:00+08:00');
    expect(await told('wecom')).toHaveLength(before + 1);
  });
});
