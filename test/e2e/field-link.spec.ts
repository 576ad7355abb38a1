import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Accounts } from '../../src/accounts/index.js';
import { Database, sha256 } from '../../src/platform/index.js';
import { Client, PASSWORD, startIsland, type Island } from '../support/app.js';
import { dialects } from '../support/database.js';

const NOTICES = 'notices: [{ for: [tasks], gateway: mas, to: { fieldWorkers: sms } }]';
const PHONE = '13800010077';

describe.each(dialects())("a field worker's link on %s", (dialect) => {
  let island: Island;
  let worker: string;
  let link: string;
  const database = () => island.running.app.get(Database, { strict: false });
  const admin = () => island.client.as('admin');
  const tokenIn = (text: string) => /#\/field\/([\w-]{43})/.exec(text)?.[1] ?? '';
  const open = (token: string) => island.client.post<{ token: string; code: string }>('/auth/link', { token });

  beforeAll(async () => {
    island = await startIsland(dialect, '2026-11-02T07:00:00+08:00', NOTICES);
    const accounts = island.running.app.get(Accounts, { strict: false });
    const made = await accounts.create({
      username: 'walker',
      role: 'field',
      township: '菜园镇',
      phone: PHONE,
      phoneVerified: true,
      password: PASSWORD,
    });
    if (!made.ok) throw new Error(made.error);
    worker = made.value.id;
    const columns = ['id', 'kind', 'status', 'township', 'assignee', 'dueAt', 'createdAt'];
    await database().insert('tasks', columns, [
      ['T1', 'call', 'open', '330922100', null, island.clock.now(), island.clock.now()],
      ['T2', 'call', 'open', '330922101', null, island.clock.now(), island.clock.now()],
      ['T3', 'post', 'open', '330922100', 'somebody', island.clock.now(), island.clock.now()],
    ]);
  }, 60_000);
  afterAll(() => island.close());

  it('is pushed to the one phone that is theirs, once a day, in the hours for texts', async () => {
    await island.at('2026-11-02T07:05:00+08:00');
    expect(await island.given('cloud-mas')).toEqual([]);
    await island.at('2026-11-02T08:35:00+08:00');
    await island.at('2026-11-02T09:35:00+08:00');
    const given = await island.given('cloud-mas');
    expect(given.map((g) => g.to)).toEqual([PHONE]);
    link = tokenIn(given[0]!.content);
    expect(link).toHaveLength(43);
    expect(given[0]!.content).toContain('1 项任务');
    const kept = await database().query<{ tokenHash: string }>('SELECT tokenHash FROM field_links');
    expect(kept).toEqual([{ tokenHash: sha256(link) }]);
    for (const table of ['notices', 'ledger_entries'])
      expect(JSON.stringify(await database().query(`SELECT * FROM ${table}`))).not.toContain(link);
  });

  it('opens one session, once, and shows their own tasks and nothing else', async () => {
    const opened = await open(link);
    expect(opened.status).toBe(200);
    const own = new Client(island.client.url, opened.body.token);
    const { body } = await own.get<{ items: { id: string }[] }>('/tasks');
    expect(body.items.map((t) => t.id)).toEqual(['T1']);
    for (const path of ['/people', '/campaigns', '/reports/sends', '/audit/entries', '/users', '/runs'])
      expect((await own.get(path)).status).toBe(403);
    for (const id of ['T2', 'T3'])
      expect((await own.post(`/tasks/${id}/done`, { outcome: 'reached' })).status).toBe(404);
    expect((await open(link)).body).toMatchObject({ code: 'invalid_link' });
    await island.at('2026-11-02T20:34:00+08:00');
    expect((await own.get('/auth/me')).status).toBe(401);
  });

  it('is made by hand for who has no phone, ends the one before, and is revoked with its session', async () => {
    const make = async () => (await (await admin()).post<{ url: string }>(`/users/${worker}/link`)).body.url;
    const [first, second] = [tokenIn(await make()), tokenIn(await make())];
    expect((await open(first)).status).toBe(401);
    const opened = await open(second);
    const own = new Client(island.client.url, opened.body.token);
    expect((await own.get('/tasks')).status).toBe(200);
    const third = tokenIn(await make());
    expect((await (await admin()).call('DELETE', `/users/${worker}/link`)).status).toBe(204);
    expect((await own.get('/tasks')).status).toBe(401);
    expect((await open(third)).status).toBe(401);
    const officer = (
      await (await admin()).get<{ items: { id: string; username: string }[] }>('/users')
    ).body.items.find((u) => u.username === 'officer')!;
    expect((await (await admin()).post(`/users/${officer.id}/link`)).body).toMatchObject({ code: 'no_field_worker' });
  });

  it('is over at its time, and is not found by guessing', async () => {
    const late = tokenIn((await (await admin()).post<{ url: string }>(`/users/${worker}/link`)).body.url);
    await island.at('2026-11-03T09:00:00+08:00');
    expect((await open(late)).status).toBe(401);
    expect((await open('x'.repeat(43))).status).toBe(401);
    expect((await open('../../etc/passwd')).status).toBe(422);
  });
});

describe('guessing', () => {
  let island: Island;
  const signIn = (username: string, address: string, password = 'wrong password') =>
    island.client.call<{ code: string }>('POST', '/auth/login', { username, password }, { 'x-forwarded-for': address });

  beforeAll(async () => {
    island = await startIsland('sqlite');
  }, 60_000);
  afterAll(() => island.close());

  it('is slowed by address over all accounts and by account over all addresses; the owner is not locked out', async () => {
    const { server } = island.running.app.get<{
      settings: { server: { signInAttempts: number; trustProxy: boolean } };
    }>((await import('../../src/platform/index.js')).Config as never, { strict: false }).settings;
    island.running.app.getHttpAdapter().getInstance().set('trust proxy', 1);
    server.signInAttempts = 2;
    expect((await signIn('officer', '203.0.113.1', PASSWORD)).status).toBe(200);
    for (let i = 0; i < 20; i += 1) await signIn('officer', `198.51.100.${i}`);
    expect((await signIn('officer', '198.51.100.99')).status).toBe(429);
    expect((await signIn('officer', '203.0.113.1', PASSWORD)).status).toBe(200);
    for (let i = 0; i < 20; i += 1) await signIn(`nobody${i}`, '192.0.2.7');
    expect((await signIn('auditor', '192.0.2.7', PASSWORD)).status).toBe(429);
    expect((await signIn('auditor', '192.0.2.8', PASSWORD)).status).toBe(200);
    for (let i = 0; i < 20; i += 1)
      await island.client.call('POST', '/auth/link', { token: 'y'.repeat(43) }, { 'x-forwarded-for': '192.0.2.9' });
    expect(
      (await island.client.call('POST', '/auth/link', { token: 'y'.repeat(43) }, { 'x-forwarded-for': '192.0.2.9' }))
        .status,
    ).toBe(429);
  }, 60_000);
});
