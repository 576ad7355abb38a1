import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Desk, LOCALS, type Language } from './desk.js';

const WORDS = {
  zh: {
    new: '新建',
    name: '活动名称',
    newSegment: '新建客群',
    segmentName: '客群名称',
    saveSegment: '保存客群',
    next: '下一步',
    required: '必填。',
    value: '值 条件 1',
    locals: '本地居民',
    chosen: /菜园镇居民（30）/,
    fixed: '指定骗术',
    tricksRequired: '指定骗术时，请选骗术或类型。',
    search: '搜索骗术',
    shift: '顺延到下个工作日',
    addWindow: '加时段',
    to: '时段 1 到',
    crosses: '时段要从早到晚；跨零点请写成两段。',
    remove: '删去时段 1',
    max: '每人至多几条',
    per: /^在多长时间内$/,
    looser: '比全县的上限松：只能更严。',
    kept: '草稿已保存',
    steps: ['对象', '骗术和话术', '时间', '限额和阶梯', '预检', '试发和提交'],
    cadence: '每月1日 09:00、逢节假日顺延',
    phone: '自己的手机号',
    test: '试发一条',
    unverified: '只能发到本人已核验的手机。',
    submit: '提交审批',
    submitted: '已提交，等待审批。',
    inReview: '待审批',
    saveFirst: '请先保存或取消这个客群。',
    unfilled: '这个条件还没有填完。',
  },
  en: {
    new: 'New campaign',
    name: 'Name of the campaign',
    newSegment: 'New segment',
    segmentName: 'Name of the segment',
    saveSegment: 'Save the segment',
    next: 'Next',
    required: 'Required.',
    value: 'value of condition 1',
    locals: 'Local residents',
    chosen: /菜园镇居民（30）/,
    fixed: 'named tricks',
    tricksRequired: 'Choose tricks or types.',
    search: 'Search tricks',
    shift: 'moved to the next workday',
    addWindow: 'window',
    to: 'Window 1 to',
    crosses: 'From earlier to later; across midnight write two.',
    remove: 'Remove window 1',
    max: 'Messages a person at most',
    per: /^in$/,
    looser: 'Looser than the county: a campaign can only be stricter.',
    kept: 'Draft saved',
    steps: ['People', 'Trick and wording', 'When', 'Limits and ladder', 'Pre-flight', 'Test and submit'],
    cadence: 'on day 1 of each month at 09:00, holidays move it to the next workday',
    phone: 'Your own phone number',
    test: 'Send a test',
    unverified: 'Only to a phone that is verified as yours.',
    submit: 'Submit for approval',
    submitted: 'Submitted, waiting for approval.',
    inReview: 'in review',
    saveFirst: 'Save this segment first, or cancel.',
    unfilled: 'This condition is not complete.',
  },
} as const;

