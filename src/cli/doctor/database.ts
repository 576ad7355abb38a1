import { existsSync } from 'node:fs';
import { Clock, connect, isBehind, SystemClock, type Config, type Database } from '../../platform/index.js';
import { errorText } from '../answer.js';
import { fail, ok, warn, type Line } from './line.js';

const SKEW_MS = 5_000;
/** One statement of ours carries up to 16,000 values, sealed ones of some hundred bytes among them. */
const PACKET = 16 * 1024 * 1024;
const PRIVILEGES = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'ALTER', 'INDEX', 'DROP'];

/** Reachable, new enough, up to date, and with all that a deployment needs of it. */
export async function checkDatabase({ database: url }: Config): Promise<Line[]> {
  if (url.kind === 'sqlite' && !existsSync(url.path)) {
    return [
      warn('database', `there is no file ${url.path} yet`, 'the first start makes it; or restore a backup first'),
    ];
  }
  const name = url.kind === 'sqlite' ? url.path : `${url.host}:${url.port}/${url.name}`;
  let held: Awaited<ReturnType<typeof connect>>;
  try {
    held = await connect(url, []);
  } catch (error) {
    return [fail('database', `${name}: ${errorText(error)}`, 'is it running, and is DATABASE_URL right?')];
  }
  const { database, writer } = held;
  try {
    const lines = url.kind === 'sqlite' ? await sqlite(database, name) : await mysql(database, name);
    lines.push(
      (await isBehind(writer))
        ? fail('migrations', 'the database is behind this version', 'make a backup, then: npm run cli -- migrate')
        : ok('migrations', 'up to date'),
    );
    return lines;
  } finally {
    await database.close();
  }
}

async function sqlite(database: Database, name: string): Promise<Line[]> {
  const version = await database.one<{ v: string }>('SELECT sqlite_version() AS v');
  const sound = await database.one<{ quick_check: string }>('PRAGMA quick_check(1)');
  const whole = sound?.quick_check === 'ok';
  return [
    ok('database', `${name}, SQLite ${version?.v ?? '?'}`),
    whole ? ok('database', 'its file is whole') : fail('database', 'its file is damaged', 'restore the last backup'),
  ];
}

async function mysql(database: Database, name: string): Promise<Line[]> {
  const row = await database.one<{ version: string; at: number; packet: number }>(
    'SELECT VERSION() AS version, UNIX_TIMESTAMP(NOW(3)) * 1000 AS at, @@max_allowed_packet AS packet',
  );
  const version = row?.version ?? '';
  const now = (new SystemClock() satisfies Clock).now();
  return [
    isNewEnough(version)
      ? ok('database', `${name}, ${version}`)
      : fail('database', `${name} is ${version}`, 'MariaDB 10.6 or MySQL 8.0 is the oldest that is supported'),
    Math.abs(now - Number(row?.at)) > SKEW_MS
      ? warn(
          'clock',
          `the database's clock and this machine's are ${Math.round(Math.abs(now - Number(row?.at)) / 1000)} s apart`,
          'set both by NTP',
        )
      : ok('clock', "the database's clock and this machine's agree"),
    Number(row?.packet) < PACKET
      ? warn('database', `max_allowed_packet is ${Number(row?.packet)}`, 'set it to 16M or more')
      : ok('database', 'max_allowed_packet is large enough'),
    ...(await privileges(database)),
  ];
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return /mariadb/i.test(version) ? major > 10 || (major === 10 && minor >= 6) : major >= 8;
}

async function privileges(database: Database): Promise<Line[]> {
  const grants = (await database.query<Record<string, string>>('SHOW GRANTS')).flatMap((row) => Object.values(row));
  const given = grants.join('\n').toUpperCase();
  if (given.includes('ALL PRIVILEGES')) return [ok('database', 'this user may do all that is needed')];
  const missing = PRIVILEGES.filter((p) => !new RegExp(`\\b${p}\\b`).test(given));
  return missing.length === 0
    ? [ok('database', 'this user may do all that is needed')]
    : [
        warn(
          'database',
          `this user was not given ${missing.join(', ')}`,
          'grant it on this schema; migrations need all of it',
        ),
      ];
}
