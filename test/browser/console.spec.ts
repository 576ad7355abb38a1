import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PASSWORD } from '../support/app.js';
import { Desk, LOCALS, NAMES, type Language } from './desk.js';
import { fieldTasks } from './field-tasks.js';

const WORDS = {
  zh: {
    type: /请输入上面的目标数/,
    remark: '意见',
    approve: '同意',
    return: '退回',
    wrong: /不符/,
    missing: /必须写明/,
    approved: '已批准。',
  },
  en: {
    type: /Type the number targeted/,
    remark: 'Remark',
    approve: 'Approve',
    return: 'Return',
    wrong: /Not the/,
    missing: /needs a remark/,
    approved: 'Approved.',
  },
} as const;

const URGENT = {
  zh: { title: '今早新骗局', body: '提醒内容', trick: '骗术', reason: '原因', submit: '提交审批', required: '必填。' },
  en: {
    title: 'New scam this morning',
    body: 'Warning',
    trick: 'Trick',
    reason: 'Reason',
    submit: 'Submit for approval',
    required: 'Required.',
  },
} as const;

/** The console in a real browser: what the approver and the auditor see and do. */
describe('the console', () => {
  let desk: Desk;
  const campaigns = {} as Record<Language, string>;

  beforeAll(async () => {
    desk = await Desk.open();
    campaigns.zh = await desk.submitted('本地居民日@');
    campaigns.en = await desk.submitted('本地居民周@');
  }, 120_000);
  afterAll(() => desk.close());

  it('asks for a sign-in first, and says when it is wrong', async () => {
    const { page } = desk;
    await desk.go('/');
    await page.getByLabel(NAMES.zh.username).fill('auditor');
    await page.getByLabel(NAMES.zh.password).fill('not the password');
    await page.getByRole('button', { name: NAMES.zh.signIn }).click();
    await page.getByText('用户名或密码不对').waitFor();
    expect(await desk.violations()).toEqual([]);
    expect(await desk.picture('sign-in')).toBeLessThanOrEqual(0);
  }, 60_000);

  for (const language of ['zh', 'en'] as const) {
    it(`lets the approver read, be mistaken, and approve (${language})`, async () => {
      const { page } = desk;
      const words = WORDS[language];
      await desk.signIn('approver', language);
      await page.locator(`a[href="/approvals/${campaigns[language]}"]`).first().click();
      await page.getByTestId('targeted').waitFor();
      expect(await page.getByTestId('targeted').innerText()).toBe(String(LOCALS));
      await page.locator('.bubble').first().waitFor();
      expect(await desk.violations()).toEqual([]);
      expect(await desk.picture(`approval-1280-${language}`)).toBeLessThanOrEqual(0);
      await page.setViewportSize({ width: 390, height: 800 });
      expect(await desk.picture(`approval-390-${language}`)).toBeLessThanOrEqual(0);
      // A return without a reason and a wrong number are told beside their fields, and nothing is sent.
      await page.getByRole('button', { name: words.return }).click();
      await page.getByText(words.missing).waitFor();
      await page.getByLabel(words.type).fill('29');
      await page.getByRole('button', { name: words.approve }).click();
      await page.getByText(words.wrong).waitFor();
      expect(await page.getByLabel(words.type).inputValue()).toBe('29');
      await page.getByLabel(words.type).fill(String(LOCALS));
      await page.getByRole('button', { name: words.approve }).click();
      await page.getByText(words.approved).waitFor();
      await page.setViewportSize({ width: 1280, height: 800 });
      const officer = await desk.island.client.as('officer');
      expect((await officer.get(`/campaigns/${campaigns[language]}`)).body).toMatchObject({ status: 'approved' });
      expect(desk.complaints).toEqual([]);
    }, 90_000);
  }

  it('shows what went out: today, the run with its counts, campaigns, tide, alarms, reports', async () => {
    const { island } = desk;
    const officer = await island.client.as('officer');
    await officer.post(`/campaigns/${campaigns.zh}/activate`);
    await island.at('2026-11-02T09:00:00+08:00');
    await island.at('2026-11-02T09:10:00+08:00');
    const runs = await officer.get<{ items: { id: string }[] }>('/runs');
    const places = {
      today: '',
      campaigns: 'campaigns',
      campaign: `campaigns/${campaigns.zh}`,
      tide: 'tide',
      runs: 'runs',
      run: `runs/${runs.body.items[0]!.id}`,
      alarms: 'alarms',
      reports: 'reports',
      approvals: 'approvals',
      nowhere: 'nowhere',
    };
    const found = [
      ...(await desk.walk('approver', places, /1380001\d{4}/)),
      ...(await desk.walk('officer', { designer: 'campaigns/design' }, /1380001\d{4}/)),
    ];
    expect(found).toEqual([]);
    expect(desk.complaints).toEqual([]);
  }, 240_000);

  it('shows the approver what a version changes of the one that is in force', async () => {
    const { page, island } = desk;
    const officer = await island.client.as('officer');
    const segment = (await officer.get<{ segmentId: string }>(`/campaigns/${campaigns.zh}`)).body.segmentId;
    await officer.put(`/segments/${segment}`, {
      name: '本地居民',
      of: 'people',
      rule: {
        combinator: 'and',
        rules: [
          { field: 'population', operator: '=', value: 'local' },
          { field: 'township', operator: '=', value: '330922100' },
        ],
      },
    });
    await officer.put(`/campaigns/${campaigns.zh}`, { cadence: { kind: 'daily', at: '10:30' } });
    expect(await officer.post(`/campaigns/${campaigns.zh}/submit`)).toMatchObject({ status: 200 });
    for (const language of ['zh', 'en'] as const) {
      await desk.signIn('approver', language, `/approvals/${campaigns.zh}`);
      await page.getByTestId('targeted').waitFor();
      // Everybody was reached this morning already: that no sample is shown has nothing to do with sensitive tags.
      await page.getByText(language === 'zh' ? /没有人会收到/ : /nobody receives/).waitFor();
      const changes = page.getByRole('table').filter({ has: page.locator('del') });
      await changes.locator('del', { hasText: '09:00' }).waitFor();
      await changes.locator('strong', { hasText: '10:30' }).waitFor();
      await changes.locator('strong', { hasText: '菜园镇' }).waitFor();
      expect(await desk.violations()).toEqual([]);
      expect(await desk.picture(`approval-changes-1280-${language}`)).toBeLessThanOrEqual(0);
    }
    expect(desk.complaints).toEqual([]);
  }, 90_000);

  for (const language of ['zh', 'en'] as const) {
    it(`takes a new scam of this morning from one page to the approver (${language})`, async () => {
      const { page, island } = desk;
      const words = URGENT[language];
      await desk.signIn('officer', language);
      await page.locator('nav a[href="/urgent"]').click();
      await page.getByRole('heading', { name: words.title, level: 1 }).waitFor();
      expect(await desk.violations()).toEqual([]);
      expect(await desk.picture(`urgent-1280-${language}`)).toBeLessThanOrEqual(0);
      await page.getByLabel(words.body).fill('今天有人冒充海事处要保证金，都是假的。请挂断，拿不准就打96110问一声。');
      await page.getByRole('button', { name: words.submit }).click();
      await page.getByText(words.required).first().waitFor();
      await page.getByLabel(words.trick, { exact: true }).click();
      await page.keyboard.press('Enter');
      await page.getByLabel(words.reason).fill('今早三起');
      await page.getByRole('button', { name: words.submit }).click();
      await page.getByTestId('urgent-targeted').waitFor();
      expect(await page.getByTestId('urgent-targeted').innerText()).toBe(String(LOCALS));
      expect(await desk.violations()).toEqual([]);
      await page.setViewportSize({ width: 390, height: 800 });
      expect(await desk.picture(`urgent-390-${language}`)).toBeLessThanOrEqual(0);
      await page.setViewportSize({ width: 1280, height: 800 });
      const href = (await page.locator('main a[href^="/approvals/"]').getAttribute('href'))!;
      const approver = await island.client.as('approver');
      const path = `/campaigns/${href.slice('/approvals/'.length)}`;
      expect((await approver.post(`${path}/approve`, { targeted: LOCALS })).body).toMatchObject({ status: 'ended' });
      expect(desk.complaints).toEqual([]);
    }, 90_000);
  }

  it('keeps the page and asks to sign in again when the session has ended', async () => {
    const { page } = desk;
    await desk.signIn('auditor', 'zh', '/reports');
    await page.getByText(`共发送防范消息 ${LOCALS} 条`).waitFor();
    await desk.browser.clearCookies();
    await page.getByRole('button', { name: '‹ 上月' }).click();
    await page.getByText('请重新登录').waitFor();
    await page.getByLabel(NAMES.zh.password).fill(PASSWORD);
    await page.getByRole('dialog').getByRole('button', { name: NAMES.zh.signIn }).click();
    await page.getByText('这个月还没有发送').waitFor();
    expect(new URL(page.url()).searchParams.get('month')).toBe('2026-10');
  }, 60_000);

  it('shows those who work with people what there is to do', async () => {
    const { island } = desk;
    await fieldTasks(island);
    await island.at('2026-11-03T08:30:00+08:00');
    await island.at('2026-11-03T08:40:00+08:00');
    const officer = await island.client.as('officer');
    const person = await officer.get<{ items: { id: string }[] }>('/people?q=V1');
    const form = new FormData();
    form.set('file', new Blob(['编号,手机号\nX1,1\n']), '名单.csv');
    const list = await officer.post<{ id: string }>('/people/imports', form);
    const places = {
      tasks: 'tasks',
      uplinks: 'uplinks',
      people: 'people',
      person: `people/${person.body.items[0]!.id}`,
      imports: 'imports',
      'import-new': 'imports/new',
      import: `imports/${list.body.id}`,
      conflicts: 'conflicts',
      numbers: 'numbers',
      'opt-outs': 'opt-outs',
      groups: 'groups',
    };
    expect(await desk.walk('officer', places, /1380002\d{4}/)).toEqual([]);
    expect(desk.complaints).toEqual([]);
  }, 240_000);
});
