import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startIsland, type Island } from '../support/app.js';

/** The routes that other programs count on. `GET·POST` of one path are two lines; parameters by position, not by name. */
const CONTRACT = `
POST /auth/login
POST /auth/tokens
POST /people/imports
GET /people/imports/{}
GET /people/imports/{}/rejects
POST /people/imports/{}/cancel
PUT /people
GET /people
GET /people/{}
POST /people/{}/reveal
DELETE /people/{}
POST /events
PUT /opt-outs
DELETE /opt-outs
GET /opt-outs
GET /group-chats
POST /group-chats
PUT /group-chats/{}
POST /people/lookup
GET /people/{}/why
GET /uplinks
POST /uplinks/{}/handled
GET /tasks
POST /tasks/{}/done
POST /incidents
POST /segments/preview
GET /segments
POST /segments
GET /segments/{}
PUT /segments/{}
DELETE /segments/{}
GET /library/types
GET /library/tricks
GET /library/scripts
POST /library/scripts
GET /library/scripts/{}
POST /library/scripts/{}/versions
POST /library/scripts/{}/submit
POST /library/scripts/{}/approve
POST /library/scripts/{}/return
POST /library/scripts/{}/retire
POST /library/scripts/check
GET /campaigns
POST /campaigns
GET /campaigns/{}
PUT /campaigns/{}
POST /campaigns/{}/preview
POST /campaigns/{}/test-send
POST /campaigns/{}/submit
POST /campaigns/{}/approve
POST /campaigns/{}/return
POST /campaigns/{}/activate
POST /campaigns/{}/pause
POST /campaigns/{}/resume
POST /campaigns/{}/cancel
POST /campaigns/{}/runs
GET /campaigns/{}/occurrences
POST /gateways/{}/stop
POST /gateways/{}/start
POST /stop-everything
POST /start-everything
GET /runs
GET /runs/{}
GET /runs/{}/stream
GET /runs/{}/deliveries
POST /runs/{}/pause
POST /runs/{}/resume
POST /runs/{}/cancel
POST /runs/{}/uncertain
POST /receipts/{}
GET /receipts/{}
POST /receipts/{}/{}
GET /receipts/{}/{}
GET /reports/sends
GET /reports/reach
GET /reports/trick-coverage
GET /audit/entries
GET /audit/verify
GET /audit/export
GET /audit/proof/{}
GET /deliveries
GET /tide
GET /alarms
GET /receipts-unmatched
GET /gateways
GET /users
POST /users
`
  .trim()
  .split('\n');

const OUTSIDE = ['GET /health/live', 'GET /health/ready', 'GET /metrics'];

describe('the OpenAPI document', () => {
  let island: Island;
  let document: { openapi: string; paths: Record<string, Record<string, unknown>> };

  beforeAll(async () => {
    island = await startIsland('sqlite');
    const answer = await fetch(`${island.running.url}/api/openapi.json`);
    expect(answer.status).toBe(200);
    document = (await answer.json()) as typeof document;
  }, 60_000);
  afterAll(() => island.close());

  const routes = (): Set<string> =>
    new Set(
      Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.keys(methods).map(
          (method) => `${method.toUpperCase()} ${path.replace(/^\/api\/v1/, '').replace(/\{\w+\}/g, '{}')}`,
        ),
      ),
    );

  it('is an OpenAPI 3 document', () => {
    expect(document.openapi).toMatch(/^3\./);
    expect(Object.keys(document.paths).length).toBeGreaterThan(50);
  });

  it('has every route that other programs count on', () => {
    const known = routes();
    const missing = [...CONTRACT, ...OUTSIDE].filter((route) => !known.has(route));
    expect(missing.map((route) => `${route} is in the contract and not in the product`)).toEqual([]);
  });

  it('names every parameter of a path', () => {
    const unnamed: string[] = [];
    for (const [path, methods] of Object.entries(document.paths))
      for (const [method, operation] of Object.entries(methods)) {
        const named = ((operation as { parameters?: { in: string; name: string }[] }).parameters ?? []).filter(
          (p) => p.in === 'path',
        );
        for (const [, name] of path.matchAll(/\{(\w+)\}/g))
          if (!named.some((p) => p.name === name)) unnamed.push(`${method.toUpperCase()} ${path}: ${name}`);
      }
    expect(unnamed).toEqual([]);
  });
});
