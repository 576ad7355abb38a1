import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Desk, LOCALS } from './desk.js';

/** Somebody answers a warning: the officer sees it beside what was sent, calls, and says what was done. */
describe('the replies', () => {
  let desk: Desk;
  const reply = (mobile: string, smsContent: string) =>
    fetch(`${desk.island.running.url}/api/v1/receipts/mas`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ smsContent, mobile, sendTime: '2026-11-02 09:10:00', addSerial: '' }),
    });

  beforeAll(async () => {
    desk = await Desk.open();
    const { island } = desk;
    const campaign = await desk.submitted();
    const approver = await island.client.as('approver');
    await approver.post(`/campaigns/${campaign}/approve`, { targeted: LOCALS });
    await (await island.client.as('officer')).post(`/campaigns/${campaign}/activate`);
    await island.at('2026-11-02T09:00:00+08:00');
    await island.at('2026-11-02T09:10:00+08:00');
    await reply('13800010110', '请问这是你们发的吗');
    await reply('13800010111', '我刚给对方转账了');
    await reply('13800010112', '退订');
    await reply('13900000000', '有人吗');
    await island.work();
  }, 120_000);
  afterAll(() => desk.close());

  it('stand with cries for help first, beside the message that they answer, and are handled with a note', async () => {
    const { page } = desk;
    await desk.signIn('officer', 'zh', '/uplinks');
    await page.getByText('我刚给对方转账了').waitFor();
    const texts = await page.locator('.bubble.said').allInnerTexts();
    expect([texts[0], texts.slice(1).sort()]).toEqual(['我刚给对方转账了', ['有人吗', '请问这是你们发的吗'].sort()]);
    const cry = page.locator('.reply').filter({ hasText: '转账了' });
    await cry.getByText('09:10 已自动发出固定答复').waitFor();
    await cry.getByText('回的是这一条').click();
    await cry.locator('.bubble').nth(1).waitFor();
    await page.locator('.reply').filter({ hasText: '有人吗' }).getByText('找不到它回的是哪一条').waitFor();
    expect(await desk.violations()).toEqual([]);
    await cry.getByRole('button', { name: '处理' }).click();
    await cry.getByLabel('怎么处理的').fill('已电话告知，马上去银行');
    expect(await desk.violations()).toEqual([]);
    expect(await desk.picture('reply-handled-1280-zh')).toBeLessThanOrEqual(0);
    await cry.getByRole('button', { name: '处理好了' }).click();
    await page.getByText('没有人求助').waitFor();
    await page.getByText('已处理', { exact: true }).click();
    await page.getByText('已电话告知，马上去银行').waitFor();
    expect(desk.complaints).toEqual([]);
  }, 60_000);

  it('says so where somebody else was quicker, and keeps what was typed', async () => {
    const { page, island } = desk;
    await desk.signIn('caiyuan', 'en', '/uplinks');
    const question = page.locator('.reply').filter({ hasText: '请问这是你们发的吗' });
    await question.getByRole('button', { name: 'Handle' }).click();
    await question.getByLabel('What was done').fill('told that it is ours');
    // A township sees its own people's replies: nobody knows whose this one is.
    expect(await page.getByText('有人吗').count()).toBe(0);
    const officer = await island.client.as('officer');
    const { body } = await officer.get<{ items: { id: string; text: string }[] }>('/uplinks?status=open');
    await officer.post(`/uplinks/${body.items.find((one) => one.text.includes('请问'))!.id}/handled`, {});
    await question.getByRole('button', { name: 'It is handled' }).click();
    await question.getByText('Somebody handled this reply already').waitFor();
    expect(await question.getByLabel('What was done').inputValue()).toBe('told that it is ours');
  }, 60_000);
});
