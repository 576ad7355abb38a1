import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Desk } from './desk.js';
import { fieldLink, fieldTasks } from './field-tasks.js';

const KEPT = `Object.entries(localStorage).filter(([name]) => name.startsWith('tidecall.reports')).map(([, text]) => text).join()`;

/** A phone, no training, no password: a link in an SMS, three tasks, and a network that comes and goes. */
describe('a field worker', () => {
  let desk: Desk;
  let link: string;
  const tasks = async () =>
    (await (await desk.island.client.as('officer')).get<{ items: Record<string, unknown>[] }>('/tasks')).body.items;
  const cards = () => desk.page.locator('article.task');
  const card = (name: RegExp) => cards().filter({ hasText: name });

  beforeAll(async () => {
    desk = await Desk.open();
    await fieldTasks(desk.island);
    await desk.island.at('2026-11-02T08:30:00+08:00');
    await desk.island.at('2026-11-02T08:40:00+08:00');
    link = await fieldLink(desk.island);
    await desk.page.setViewportSize({ width: 390, height: 800 });
  }, 120_000);
  afterAll(() => desk.close());

  it('comes in by the link, to their own tasks and nothing else', async () => {
    const { page } = desk;
    await desk.go(link);
    await page.getByRole('heading', { name: '我的任务', level: 1 }).waitFor();
    await page.getByText('还有 3 件').waitFor();
    expect(new URL(page.url()).hash).toBe('');
    expect(await page.locator('nav').count()).toBe(0);
    expect(await desk.violations()).toEqual([]);
    expect(await desk.picture('field-390-zh')).toBeLessThanOrEqual(0);
    desk.complaints.length = 0;
    await desk.go('/campaigns');
    await page.getByText('还有 3 件').waitFor();
    expect(new URL(page.url()).pathname).toBe('/tasks');
  }, 60_000);

  it('copies the text, has a picture of it, and attests the post in two taps', async () => {
    const { page } = desk;
    await desk.browser.grantPermissions(['clipboard-read', 'clipboard-write']);
    const post = card(/转发到群/);
    await post.getByRole('button', { name: '复制文字' }).click();
    await page.getByText('已复制').waitFor();
    const words = (await post.locator('.bubble').innerText()).trim();
    expect((await page.evaluate<string>('navigator.clipboard.readText()')).trim()).toBe(words);
    expect(words).not.toContain('**');
    await post.getByRole('button', { name: '存图片' }).click();
    const saved = page.waitForEvent('download');
    await page.getByRole('link', { name: '下载图片' }).click();
    expect((await saved).suggestedFilename()).toMatch(/^防诈提醒-\w+\.png$/);
    expect(await desk.violations()).toEqual([]);
    expect(await desk.picture('field-picture-390-zh')).toBeLessThanOrEqual(0);
    await page.keyboard.press('Escape');
    await post.getByRole('button', { name: '已发' }).click();
    await post.getByText(/确定已经发到「东海社区邻里群」/).waitFor();
    expect((await tasks()).every((task) => task.status === 'open')).toBe(true);
    await post.getByRole('button', { name: '确定' }).click();
    await page.getByText('还有 2 件').waitFor();
    expect((await tasks()).find((task) => task.kind === 'post')).toMatchObject({ status: 'done', outcome: 'posted' });
  }, 60_000);

  it('reports a visit with note, place and app', async () => {
    const { page } = desk;
    const visit = cards().first();
    await visit.getByRole('button', { name: '见到了' }).click();
    await visit.getByLabel('备注').fill('已讲清保证金骗局');
    await visit.getByLabel('地点').fill('东海路口');
    await visit.getByText('已装').click();
    expect(await desk.violations()).toEqual([]);
    expect(await desk.picture('field-visit-390-zh')).toBeLessThanOrEqual(0);
    await visit.getByRole('button', { name: '确定' }).click();
    await page.getByText('还有 1 件').waitFor();
    expect((await tasks()).filter((task) => task.kind === 'visit' && task.status === 'done')).toMatchObject([
      { outcome: 'met', note: '已讲清保证金骗局', place: '东海路口', appInstalled: true },
    ]);
    expect(desk.complaints).toEqual([]);
  }, 60_000);

  it('taps without a network: it is kept, said so, and sent when the network is back', async () => {
    const { page } = desk;
    await desk.browser.setOffline(true);
    const visit = cards().first();
    await visit.getByRole('button', { name: '没见到' }).click();
    await visit.getByRole('button', { name: '确定' }).click();
    await page.getByText('没有网络，已存在这部手机上').waitFor();
    await page.getByText('有 1 件存在手机里还没报上去').waitFor();
    expect(await cards().count()).toBe(0);
    expect(await desk.picture('field-offline-390-zh')).toBeLessThanOrEqual(0);
    const kept = await page.evaluate<string>(KEPT);
    expect(kept).toContain('notMet');
    expect(kept).not.toMatch(/东海|李|王|138/);
    desk.complaints.length = 0; // a browser says of itself that it is offline
    // Some time goes by until there is a network again.
    await desk.island.at('2026-11-02T08:50:00+08:00');
    await desk.browser.setOffline(false);
    await page.getByText('刚才没网时点的 1 件已经补报').waitFor();
    await page.getByText('现在没有要做的任务').waitFor();
    expect(await page.evaluate<string>(KEPT)).toBe('');
    const done = (await tasks()).find((task) => task.outcome === 'notMet')!;
    expect(Date.parse(String(done.at))).toBeLessThan(Date.parse(String(done.doneAt)));
    expect(await desk.violations()).toEqual([]);
  }, 60_000);

  it('is told kindly, in both languages, of a link that is used; and is still in where it was their own', async () => {
    const { page } = desk;
    // Away first: an address that differs in its fragment alone loads nothing anew.
    const comeBy = async () => {
      await desk.go('/api/v1/deployment');
      await desk.go(link);
    };
    await comeBy();
    await page.getByRole('heading', { name: '我的任务' }).waitFor();
    await desk.browser.clearCookies();
    await comeBy();
    await page.getByRole('heading', { name: '这个链接已经用过或过期了' }).waitFor();
    expect(await desk.violations()).toEqual([]);
    expect(await desk.picture('field-link-over-390-zh')).toBeLessThanOrEqual(0);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'This link was used already' }).waitFor();
    expect(await desk.violations()).toEqual([]);
    expect(await desk.picture('field-link-over-390-en')).toBeLessThanOrEqual(0);
  }, 60_000);

  it('keeps what was tapped when the session is over, and reports it by the next link', async () => {
    const { page, island } = desk;
    await island.at('2026-11-03T08:30:00+08:00');
    await island.at('2026-11-03T08:40:00+08:00');
    link = await fieldLink(island);
    await desk.go('/api/v1/deployment');
    await desk.go(link);
    await page.getByRole('heading', { name: 'My tasks' }).waitFor();
    await desk.browser.clearCookies();
    const post = card(/Post in a group/);
    await post.getByRole('button', { name: 'Posted' }).click();
    await post.getByRole('button', { name: 'Yes' }).click();
    await page.getByRole('dialog').getByText('On days with tasks a new link comes').waitFor();
    expect(await desk.violations()).toEqual([]);
    link = await fieldLink(island);
    await island.at('2026-11-03T08:50:00+08:00');
    await desk.go('/api/v1/deployment');
    await desk.go(link);
    await page.getByText('1 that you tapped without a network are reported now').waitFor();
    expect(await desk.picture('field-390-en')).toBeLessThanOrEqual(0);
  }, 60_000);
});
