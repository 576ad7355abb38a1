import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import mysql from 'mysql2/promise';
import type { DataSource, DataSourceOptions } from 'typeorm';
import {
  connect,
  migrate,
  readDatabaseUrl,
  type Database,
  type DatabaseUrl,
  type Dialect,
} from '../../src/platform/index.js';

/** Where the tests find MariaDB; `TEST_MYSQL_URL=off` leaves it out (the test command says so), CI never does. */
export const mysqlServer = process.env.TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306/mysql';

export const dialects = (): Dialect[] => (mysqlServer === 'off' ? ['sqlite'] : ['sqlite', 'mysql']);

export interface TestDatabase {
  readonly url: DatabaseUrl;
  /** As `DATABASE_URL` would say it. */
  readonly text: string;
  drop(): Promise<void>;
}

let made = 0;

/** An empty database of its own: a file in a temporary folder, or a schema on the server. */
export async function emptyDatabase(dialect: Dialect, onServer = mysqlServer): Promise<TestDatabase> {
  if (dialect === 'sqlite') {
    const folder = mkdtempSync(join(tmpdir(), 'tidecall-'));
    const text = `sqlite:${join(folder, 'test.db')}`;
    return { url: readDatabaseUrl(text)!, text, drop: async () => rmSync(folder, { recursive: true, force: true }) };
  }
  made += 1;
  const name = `tidecall_test_${process.pid}_${Date.now().toString(36)}_${made}`;
  const server = await mysql.createConnection(onServer);
  await server.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  await server.end();
  const text = onServer.replace(/\/[^/]*$/, `/${name}`);
  return {
    url: readDatabaseUrl(text)!,
    text,
    drop: async () => {
      const again = await mysql.createConnection(onServer);
      await again.query(`DROP DATABASE IF EXISTS ${name}`);
      await again.end();
    },
  };
}

/** A migrated database for the suite that calls it, dropped afterwards. */
export function withDatabase(
  dialect: Dialect,
  entities: DataSourceOptions['entities'] = [],
): { readonly database: Database; readonly writer: DataSource; readonly url: DatabaseUrl } {
  let empty: TestDatabase;
  const held = {} as { database: Database; writer: DataSource; url: DatabaseUrl };
  beforeAll(async () => {
    empty = await emptyDatabase(dialect);
    Object.assign(held, await connect(empty.url, entities), { url: empty.url });
    await migrate(held.writer);
  });
  afterAll(async () => {
    await held.database.close();
    await empty.drop();
  });
  return held;
}

/**
 * Has `other` begin while another transaction holds what `change` wrote, and lets that one end as soon as `other` waits for it. For
 * MariaDB/MySQL; on SQLite writers stand in line and nobody comes between.
 */
export async function whileHeld<T>(
  database: Database,
  change: () => Promise<unknown>,
  other: () => PromiseLike<T>,
): Promise<T> {
  let holds = (): void => undefined;
  const held = new Promise<void>((resolve) => (holds = resolve));
  const holder = database.transaction(async () => {
    await change();
    holds();
    while (!(await database.one(WAITS))) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  });
  await Promise.race([held, holder]);
  const [answer] = await Promise.all([other(), holder]);
  return answer;
}

/** The server renews its list of transactions only where nobody has read it for 100 ms. */
const LOOK_AGAIN_MS = 150;

const WAITS = `SELECT t.trx_id FROM information_schema.innodb_trx t JOIN information_schema.processlist l
  ON l.id = t.trx_mysql_thread_id WHERE t.trx_state = 'LOCK WAIT' AND l.db = DATABASE()`;
