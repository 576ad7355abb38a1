import { createRequire } from 'node:module';

interface Statement {
  readonly reader: boolean;
  readonly columns: () => { name: string }[];
  raw(isRaw: boolean): this;
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
 * libsql as TypeORM's better-sqlite3 driver, with three changes. A transaction takes the write lock when it begins. SQLite's
 * default takes it at the first write, where a second process (the command line beside the server) makes it fail at once
 * instead of waiting for the busy timeout. Rows come as lists of values, which costs half of what libsql's own objects do; and values go
 * to it as one list.
 */
export class ImmediateLibsql extends Libsql {
  override prepare(sql: string): Statement {
    const statement = super.prepare(sql === 'BEGIN TRANSACTION' ? 'BEGIN IMMEDIATE' : sql);
    return statement.reader ? readingByColumns(statement) : writingOneList(statement);
  }
}

/** Values go as one list: libsql copies and flattens thousands of arguments before it binds them. */
function writingOneList(statement: Statement): Statement {
  const run = statement.run.bind(statement);
  statement.run = (...values) => run(values);
  return statement;
}

/** Names are asked for once a statement, not once a row, and all rows of it have one shape. */
function readingByColumns(statement: Statement): Statement {
  const names = statement.columns().map((column) => column.name);
  const all = statement.raw(true).all.bind(statement);
  statement.all = (...values) =>
    (all(values) as unknown[][]).map((row) => {
      const named: Record<string, unknown> = {};
      for (let i = 0; i < names.length; i += 1) named[names[i]!] = row[i];
      return named;
    });
  return statement;
}
