import { request as rawRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/index.js';
import { type Client, PASSWORD, startIsland, type Island } from '../support/app.js';
import { dialects } from '../support/database.js';
import { routesOf } from '../support/routes.js';

const HOSTILE = [
  "' OR '1'='1",
  "1'; DROP TABLE people; --",
  '1 UNION SELECT passwordHash FROM users',
  '%00',
  '../../../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '${jndi:ldap://x}',
  '{{7*7}}',
  '\r\nSet-Cookie: a=b',
  '𠮷'.repeat(200),
  '9'.repeat(40),
  '-1',
  '[object Object]',
  '__proto__',
];
const QUERIES = [
  'cursor',
  'limit',
  'q',
  'from',
  'to',
  'groupBy',
  'status',
  'township',
  'campaign',
  'action',
  'actor',
  'type',
  'tag',
  'asOf',
  'format',
];

describe.each(dialects())('attacks on %s', (dialect) => {
  let island: Island;
  let admin: Client;
  let officer: Client;
  const raw = (path: string, init: RequestInit = {}) => fetch(`${island.running.url}${path}`, init);

  beforeAll(async () => {
    island = await startIsland(dialect);
    [admin, officer] = [await island.client.as('admin'), await island.client.as('officer')];
  }, 60_000);
  afterAll(() => island.close());

  it('no parameter of any path or query is more than a value', async () => {
    const clients = [admin, officer, await island.client.as('auditor'), await island.client.as('operator')];
    const reads = routesOf(island).filter((r) => r.method === 'GET' && !r.isOpen && !/stream/.test(r.path));
    const wrong: string[] = [];
    for (const [i, route] of reads.entries()) {
      for (const [j, hostile] of HOSTILE.entries()) {
        const path = route.path.replace(/:\w+/g, encodeURIComponent(hostile));
        const name = QUERIES[(i + j) % QUERIES.length]!;
        const client = clients[(i + j) % clients.length]!;
        const { status } = await client.get(`/${path}?${name}=${encodeURIComponent(hostile)}`);
        if (status >= 500) wrong.push(`GET /${path}?${name}: ${status}`);
      }
    }
    expect(wrong).toEqual([]);
    const database = island.running.app.get(Database, { strict: false });
    expect(await database.one('SELECT COUNT(*) AS n FROM people')).toEqual({ n: 0 });
  }, 120_000);

  it('hostile words in a body are kept as words, or refused with their place', async () => {
    for (const hostile of HOSTILE) {
      const { status, body } = await officer.post('/segments/preview', {
        rule: { combinator: 'and', rules: [{ field: 'community', operator: 'contains', value: hostile }] },
      });
      expect([hostile, status < 500]).toEqual([hostile, true]);
      if (status === 200) expect(body).toMatchObject({ count: 0 });
      const login = await island.client.post('/auth/login', { username: hostile, password: hostile });
      expect([401, 422]).toContain(login.status);
    }
  });

  it('no word of a rule is a pattern, and no rule is too deep or too wide to be read', async () => {
    const preview = (rule: object) => officer.post<{ count?: number; code?: string }>('/segments/preview', { rule });
    const where = (operator: string, value: unknown) => ({
      combinator: 'and',
      rules: [{ field: 'community', operator, value }],
    });
    await officer.put('/people', {
      people: [
        { externalId: 'ReDoS', community: `${'a'.repeat(60)}!`, township: '菜园镇', populations: [{ kind: 'local' }] },
      ],
    });
    for (const pattern of ['(a+)+$', '(a|aa)+$', '^(a*)*b', '.*', 'a%', '_'.repeat(61)]) {
      const { status, body } = await preview(where('contains', pattern));
      expect([pattern, status, body.count]).toEqual([pattern, 200, 0]);
    }
    for (const operator of ['regex', 'matches', 'REGEXP', 'like'])
      expect([operator, (await preview(where(operator, '(a+)+$'))).status]).toEqual([operator, 422]);
    const { body: login } = await island.client.post<{ token: string }>('/auth/login', {
      username: 'officer',
      password: PASSWORD,
    });
    const deep = `${'{"combinator":"and","rules":['.repeat(20_000)}${']}'.repeat(20_000)}`;
    const answer = await raw('/api/v1/segments/preview', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${login.token}` },
      body: `{"rule":${deep}}`,
    });
    expect(answer.status).toBe(422);
    const wide = { combinator: 'or', rules: Array.from({ length: 20_000 }, () => where('=', 'x').rules[0]) };
    expect((await preview(wide)).status).toBe(422);
    const [kept] = (await officer.get<{ items: { id: string }[] }>('/people?q=ReDoS')).body.items;
    expect((await officer.call('DELETE', `/people/${kept!.id}`)).status).toBe(204);
  }, 60_000);

  it('nobody gives themselves more than a form has fields for', async () => {
    const widened: [string, object][] = [
      ['/users', { username: 'mallory', password: PASSWORD, role: 'field', id: 'X', disabledAt: null }],
      ['/auth/login', { username: 'officer', password: PASSWORD, role: 'admin' }],
      ['/segments', { name: 'x', of: 'people', rule: { combinator: 'and', rules: [] }, createdBy: 'X' }],
    ];
    for (const [path, body] of widened) expect([path, (await admin.post(path, body)).status]).toEqual([path, 422]);
    const lookup = { phone: '13800010011', reason: '核对', scope: { township: null } };
    expect((await officer.post('/people/lookup', lookup)).status).toBe(422);
    const polluted = await raw('/api/v1/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"username":"officer","password":"x","__proto__":{"role":"admin"}}',
    });
    expect([401, 422]).toContain(polluted.status);
    expect(({} as { role?: string }).role).toBeUndefined();
  });

  it('no path leaves the folder that is served', async () => {
    for (const path of [
      '/assets/..%2f..%2fpackage.json',
      '/assets/%2e%2e/package.json',
      '/assets/....//package.json',
      '/../package.json',
      '/assets/%00',
    ]) {
      const status = await new Promise<number>((resolve, failed) => {
        const { port } = new URL(island.running.url);
        rawRequest({ host: '127.0.0.1', port, path }, (r) => {
          let text = '';
          r.on('data', (part: Buffer) => (text += part.toString('utf8')));
          r.on('end', () => (expect(text).not.toContain('"dependencies"'), resolve(r.statusCode ?? 0)));
        })
          .on('error', failed)
          .end();
      });
      // Whatever is no file of the console is an address of it, and gets its page; a file beside it nobody gets.
      expect([path, status < 500]).toEqual([path, true]);
    }
  });

  it('every page forbids frames, foreign scripts and guessing of types', async () => {
    for (const path of ['/', '/api/v1/auth/me', '/api/docs']) {
      const { headers } = await raw(path);
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('content-security-policy')).toMatch(/script-src 'self'(;|$)/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('a cookie alone writes nothing, from whatever page it was sent', async () => {
    const login = await raw('/api/v1/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'officer', password: PASSWORD }),
    });
    const cookie = login.headers.getSetCookie()[0]!;
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
    const headers = { cookie: cookie.split(';')[0]!, 'content-type': 'application/json' };
    const forged = await raw('/api/v1/segments/preview', { method: 'POST', headers, body: '{}' });
    expect(forged.status).toBe(403);
    expect(await forged.json()).toMatchObject({ code: 'csrf_token_missing' });
    const form = await raw('/api/v1/auth/logout', {
      method: 'POST',
      headers: { cookie: headers.cookie, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'everywhere=true',
    });
    expect(form.status).toBe(403);
  });

  it('a body beyond the limit is refused before it is read, and one that never ends holds nobody up', async () => {
    const { hostname, port } = new URL(island.running.url);
    const answer = await new Promise<string>((resolve, failed) => {
      const socket = connect(Number(port), hostname, () =>
        socket.write(
          `POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${200 * 1024 * 1024}\r\n\r\n{`,
        ),
      );
      socket.on('data', (part) => (resolve(part.toString('utf8')), socket.destroy()));
      socket.on('error', failed);
    });
    expect(answer).toContain('413');
    const slow = connect(Number(port), hostname, () =>
      slow.write(
        'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
      ),
    );
    expect((await raw('/health/live')).status).toBe(200);
    slow.destroy();
    const server = island.running.app.getHttpServer() as { requestTimeout: number; headersTimeout: number };
    expect(server.requestTimeout).toBeGreaterThan(0);
    expect(server.headersTimeout).toBeGreaterThan(0);
  });

  it('what is typed breaks no line of a log, a header or the ledger', async () => {
    const line = 'x\r\n{"level":"error"}';
    const made = await officer.post('/segments', {
      name: line,
      of: 'people',
      rule: { combinator: 'and', rules: [{ field: 'population', operator: '=', value: 'local' }] },
    });
    expect(made.status).toBeLessThan(500);
    const auditor = await island.client.as('auditor');
    const exported = await auditor.call<string>('GET', '/audit/export');
    for (const text of exported.body.trim().split('\n')) expect(() => JSON.parse(text) as unknown).not.toThrow();
  });
});
