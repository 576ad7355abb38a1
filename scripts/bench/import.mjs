/** Bringing people in from files, encrypted and with durable commits, beside the bare insert of the same sealed rows. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { emptyDatabase } from './frame/databases.mjs';
import { measured } from './frame/measure.mjs';

export const about = 'people from CSV and XLSX files, encrypted, durable';
export const databases = ['sqlite', 'mariadb'];
export const size = 200_000;

export const parts = ['csv', 'xlsx'];

const ROWS_A_SECOND = { csv: 15_000, xlsx: 5_000 };
const MEMORY_MB = 300;
const CHUNK = 1000;
const BY = { id: 'BENCH', name: 'bench' };

const writePeople = (path, count) =>
  promisify(execFile)(process.execPath, [
    fileURLToPath(new URL('./frame/people-file.mjs', import.meta.url)),
    path,
    String(count),
  ]);

/** Runs the import and watches this process's memory meanwhile. */
async function imported(house, path, { load, dryRun = false }) {
  const { COUNTY } = await load('accounts/index.js');
  const { Imports } = await load('audience/index.js');
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss / 1e6)), 50);
  const told = await measured(() => house.get(Imports).importFile(path, { by: BY, scope: COUNTY, dryRun }));
  clearInterval(watch);
  if (told.result.status !== 'done') throw new Error(`the import is ${told.result.status}: ${told.result.error}`);
  return { ...told, peak };
}

/** The limit: the rows that the import made, sealed already, into the same tables of an empty database, a commit a thousand. */
async function bareInsert(on, house, { load }) {
  const { connect, Database, migrate, readDatabaseUrl } = await load('platform/index.js');
  const from = house.get(Database);
  const empty = await emptyDatabase(on);
  const { database, writer } = await connect(readDatabaseUrl(empty.url), []);
  try {
    await migrate(writer);
    let seconds = 0;
    let cpu = 0;
    let count = 0;
    for (let after = 0; ;) {
      const people = await from.query(`SELECT * FROM people WHERE id > ? ORDER BY id LIMIT ${CHUNK}`, [after]);
      if (people.length === 0) return { seconds, cpu, count };
      const last = Number(people.at(-1).id);
      const held = async (table) =>
        from.query(`SELECT * FROM ${table} WHERE personId > ? AND personId <= ? ORDER BY personId`, [after, last]);
      const parts = [
        ['people', people],
        ['memberships', await held('memberships')],
        ['person_tags', await held('person_tags')],
      ].filter(([, rows]) => rows.length > 0);
      const inserts = parts.map(([table, rows]) => [
        table,
        Object.keys(rows[0]),
        rows.map((row) => Object.values(row)),
      ]);
      const told = await measured(() =>
        database.transaction(async () => {
          for (const [table, columns, rows] of inserts) await database.insert(table, columns, rows);
        }),
      );
      seconds += told.seconds;
      cpu += told.cpu;
      count += people.length;
      after = last;
    }
  } finally {
    await database.close();
    await empty.drop();
  }
}

export async function measure({ on, part: kind, size: count, figure, load, house: open }) {
  const told = count.toLocaleString('en');
  const house = await open();
  try {
    const path = join(house.folder, `people.${kind}`);
    await writePeople(path, count);
    const first = await imported(house, path, { load });
    if (first.result.created !== count) throw new Error(`${first.result.created} of ${count} rows were created`);
    const again = await imported(house, path, { load });
    if (again.result.unchanged !== count) throw new Error(`${again.result.unchanged} of ${count} were unchanged`);
    const bare = await bareInsert(on, house, { load });
    const row = ({ seconds, cpu }) => ({
      value: count / seconds,
      unit: 'rows/s',
      atLeast: ROWS_A_SECOND[kind],
      limit: { is: 'bare insert', value: count / bare.seconds, cpu: (bare.cpu * 1e6) / count },
      cpu: (cpu * 1e6) / count,
    });
    figure({ name: `${kind}, ${told} new people`, ...row(first) });
    figure({ name: `${kind}, the same file again`, ...row(again) });
    figure({ name: `${kind}, most memory`, value: first.peak, unit: 'MB', atMost: MEMORY_MB });
  } finally {
    await house.close();
  }
}
