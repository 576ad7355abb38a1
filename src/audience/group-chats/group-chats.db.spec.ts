import { describe, expect, it } from '@jest/globals';
import { dialects } from '../../../test/support/database.js';
import { withDesk } from '../../../test/support/desk.js';
import { COUNTY } from '../../accounts/index.js';
import { hours } from '../../platform/index.js';
import { GroupChatsModule } from './group-chats.module.js';
import { GroupChats } from './group-chats.service.js';

const webhook = 'https://oapi.dingtalk.com/robot/send?access_token=abcdef';
const wechat = {
  name: '菜园一群',
  platform: 'wechat',
  township: '菜园镇',
  population: 'local',
  headCount: 312,
  owner: 'grid',
};
const robot = {
  name: '嵊山工作群',
  platform: 'zhezhengding',
  township: '330922101',
  population: 'migrant',
  headCount: 80,
  robot: { webhook, secret: 'SEC1' },
};

describe.each(dialects())('group chats on %s', (dialect) => {
  const desk = withDesk(dialect, [GroupChatsModule]);
  const codes = (body: { errors: { path: string; code: string }[] }) => body.errors.map((e) => `${e.path} ${e.code}`);
  const make = async (body: object) =>
    (await desk.send('officer', 'post', '/group-chats', body).expect(201)).body as { id: string };

  it('keeps a group with an owner and one with a robot, whose address is never read back', async () => {
    expect(await make(wechat)).toMatchObject({
      ...wechat,
      township: '330922100',
      hasRobot: false,
      hasSecret: false,
      headCountAt: '2026-11-24T10:00:00+08:00',
    });
    const made = await make(robot);
    expect(made).toMatchObject({ township: '330922101', owner: null, hasRobot: true, hasSecret: true });
    for (const text of [
      JSON.stringify(made),
      (await desk.get('auditor', `/group-chats/${made.id}`).expect(200)).text,
      (await desk.get('auditor', '/group-chats').expect(200)).text,
    ]) {
      expect(text).not.toMatch(/access_token|SEC1/);
    }
    const row = await desk.database.one<{ robotWebhook: string; robotSecret: string; synthetic: number }>(
      'SELECT robotWebhook, robotSecret, synthetic FROM group_chats WHERE id = ?',
      [made.id],
    );
    expect(`${row!.robotWebhook} ${row!.robotSecret}`).not.toMatch(/access_token|SEC1/);
    expect(Number(row!.synthetic)).toBe(0);
    const chats = desk.app.get(GroupChats);
    expect(await chats.robot(made.id, COUNTY)).toEqual({ platform: 'zhezhengding', webhook, secret: 'SEC1' });
    expect(await chats.robot(made.id, { township: '330922100' })).toBeNull();
    expect(await chats.masked([made.id, 'none'])).toEqual(
      new Map([
        [made.id, { id: made.id, name: '嵊山工作群', platform: 'zhezhengding', township: '330922101', headCount: 80 }],
      ]),
    );
  });

  it('refuses what nobody could post in', async () => {
    const refused = async (body: object) =>
      codes((await desk.send('officer', 'post', '/group-chats', body).expect(422)).body);
    expect(await refused({ ...wechat, owner: undefined })).toEqual(['/owner owner_required']);
    expect(await refused({ ...wechat, owner: 'nobody' })).toEqual(['/owner unknown_user']);
    expect(await refused({ ...wechat, robot: { webhook } })).toEqual(['/robot robot_not_allowed']);
    expect(await refused({ ...robot, robot: undefined, platform: 'wecom' })).toEqual(['/robot robot_required']);
    expect(await refused({ ...robot, owner: 'grid' })).toEqual(['/owner owner_not_allowed']);
    expect(await refused({ ...wechat, township: '无此镇' })).toEqual(['/township unknown_township']);
    expect(
      (await refused({ ...robot, platform: 'qq', headCount: -1, robot: { webhook: 'ftp://x' } })).map(
        (e) => e.split(' ')[0],
      ),
    ).toEqual(['/platform', '/headCount', '/robot/webhook']);
  });

  it('changes what is given, clears what is null, and dates the head count', async () => {
    const { id } = await make(robot);
    desk.clock.set(desk.clock.now() + hours(1));
    const put = async (body: object) =>
      (await desk.send('officer', 'put', `/group-chats/${id}`, body).expect(200)).body;
    expect(await put({ name: '新名' })).toMatchObject({
      name: '新名',
      headCount: 80,
      headCountAt: '2026-11-24T10:00:00+08:00',
      hasSecret: true,
    });
    expect(await put({ headCount: 95 })).toMatchObject({ headCount: 95, headCountAt: '2026-11-24T11:00:00+08:00' });
    expect(await put({ robot: { webhook: `${webhook}2` } })).toMatchObject({ hasRobot: true, hasSecret: true });
    expect(await desk.app.get(GroupChats).robot(id, COUNTY)).toMatchObject({ webhook: `${webhook}2`, secret: 'SEC1' });
    expect(await put({ robot: { webhook, secret: null } })).toMatchObject({ hasRobot: true, hasSecret: false });
    expect(codes((await desk.send('officer', 'put', `/group-chats/${id}`, { robot: null }).expect(422)).body)).toEqual([
      '/robot robot_required',
    ]);
    expect(await put({ platform: 'wechat', robot: null, owner: 'grid' })).toMatchObject({
      platform: 'wechat',
      owner: 'grid',
      hasRobot: false,
    });
    await desk.send('officer', 'put', '/group-chats/none', { name: 'x' }).expect(404);
    const entries = await desk.ledger('groupChat.change');
    expect(entries.length).toBeGreaterThanOrEqual(5);
    expect(JSON.stringify(entries)).not.toMatch(/access_token|SEC1|新名/);
    desk.clock.set(desk.clock.now() - hours(1));
  });

  it('loses nothing of two changes at once', async () => {
    const { body } = await desk
      .send('officer', 'post', '/group-chats', {
        name: '并行群',
        platform: 'wecom',
        township: '菜园镇',
        population: 'local',
        headCount: 1,
        robot: { webhook: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=K' },
      })
      .expect(201);
    for (let i = 2; i < 12; i += 1) {
      await Promise.all([
        desk.send('officer', 'put', `/group-chats/${body.id}`, { headCount: i }).expect(200),
        desk.send('officer', 'put', `/group-chats/${body.id}`, { name: `并行群 ${i}` }).expect(200),
        desk.send('officer', 'put', `/group-chats/${body.id}`, { population: i % 2 ? 'local' : 'migrant' }).expect(200),
      ]);
      expect((await desk.get('officer', `/group-chats/${body.id}`).expect(200)).body).toMatchObject({
        headCount: i,
        name: `并行群 ${i}`,
        population: i % 2 ? 'local' : 'migrant',
      });
    }
  });

  it('holds a township to its own', async () => {
    const [own, other] = [await make(wechat), await make(robot)];
    const { body } = await desk.get('caiyuan', '/group-chats').expect(200);
    expect(new Set(body.items.map((g: { township: string }) => g.township))).toEqual(new Set(['330922100']));
    await desk.get('caiyuan', `/group-chats/${other.id}`).expect(404);
    await desk.send('caiyuan', 'put', `/group-chats/${other.id}`, { name: 'x' }).expect(404);
    await desk.send('caiyuan', 'put', `/group-chats/${own.id}`, { headCount: 1 }).expect(200);
    expect(
      codes((await desk.send('caiyuan', 'put', `/group-chats/${own.id}`, { township: '嵊山镇' }).expect(422)).body),
    ).toEqual(['/township other_township']);
    await desk.send('caiyuan', 'post', '/group-chats', { ...robot }).expect(422);
    await desk.send('auditor', 'post', '/group-chats', wechat).expect(403);
    await desk.get('grid', '/group-chats').expect(403);
  });
});
