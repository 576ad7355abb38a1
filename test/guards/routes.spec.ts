import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rightsOf, type Role } from '../../src/accounts/index.js';
import { PASSWORD, startIsland, type Island } from '../support/app.js';
import { routesOf, type Route } from '../support/routes.js';

/** The routes outside `/api/v1` (src/app.ts); none of them needs a right. */
const OUTSIDE = /^(|assets\/.*|health\/live|health\/ready|metrics)$/;

const USERS: Readonly<Record<Role, string>> = {
  officer: 'officer',
  approver: 'approver',
  auditor: 'auditor',
  operator: 'operator',
  admin: 'admin',
  township: 'caiyuan',
  field: 'grid',
};
const ROLES = Object.keys(USERS) as Role[];
const LACKS = 'Your role does not have the right to do this.';
/** A call of it would end the sign-in that the next calls use. */
const ENDS_SESSIONS = /^auth\//;

describe('every route', () => {
  let island: Island;
  let routes: Route[];
  let guarded: Route[];

  beforeAll(async () => {
    island = await startIsland('sqlite');
    routes = routesOf(island);
    guarded = routes.filter((r) => r.needs !== null && !r.isOpen);
    for (const role of ROLES) {
      const { body } = await island.client.post<{ token: string }>('/auth/login', {
        username: USERS[role],
        password: PASSWORD,
      });
      tokens.set(role, body.token);
    }
  }, 60_000);
  afterAll(() => island.close());

  const urlOf = ({ path }: Route): string =>
    `/${path.replace(/:(\w+)/g, (_, name: string) => (name === 'key' ? 'nosuch' : '01ARZ3NDEKTSV4RRFFQ69G5FAV'))}`;
  const tokens = new Map<Role, string>();

  /** Status and problem only: an answer may be a stream or a file. */
  async function call(token: string | null, route: Route): Promise<{ status: number; body: { detail?: string } }> {
    const method = route.method === 'ALL' ? 'GET' : route.method;
    const answer = await fetch(`${island.running.url}/api/v1${urlOf(route)}`, {
      method,
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      ...(method === 'GET' ? {} : { body: '{}' }),
      signal: AbortSignal.timeout(20_000),
    });
    const isProblem = answer.headers.get('content-type')?.includes('problem+json') ?? false;
    if (isProblem) return { status: answer.status, body: (await answer.json()) as { detail?: string } };
    await answer.body?.cancel();
    return { status: answer.status, body: {} };
  }

  it('declares the right that it needs, or that it is open', () => {
    expect(routes.length).toBeGreaterThan(60);
    expect(
      routes
        .filter((r) => r.needs === null && !r.isOpen)
        .map((r) => `add @Needs('...') to ${r.handler} (${r.method} /${r.path})`),
    ).toEqual([]);
    expect(
      routes.filter((r) => r.needs !== null && r.isOpen).map((r) => `${r.handler} is open and needs a right`),
    ).toEqual([]);
    expect(guarded.filter((r) => OUTSIDE.test(r.path)).map((r) => r.handler)).toEqual([]);
  });

  it('is open only where it must be', () => {
    const open = routes.filter((r) => r.isOpen).map((r) => `${r.method} /${r.path}`);
    const expected = [
      'ALL /receipts/:gateway',
      'ALL /receipts/:gateway/:token',
      'GET /',
      'GET /assets/:name',
      'GET /deployment',
      'GET /health/live',
      'GET /health/ready',
      'GET /metrics',
      'GET /auth/oidc/callback',
      'GET /auth/oidc/login',
      'POST /auth/link',
      'POST /auth/login',
    ];
    expect(open.filter((r) => !expected.includes(r) && !/^GET \/assets\//.test(r))).toEqual([]);
  });

  it('answers 401 to whoever has not signed in', async () => {
    const wrong: string[] = [];
    for (const route of guarded) {
      const { status } = await call(null, route);
      if (status !== 401) wrong.push(`${route.method} /${route.path} (${route.handler}): ${status}`);
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  it('answers 403 to every role without its rights, and lets the others in', async () => {
    const wrong: string[] = [];
    for (const role of ROLES) {
      const rights = new Set(rightsOf(role));
      for (const route of guarded) {
        const isAllowed = route.needs!.every((right) => rights.has(right));
        if (isAllowed && ENDS_SESSIONS.test(route.path)) continue;
        const { status, body } = await call(tokens.get(role)!, route);
        const isRefused = status === 403 && body.detail === LACKS;
        if (isRefused === isAllowed || status === 401 || status >= 500)
          wrong.push(
            `${role} at ${route.method} /${route.path} (${route.handler}): ${status} ${JSON.stringify(body).slice(0, 160)}`,
          );
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);
});
