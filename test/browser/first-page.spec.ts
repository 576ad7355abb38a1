import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { PASSWORD, startIsland, type Island } from '../support/app.js';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const pictures = 'artefacts/pictures';

/** The first page in a real browser, against the real server: what a newcomer sees after the demo. */
describe('the first page', () => {
  let island: Island;
  let browser: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    island = await startIsland('sqlite', '2026-11-02T08:00:00+08:00');
    const officer = await island.client.as('officer');
    await officer.put('/people', {
      people: Array.from({ length: 30 }, (_, i) => ({
        externalId: `L${i}`,
        name: `张三${i}`,
        phone: `138000101${String(i + 10)}`,
        township: '菜园镇',
        populations: [{ kind: 'local' }],
      })),
    });
    const segment = await officer.post<{ id: string }>('/segments', {
      name: '本地居民',
      of: 'people',
      rule: { combinator: 'and', rules: [{ field: 'population', operator: '=', value: 'local' }] },
    });
    const campaign = await officer.post<{ id: string }>('/campaigns', {
      name: '本地居民日@',
      segmentId: segment.body.id,
      channels: [{ channel: 'sms' }],
      assignment: { policy: 'rotate', by: 'person' },
      cadence: { kind: 'daily', at: '09:00' },
      missed: 'runOnce',
    });
    await officer.post(`/campaigns/${campaign.body.id}/submit`);
    const approver = await island.client.as('approver');
    await approver.post(`/campaigns/${campaign.body.id}/approve`, { targeted: 30 });
    await officer.post(`/campaigns/${campaign.body.id}/activate`);
    await island.at('2026-11-02T09:00:00+08:00');
    await island.at('2026-11-02T09:10:00+08:00');
    browser = await chromium.launchPersistentContext(mkdtempSync(join(tmpdir(), 'tidecall-browser-')), {
      executablePath: '/usr/bin/chromium',
      headless: true,
      args: FLAGS,
      viewport: { width: 1280, height: 800 },
    });
    page = await browser.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
  });
  afterAll(async () => {
    await browser.close();
    await island.close();
  });

  it('asks for a sign-in first, and says when it is wrong', async () => {
    await page.goto(island.running.url);
    await page.getByLabel('用户名').fill('auditor');
    await page.getByLabel('密码', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: '登录' }).click();
    await page.locator('#signInError').waitFor({ state: 'visible' });
    await page.screenshot({ path: `${pictures}/sign-in.png` });
    complaints.length = 0; // the refused sign-in is a 401 in the console, and rightly so
  });

  it("shows the auditor the month's counts, the runs and the sums", async () => {
    await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: '登录' }).click();
    await page.locator('#desk').waitFor({ state: 'visible' });
    await page.getByText('本地居民日@').first().waitFor();
    expect(await page.locator('#sends').innerText()).toMatch(/30/);
    expect(await page.locator('body').innerText()).not.toMatch(/1380001\d{4}/);
    await page.screenshot({ path: `${pictures}/desk-1280.png`, fullPage: true });
    expect(complaints).toEqual([]);
  });

  it('fits a phone', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    await page.reload();
    await page.getByText('本地居民日@').first().waitFor();
    const overflow = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(overflow).toBeLessThanOrEqual(0);
    await page.screenshot({ path: `${pictures}/desk-390.png`, fullPage: true });
  });
});
