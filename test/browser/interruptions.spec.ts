import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Desk, LOCALS } from './desk.js';

/** The console where a connection breaks, somebody else was faster, or the window is not the size that it was. */
describe('the console, interrupted', () => {
  let desk: Desk;
  let campaign: string;
  let run: string;

  beforeAll(async () => {
    desk = await Desk.open();
    campaign = await desk.submitted('本地居民日@');
  }, 120_000);
  afterAll(() => desk.close());

  it('approves nothing else than what stands on the page', async () => {
    const { page, island } = desk;
    const [officer, approver] = [await island.client.as('officer'), await island.client.as('approver')];
    await desk.signIn('approver', 'zh', `/approvals/${campaign}`);
    await page.getByTestId('targeted').waitFor();
    await approver.post(`/campaigns/${campaign}/return`, { remark: '改一下优先级' });
    expect((await officer.put(`/campaigns/${campaign}`, { priority: 4 })).status).toBe(200);
    expect((await officer.post(`/campaigns/${campaign}/submit`)).status).toBe(200);
    await page.getByLabel(/请输入上面的目标数/).fill(String(LOCALS));
    await page.getByRole('button', { name: '同意' }).click();
    await page.getByText(/有人改过/).waitFor();
    expect((await officer.get(`/campaigns/${campaign}`)).body).toMatchObject({ status: 'inReview' });
    // What stands there now has been renewed, so pressing again approves it.
    await page.getByRole('button', { name: '同意' }).click();
    await page.getByText('已批准。').waitFor();
    expect((await officer.get(`/campaigns/${campaign}`)).body).toMatchObject({ status: 'approved' });
  }, 60_000);

  it('shows how a run stands though its stream is cut off, with the name that came with it', async () => {
    const { page, island } = desk;
    const officer = await island.client.as('officer');
    await officer.post(`/campaigns/${campaign}/activate`);
    const started = await officer.post<{ runId: string }>(`/campaigns/${campaign}/runs`);
    run = started.body.runId;
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.route('**/stream', (route) => route.abort());
    await desk.signIn('approver', 'zh', `/runs/${run}`);
    const share = page.locator('main p.line strong');
    await share.waitFor();
    expect(await page.locator('main h1').innerText()).toContain('本地居民日@');
    expect(asked).not.toContain(`/api/v1/campaigns/${campaign}`);
    expect(await share.innerText()).toBe('0.0%');
    await island.at('2026-11-02T09:00:00+08:00');
    await page.getByText('100.0%').first().waitFor({ timeout: 30_000 });
    // What was read anew says that it is over: nothing is followed any more.
    await page.getByText(/连接中断/).waitFor({ state: 'hidden' });
    await page.unroute('**/stream');
    const again = await officer.post<{ runId: string }>(`/campaigns/${campaign}/runs`, { reason: '再发一次' });
    await desk.go(`/runs/${again.body.runId}`);
    await page.getByText('实时').waitFor();
    expect(await share.innerText()).toBe('0.0%');
    await island.at('2026-11-02T09:01:00+08:00');
    await page.getByText('100.0%').first().waitFor();
  }, 90_000);

  it('shows the rows of a list whatever becomes of the window', async () => {
    const { page } = desk;
    await desk.signIn('approver', 'zh', `/runs/${run}`);
    const rows = page.locator('.cursor-list [role=row][data-index]');
    await rows.first().waitFor();
    const inSight = async () => {
      await page.locator('.cursor-list').scrollIntoViewIfNeeded();
      return page.evaluate<number>(`(() => {
        const list = document.querySelector('.cursor-list').getBoundingClientRect();
        return [...document.querySelectorAll('.cursor-list [role=row][data-index]')].filter((row) => {
          const at = row.getBoundingClientRect();
          return at.height > 0 && at.top < list.bottom && at.bottom > list.top;
        }).length;
      })()`);
    };
    for (const [width, height] of [
      [1280, 1600],
      [390, 800],
      [1280, 1600],
      [1280, 800],
      [1280, 1600],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.waitForTimeout(300);
      expect(await inSight()).toBeGreaterThan(0);
    }
    await desk.picture('run-1280x1600');
    await page.setViewportSize({ width: 1280, height: 800 });
  }, 60_000);

  it('leads to no page that is not there', async () => {
    const { page, island } = desk;
    await fetch(`${island.running.url}/api/v1/receipts/mas`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        smsContent: '我被骗了',
        mobile: '13800010110',
        sendTime: '2026-11-02 09:01:00',
        addSerial: '',
      }),
    });
    await desk.signIn('officer', 'zh');
    await page.getByText('待办任务 1 件').waitFor();
    const links = await page.evaluate<string[]>(
      `[...new Set([...document.querySelectorAll('main a[href^="/"]')].map((one) => one.getAttribute('href')))]`,
    );
    for (const link of links) {
      await desk.go(link);
      await page.locator('main h1').first().waitFor();
      expect(`${link} ${await page.locator('main h1').first().innerText()}`).not.toContain('没有这个页面');
    }
  }, 60_000);

  it('warns once though the answer was lost and the button pressed again', async () => {
    const { page, island } = desk;
    await desk.signIn('officer', 'zh', '/urgent');
    await page.getByLabel('骗术', { exact: true }).click();
    await page.keyboard.press('Enter');
    await page.getByLabel('原因').fill('今早三起');
    const keys: (string | undefined)[] = [];
    await page.route(
      '**/campaigns/urgent',
      async (route) => {
        keys.push(route.request().headers()['idempotency-key']);
        await route.fetch();
        await route.abort();
      },
      { times: 1 },
    );
    const press = () => page.getByRole('button', { name: '提交审批' }).click();
    await press();
    await page.getByText(/连不上服务器/).waitFor();
    const second = page.waitForRequest('**/campaigns/urgent');
    await press();
    keys.push((await second).headers()['idempotency-key']);
    await page.getByTestId('urgent-targeted').waitFor();
    expect(keys[0]).toBe(keys[1]);
    const officer = await island.client.as('officer');
    const { body } = await officer.get<{ items: { status: string }[] }>('/campaigns?status=inReview');
    expect(body.items).toHaveLength(1);
  }, 60_000);

  it('sends a test under one key until it was answered', async () => {
    const { page, island } = desk;
    const officer = await island.client.as('officer');
    const { body: old } = await officer.get<{ segmentId: string }>(`/campaigns/${campaign}`);
    const draft = await officer.post<{ id: string }>('/campaigns', {
      name: '试一试',
      segmentId: old.segmentId,
      channels: [{ channel: 'sms' }],
      assignment: { policy: 'rotate', by: 'person' },
      cadence: { kind: 'daily', at: '09:00' },
      missed: 'runOnce',
    });
    await desk.signIn('officer', 'zh', `/campaigns/design?campaign=${draft.body.id}&step=finish`);
    await page.getByLabel('自己的手机号').fill('13800009999');
    await page.route('**/test-send', (route) => route.abort(), { times: 1 });
    const press = async () => {
      const asked = page.waitForRequest('**/test-send');
      await page.getByRole('button', { name: '试发一条' }).click();
      return (await asked).headers()['idempotency-key'];
    };
    const lost = await press();
    await page.getByText(/连不上服务器/).waitFor();
    expect(await press()).toBe(lost);
    await page.getByText('只能发到本人已核验的手机。').waitFor();
    expect(await press()).not.toBe(lost);
  }, 60_000);

  it('explains the numbers of a report in the language of its reader', async () => {
    const { page } = desk;
    await desk.signIn('auditor', 'en', '/reports');
    await page.getByText('People are distinct').waitFor();
    expect(await page.locator('main p.quiet').allInnerTexts()).not.toContainEqual(
      expect.stringMatching(/去重人数|群触达/),
    );
    await desk.picture('reports-en');
    await desk.signIn('auditor', 'zh', '/reports');
    await page.getByText('人数为去重人数').waitFor();
    expect(await page.getByText('People are distinct').count()).toBe(0);
  }, 60_000);
});
