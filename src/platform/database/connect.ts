import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { DatabaseUrl } from '../config/index.js';
import { Database } from './database.js';
import { ImmediateLibsql } from './libsql-driver.js';
import { migrations } from './migrations/index.js';

type Entities = DataSourceOptions['entities'];

interface Pragmas {
  pragma(sql: string): unknown;
}

const sqliteOptions = (path: string, entities: Entities, readOnly: boolean): DataSourceOptions => ({
  type: 'better-sqlite3',
  driver: ImmediateLibsql,
  database: path,
  enableWAL: !readOnly,
  entities,
  migrations: readOnly ? [] : migrations,
  migrationsTransactionMode: 'all',
  prepareDatabase: (db: Pragmas) => {
    db.pragma('busy_timeout = 15000');
    // FULL: a commit that was acknowledged survives a loss of power, or a message could be sent twice.
    db.pragma('synchronous = FULL');
    db.pragma(`cache_size = -${readOnly ? 8192 : 16_384}`);
    // A page that many commits touch is written back once: at the usual 1,000 pages every second commit of a batch would.
    db.pragma('wal_autocheckpoint = 8000');
    if (readOnly) db.pragma('query_only = ON');
  },
});

const mysqlOptions = (url: Extract<DatabaseUrl, { kind: 'mysql' }>, entities: Entities): DataSourceOptions => ({
  type: 'mysql',
  host: url.host,
  port: url.port,
  username: url.user,
  password: url.password,
  database: url.name,
  charset: 'utf8mb4_bin',
  timezone: 'Z',
  // Sums and row numbers stay JavaScript numbers; none of ours passes 2^53.
  supportBigNumbers: true,
  bigNumberStrings: false,
  entities,
  migrations,
  migrationsTransactionMode: 'each',
  poolSize: 16,
  extra: { decimalNumbers: true, connectTimeout: 10_000 },
});

/** Opens the database. Nothing is migrated here: `migrate` does, and says so. */
export async function connect(
  url: DatabaseUrl,
  entities: Entities,
): Promise<{ database: Database; writer: DataSource }> {
  if (url.kind === 'mysql') {
    const pool = await new DataSource(mysqlOptions(url, entities)).initialize();
    return { database: new Database(pool, pool, 'mysql'), writer: pool };
  }
  mkdirSync(dirname(url.path), { recursive: true });
  const writer = await new DataSource(sqliteOptions(url.path, entities, false)).initialize();
  const reader = await new DataSource(sqliteOptions(url.path, entities, true)).initialize();
  return { database: new Database(writer, reader, 'sqlite'), writer };
}

/** Brings the database up to date; answers the names of the migrations that ran. */
export async function migrate(writer: DataSource): Promise<string[]> {
  return (await writer.runMigrations()).map((m) => m.name);
}

/** True where migrations of this version have not run yet. */
export const isBehind = (writer: DataSource): Promise<boolean> => writer.showMigrations();
