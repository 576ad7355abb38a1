import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dialects } from '../support/database.js';
import { startIsland, type Client, type Island } from '../support/app.js';

const ROBOT = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=11111111-2222-3333-4444-555555555555';
const NOTICES = `notices: [{ for: [approvals, returns, alarms], gateway: wecom, to: { webhook: '${ROBOT}' } }]\n`;

/** Nobody has to look: who approves, who wrote it and who watches is told. */
describe.each(dialects())('notices on %s', (dialect) => {
  let island: Island;
  let officer: Client;
  let approver: Client;

  beforeAll(async () => {
    island = await startIsland(dialect, '2026-11-02T08:00:00+08:00', NOTICES);
    officer = await island.client.as('officer');
    approver = await island.client.as('approver');
    await officer.put('/people', {
      people: [
        {
          externalId: 'N1',
          phone: '13800010031',
          township: '菜园镇',
          populations: [{ kind: 'local' }],
          tags: ['focus_romance'],
        },
      ],
    });
  });
  afterAll(async () => {
    await island.close();
  });
  const told = async (instant: string) => {
    await island.at(instant);
    return (await island.given('wecom')).map((m) => m.content).filter((text) => !text.includes('holidays'));
  };
  const campaign = async (name: string, rule: object) => {
    const segment = await officer.post<{ id: string }>('/segments', {
      name,
      of: 'people',
      rule: { combinator: 'and', rules: [rule] },
    });
    expect(segment.status).toBe(201);
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

  it('tell of an approval that is asked for, once', async () => {
    id = await campaign('早安提醒', { field: 'population', operator: '=', value: 'local' });
    const texts = await told('2026-11-02T08:02:00+08:00');
    expect(texts.filter((text) => text.includes('早安提醒'))).toEqual([expect.stringContaining('待审批，拟触达 1')]);
    expect((await told('2026-11-02T08:04:00+08:00')).filter((text) => text.includes('早安提醒'))).toHaveLength(1);
  });

  it('tell of a return with its remark, and of the next submission anew', async () => {
    expect((await approver.post(`/campaigns/${id}/return`, { remark: '名称太长' })).status).toBe(200);
    const texts = await told('2026-11-02T08:06:00+08:00');
    expect(texts.filter((text) => text.includes('被退回'))).toEqual([expect.stringContaining('名称太长')]);
    expect((await officer.post(`/campaigns/${id}/submit`)).status).toBe(200);
    const again = await told('2026-11-02T08:08:00+08:00');
    expect(again.filter((text) => text.includes('早安提醒') && text.includes('待审批'))).toHaveLength(2);
  });

  it('name nothing that is sensitive', async () => {
    await campaign('感情骗局名单', { field: 'tag', operator: '=', value: 'focus_romance' });
    const texts = await told('2026-11-02T08:10:00+08:00');
    expect(texts.some((text) => text.includes('重点提醒') && text.includes('待审批'))).toBe(true);
    expect(texts.some((text) => text.includes('感情'))).toBe(false);
  });

  it('tell of an alarm, and stand in no count', async () => {
    expect((await officer.post('/gateways/mas/stop')).status).toBeLessThan(300);
    const texts = await told('2026-11-02T08:12:00+08:00');
    expect(texts.filter((text) => text.includes('网关 mas 已停止'))).toHaveLength(1);
    const report = await officer.get<{ totals: { targeted: number } }>('/reports/sends?from=2026-11-01&to=2026-12-01');
    expect(report.body.totals.targeted).toBe(0);
  });

  it('are silent while everything is stopped', async () => {
    const before = (await island.given('wecom')).length;
    expect((await officer.post('/stop-everything')).status).toBeLessThan(300);
    await told('2026-11-02T08:14:00+08:00');
    expect(await island.given('wecom')).toHaveLength(before);
  });
});
