import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startIsland, type Client, type Island } from '../../../test/support/app.js';
import { dialects } from '../../../test/support/database.js';
import { Database } from '../../platform/index.js';
import { Tasks } from './tasks.service.js';

const ROBOT = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=11111111-2222-3333-4444-555555555555';
const NOTICES = `notices: [{ for: [tasks], gateway: wecom, to: { webhook: '${ROBOT}' } }]\n`;
const MORNING = Date.parse('2026-11-02T08:00:00+08:00');
const HOUR = 3_600_000;

interface Listed {
  readonly items: {
    id: string;
    overdue: boolean;
    place: string | null;
    at: string | null;
    appInstalled: boolean | null;
  }[];
}

describe.each(dialects())('field work on %s', (dialect) => {
  let island: Island;
  let grid: Client;

  beforeAll(async () => {
    island = await startIsland(dialect, '2026-11-02T08:00:00+08:00', NOTICES);
    grid = await island.client.as('grid');
    const database = island.running.app.get(Database, { strict: false });
    const tasks = island.running.app.get(Tasks, { strict: false });
    for (const dueAt of [MORNING - HOUR, MORNING + 2 * HOUR, MORNING + 50 * HOUR])
      await database.transaction(() => tasks.open({ kind: 'call', personId: null, township: '330922100', dueAt }));
  }, 120_000);
  afterAll(() => island.close());

  const list = async (query: string) => (await grid.get<Listed>(`/tasks${query}`)).body.items;

  it('shows what is late, and what was said of where and when it was done', async () => {
    const late = await list('?overdue=true');
    expect(late).toHaveLength(1);
    const { id } = late[0]!;
    const ahead = await grid.post(`/tasks/${id}/done`, { outcome: 'reached', at: '2026-11-02T08:00:01+08:00' });
    expect(ahead).toMatchObject({ status: 422, body: { errors: [{ path: '/at', code: 'in_the_future' }] } });
    const report = { outcome: 'reached', place: '基湖村村委会', at: '2026-11-02T07:30:00+08:00', appInstalled: true };
    expect((await grid.post(`/tasks/${id}/done`, report)).status).toBe(200);
    expect(await list('?overdue=true')).toEqual([]);
    expect((await list('?status=done'))[0]).toMatchObject({
      overdue: false,
      place: '基湖村村委会',
      at: '2026-11-02T07:30:00+08:00',
      appInstalled: true,
    });
  });

  it('reminds every morning, once, of what is due and what is late', async () => {
    const told = async () =>
      (await island.given('wecom')).map((m) => m.content).filter((text) => text.includes('任务'));
    await island.at(MORNING + HOUR / 4);
    expect(await told()).toEqual([]);
    await island.at(MORNING + HOUR);
    await island.at(MORNING + 3 * HOUR);
    expect(await told()).toEqual([expect.stringContaining('菜园镇 今日到期 1、逾期 0')]);
    await island.at(MORNING + 25 * HOUR);
    expect((await told())[1]).toContain('逾期 1 项');
  });
});
