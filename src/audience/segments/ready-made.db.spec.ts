import { beforeAll, describe, expect, it } from '@jest/globals';
import { dialects } from '../../../test/support/database.js';
import { withDesk } from '../../../test/support/desk.js';
import { ReadyMadeSegments } from './ready-made.service.js';
import { SegmentsModule } from './segments.module.js';

const types = [{ code: 'rebate', nameZh: '刷单返利' }];

describe.each(dialects())('ready-made segments on %s', (dialect) => {
  const desk = withDesk(dialect, [SegmentsModule]);
  const seed = () => desk.app.get(ReadyMadeSegments).seed(types);
  const listed = async (user: 'officer' | 'reader' = 'reader') =>
    (await desk.get(user, '/segments?limit=100').expect(200)).body.items as {
      id: string;
      name: string;
      rule: object;
      sensitive: boolean;
    }[];

  beforeAll(seed);

  it('are those of the mission, and each of them can be asked and saved again', async () => {
    const items = await listed();
    expect(items.map((i) => i.name)).toEqual(
      expect.arrayContaining([
        '本地居民', '流动人口', '特殊人群', '今日新登记', '当前在岛', '今日入岛', '企业业主', '民宿业主', '学生',
        '学生（已登记学校）', '28 天未触达', '从未触达：刷单返利', '婚恋交友提醒', '二次被骗提醒', '贷款提醒',
      ]), // prettier-ignore
    );
    for (const { id, name, rule } of items) {
      await desk.send('reader', 'post', '/segments/preview', { rule }).expect(200);
      await desk.send('reader', 'put', `/segments/${id}`, { name, rule }).expect(200);
    }
    expect(await desk.ledger('segment.seed')).toHaveLength(1);
  });

  it('name no need to those who may not read it', async () => {
    const items = await listed('officer');
    expect(items.filter((i) => i.sensitive).map((i) => i.name)).toEqual(Array.from({ length: 5 }, () => '重点提醒'));
    expect(JSON.stringify(items)).not.toMatch(/focus_|婚恋/);
  });

  it('stay as an officer left them: changed, or deleted', async () => {
    const [first, second] = (await listed()).filter((i) => !i.sensitive);
    await desk.send('officer', 'put', `/segments/${first!.id}`, { name: '改过的' }).expect(200);
    await desk.send('officer', 'delete', `/segments/${second!.id}`).expect(204);
    await seed();
    const now = await listed();
    expect(now.find((i) => i.id === first!.id)!.name).toBe('改过的');
    expect(now.find((i) => i.id === second!.id)).toBeUndefined();
  });
});
