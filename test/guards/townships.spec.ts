import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Accounts, rightsOf } from '../../src/accounts/index.js';
import { Database } from '../../src/platform/index.js';
import { type Client, PASSWORD, startIsland, type Island } from '../support/app.js';
import { dialects } from '../support/database.js';
import { launch, runsOf } from '../support/launch.js';
import { routesOf, type Route } from '../support/routes.js';

const THERE = '嵊山镇';
const SECRETS = /外乡人|1390000990\d|外乡名单|外乡活动|外乡群|外乡回复/;

/** What each write asks for, so that it is the township that refuses and not the form. */
const BODIES: readonly (readonly [RegExp, object])[] = [
  [/reveal$/, { reason: '核对号码' }],
  [/tasks\/.*done$/, { outcome: 'met' }],
  [/uncertain$/, { decision: 'writeOff', reason: '核对完毕' }],
  [/^PUT segments/, { name: '改名' }],
  [/^PUT campaigns/, { name: '改名' }],
  [/^PUT group-chats/, { name: '改名' }],
  [/decide$/, { decision: 'keepBoth' }],
  [/test-send$/, { to: '13900009999', channel: 'sms' }],
  [/return$/, { remark: '退回' }],
  [/campaigns\/[^/]+\/runs$/, { reason: '再来一次' }],
];

