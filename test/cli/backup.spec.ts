import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { assemble } from '../../src/app.js';
import { connect, isBehind, loadConfig, migrate, type Config, type Database } from '../../src/platform/index.js';
import { archiveRows, verifyArchive, writeArchive, type ArchiveHeader } from '../../src/cli/backup/archive.js';
import { load } from '../../src/cli/backup/load.js';
import { tablesOf, withSnapshot } from '../../src/cli/backup/snapshot.js';
import { configYaml, KEY } from '../support/app.js';
import { dialects, emptyDatabase, type TestDatabase } from '../support/database.js';

const folder = mkdtempSync(join(tmpdir(), 'tidecall-backup-'));
const yaml = join(folder, 'config.yaml');
writeFileSync(yaml, configYaml('http://127.0.0.1:9'));
const configOf = (place: TestDatabase): Config =>
  loadConfig({ DATABASE_URL: place.text, TIDECALL_CONFIG: yaml, TIDECALL_DATA_KEY: KEY, TIDECALL_INDEX_KEY: KEY });

const LONG_AGO = 1_000;
const campaign = (id: string, status: string, nextRunAt: number | null) =>
  [id, id, status, 1, 1, nextRunAt, LONG_AGO, 'u', LONG_AGO, LONG_AGO] as const;
const version = (id: string, cadence: object) =>
  [id, 1, 'approved', JSON.stringify({ cadence }), 'd', 'u', '[]', LONG_AGO] as const;
const run = (id: string, status: string, pausedBy: string | null) =>
  [id, 'daily', 1, Number(id.slice(1)), 'scheduled', status, 20261102, 's', pausedBy, LONG_AGO] as const;

async function fill(database: Database): Promise<void> {
  const campaigns = [
    'id',
    'name',
    'status',
    'latestVersion',
    'approvedVersion',
    'nextRunAt',
    'activatedAt',
    'createdBy',
    'createdAt',
    'updatedAt',
  ];
  await database.insert('campaigns', campaigns, [
    campaign('daily', 'active', 5_000),
    campaign('arrival', 'active', null),
    campaign('still', 'paused', null),
    campaign('over', 'ended', null),
  ]);
  const versions = ['campaignId', 'version', 'status', 'definition', 'digest', 'editedBy', 'editors', 'editedAt'];
  const event = { kind: 'event', event: 'arrival', delay: 'PT10M' };
  await database.insert('campaign_versions', versions, [
    version('daily', { kind: 'daily' }),
    version('arrival', event),
    version('still', event),
  ]);
  const runs = ['id', 'campaignId', 'version', 'occurrence', 'kind', 'status', 'day', 'seed', 'pausedBy', 'createdAt'];
  await database.insert('runs', runs, [
    run('r1', 'planning', null),
    run('r2', 'sending', null),
    run('r3', 'paused', 'campaign'),
    run('r4', 'settled', null),
    run('r5', 'cancelled', null),
  ]);
  await database.insert(
    'sessions',
    ['id', 'tokenHash', 'csrfToken', 'userId', 'createdAt', 'lastSeenAt'],
    [['s', 't', 'c', 'u', 1, 1]],
  );
  await database.insert(
    'id_blocks',
    ['name', 'next'],
    [
      ['delivery', 41],
      ['person', 7],
    ],
  );
  await database.insert('deployment', ['name', 'value'], [['people', 'real']]);
  // Line ends of other alphabets, and what JSON has to escape.
  await database.insert(
    'alarms',
    ['id', 'kind', 'subject', 'text', 'raisedAt', 'lastAt'],
    [['a', 'k', 's', 'one\u2028two\n"three"\r四', 1, 9_007_199_254_740_991]],
  );
}

