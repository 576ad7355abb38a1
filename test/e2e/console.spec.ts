import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startIsland, type Island } from '../support/app.js';

/** How the product serves the built console (`npm run build` makes it). */
describe('the console as it is served', () => {
  let island: Island;
  beforeAll(async () => {
    island = await startIsland('sqlite');
  }, 60_000);
  afterAll(() => island.close());
  const get = (path: string) => fetch(`${island.running.url}${path}`);

  it('needs nothing from elsewhere, runs no script of the page itself, and is never kept', async () => {
    const page = await get('/');
    const text = await page.text();
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(text).not.toMatch(/https?:|<style|style=|onclick=|<script(?![^>]* src=)/);
  });

  it('keeps its hashed files for ever', async () => {
    const assets = (await (await get('/')).text()).match(/\/assets\/[\w.-]+/g) ?? [];
    expect(assets.length).toBeGreaterThan(1);
    for (const asset of assets) {
      const answer = await get(asset);
      expect([asset, answer.status, answer.headers.get('cache-control')]).toEqual([
        asset,
        200,
        'public, max-age=31536000, immutable',
      ]);
    }
    expect((await get('/assets/none.js')).status).toBe(404);
  });

  it('answers its page at every address of its own, and leaves the API alone', async () => {
    expect((await get('/approvals/01ABC')).headers.get('content-type')).toMatch(/^text\/html/);
    expect((await get('/api/v1/campaigns')).status).toBe(401);
    expect((await get('/api/nothing')).status).toBe(404);
    expect((await get('/health/live')).headers.get('content-type')).toMatch(/json/);
  });
});