describe.each(dialects())("another township's objects on %s", (dialect) => {
  let island: Island;
  let here: Client;
  /** The first part of a path → the id of an object of the other township. */
  const theirs = new Map<string, string>();
  let before: string;

  const state = async () => {
    const database = island.running.app.get(Database, { strict: false });
    const tables = [
      'people',
      'segments',
      'campaigns',
      'campaign_versions',
      'runs',
      'deliveries',
      'group_chats',
      'tasks',
      'uplinks',
      'imports',
    ];
    return JSON.stringify(await Promise.all(tables.map((t) => database.query(`SELECT * FROM ${t} ORDER BY 1, 2`))));
  };

  beforeAll(async () => {
    island = await startIsland(dialect);
    const accounts = island.running.app.get(Accounts, { strict: false });
    await accounts.create({ username: 'shengshan', role: 'township', township: THERE, password: PASSWORD });
    const there = await island.client.as('shengshan');
    const person = (n: number) => ({
      externalId: `O${n}`,
      name: `外乡人${n}`,
      phone: `1390000990${n}`,
      township: THERE,
      populations: [{ kind: 'local' }],
    });
    await there.put('/people', { people: [person(1), person(2)] });
    const form = new FormData();
    form.append(
      'file',
      new Blob(['编号,姓名,手机号,乡镇,人群\nO3,外乡人3,13900009903,嵊山镇,本地'], { type: 'text/csv' }),
      'p.csv',
    );
    theirs.set('people/imports', (await there.post<{ id: string }>('/people/imports', form)).body.id);
    for (let i = 0; i < 400; i += 1) {
      const { body } = await there.get<{ status: string }>(`/people/imports/${theirs.get('people/imports')}`);
      if (body.status === 'done') break;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    const { campaignId } = await launch(island, there, { name: '外乡活动' });
    await island.at('2026-11-02T09:00:30+08:00');
    const [runId] = await runsOf(there, campaignId);
    theirs.set('campaigns', campaignId);
    theirs.set('runs', runId!);
    const one = async (path: string) => (await there.get<{ items: { id: string }[] }>(path)).body.items[0]!.id;
    theirs.set('people', await one('/people'));
    theirs.set('segments', await one('/segments'));
    theirs.set('deliveries', await one(`/runs/${runId}/deliveries`));
    const chat = await there.post<{ id: string }>('/group-chats', {
      name: '外乡群',
      platform: 'wechat',
      township: THERE,
      population: 'local',
      headCount: 9,
      owner: 'shengshan',
    });
    theirs.set('group-chats', chat.body.id);
    const database = island.running.app.get(Database, { strict: false });
    const now = island.clock.now();
    await database.insert(
      'tasks',
      ['id', 'kind', 'status', 'township', 'personId', 'dueAt', 'createdAt'],
      [['01ARZ3NDEKTSV4RRFFQ69G5FA1', 'visit', 'open', '330922101', Number(theirs.get('people')), now, now]],
    );
    theirs.set('tasks', '01ARZ3NDEKTSV4RRFFQ69G5FA1');
    const conflicting = Number(theirs.get('people'));
    await database.insert(
      'person_conflicts',
      ['id', 'kind', 'phoneKey', 'personId', 'otherId', 'raisedAt'],
      [[901, 'sharedPhone', 'k', conflicting, conflicting, now]],
    );
    theirs.set('people/conflicts', '901');
    const { Vault } = await import('../../src/platform/index.js');
    const vault = island.running.app.get(Vault, { strict: false });
    await database.insert(
      'uplinks',
      ['id', 'gateway', 'dedupeKey', 'addressKey', 'address', 'text', 'kind', 'status', 'township', 'receivedAt'],
      [
        [
          '01ARZ3NDEKTSV4RRFFQ69G5FA2',
          'mas',
          'd',
          'k',
          vault.seal('13900009901'),
          vault.seal('外乡回复'),
          'reply',
          'open',
          '330922101',
          now,
        ],
      ],
    );
    theirs.set('uplinks', '01ARZ3NDEKTSV4RRFFQ69G5FA2');
    here = await island.client.as('caiyuan');
    before = await state();
  }, 90_000);
  afterAll(() => island.close());

  const roomOf = (path: string): string =>
    ['people/imports', 'people/conflicts'].find((room) => path.startsWith(room)) ?? path.split('/')[0]!;
  const allowed = (route: Route) =>
    route.needs !== null && !route.isOpen && route.needs.every((right) => rightsOf('township').includes(right));

  it('are a 404 by every route that names one', async () => {
    const routes = routesOf(island).filter((r) => r.path.includes(':') && allowed(r));
    const wrong: string[] = [];
    const untried = new Set<string>();
    for (const route of routes) {
      const id = theirs.get(roomOf(route.path));
      if (id === undefined) {
        untried.add(roomOf(route.path));
        continue;
      }
      const path = route.path.replace(/:\w+/, id).replace(/:\w+/g, 'x');
      const name = `${route.method} ${path}`;
      const body = BODIES.find(([of]) => of.test(name))?.[1] ?? {};
      const { status, body: answer } = await here.call(
        route.method,
        `/${path}`,
        route.method === 'GET' ? undefined : body,
      );
      if (status !== 404)
        wrong.push(`${route.method} /${route.path}: ${status} ${JSON.stringify(answer).slice(0, 120)}`);
    }
    expect(wrong).toEqual([]);
    // Things of the whole county, or of nobody.
    expect([...untried].sort()).toEqual(UNSCOPED);
  }, 60_000);

  it('stand in no list, search, count or report', async () => {
    const lists = [
      '/people', '/people?q=O1', '/people/imports', '/segments', '/group-chats', '/campaigns', '/runs', '/tasks', '/uplinks', '/opt-outs',
      `/runs?campaignId=${theirs.get('campaigns')}`, `/deliveries?campaign=${theirs.get('campaigns')}`, '/deliveries',
      '/tide?from=2026-11-01&to=2026-12-01', '/reports/sends?from=2026-11-01&to=2026-12-01&groupBy=campaign,township',
      '/reports/reach?from=2026-11-01&to=2026-12-01&groupBy=campaign', '/today',
    ]; // prettier-ignore
    for (const path of lists) {
      const { status, body } = await here.get(path);
      expect([path, JSON.stringify(body).match(SECRETS)?.[0] ?? null]).toEqual([path, null]);
      expect([path, status < 500]).toEqual([path, true]);
      for (const [room, id] of theirs)
        if (id.length > 20) expect([path, room, JSON.stringify(body).includes(id)]).toEqual([path, room, false]);
    }
    const { body } = await here.post<{ count: number }>('/segments/preview', {
      rule: { combinator: 'and', rules: [{ field: 'externalId', operator: '=', value: 'O1' }] },
    });
    expect(body.count).toBe(0);
    expect((await here.post('/people/lookup', { phone: '13900009901', reason: '来电' })).status).toBe(404);
  });

  it('and nothing of them was changed', async () => {
    expect(await state()).toBe(before);
  });
});

const UNSCOPED = ['auth', 'library'];
