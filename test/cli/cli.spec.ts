import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { entities } from '../../src/app.module.js';
import { connect, Database, type Dialect } from '../../src/platform/index.js';
import { PASSWORD, startIsland, type Client, type Island } from '../support/app.js';
import { builtCli, cli, type Ended } from '../support/cli.js';
import { dialects, emptyDatabase, type TestDatabase } from '../support/database.js';

const CSV = [
  'ID,全名,电话,乡镇,人群',
  'A1,张三,13800010011,菜园镇,本地',
  'A2,李四,13800010012,嵊山镇,本地',
  'A3,王五,13800010013,菜园镇,流动人口',
  'A4,坏行,12345,菜园镇,本地',
].join('\n');
const MAPPING = JSON.stringify({ externalId: 'ID', name: '全名', phone: '电话' });
const folder = mkdtempSync(join(tmpdir(), 'tidecall-cli-'));
const written = (name: string, content: string | Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const json = <T>({ code, out, err }: Ended): T & { code: number } => {
  if (out === '') throw new Error(`exit ${code}: ${err}`);
  return { ...(JSON.parse(out) as T), code };
};
/** Rows as they are compared: the same whatever order a database gives them in. */
const inOrder = (rows: readonly object[]): string[] => rows.map((r) => JSON.stringify(r)).sort();

// Every call starts a process, and each of them the whole house.
jest.setTimeout(180_000);

describe.each(dialects())('the command line on %s', (dialect) => {
  let island: Island;
  let officer: Client;
  let database: Database;
  let campaignId: string;
  let archive: string;
  const places: TestDatabase[] = [];
  const call = (...words: string[]) => cli(island.environment, words);
  const place = async (of: Dialect): Promise<TestDatabase & { environment: Record<string, string> }> => {
    const made = await emptyDatabase(of);
    places.push(made);
    return { ...made, environment: { ...island.environment, DATABASE_URL: made.text } };
  };

  /** All the time a server has the database open, and works on it. */
  beforeAll(async () => {
    await builtCli();
    island = await startIsland(dialect, '2026-11-02T08:00:00+08:00');
    officer = await island.client.as('officer');
    database = island.running.app.get(Database, { strict: false });
  }, 300_000);
  afterAll(async () => {
    await island.close();
    for (const made of places) await made.drop();
  });

  it('checks a gateway without sending, and sends one test where it is told to', async () => {
    expect(json(await call('gateway', 'check', 'mas', '--json'))).toMatchObject({ code: 0, ok: true, how: 'account' });
    const sent = await call('gateway', 'send-test', 'mas', '--to', '13800010011', '--json');
    expect(json(sent)).toMatchObject({ code: 0, ok: true, to: '138****0011' });
    expect(await call('gateway', 'send-test', 'mas')).toMatchObject({ code: 2 });
    expect(await island.given('cloud-mas', '13800010011')).toHaveLength(1);
    await fetch(`${island.simulator.url}/_sim`, { method: 'DELETE' });
    await island.at('2026-11-02T08:00:00+08:00');
  });

  it('makes users who can sign in, and says why not', async () => {
    const words = ['user', 'create', '--role', 'township', '--password-stdin', '--username'];
    const make = (password: string, ...more: string[]) => cli(island.environment, [...words, ...more], password);
    const made = await make(`${PASSWORD}\n`, 'shengshan', '--township', '嵊山镇', '--phone', '13800019999', '--json');
    expect(json(made)).toMatchObject({ code: 0, username: 'shengshan', role: 'township', township: '330922101' });
    await island.client.as('shengshan');
    const [again, wrong] = await Promise.all([
      make(PASSWORD, 'shengshan', '--township', '嵊山镇'),
      make('short', 'other', '--township', '不存在镇'),
    ]);
    expect(again).toMatchObject({ code: 1, out: '', err: 'error: Somebody is called shengshan already.\n' });
    expect(wrong).toMatchObject({ code: 1, out: '' });
    expect(wrong.err).toMatch(/^error: [^\n]*\/password[^\n]*\n$/);
    expect(wrong.err).not.toContain('short');
  });

  it('imports people with their counts, keeps nothing of a dry run, and exits 1 where the file cannot be read', async () => {
    const file = written(`${dialect}.csv`, CSV);
    const mapping = written(`${dialect}.json`, MAPPING);
    const people = async () => Number((await database.one<{ n: number }>('SELECT COUNT(*) AS n FROM people'))!.n);
    const dry = await call('import-people', file, '--dry-run', '--mapping', mapping, '--json');
    expect(json(dry)).toMatchObject({ code: 0, dryRun: true, total: 4, created: 3, rejected: 1 });
    expect(await people()).toBe(0);
    const taken = await call('import-people', file, '--mapping', mapping);
    expect(taken).toMatchObject({ code: 0, err: '' });
    expect(taken.out).toContain('Took 4 rows: 3 created, 0 updated, 0 unchanged, 1 rejected.');
    expect(await people()).toBe(3);
    const [missing, binary, strange] = await Promise.all([
      call('import-people', join(folder, 'nowhere.csv')),
      call('import-people', written(`${dialect}.bin`, Buffer.from([0, 1, 2, 3])), '--json'),
      call('import-people', file, '--mapping', written(`${dialect}-strange.json`, '{"shoes":"x"}')),
    ]);
    expect(missing).toMatchObject({ code: 1, out: '', err: expect.stringContaining('no such file') });
    expect(json(binary)).toMatchObject({ code: 1, status: 'failed', error: expect.any(String) });
    expect(strange).toMatchObject({ code: 1, err: expect.stringContaining('shoes is no field of a person') });
  });

  it('shows what a campaign would do, runs nothing that is not active, and makes a due run once', async () => {
    const approver = await island.client.as('approver');
    const rule = { combinator: 'and', rules: [{ field: 'population', operator: 'in', value: ['local', 'migrant'] }] };
    const { body: segment } = await officer.post<{ id: string }>('/segments', { name: '全部', of: 'people', rule });
    const { body: campaign } = await officer.post<{ id: string }>('/campaigns', {
      name: '每日一骗',
      segmentId: segment.id,
      channels: [{ channel: 'sms' }],
      assignment: { policy: 'rotate', by: 'person' },
      cadence: { kind: 'daily', at: '09:00' },
      missed: 'runOnce',
    });
    campaignId = campaign.id;
    const [plan, shown, early] = await Promise.all([
      call('plan', campaignId, '--json'),
      call('plan', campaignId),
      call('run', campaignId),
    ]);
    expect(json(plan)).toMatchObject({ code: 0, targeted: 3, planned: 3 });
    expect(shown.out).toMatch(/sms +3 +3\n/);
    expect(early).toMatchObject({ code: 1, err: expect.stringContaining('Only an active campaign runs') });
    await officer.post(`/campaigns/${campaignId}/submit`);
    await approver.post(`/campaigns/${campaignId}/approve`, { targeted: 3 });
    await officer.post(`/campaigns/${campaignId}/activate`);

    const tick = () => call('tick', '--at', '2026-11-02T09:00:00+08:00', '--json');
    const first = json<{ runs: object[] }>(await tick());
    expect(first).toMatchObject({ code: 0, runs: [{ campaignId, occurrence: '2026-11-02T09:00:00+08:00' }] });
    expect(json(await tick())).toMatchObject({ code: 0, runs: [], failed: [] });
    await island.at('2026-11-02T09:00:00+08:00');
    expect(await island.given('cloud-mas')).toHaveLength(3);
  });

  it('reports the same numbers as the API, as a table, JSON and CSV', async () => {
    const cut = ['--from', '2026-11-01', '--to', '2026-12-01', '--group-by', 'day,channel'];
    const [sends, csv, wrong, gateways] = await Promise.all([
      call('report', 'sends', ...cut, '--json'),
      call('report', 'reach', ...cut, '--csv'),
      call('report', 'sends', '--from', 'yesterday', '--group-by', 'moon'),
      call('gateway', 'list', '--json'),
    ]);
    const { body } = await officer.get<{ rows: object[]; totals: object }>(
      '/reports/sends?from=2026-11-01&to=2026-12-01&groupBy=day,channel',
    );
    expect(json(sends)).toMatchObject({ code: 0, rows: body.rows, totals: { ...body.totals, sent: 3 } });
    expect(csv.out.split('\r\n')[1]).toMatch(/^2026-11-02,sms,/);
    expect(wrong).toMatchObject({ code: 2, err: expect.stringMatching(/--from: .*--group-by: "moon" is no cut/) });
    expect(json<{ items: object[] }>(gateways).items).toContainEqual(
      expect.objectContaining({ key: 'mas', status: 'running' }),
    );
  });

  it('finds a counter that was altered by hand, and mends it', async () => {
    expect((await call('counters', 'rebuild', '--check')).code).toBe(0);
    await database.execute('UPDATE counters SET delivered = delivered + 7');
    const check = await call('counters', 'rebuild', '--check');
    expect(check).toMatchObject({ code: 1, out: expect.stringMatching(/delivered counted \d+, real \d+/) });
    const rebuilt = json<{ differed: number }>(await call('counters', 'rebuild', '--json'));
    expect(rebuilt).toMatchObject({ code: 0 });
    expect(rebuilt.differed).toBeGreaterThan(0);
    expect(json(await call('counters', 'rebuild', '--check', '--json'))).toEqual({ code: 0, differences: [] });
  });

  it('names the first entry of the ledger that was altered, in the database and in an export', async () => {
    const whole = join(folder, `${dialect}-ledger.ndjson`);
    expect((await call('ledger', 'export', whole)).code).toBe(0);
    const forged = written(`${dialect}-forged.ndjson`, readFileSync(whole, 'utf8').replace('"officer"', '"approver"'));
    const [now, again, exported, changed] = await Promise.all([
      call('ledger', 'verify'),
      call('ledger', 'export', whole),
      call('ledger', 'verify', '--export', whole),
      call('ledger', 'verify', '--export', forged),
    ]);
    expect([now.code, exported.code]).toEqual([0, 0]);
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('is there already') });
    expect(changed).toMatchObject({ code: 1, out: expect.stringContaining('NOT hold') });

    const { id, seq, actor } = (await database.one<{ id: number; seq: number; actor: string }>(
      "SELECT id, seq, actor FROM ledger_entries WHERE action = 'campaign.approve' AND seq IS NOT NULL",
    ))!;
    await database.execute('UPDATE ledger_entries SET actor = ? WHERE id = ?', ['officer', id]);
    const [altered, told] = await Promise.all([call('ledger', 'verify'), call('ledger', 'verify', '--json')]);
    await database.execute('UPDATE ledger_entries SET actor = ? WHERE id = ?', [actor, id]);
    expect(altered).toMatchObject({ code: 1, out: expect.stringContaining(`NOT hold at entry ${seq}, row ${id}`) });
    expect(json(told)).toMatchObject({ code: 1, valid: false, firstBad: { seq } });
  });

  it('backs up one moment of all tables while a server writes', async () => {
    await database.insert('id_blocks', ['name', 'next'], [['pair', 0]]);
    await database.insert('deployment', ['name', 'value'], [['pair', '0']]);
    let writes = 0;
    let isOver = false;
    const writing = (async () => {
      for (; !isOver; writes += 1) {
        await database.transaction(async () => {
          await database.execute('UPDATE id_blocks SET next = ? WHERE name = ?', [writes, 'pair']);
          await database.execute('UPDATE deployment SET value = ? WHERE name = ?', [String(writes), 'pair']);
        });
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    const file = join(folder, `${dialect}-moment.backup`);
    const made = await call('backup', file);
    isOver = true;
    await writing;
    expect(made).toMatchObject({ code: 0, out: expect.stringContaining('The keys are NOT in it') });
    const text = gunzipSync(readFileSync(file)).toString('utf8');
    const [block, row] = [/\["pair",(\d+)\]/, /\["pair","(\d+)"\]/].map((r) => Number(r.exec(text)![1]));
    expect(block).toBe(row);
    expect(writes).toBeGreaterThan(10);
    expect(text).not.toContain(island.environment.TIDECALL_DATA_KEY!);
    await database.execute('DELETE FROM id_blocks WHERE name = ?', ['pair']);
    await database.execute('DELETE FROM deployment WHERE name = ?', ['pair']);
  });

  it('restores into an empty place all that there was, and lets nothing of it send by itself', async () => {
    const due = json<{ runs: { id: string }[] }>(await call('tick', '--at', '2026-11-03T09:00:00+08:00', '--json'));
    archive = join(folder, `${dialect}.backup`);
    expect((await call('backup', archive)).code).toBe(0);
    const held = new Map<string, string[]>();
    for (const table of [
      'people',
      'memberships',
      'deliveries',
      'skips',
      'counters',
      'batches',
      'calls',
      'users',
      'trick_facts',
    ])
      held.set(table, inOrder(await database.query<object>(`SELECT * FROM ${table}`)));
    expect(held.get('deliveries')).toHaveLength(3);

    const empty = await place(dialect);
    const restored = await cli(empty.environment, ['restore', archive, '--json']);
    expect(json(restored)).toMatchObject({
      code: 0,
      mistakes: [],
      paused: { campaigns: [{ id: campaignId }], runs: [{ id: due.runs[0]!.id, was: 'planning' }] },
    });
    const { database: other } = await connect(empty.url, entities);
    try {
      for (const [table, rows] of held)
        expect(inOrder(await other.query<object>(`SELECT * FROM ${table}`))).toEqual(rows);
      expect(await other.query('SELECT status, nextRunAt FROM campaigns')).toEqual([
        { status: 'paused', nextRunAt: null },
      ]);
      expect(await other.query("SELECT status, pausedBy FROM runs WHERE status <> 'settled'")).toEqual([
        { status: 'paused', pausedBy: 'run' },
      ]);
      expect(await other.query('SELECT id FROM sessions WHERE endedAt IS NULL')).toEqual([]);
      const actions = await other.query<{ action: string }>(
        "SELECT action FROM ledger_entries WHERE subject <> 'library' ORDER BY id DESC LIMIT 3",
      );
      expect(actions.map((a) => a.action)).toEqual(['run.pause', 'campaign.pause', 'backup.restore']);
      const block = await other.one<{ next: number }>("SELECT next FROM id_blocks WHERE name = 'call'");
      expect(Number(block!.next)).toBeGreaterThan(1_000_000_000);
    } finally {
      await other.close();
    }
    const [ledger, counters, later, again] = await Promise.all([
      cli(empty.environment, ['ledger', 'verify']),
      cli(empty.environment, ['counters', 'rebuild', '--check']),
      cli(empty.environment, ['tick', '--at', '2026-11-05T09:00:00+08:00', '--json']),
      cli(empty.environment, ['restore', archive]),
    ]);
    expect([ledger.code, counters.code]).toEqual([0, 0]);
    expect(json(later)).toMatchObject({ code: 0, runs: [], failed: [] });
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('not empty') });
  });

  it('restores nothing of a backup that was cut off or altered, or that these keys do not open', async () => {
    const bytes = readFileSync(archive);
    const text = gunzipSync(bytes).toString('utf8');
    const cut = written(`${dialect}-cut.backup`, bytes.subarray(0, bytes.length - 200));
    const forged = written(`${dialect}-forged.backup`, gzipSync(text.replace('"officer"', '"admin"')));
    const short = written(`${dialect}-short.backup`, gzipSync(text.split('\n').slice(0, -3).join('\n')));
    const empty = await place(dialect);
    const other = { ...empty.environment, TIDECALL_DATA_KEY: Buffer.alloc(32, 8).toString('base64') };
    const said = async (environment: Record<string, string>, file: string) => {
      const { code, err } = await cli(environment, ['restore', file]);
      return `${code} ${err}`;
    };
    const [ofCut, ofForged, ofShort, ofNone, ofOthers] = await Promise.all([
      said(empty.environment, cut),
      said(empty.environment, forged),
      said(empty.environment, short),
      said(empty.environment, written(`${dialect}-none.backup`, 'x')),
      said(other, archive),
    ]);
    expect(ofCut).toMatch(/^1 error: .*no whole backup/);
    expect(ofForged).toMatch(/^1 error: .*its checksum does not fit/);
    expect(ofShort).toMatch(/^1 error: .*it was cut off/);
    expect(ofNone).toMatch(/^1 error: .*cannot be unpacked/);
    expect(ofOthers).toMatch(/^1 error: TIDECALL_DATA_KEY .* not the key of this backup/);
    if (empty.url.kind === 'sqlite') expect(existsSync(empty.url.path)).toBe(false);
    else {
      const { database: place } = await connect(empty.url, []);
      expect(await place.query('SHOW TABLES')).toEqual([]);
      await place.close();
    }
  });

  it('refuses a backup whose ledger or counters do not hold, leaves the place empty, and takes it only where it is told to', async () => {
    await database.execute('UPDATE counters SET cost = cost + 1');
    const file = join(folder, `${dialect}-wrong.backup`);
    expect((await call('backup', file)).code).toBe(0);
    await database.execute('UPDATE counters SET cost = cost - 1');
    const empty = await place(dialect);
    const refused = await cli(empty.environment, ['restore', file]);
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(/^error: Not restored: .*counters differ/) });
    const forced = await cli(empty.environment, ['restore', file, '--despite-differences', '--json']);
    expect(json(forced)).toMatchObject({ code: 0, mistakes: [expect.stringContaining('counters differ')] });
  });

  const others = dialects().filter((d) => d !== dialect);
  it.each(others)(
    'moves to %s by the same file',
    async (to) => {
      const empty = await place(to);
      if (to === 'mysql') expect((await cli(empty.environment, ['migrate'])).code).toBe(0);
      expect(json(await cli(empty.environment, ['restore', archive, '--json']))).toMatchObject({
        code: 0,
        mistakes: [],
      });
      expect((await cli(empty.environment, ['ledger', 'verify'])).code).toBe(0);
      expect(json(await cli(empty.environment, ['plan', campaignId, '--json']))).toMatchObject({
        code: 0,
        targeted: 3,
      });
    },
    60_000,
  );
});
