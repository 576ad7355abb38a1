import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { audienceApp, officer, type AudienceApp } from '../../../test/support/audience.js';
import { dialects, withDatabase } from '../../../test/support/database.js';
import { Alarms } from '../../platform/index.js';
import { audienceEntities } from '../audience.entities.js';
import { Imports } from '../imports/imports.service.js';
import { FoldersModule } from './folders.module.js';
import { WatchedFolders } from './watched-folders.service.js';

const HEADER = '编号,姓名,电话,入岛时间';
const row = (i: number, phone = `1380013${String(8000 + i)}`) => `F${i},王小${i},${phone},2026-11-24 09:${10 + i}`;

describe.each(dialects())('watched folders on %s', (dialect) => {
  const held = withDatabase(dialect, audienceEntities);
  const folder = mkdtempSync(join(tmpdir(), 'tidecall-ferry-'));
  const yaml = `audience: { folders: [{ name: ferry, path: '${folder}', mapping: { phone: 电话 }, population: arrival, township: 菜园镇 }] }`;
  let rooms: AudienceApp[] = [];

  beforeAll(async () => {
    rooms = [await audienceApp(held, [FoldersModule], yaml), await audienceApp(held, [FoldersModule], yaml)];
  });
  afterAll(async () => {
    for (const room of rooms) await room.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    for (const table of [
      'people',
      'memberships',
      'person_events',
      'folder_files',
      'imports',
      'import_rejects',
      'alarms',
    ])
      await held.database.execute(`DELETE FROM ${table}`);
    for (const place of ['.', 'taking', 'done', 'failed'])
      for (const entry of existsSync(join(folder, place))
        ? readdirSync(join(folder, place), { withFileTypes: true })
        : [])
        if (entry.isFile()) rmSync(join(folder, place, entry.name));
  });

  const put = (name: string, lines: readonly string[]) => writeFileSync(join(folder, name), lines.join('\n'));
  const names = (place: string) => readdirSync(join(folder, place)).sort();
  const count = async (table: string) =>
    Number((await held.database.one<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`))!.n);
  const entries = () =>
    rooms
      .flatMap((r) => r.ledger.entries)
      .filter((e) => e.by.name === 'folder:ferry')
      .map((e) => e.action);
  /** Both processes look, again and again, until nothing is in hand. */
  async function looked(which = rooms): Promise<void> {
    for (let i = 0; i < 4; i += 1) {
      for (const room of new Set([...rooms, ...which])) room.clock.set(room.clock.now() + 10_000);
      await Promise.all(which.map((room) => room.app.get(WatchedFolders).look()));
      for (const room of which) await room.app.get(Imports).resumeImports();
    }
  }

  it('takes a file that has lain still, once, though two processes look', async () => {
    const before = entries().length;
    put('ferry.csv', [HEADER, row(1), row(2), row(3, '12')]);
    await looked();
    expect(names('.')).toEqual(['done', 'failed', 'taking']);
    expect([names('taking'), names('failed')]).toEqual([[], []]);
    const [file, rejects] = names('done');
    expect(file).toMatch(/^[0-9A-Z]{26}\.ferry\.csv$/);
    expect(rejects).toBe(`${file}.rejects.csv`);
    const text = readFileSync(join(folder, 'done', rejects!), 'utf8');
    expect(text).toMatch(/4,invalid_phone,phone: /);
    expect(text).not.toMatch(/王|138/);
    expect([await count('imports'), await count('people'), await count('person_events')]).toEqual([1, 2, 2]);
    expect(await held.database.one('SELECT township FROM people LIMIT 1')).toEqual({ township: '330922100' });
    expect(entries().slice(before)).toEqual(['import.start', 'folder.take', 'folder.done']);
  });

  it('gives population and township to rows that name none, and leaves those that do', async () => {
    put('desk.csv', ['编号,电话,人群,乡镇', 'G1,13800138001,,', 'G2,13800138002,本地居民,嵊山镇']);
    await looked();
    expect(
      await held.database.query(
        'SELECT p.externalId, p.township, m.kind FROM people p JOIN memberships m ON m.personId = p.id ORDER BY p.externalId',
      ),
    ).toEqual([
      { externalId: 'G1', township: '330922100', kind: 'arrival' },
      { externalId: 'G2', township: '330922101', kind: 'local' },
    ]);
  });

  it('leaves a file alone while it is written, and what is only begun', async () => {
    const [room] = rooms;
    put('hourly.csv.part', [HEADER, row(1)]);
    put('~$hourly.xlsx', ['locked']);
    put('hourly.csv', [HEADER, row(1)]);
    await room!.app.get(WatchedFolders).look();
    room!.clock.set(room!.clock.now() + 10_000);
    put('hourly.csv', [HEADER, row(1), row(2)]);
    await room!.app.get(WatchedFolders).look();
    room!.clock.set(room!.clock.now() + 5_000);
    await room!.app.get(WatchedFolders).look();
    expect(names('.')).toContain('hourly.csv');
    expect(await count('imports')).toBe(0);
    await looked();
    expect(names('.').filter((n) => n.includes('.'))).toEqual(['hourly.csv.part', '~$hourly.xlsx']);
    renameSync(join(folder, 'hourly.csv.part'), join(folder, 'hourly-2.csv'));
    await looked();
    expect(await count('people')).toBe(2);
  });

  it('knows the same file again and does not read it', async () => {
    put('a.csv', [HEADER, row(1)]);
    await looked();
    put('b.csv', [HEADER, row(1)]);
    await looked();
    expect(await count('imports')).toBe(1);
    expect(names('done')).toHaveLength(2);
    expect(entries().at(-1)).toBe('folder.again');
  });

  it('reads the same file again after its mapping was mended', async () => {
    put('a.csv', [HEADER, row(1)]);
    await looked();
    for (const room of rooms) room.clock.set(room.clock.now() + 200_000);
    const mended = await audienceApp(held, [FoldersModule], yaml.replace('arrival', 'migrant'));
    mended.clock.set(rooms[0]!.clock.now());
    put('b.csv', [HEADER, row(1)]);
    await looked([mended]);
    expect(await held.database.query('SELECT kind FROM memberships ORDER BY kind')).toEqual([
      { kind: 'arrival' },
      { kind: 'migrant' },
    ]);
    for (const room of rooms) room.clock.set(mended.clock.now() + 200_000);
    await mended.close();
  });

  it('goes on with the others where one file cannot be moved or read, and says so while it lies there', async () => {
    const long = `a${'x'.repeat(245)}.csv`;
    put(long, [HEADER, row(1)]);
    mkdirSync(join(folder, 'taking', '01KB0000000000000000000009.no-file.csv'), { recursive: true });
    put('good.csv', [HEADER, row(2)]);
    await looked();
    const alarms = async () => (await rooms[0]!.app.get(Alarms).open()).map((a) => a.kind);
    expect([await count('people'), await alarms()]).toEqual([1, ['folder_file_stuck']]);
    expect(names('done')).toEqual([expect.stringMatching(/\.good\.csv$/)]);
    rmSync(join(folder, 'taking', '01KB0000000000000000000009.no-file.csv'), { recursive: true });
    renameSync(join(folder, long), join(folder, 'short.csv'));
    await looked();
    expect([await count('people'), await alarms()]).toEqual([2, []]);
  });

  it('puts a file that is none to the failed ones, with the reason and an alarm, until the next is read', async () => {
    put('broken.csv', ['nothing,that,is,known', '1,2,3,4']);
    await looked();
    const [file, reason] = names('failed');
    expect([file, reason]).toEqual([expect.stringMatching(/broken\.csv$/), `${file}.rejects.csv`]);
    expect(readFileSync(join(folder, 'failed', reason!), 'utf8')).toMatch(/no column called 电话/);
    const alarms = () => rooms[0]!.app.get(Alarms).open();
    expect((await alarms()).map((a) => [a.kind, a.subject])).toEqual([['folder_file_failed', 'folder/ferry']]);
    put('good.csv', [HEADER, row(1)]);
    await looked();
    expect(await alarms()).toEqual([]);
  });

  it('goes on where a process died: after it took the file, and while it was read', async () => {
    mkdirSync(join(folder, 'taking'), { recursive: true });
    put('taking/01KB0000000000000000000001.ferry.csv', [HEADER, row(1)]);
    await looked([rooms[1]!]);
    // The first process holds the folder: it is silent, and its time runs out.
    for (const room of rooms) room.clock.set(room.clock.now() + 200_000);
    await looked([rooms[1]!]);
    expect(names('done')).toEqual(['01KB0000000000000000000001.ferry.csv']);
    // Moved, and dead before the row said so.
    put('two.csv', [HEADER, row(2)]);
    await looked([rooms[1]!]);
    await held.database.execute('UPDATE folder_files SET outcome = NULL, endedAt = NULL');
    await looked([rooms[1]!]);
    expect(await count('folder_files')).toBe(2);
    expect(await held.database.query('SELECT outcome FROM folder_files')).toEqual([
      { outcome: 'done' },
      { outcome: 'done' },
    ]);
    expect([await count('imports'), await count('people')]).toEqual([2, 2]);
  });

  it('is an alarm where the folder cannot be read, and none any more once it can', async () => {
    for (const room of rooms) room.clock.set(room.clock.now() + 200_000);
    renameSync(folder, `${folder}-away`);
    writeFileSync(folder, 'in its place');
    await looked();
    const kinds = async () => (await rooms[0]!.app.get(Alarms).open()).map((a) => a.kind);
    expect(await kinds()).toEqual(['folder_unreadable']);
    rmSync(folder);
    renameSync(`${folder}-away`, folder);
    await looked();
    expect(await kinds()).toEqual([]);
  });

  it('shows the import like any other', async () => {
    put('离异女性.csv', [HEADER, row(1)]);
    await looked();
    const [view] = (await rooms[0]!.app.get(Imports).list({ limit: 5 }, officer)).items;
    expect(view).toMatchObject({ status: 'done', fileName: '重点提醒', created: 1 });
  });
});

it('a folder with a field or township that nobody knows stops the start', async () => {
  const yaml = 'audience: { folders: [{ name: f, path: /tmp, mapping: { fon: x }, township: 无此镇 }] }';
  const { ConfigError, connect } = await import('../../platform/index.js');
  const { emptyDatabase } = await import('../../../test/support/database.js');
  const empty = await emptyDatabase('sqlite');
  const { database, writer } = await connect(empty.url, audienceEntities);
  await expect(audienceApp({ database, writer }, [FoldersModule], yaml)).rejects.toThrow(ConfigError);
  await database.close();
  await empty.drop();
});
