import { createRequire } from 'node:module';

interface Statement {
  readonly reader: boolean;
  all(...values: unknown[]): unknown[];
  run(...values: unknown[]): unknown;
}
interface SqliteDatabase {
  prepare(sql: string): Statement;
  exec(sql: string): unknown;
  pragma(sql: string): unknown;
  close(): void;
}
type SqliteDriver = new (path: string, options?: object) => SqliteDatabase;

const Libsql = createRequire(import.meta.url)('libsql') as SqliteDriver;

/**
 * libsql as TypeORM's better-sqlite3 driver, with one change: a transaction takes the write lock when it begins. SQLite's
 * default takes it at the first write, where a second process (the command line beside the server) makes it fail at once
 * instead of waiting for the busy timeout.
 */
export class ImmediateLibsql extends Libsql {
  override prepare(sql: string): Statement {
    return super.prepare(sql === 'BEGIN TRANSACTION' ? 'BEGIN IMMEDIATE' : sql);
  }
}
