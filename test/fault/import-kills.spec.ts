import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COUNTY } from '../../src/accounts/index.js';
import { Imports } from '../../src/audience/index.js';
import { dialects } from '../support/database.js';
import { killAll } from './support/product.js';
import { Office, waitFor, World } from './support/world.js';

const isLong = process.env.FAULT_LONG === '1';
const ROWS = isLong ? 80_000 : 20_000;
const KILLS = isLong ? 3 : 1;

const folder = mkdtempSync(join(tmpdir(), 'tidecall-import-kills-'));
const file = join(folder, '名单.csv');

/** Good rows, with every kind of row among them that is counted otherwise: rejects, repeats, other contents, shared numbers. */
const row = (i: number): string => {
  const person = i % 97 === 5 ? i - 3 : i;
  const phone = i % 89 === 7 ? '12345' : `139${String(person % 31 === 4 ? person - 1 : person).padStart(8, '0')}`;
  const town = i % 101 === 9 ? '天上' : i % 2 === 0 ? '菜园镇' : '嵊山镇';
  return `K${person},人${i % 97 === 5 && i % 2 === 0 ? 'x' : person},${phone},${town},本地居民`;
};

interface Counts {
  readonly status: string;
  readonly total: number;
  readonly created: number;
}

/** What an import leaves behind, without what differs from one run to the next: ids, times, sealed texts. */
const leftBehind = (world: World): Promise<string> =>
  world.look(async (database) => {
    const people = await database.query(
      'SELECT externalId, phoneKey, township, digest FROM people ORDER BY externalId',
    );
    const memberships = await database.query(
      'SELECT p.externalId, m.kind FROM memberships m JOIN people p ON p.id = m.personId ORDER BY p.externalId, m.kind',
    );
    const rejects = await database.query('SELECT line, codes FROM import_rejects ORDER BY line');
    const conflicts = await database.query('SELECT kind, phoneKey FROM person_conflicts ORDER BY phoneKey, kind');
    return createHash('sha256')
      .update(JSON.stringify([people, memberships, rejects, conflicts]))
      .digest('hex');
  });

const read = (world: World): Promise<Counts | null> =>
  world.look((database) =>
    database.one<Counts>('SELECT status, total, created, updated, unchanged, rejected FROM imports'),
  );

const untilDone = (world: World): Promise<Counts> =>
  waitFor(
    'the import to be done',
    async () => {
      const job = await read(world);
      return job && ['done', 'failed'].includes(job.status) ? job : null;
    },
    { withinMs: 180_000 },
  );

/** Waits until some rows are taken, and not all. */
const underWay = (world: World, more: number): Promise<unknown> =>
  waitFor('the import to be under way', async () => Number((await read(world))?.total ?? 0) > more, {
    withinMs: 60_000,
    everyMs: 10,
  });

const upload = async (url: string): Promise<void> => {
  const { officer } = await Office.at(url);
  const form = new FormData();
  form.set('file', new Blob([readFileSync(file)]), '名单.csv');
  const { status } = await officer.post('/people/imports', form);
  expect(status).toBe(202);
};

beforeAll(() => {
  const header = '人员编号,姓名,手机号,乡镇,人群';
  writeFileSync(file, [header, ...Array.from({ length: ROWS }, (_, i) => row(i))].join('\n'));
});
afterAll(async () => {
  await killAll();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(dialects())('kill -9 in the middle of an import on %s', (dialect) => {
  const worlds: World[] = [];
  const world = async (): Promise<World> => {
    const made = await World.make(dialect, 'http://127.0.0.1:9');
    worlds.push(made);
    return made;
  };
  /** What an import leaves that nobody killed. */
  let straight: { counts: Counts | null; left: string };

  beforeAll(async () => {
    const calm = await world();
    await calm.inside((app) =>
      app.get(Imports, { strict: false }).importFile(file, { by: { id: null, name: 'test' }, scope: COUNTY }),
    );
    straight = { counts: await read(calm), left: await leftBehind(calm) };
    expect(straight.counts).toMatchObject({ status: 'done', total: ROWS });
  }, 120_000);
  afterAll(async () => {
    await killAll();
    for (const made of worlds) await made.drop();
  });

  it(`leaves what was left without one: ${ROWS} rows, the server killed ${KILLS} times`, async () => {
    const served = await world();
    let product = await served.start();
    await upload(product.url);
    for (let kill = 0; kill < KILLS; kill += 1) {
      await underWay(served, Math.floor((ROWS * kill) / (KILLS + 1)));
      await product.process.kill();
      expect((await read(served))!.status).toBe('running');
      product = await served.start();
    }
    expect(await untilDone(served)).toEqual(straight.counts);
    expect(await leftBehind(served)).toBe(straight.left);
    await product.process.stop();
  }, 600_000);

  // The same code as the server's, and a lease's wait is long: the short form kills it on one database.
  if (isLong || dialect === 'sqlite')
    it(`leaves what was left without one: ${ROWS} rows, the command line killed, and a server goes on`, async () => {
      const typed = await world();
      const terminal = typed.command(['import-people', file]);
      await underWay(typed, 0);
      await terminal.kill();
      expect((await read(typed))!.status).toBe('running');
      const server = await typed.start();
      expect(await untilDone(typed)).toEqual(straight.counts);
      expect(await leftBehind(typed)).toBe(straight.left);
      await server.process.stop();
    }, 600_000);

  it('says how far it is, and keeps what was taken when somebody presses Ctrl-C', async () => {
    const typed = await world();
    const terminal = typed.command(['import-people', file]);
    await terminal.says(/\d+ %: [\d,]+ rows read/);
    terminal.interrupt();
    await terminal.says(/Cancelled\. Took/);
    await terminal.ended;
    const job = (await read(typed))!;
    expect(job.status).toBe('cancelled');
    expect(job.total).toBeLessThan(ROWS);
    const people = await typed.look((database) => database.one<{ n: number }>('SELECT COUNT(*) AS n FROM people'));
    expect(Number(people!.n)).toBe(Number(job.created));
  }, 120_000);
});
