import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
const axe = readFileSync(createRequire(`${process.cwd()}/web/package.json`).resolve('axe-core/axe.min.js'), 'utf8');

/** How many people the island's segment of local residents selects. */
export const LOCALS = 30;

export type Language = 'zh' | 'en';
export const NAMES = {
  zh: { username: '用户名', password: '密码', signIn: '登录' },
  en: { username: 'User name', password: 'Password', signIn: 'Sign in' },
} as const;

/** A browser before a product of its own: real server, database and simulator. */
export class Desk {
  readonly complaints: string[] = [];
  private constructor(
    readonly island: Island,
    readonly browser: BrowserContext,
    readonly page: Page,
  ) {
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
  }

  /** `extraYaml` stands at the end of the configuration. */
  static async open(extraYaml = ''): Promise<Desk> {
    mkdirSync(pictures, { recursive: true });
    const island = await startIsland('sqlite', '2026-11-02T08:00:00+08:00', extraYaml);
    const browser = await chromium.launchPersistentContext(mkdtempSync(join(tmpdir(), 'tidecall-browser-')), {
      executablePath: '/usr/bin/chromium',
      headless: true,
      args: FLAGS,
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
    });
    return new Desk(island, browser, await browser.newPage());
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.island.close();
  }

  go(path: string) {
    return this.page.goto(`${this.island.running.url}${path}`);
  }

  async signIn(username: string, language: Language, path = '/'): Promise<void> {
    await this.browser.clearCookies();
    await this.go(path);
    await this.page.evaluate(`localStorage.setItem('tidecall.language', '${language}')`);
    await this.page.reload();
    const names = NAMES[language];
    await this.page.getByLabel(names.username).fill(username);
    await this.page.getByLabel(names.password).fill(PASSWORD);
    await this.page.getByRole('button', { name: names.signIn }).click();
    await this.page.locator('.frame').waitFor();
    this.complaints.length = 0; // not being signed in yet is a 401, and rightly so
  }

  /** What axe finds on the page as it stands, at WCAG 2.2 AA; empty where all is well. */
  async violations(): Promise<string[]> {
    await this.page.evaluate(axe);
    return this.page.evaluate<string[]>(
      `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(({ violations }) =>
        violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.target.join(' ') + ' ' + n.failureSummary)))`,
    );
  }

  /** Keeps a picture for the eye; also says by how many pixels the page is wider than the screen. */
  async picture(name: string): Promise<number> {
    await this.page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
    return this.page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  }

  /**
   * Looks at pages as one user, in both languages and at 1280 and 390 pixels: answers what axe finds, where one is wider than the
   * screen, and where what must stay masked stands in clear. A picture of each is kept.
   */
  async walk(username: string, places: Readonly<Record<string, string>>, clear: RegExp): Promise<string[]> {
    const found: string[] = [];
    for (const language of ['zh', 'en'] as const) {
      await this.signIn(username, language);
      for (const [name, place] of Object.entries(places)) {
        await this.go(`/${place}`);
        await this.page.locator('main h1').first().waitFor();
        await this.page.waitForLoadState('networkidle');
        found.push(...(await this.violations()).map((one) => `${language} /${place} ${one}`));
        if (clear.test(await this.page.locator('body').innerText())) found.push(`${language} /${place} is not masked`);
        const wide = await this.picture(`${name}-1280-${language}`);
        await this.page.setViewportSize({ width: 390, height: 800 });
        const narrow = await this.picture(`${name}-390-${language}`);
        await this.page.setViewportSize({ width: 1280, height: 800 });
        if (wide > 0 || narrow > 0) found.push(`${language} /${place} is wider than the screen: ${wide} ${narrow}`);
      }
    }
    return found;
  }

  /** The island's local residents. */
  async people(): Promise<void> {
    const officer = await this.island.client.as('officer');
    await officer.put('/people', {
      people: Array.from({ length: LOCALS }, (_, i) => ({
        externalId: `L${i}`,
        name: `张三${i}`,
        phone: `138000101${String(i + 10)}`,
        township: '菜园镇',
        populations: [{ kind: 'local' }],
      })),
    });
  }

  /** A campaign to all local residents, submitted by the officer. */
  async submitted(name = '本地居民日@'): Promise<string> {
    await this.people();
    const officer = await this.island.client.as('officer');
    const segment = await officer.post<{ id: string }>('/segments', {
      name: '本地居民',
      of: 'people',
      rule: { combinator: 'and', rules: [{ field: 'population', operator: '=', value: 'local' }] },
    });
    const campaign = await officer.post<{ id: string }>('/campaigns', {
      name,
      segmentId: segment.body.id,
      channels: [{ channel: 'sms' }],
      assignment: { policy: 'rotate', by: 'person' },
      cadence: { kind: 'daily', at: '09:00' },
      missed: 'runOnce',
    });
    const { status, body } = await officer.post(`/campaigns/${campaign.body.id}/submit`);
    if (status !== 200) throw new Error(JSON.stringify(body));
    return campaign.body.id;
  }
}
