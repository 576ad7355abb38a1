import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PhoneHealth } from '../../src/audience/opt-outs/phone-health.service.js';
import { Database, Vault } from '../../src/platform/index.js';
import { Desk, LOCALS } from './desk.js';

/** Those who work with people: one person, refusals, numbers that fail, group chats, and two who share a number. */
describe('the audience', () => {
  let desk: Desk;
  const ledger = (action: string) =>
    desk.island.running.app
      .get(Database, { strict: false })
      .query<{ detail: string }>('SELECT detail FROM ledger_entries WHERE action = ?', [action]);
  const looksRight = async (name: string) => {
    expect(await desk.violations()).toEqual([]);
    expect(await desk.picture(`${name}-1280`)).toBeLessThanOrEqual(0);
    await desk.page.setViewportSize({ width: 390, height: 800 });
    expect(await desk.picture(`${name}-390`)).toBeLessThanOrEqual(0);
    await desk.page.setViewportSize({ width: 1280, height: 800 });
  };

  beforeAll(async () => {
    desk = await Desk.open();
    const { island } = desk;
    const campaign = await desk.submitted();
    await (await island.client.as('approver')).post(`/campaigns/${campaign}/approve`, { targeted: LOCALS });
    const officer = await island.client.as('officer');
    await officer.put('/opt-outs', { externalIds: ['L1'] });
    await officer.post(`/campaigns/${campaign}/activate`);
    await island.at('2026-11-02T09:00:00+08:00');
    await island.at('2026-11-02T09:10:00+08:00');
    const chats = await officer.post<{ id: string }>('/segments', {
      name: '本地群',
      of: 'groupChats',
      rule: { combinator: 'and', rules: [{ field: 'population', operator: '=', value: 'local' }] },
    });
    const people = await officer.get<{ items: { id: string }[] }>('/segments');
    await officer.post('/campaigns', {
      name: '群日@',
      segmentId: people.body.items[0]!.id,
      groupSegmentId: chats.body.id,
      channels: [{ channel: 'chat' }],
      assignment: { policy: 'rotate', by: 'occurrence' },
      cadence: { kind: 'daily', at: '09:00' },
      missed: 'runOnce',
    });
    const key = island.running.app.get(Vault, { strict: false }).index('phone', '13800010115');
    await island.running.app
      .get(PhoneHealth, { strict: false })
      .failed([1, 2, 3].map((i) => ({ phoneKey: key, code: 'MK:0001', at: island.clock.now() + i })));
    const put = (externalId: string, name: string, phone: string) =>
      officer.put('/people', {
        people: [{ externalId, name, phone, township: '菜园镇', populations: [{ kind: 'migrant' }] }],
      });
    for (const [i, phone] of ['13800040001', '13800040002'].entries()) {
      await put(`S${i}`, '陈阿大', phone);
      await put(`T${i}`, '陈阿二', phone);
    }
  }, 120_000);
  afterAll(() => desk.close());

  it('shows one person masked: what they got and why, and the number to who says why', async () => {
    const { page } = desk;
    await desk.signIn('officer', 'zh', '/people');
    await page.getByLabel('编号', { exact: true }).fill('nobody');
    await page.getByRole('button', { name: '查找' }).first().click();
    await page.getByText('没有这个编号').waitFor();
    await looksRight('people-zh');
    await page.getByLabel('编号', { exact: true }).fill('L0');
    await page.getByRole('button', { name: '查找' }).first().click();
    await page.getByRole('heading', { name: 'L0', level: 1 }).waitFor();
    expect(await page.locator('body').innerText()).not.toMatch(/1380001\d{4}/);
    await page.getByRole('button', { name: '查看' }).click();
    await page.getByText('在客群内').waitFor();
    await page.locator('.bubble').first().waitFor();
    await looksRight('person-zh');
    await page.getByRole('button', { name: '看完整号码' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '看完整号码' }).click();
    await page.getByText('请写明事由').waitFor();
    expect(await ledger('person.reveal')).toHaveLength(0);
    await page.getByLabel('事由').fill('本人来电询问');
    expect(await desk.violations()).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: '看完整号码' }).click();
    await page.getByTestId('revealed').waitFor();
    expect(await page.getByTestId('revealed').innerText()).toContain('13800010110');
    expect(await ledger('person.reveal')).toMatchObject([{ detail: expect.stringContaining('本人来电询问') }]);
    expect(desk.complaints).toEqual([]);
  }, 60_000);

  it('says why somebody got nothing, finds by a number with a reason, and shows who looks only what they may do', async () => {
    const { page } = desk;
    await desk.signIn('caiyuan', 'en', '/people');
    await page.getByLabel('Number', { exact: true }).fill('13800010111');
    await page.getByLabel('Reason').fill('asks whether it is ours');
    await page.getByRole('button', { name: 'Find' }).nth(1).click();
    await page.getByRole('heading', { name: 'L1', level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).not.toContain('138');
    await page.getByRole('button', { name: 'Look' }).click();
    await page.getByText('Not sent: SMS, opted out').waitFor();
    await looksRight('person-en');
    const path = new URL(page.url()).pathname;
    await desk.signIn('auditor', 'en', path);
    await page.getByRole('heading', { name: 'L1', level: 1 }).waitFor();
    expect(await page.getByRole('button', { name: /Show the number|Erase|opt-out/ }).count()).toBe(0);
    await desk.signIn('operator', 'en', path);
    await page.getByText('does not allow').or(page.getByText('may not')).first().waitFor();
  }, 60_000);

  it('erases who asks for it, once the id is typed', async () => {
    const { page, island } = desk;
    const officer = await island.client.as('officer');
    const id = async () => (await officer.get<{ items: { id: string }[] }>('/people?q=L2')).body.items[0]?.id;
    await desk.signIn('officer', 'zh', `/people/${await id()}`);
    await page.getByRole('button', { name: '删除此人' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: '删除此人' }).click();
    await page.getByText('与编号不符').waitFor();
    expect(await id()).toBeDefined();
    await dialog.getByRole('textbox').fill('L2');
    await dialog.getByRole('button', { name: '删除此人' }).click();
    await page.getByText('已删除。').waitFor();
    expect(await id()).toBeUndefined();
  }, 60_000);

  it('takes a refusal in one line, and its end', async () => {
    const { page } = desk;
    await desk.signIn('officer', 'zh', '/opt-outs');
    await page.getByText('民警登记').waitFor();
    const number = page.getByLabel('号码', { exact: true });
    await number.fill('12');
    await page.getByRole('button', { name: '登记退订' }).click();
    await page.getByText('不是手机号').waitFor();
    expect(await number.inputValue()).toBe('12');
    await number.fill('13800050001');
    await page.getByRole('button', { name: '登记退订' }).click();
    await page.getByText('已登记。').waitFor();
    await page.locator('.cursor-list [role=row][data-index]').nth(1).waitFor();
    await looksRight('opt-outs-zh');
    await number.fill('13800050001');
    await page.getByRole('button', { name: '恢复接收' }).click();
    await page.getByText('已恢复接收').waitFor();
    expect(await page.locator('body').innerText()).not.toContain('13800050001');
    expect(desk.complaints.filter((one) => !one.includes('422'))).toEqual([]);
  }, 60_000);

  it('corrects a number that failed', async () => {
    const { page } = desk;
    await desk.signIn('officer', 'zh', '/numbers');
    await page.getByText('MK:0001').waitFor();
    await looksRight('numbers-zh');
    await page.getByRole('button', { name: '改号码' }).click();
    await page.getByLabel('新号码').fill('123');
    await page.getByRole('dialog').getByRole('button', { name: '改号码' }).click();
    await page.getByText('不是手机号').waitFor();
    expect(await desk.violations()).toEqual([]);
    await page.getByLabel('新号码').fill('13800010199');
    await page.getByRole('dialog').getByRole('button', { name: '改号码' }).click();
    await page.getByText('没有停用的号码').waitFor();
    expect(desk.complaints).toEqual([]);
  }, 60_000);

  it('keeps group chats: a robot that is never read back, a head count with its day, a test post', async () => {
    const { page, island } = desk;
    await desk.signIn('officer', 'zh', '/groups');
    await page.getByText('还没有登记群').waitFor();
    await page.getByRole('button', { name: '登记群' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('群名').fill('海岛平安群');
    await dialog.getByLabel('类型').click();
    await page.keyboard.type('企');
    await page.getByTitle('企业微信群').last().click();
    await dialog.getByLabel('乡镇').click();
    await page.getByTitle('菜园镇').last().click();
    await dialog.getByLabel('群人数').fill('120');
    await dialog.getByRole('button', { name: '保存' }).click();
    await dialog.getByText('必填').waitFor();
    await dialog.getByLabel('机器人地址').fill(`${island.simulator.url}/wecom/cgi-bin/webhook/send?key=k-1`);
    expect(await desk.violations()).toEqual([]);
    await dialog.getByRole('button', { name: '保存' }).click();
    await page.getByText('120 人（2026-11-02）').waitFor();
    await looksRight('groups-zh');
    await page.getByRole('button', { name: '修改' }).click();
    expect(await dialog.getByLabel('机器人地址').inputValue()).toBe('');
    await dialog.getByLabel('群人数').fill('130');
    await dialog.getByRole('button', { name: '保存' }).click();
    await page.getByText('130 人（2026-11-02）').waitFor();
    await page.getByRole('button', { name: '试发' }).click();
    await dialog.getByLabel('用哪个活动的内容').click();
    // By the mouse: what is chosen from stands below its field, for who wants less motion too.
    await page.getByTitle('群日@').last().click();
    await dialog.getByRole('button', { name: '试发' }).click();
    await page.getByText('已交给机器人').waitFor();
    await island.work();
    expect((await island.given('wecom')).map((post) => post.content)).toEqual([expect.stringContaining('测试')]);
    expect(desk.complaints).toEqual([]);
  }, 60_000);

  it('shows two who share a number beside each other, and joins them or keeps both', async () => {
    const { page, island } = desk;
    await desk.signIn('officer', 'zh', '/conflicts');
    const pair = (id: string) => page.locator('.block').filter({ hasText: id });
    await pair('S0').getByText('原来用这个号码的').waitFor();
    await looksRight('conflicts-zh');
    await pair('S0').getByRole('button', { name: '就这样定' }).click();
    await pair('S0').getByText('请选一个').waitFor();
    await pair('S0').getByText('是同一个人：留 S0').click();
    await pair('S0').getByRole('button', { name: '就这样定' }).click();
    await page.getByText('已决定。').waitFor();
    await pair('S0').waitFor({ state: 'detached' });
    const officer = await island.client.as('officer');
    const found = async (id: string) => (await officer.get<{ items: unknown[] }>(`/people?q=${id}`)).body.items.length;
    expect([await found('S0'), await found('T0')]).toEqual([1, 0]);
    await pair('S1').getByText('一家人共用').click();
    await pair('S1').getByRole('button', { name: '就这样定' }).click();
    await page.getByText('没有要决定的').waitFor();
    expect([await found('S1'), await found('T1')]).toEqual([1, 1]);
    await page.getByText('已决定', { exact: true }).click();
    await page.getByText('并成一个人').waitFor();
    expect(desk.complaints).toEqual([]);
  }, 60_000);
});
