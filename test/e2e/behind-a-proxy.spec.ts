import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startIsland, type Island } from '../support/app.js';

/** Two clients of one proxy on this machine: what the first writes into X-Forwarded-For is no concern of the second. */
describe('behind a proxy on the same machine', () => {
  let island: Island;
  beforeAll(async () => {
    island = await startIsland('sqlite', '2026-11-02T08:00:00+08:00', (url) =>
      [
        '  - key: pushed',
        '    adapter: cloud-mas',
        `    settings: { baseUrl: '${url}/cloud-mas', ecName: e, apId: a, secretKey: s, sign: abcdef, addSerial: '' }`,
        '    simulator: true',
      ].join('\n'),
    );
  }, 60_000);
  afterAll(() => island.close());

  it.each(['health/live', 'health/ready', 'metrics'])('/%s answers this machine alone', async (path) => {
    const url = `${island.running.url}/${path}`;
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(url, { headers: { 'x-forwarded-for': '203.0.113.7' } })).status).toBe(404);
    expect((await fetch(url, { headers: { 'x-forwarded-for': '127.0.0.1' } })).status).toBe(404);
  });

  it('a push through a proxy that nobody named is not taken for one of this machine', async () => {
    const push = (headers: Record<string, string>) =>
      fetch(`${island.running.url}/api/v1/receipts/pushed`, { method: 'POST', headers, body: '[]' });
    expect((await push({})).status).not.toBe(403);
    expect((await push({ 'x-forwarded-for': '203.0.113.7' })).status).toBe(403);
    expect((await push({ 'x-forwarded-for': '127.0.0.1' })).status).toBe(403);
  });
});
