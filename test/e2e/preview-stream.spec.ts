import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Runs } from '../../src/campaigns/index.js';
import { dialects } from '../support/database.js';
import { startIsland, type Client, type Island } from '../support/app.js';

const PEOPLE = 3000;

interface Event {
  readonly type: string;
  readonly data: Record<string, unknown>;
}

/** Server-sent events as they stand on the wire. */
const read = (text: string): Event[] =>
  text
    .split('\n\n')
    .filter((part) => part.includes('data:'))
    .map((part) => {
      const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(part)?.[1] ?? '';
      return { type: field('event'), data: JSON.parse(field('data')) as Record<string, unknown> };
    });

describe.each(dialects())('the progress of a pre-flight on %s', (dialect) => {
  let island: Island;
  let officer: Client;
  let token: string;
  let id: string;

  beforeAll(async () => {
    island = await startIsland(dialect, '2026-11-02T08:00:00+08:00', 'dispatch: { pageSize: 500 }\n');
    officer = await island.client.as('officer');
    token = (
      await island.client.post<{ token: string }>('/auth/login', {
        username: 'officer',
        password: 'correct horse battery',
      })
    ).body.token;
    await officer.put('/people', {
      people: Array.from({ length: PEOPLE }, (_, i) => ({
        externalId: `S${i}`,
        phone: `139${String(i).padStart(8, '0')}`,
        township: '菜园镇',
        populations: [{ kind: 'local' }],
      })),
    });
    const segment = await officer.post<{ id: string }>('/segments', {
      name: '本地居民',
      of: 'people',
      rule: { combinator: 'and', rules: [{ field: 'population', operator: '=', value: 'local' }] },
    });
    const made = await officer.post<{ id: string }>('/campaigns', {
      name: '本地居民日@',
      segmentId: segment.body.id,
      channels: [{ channel: 'sms' }],
      assignment: { policy: 'rotate' },
      cadence: { kind: 'daily', at: '09:00' },
    });
    id = made.body.id;
  }, 120_000);
  afterAll(async () => {
    await island.close();
  });

  const stream = (of: string, headers: Record<string, string> = { authorization: `Bearer ${token}` }) =>
    fetch(`${island.running.url}/api/v1/campaigns/${of}/preview/stream`, { headers });

  it('grows page by page and ends with what a plain pre-flight answers', async () => {
    const answer = await stream(id);
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const events = read(await answer.text());
    const shares = events.filter((e) => e.type === 'progress').map((e) => Number(e.data.progress));
    expect(shares.length).toBeGreaterThanOrEqual(PEOPLE / 500);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect([shares[0]! > 0 && shares[0]! < 0.5, shares.at(-1)]).toEqual([true, 1]);
    const last = events.at(-1)!;
    const plain = (await officer.post(`/campaigns/${id}/preview`)).body;
    expect(last).toMatchObject({ type: 'preflight', data: { targeted: PEOPLE, planned: plain.planned } });
    expect(last.data.byTrick).toEqual(plain.byTrick);
    expect(events.filter((e) => e.type === 'preflight')).toHaveLength(1);
  }, 60_000);

  it('is nobody’s who has not signed in, and of no campaign that there is not', async () => {
    expect((await stream(id, {})).status).toBe(401);
    expect((await stream('01ARZ3NDEKTSV4RRFFQ69G5FAV')).status).toBe(404);
  });

  it('of a run is of one that there is, however slowly the database answers', async () => {
    const runs = island.running.app.get(Runs, { strict: false });
    const find = runs.find.bind(runs);
    const slow = jest.spyOn(runs, 'find').mockImplementation(async (...asked) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return find(...asked);
    });
    const answer = await fetch(`${island.running.url}/api/v1/runs/01ARZ3NDEKTSV4RRFFQ69G5FAV/stream`, {
      headers: { authorization: `Bearer ${token}` },
    });
    slow.mockRestore();
    expect(answer.status).toBe(404);
  });
});
