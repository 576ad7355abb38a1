import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { CannotGoOn } from './steps.mjs';

const HELD = ['people', 'users', 'campaigns'];

/**
 * Where the demo keeps its data, decided before anything is opened. The demo's own file is made anew; nothing of any other
 * database is ever deleted.
 *
 * @param {string} root
 * @returns {Promise<{ url: string, isOwn: boolean, marker: string, keys: Record<string, string> }>}
 */
export async function chooseDatabase(root) {
  const folder = join(root, 'data');
  mkdirSync(folder, { recursive: true });
  const own = join(folder, 'demo.db');
  const marker = join(folder, 'demo.json');
  const url = process.env.DATABASE_URL || `sqlite:${own}`;
  const isOwn = url.startsWith('sqlite:') && resolve(url.slice('sqlite:'.length)) === own;
  if (isOwn) {
    await refuseWhileRunning(marker);
    for (const tail of ['', '-wal', '-shm', '-journal', '.keys.json']) rmSync(own + tail, { force: true });
  }
  // One file makes its keys beside itself; a server cannot.
  const keys = /^(mysql|mariadb):/.test(url) ? keysFor(join(folder, 'demo.keys.json')) : {};
  return { url, isOwn, marker, keys };
}

/** Another demo that is still open has this file. A note that was left behind by one that was killed is no hindrance. */
async function refuseWhileRunning(marker) {
  if (!existsSync(marker)) return;
  const { pid, address } = JSON.parse(readFileSync(marker, 'utf8'));
  try {
    process.kill(pid, 0);
    await fetch(`${address}/health/live`, { signal: AbortSignal.timeout(5000) });
  } catch {
    return;
  }
  throw new CannotGoOn(`A demo is running already at ${address} (process ${pid}): end it with Ctrl-C first.`);
}

/** Keys for a database that has none beside it; kept, so that `npm start` can open the demo's data later. */
function keysFor(file) {
  if (process.env.TIDECALL_DATA_KEY && process.env.TIDECALL_INDEX_KEY) return {};
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const key = () => randomBytes(32).toString('base64');
  const keys = { TIDECALL_DATA_KEY: key(), TIDECALL_INDEX_KEY: key() };
  writeFileSync(file, JSON.stringify(keys, null, 2), { mode: 0o600 });
  return keys;
}

/**
 * Throws where the database holds anything: the demo brings in its own people and never joins them to others.
 *
 * @param {object} platform the product's platform room
 * @param {object} config
 */
export async function refuseUnlessEmpty(platform, config) {
  // Before the file is there: a database that stands without keys gets none.
  platform.makeFirstKeys(config);
  const { database } = await connected(platform, config);
  try {
    const tables = await database.query(
      database.dialect === 'mysql'
        ? 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()'
        : "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    );
    if (tables.length === 0) return;
    const names = new Set(tables.map(({ name }) => name));
    if (!HELD.every((table) => names.has(table))) throw new CannotGoOn(notEmpty('tables of something else'));
    for (const table of HELD) {
      const row = await database.one(`SELECT COUNT(*) AS n FROM ${table}`);
      if (Number(row.n) > 0) throw new CannotGoOn(notEmpty(`${row.n} ${table}`));
    }
  } finally {
    await database.close();
  }
}

const notEmpty = (what) =>
  `The database that DATABASE_URL names holds ${what}. The demo needs an empty one and deletes nothing: make a new database and name it.`;

async function connected(platform, config) {
  try {
    return await platform.connect(config.database, []);
  } catch (error) {
    throw new CannotGoOn(`The database that DATABASE_URL names cannot be opened: ${error.message.split('\n')[0]}`);
  }
}

/** Notes who has the demo's own file open; the note goes when the demo ends. */
export function noteRunning(marker, address) {
  writeFileSync(marker, JSON.stringify({ pid: process.pid, address }));
  return () => rmSync(marker, { force: true });
}