describe.each(dialects())('a backup of %s', (dialect) => {
  const places: TestDatabase[] = [];
  let open: Database[] = [];
  const place = async (): Promise<TestDatabase> => {
    const made = await emptyDatabase(dialect);
    places.push(made);
    return made;
  };
  const opened = async (url: TestDatabase['url']) => {
    const held = await connect(url, []);
    open.push(held.database);
    return held;
  };
  afterEach(async () => {
    for (const database of open) await database.close();
    open = [];
  });
  afterAll(async () => {
    for (const made of places) await made.drop();
  });

  /** A backup as the first version of the product would have made it: of its tables, before later migrations. */
  async function oldBackup(name: string): Promise<string> {
    const held = await opened((await place()).url);
    held.writer.migrations.splice(1);
    await migrate(held.writer);
    await fill(held.database);
    const file = join(folder, `${dialect}-${name}`);
    await withSnapshot(held, file, async (snapshot) => {
      const header: ArchiveHeader = {
        tidecall: 'backup',
        version: 1,
        madeAt: '2026-11-02T09:00:00+08:00',
        migrations: (await snapshot.ask<{ name: string }>('SELECT name FROM migrations')).map((m) => m.name),
        tables: await tablesOf((sql) => snapshot.ask(sql), dialect),
        deployment: { people: 'real' },
      };
      await writeArchive(file, header, snapshot.rows);
    });
    return file;
  }

  it('is read by a later version, which brings it up to date afterwards', async () => {
    const file = await oldBackup('old.backup');
    const summary = await verifyArchive(file);
    const empty = await place();
    await load(file, summary, configOf(empty));
    const { database, writer } = await opened(empty.url);
    expect(await isBehind(writer)).toBe(writer.migrations.length > 1);
    await migrate(writer);
    expect(await isBehind(writer)).toBe(false);
    expect(await database.query('SELECT text, lastAt FROM alarms')).toEqual([
      { text: 'one\u2028two\n"three"\r四', lastAt: 9_007_199_254_740_991 },
    ]);
  });

  it('pauses what would send by itself, each run on its own, and jumps over the numbers that gateways know', async () => {
    const file = await oldBackup('quiet.backup');
    const empty = await place();
    const stopped = await load(file, await verifyArchive(file), configOf(empty));
    expect(stopped.campaigns.map((c) => c.id)).toEqual(['arrival', 'daily']);
    expect(stopped.runs.map((r) => `${r.id} ${r.was}`)).toEqual(['r1 planning', 'r2 sending', 'r3 paused']);
    const { database } = await opened(empty.url);
    const campaigns = await database.query<{ id: string; status: string; nextRunAt: null; activatedAt: number }>(
      'SELECT id, status, nextRunAt, activatedAt FROM campaigns ORDER BY id',
    );
    expect(
      campaigns.map((c) => `${c.id} ${c.status} ${c.nextRunAt} ${Number(c.activatedAt) === LONG_AGO ? 'then' : 'now'}`),
    ).toEqual(['arrival paused null now', 'daily paused null then', 'over ended null then', 'still paused null now']);
    expect(await database.query('SELECT id, status, pausedBy FROM runs ORDER BY id')).toEqual([
      { id: 'r1', status: 'paused', pausedBy: 'run' },
      { id: 'r2', status: 'paused', pausedBy: 'run' },
      { id: 'r3', status: 'paused', pausedBy: 'run' },
      { id: 'r4', status: 'settled', pausedBy: null },
      { id: 'r5', status: 'cancelled', pausedBy: null },
    ]);
    expect(await database.query('SELECT id FROM sessions WHERE endedAt IS NULL')).toEqual([]);
    expect(await database.query('SELECT name, next FROM id_blocks ORDER BY name')).toEqual([
      { name: 'batch', next: 1_000_000_000 },
      { name: 'call', next: 1_000_000_000 },
      { name: 'delivery', next: 1_000_000_041 },
      { name: 'person', next: 7 },
    ]);
  });

  it('that was loaded by half starts no server', async () => {
    const file = await oldBackup('half.backup');
    const { header } = await verifyArchive(file);
    const [first, second] = header.tables;
    const broken = join(folder, `${dialect}-broken.backup`);
    const lines = [header, { table: first!.name }, { table: second!.name }, ['too', 'few']];
    writeFileSync(broken, gzipSync(lines.map((l) => `${JSON.stringify(l)}\n`).join('')));
    const empty = await place();
    await expect(load(broken, { header, rows: 1, sha256: '' }, configOf(empty))).rejects.toThrow();
    const start = assemble({ config: configOf(empty), migrate: true, schedules: false, logLevels: [] });
    await expect(start).rejects.toThrow('half-restored');
  });
});

describe('the file of a backup', () => {
  const header: ArchiveHeader = {
    tidecall: 'backup',
    version: 1,
    madeAt: '2026-11-02T09:00:00+08:00',
    migrations: [],
    tables: [
      { name: 'a', columns: ['x'] },
      { name: 'b', columns: ['x', 'y'] },
      { name: 'c', columns: ['x'] },
    ],
    deployment: {},
  };
  const rows: Record<string, (string | number | null)[][]> = { a: [[1], [2], [3]], b: [], c: [['x\u2028y'], [null]] };

  it('gives back every row in its table, whatever the size of the pages', async () => {
    const file = join(folder, 'pages.backup');
    await writeArchive(file, header, async function* ({ name }) {
      for (const row of rows[name]!) yield [row];
    });
    expect(await verifyArchive(file)).toMatchObject({ rows: 5 });
    for (const atOnce of [1, 2, 100]) {
      const found: Record<string, unknown[]> = { a: [], b: [], c: [] };
      for await (const page of archiveRows(file, header, atOnce)) found[page.table.name]!.push(...page.rows);
      expect(found).toEqual(rows);
    }
    await expect(writeArchive(file, header, () => (async function* () {})())).rejects.toThrow('EEXIST');
  });
});