/** An officer makes a campaign out of nothing, in the console alone. */
describe('the designer of campaigns', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await Desk.open();
    await desk.people();
  }, 120_000);
  afterAll(() => desk.close());

  const look = async (name: string) => {
    const { page } = desk;
    expect(await desk.violations()).toEqual([]);
    expect(await desk.picture(`designer-${name}-1280`)).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await desk.picture(`designer-${name}-390`)).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1280, height: 800 });
  };

  for (const language of ['zh', 'en'] as const satisfies readonly Language[]) {
    it(`takes a campaign from a rule to the approver, and loses nothing on the way (${language})`, async () => {
      const { page, island } = desk;
      const words = WORDS[language];
      const name = `月度宣传 ${language}`;
      const next = () => page.getByRole('button', { name: words.next, exact: true }).click();
      const step = (at: number) => page.getByRole('navigation').getByRole('button', { name: words.steps[at]! });
      await desk.signIn('officer', language, '/campaigns');
      await page.getByRole('link', { name: words.new }).click();

      // Nothing typed: each missing field says so, and nothing moves.
      await next();
      await page.getByText(words.required).first().waitFor();
      await page.getByLabel(words.name).fill(name);

      // A segment with a rule; what is not complete is told at its condition.
      await page.getByRole('button', { name: words.newSegment, exact: true }).click();
      await page.getByLabel(words.segmentName).fill('菜园镇居民');
      await page.getByRole('button', { name: words.saveSegment }).click();
      await page.getByText(words.unfilled).waitFor();
      await page.getByRole('combobox', { name: words.value, exact: true }).click();
      await page.getByTitle(words.locals, { exact: true }).click();
      await page.getByTestId('audience').getByText(String(LOCALS)).waitFor();
      await look(`audience-${language}`);

      // Nothing goes on over a segment that is not saved.
      await next();
      await page.locator('.mistake').getByText(words.saveFirst).waitFor();

      // A reload in the middle of it loses neither name nor rule.
      await page.reload();
      await page.getByTestId('audience').getByText(String(LOCALS)).waitFor();
      expect(await page.getByLabel(words.name).inputValue()).toBe(name);
      expect(await page.getByLabel(words.segmentName).inputValue()).toBe('菜园镇居民');
      await page.getByRole('button', { name: words.saveSegment }).click();
      await page
        .locator('#segmentId')
        .locator('xpath=ancestor::*[contains(@class,"ant-select")][1]')
        .getByText(words.chosen)
        .waitFor();
      await next();

      // Named tricks without one are refused beside the library.
      await page.getByRole('radio', { name: words.fixed, exact: true }).click();
      await next();
      await page.getByText(words.tricksRequired).waitFor();
      await page.getByLabel(words.search).fill('mcgjf');
      await page.locator('.trick-list li').nth(9).waitFor({ state: 'detached' });
      const first = page.locator('.trick-list').getByRole('checkbox').first();
      await first.check();
      await page.getByTestId('sms-parts').waitFor();
      expect(await page.locator('.bubble.sms').innerText()).toContain('【示例公安】');
      await look(`wording-${language}`);
      await next();

      // When: in words, with the dates that the county's calendar gives.
      await page.getByRole('radio', { name: words.shift }).click();
      await page.getByTestId('cadence-words').getByText(words.cadence).waitFor();
      await page.getByTestId('dates').locator('li').nth(4).waitFor();
      await page.getByRole('button', { name: `+ ${words.addWindow}` }).click();
      await page.getByLabel(words.to).fill('07:00');
      await next();
      await page.getByText(words.crosses).waitFor();
      expect(await page.getByLabel(words.to).inputValue()).toBe('07:00');
      await look(`when-${language}`);
      await page.getByLabel(words.remove).click();
      await next();

      // The whole is a draft on the server by now; a reload shows the same, wherever it happens.
      await page.getByTestId('save-state').getByText(words.kept).waitFor();
      await page.reload();
      await page.getByLabel(words.max).waitFor();

      // What only the server knows lands beside its field, too: this cap is looser than the county's.
      await page.getByLabel(words.max).fill('50');
      await page.getByRole('spinbutton', { name: words.per }).fill('7');
      await look(`limits-${language}`);
      await step(5).click();
      await page.getByRole('button', { name: words.submit, exact: true }).click();
      await page.getByText(words.looser).waitFor();
      expect(await page.getByLabel(words.max).inputValue()).toBe('50');
      await page.getByLabel(words.max).fill('1');

      // The pre-flight, then a test to a phone that is not theirs, then the submission.
      await step(4).click();
      await page.getByTestId('targeted').waitFor();
      expect(await page.getByTestId('targeted').innerText()).toBe(String(LOCALS));
      await look(`check-${language}`);
      await step(5).click();
      await page.getByLabel(words.phone).fill('13800009999');
      await page.getByRole('button', { name: words.test }).click();
      await page.getByText(words.unverified).waitFor();
      await look(`finish-${language}`);
      await page.getByRole('button', { name: words.submit, exact: true }).click();
      await page.getByText(words.submitted).waitFor();
      await page.waitForURL(/\/campaigns\/[0-9A-Z]{26}$/);
      await page.locator('main .tone').getByText(words.inReview).first().waitFor();

      const id = new URL(page.url()).pathname.split('/').at(-1)!;
      const officer = await island.client.as('officer');
      expect((await officer.get(`/campaigns/${id}`)).body).toMatchObject({
        name,
        status: 'inReview',
        cadence: { kind: 'monthly', day: 1, at: '09:00' },
        onHoliday: 'shift',
        contactCap: { max: 1, per: 'P7D' },
        assignment: { policy: 'fixed', tricks: [expect.any(String)] },
      });
      const approver = await island.client.as('approver');
      expect((await approver.post(`/campaigns/${id}/approve`, { targeted: LOCALS })).body).toMatchObject({
        status: 'approved',
      });
      expect(desk.complaints.filter((text) => !/status of 422/.test(text))).toEqual([]);
    }, 180_000);
  }

  it('copies an old campaign with its ladder, shows and plays each channel, and changes one that came back', async () => {
    const { page, island } = desk;
    const officer = await island.client.as('officer');
    const rule = { combinator: 'and', rules: [{ field: 'population', operator: '=', value: 'local' }] };
    const segment = await officer.post<{ id: string }>('/segments', { name: '全体居民', of: 'people', rule });
    const made = await officer.post<{ id: string }>('/campaigns', {
      name: '旧活动',
      segmentId: segment.body.id,
      channels: [{ channel: 'sms' }, { channel: 'voice', after: { unreachedBy: 'sms', for: 'PT4H' } }],
      assignment: { policy: 'rotate' },
      cadence: { kind: 'weekly', days: [1, 4], at: '10:00' },
      window: { from: '09:00', to: '11:00' },
      endsOn: '2026-12-31',
      missed: 'skip',
    });
    await officer.post(`/campaigns/${made.body.id}/submit`);
    const approver = await island.client.as('approver');
    await approver.post(`/campaigns/${made.body.id}/return`, { remark: '改成每天' });

    // The approver reads, and neither makes nor changes.
    await desk.signIn('approver', 'zh', `/campaigns/${made.body.id}`);
    await page.getByRole('heading', { name: '旧活动' }).waitFor();
    expect(await page.getByRole('link', { name: '复制' }).count()).toBe(0);
    await desk.go('/campaigns/design');
    await page.getByText('当前角色没有查看这里的权限。').waitFor();

    await desk.signIn('officer', 'zh', `/campaigns/${made.body.id}`);
    await page.getByRole('link', { name: '复制' }).click();
    await page.getByRole('heading', { name: '设计宣传活动', level: 1 }).waitFor();
    expect(await page.getByLabel('活动名称').inputValue()).toBe('旧活动（副本）');
    const step = (name: string) => page.getByRole('navigation').getByRole('button', { name });
    await page.getByLabel('说明').fill('从旧活动来');
    await page.reload();
    await page.getByLabel('说明').waitFor();
    expect(await page.getByLabel('说明').inputValue()).toBe('从旧活动来');
    await step('骗术和话术').click();
    await page.getByRole('checkbox', { name: '群消息' }).check();
    await page.getByRole('button', { name: '按语速播放' }).click();
    await page.locator('mark').filter({ hasText: /./ }).first().waitFor();
    await page.locator('.bubble.chat').waitFor();
    await look('phones-zh');
    await page.getByRole('checkbox', { name: '群消息' }).uncheck();
    await step('限额和阶梯').click();
    expect(await page.getByRole('spinbutton', { name: '语音等多久' }).inputValue()).toBe('4');
    await look('ladder-zh');
    // A group's post begins at once and is nobody's ladder; the voice call may go first.
    await page.getByRole('button', { name: '把语音提前' }).click();
    await page.getByTestId('save-state').getByText('草稿已保存').waitFor();
    const copy = new URL(page.url()).searchParams.get('campaign')!;
    const copied = (await officer.get(`/campaigns/${copy}`)).body;
    expect(copied).toMatchObject({
      name: '旧活动（副本）',
      status: 'draft',
      channels: [{ channel: 'voice' }, { channel: 'sms' }],
      cadence: { kind: 'weekly', days: [1, 4], at: '10:00' },
      window: [{ from: '09:00', to: '11:00' }],
      missed: 'skip',
    });
    expect(copied).not.toHaveProperty('endsOn');

    await desk.go(`/campaigns/${made.body.id}`);
    await page.getByRole('link', { name: '编辑' }).click();
    await page.getByText('审批人退回：改成每天').waitFor();
    await step('时间').click();
    await page.getByRole('radio', { name: '每天', exact: true }).click();
    await step('试发和提交').click();
    await page.getByRole('button', { name: '提交审批', exact: true }).click();
    await page.waitForURL(/\/campaigns\/[0-9A-Z]{26}$/);
    expect((await officer.get(`/campaigns/${made.body.id}`)).body).toMatchObject({
      status: 'inReview',
      cadence: { kind: 'daily', at: '09:00' },
    });
    expect(desk.complaints).toEqual([]);
  }, 180_000);

  it('says beside a condition why a sensitive tag does not go with it, and keeps no id of a person in the browser', async () => {
    const { page } = desk;
    await desk.signIn('officer', 'zh', '/campaigns/design');
    await page.evaluate('sessionStorage.clear()');
    await page.reload();
    await page.getByRole('button', { name: '新建客群', exact: true }).click();
    const choose = async (name: string, option: string) => {
      // By the keyboard alone.
      await page.getByRole('combobox', { name, exact: true }).fill(option);
      await page.keyboard.press('Enter');
    };
    await choose('字段 条件 1', '标签');
    await page.getByRole('combobox', { name: '值 条件 1', exact: true }).fill('离异女性');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: '+ 加条件' }).click();
    await choose('字段 条件 2', '性别');
    await choose('值 条件 2', '女');
    await page.getByText(/敏感标签只能与人群、乡镇/).waitFor();
    await look('sensitive-zh');
    await page.getByRole('button', { name: '删去 条件 2' }).click();
    await page.getByTestId('audience').getByText('<').waitFor();
    await page.getByText(/敏感客群：少于/).waitFor();

    await choose('字段 条件 1', '人员编号');
    await page.getByRole('textbox', { name: '值 条件 1' }).fill('L7');
    await page.getByTestId('audience').getByText('1').waitFor();
    await page.reload();
    await page.getByRole('textbox', { name: '值 条件 1' }).waitFor();
    expect(await page.getByRole('textbox', { name: '值 条件 1' }).inputValue()).toBe('');
    expect(await page.evaluate<string>('JSON.stringify(sessionStorage)')).not.toContain('L7');
    expect(desk.complaints.filter((text) => !/status of 422/.test(text))).toEqual([]);
  }, 120_000);

  it('asks for a segment of groups where groups are posted to, and makes one', async () => {
    const { page } = desk;
    await desk.signIn('caiyuan', 'zh', '/campaigns/design');
    const step = (name: string) => page.getByRole('navigation').getByRole('button', { name });
    await page.getByLabel('活动名称').fill('群发');
    await step('骗术和话术').click();
    await page.getByRole('checkbox', { name: '群消息' }).check();
    await step('试发和提交').click();
    await page.getByRole('button', { name: '提交审批', exact: true }).click();
    // Back where it is missing: both segments say so.
    await page.getByRole('button', { name: '新建群的客群' }).waitFor();
    expect(await page.getByText('必填。').count()).toBe(2);
    await page.getByRole('button', { name: '新建群的客群' }).click();
    await page.getByLabel('群客群名称').fill('镇里的群');
    await page.getByRole('combobox', { name: '值 条件 1', exact: true }).fill('菜园镇');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.getByTestId('audience').waitFor();
    await look('groups-zh');
    await page.getByRole('button', { name: '保存客群' }).click();
    await page.getByText('乡镇 属于 菜园镇').waitFor();
    expect(await page.getByText('必填。').count()).toBe(1);
    expect(desk.complaints).toEqual([]);
  }, 120_000);
});
