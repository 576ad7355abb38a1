import { rm } from 'node:fs/promises';
import type { DataSource } from 'typeorm';
import { connect, quoted, type Database, type Dialect } from '../../platform/index.js';
import type { ArchiveRow, ArchiveTable, ArchiveValue, RowSource } from './archive.js';

const AT_ONCE = 1000;

interface Held {
  readonly database: Database;
  readonly writer: DataSource;
}
/** What reads one moment of a database: its rows, and small questions about it. */
export interface Snapshot {
  readonly rows: RowSource;
  ask<T>(sql: string): Promise<T[]>;
}

const SCHEMA: Readonly<Record<Dialect, string>> = {
  sqlite: `SELECT m.name AS tableName, c.name AS columnName FROM sqlite_master m JOIN pragma_table_info(m.name) c
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid`,
  mysql: `SELECT c.TABLE_NAME AS tableName, c.COLUMN_NAME AS columnName FROM information_schema.COLUMNS c
    JOIN information_schema.TABLES t ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME
    WHERE c.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE = 'BASE TABLE' ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION`,
};

/** Every table with its columns, as the database has them: one that no class describes is not forgotten either. */
export async function tablesOf(ask: Snapshot['ask'], dialect: Dialect): Promise<ArchiveTable[]> {
  const tables = new Map<string, string[]>();
  for (const { tableName, columnName } of await ask<{ tableName: string; columnName: string }>(SCHEMA[dialect]))
    tables.set(tableName, [...(tables.get(tableName) ?? []), columnName]);
  // The restore runs the migrations itself, and so makes the table that tells of them.
  tables.delete('migrations');
  return [...tables].map(([name, columns]) => ({ name, columns }));
}

const selectOf = (dialect: Dialect, { name, columns }: ArchiveTable, more: readonly string[] = []): string =>
  `SELECT ${[...more, ...columns.map((c) => quoted(dialect, c))].join(', ')} FROM ${quoted(dialect, name)}`;

type Raw = Record<string, ArchiveValue>;
const valuesOf = ({ columns }: ArchiveTable, row: Raw): ArchiveRow => columns.map((c) => row[c] ?? null);

/** Holds still one moment of the database while `work` reads it; whoever sends or writes is not held up. */
export function withSnapshot<T>(held: Held, near: string, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  return held.database.dialect === 'sqlite'
    ? fromCopy(held.writer, `${near}.snapshot`, work)
    : fromTransaction(held.writer, work);
}

/** SQLite: a copy that it makes itself in one read, without a wait for writers; it lies beside the backup until that is written. */
async function fromCopy<T>(writer: DataSource, path: string, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const clear = () => Promise.all(['', '-wal', '-shm'].map((end) => rm(path + end, { force: true })));
  await clear();
  const mask = process.umask(0o077);
  try {
    await writer.query('VACUUM INTO ?', [path]);
    const { database } = await connect({ kind: 'sqlite', path }, []);
    try {
      return await work({ rows: (table) => pages(database, table), ask: (sql) => database.query(sql) });
    } finally {
      await database.close();
    }
  } finally {
    process.umask(mask);
    await clear();
  }
}

async function* pages(database: Database, table: ArchiveTable): AsyncGenerator<ArchiveRow[]> {
  const select = selectOf('sqlite', table, ['rowid AS "~row"']);
  for (let after = Number.MIN_SAFE_INTEGER; ;) {
    const rows = await database.query<Raw>(`${select} WHERE rowid > ? ORDER BY rowid LIMIT ${AT_ONCE}`, [after]);
    if (rows.length > 0) yield rows.map((row) => valuesOf(table, row));
    if (rows.length < AT_ONCE) return;
    after = Number(rows.at(-1)!['~row']);
  }
}

/** MariaDB and MySQL: one transaction that sees all tables as they were when it began; rows come as they are read. */
async function fromTransaction<T>(writer: DataSource, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const runner = writer.createQueryRunner();
  await runner.connect();
  try {
    await runner.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    await runner.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
    const rows = async function* (table: ArchiveTable): AsyncGenerator<ArchiveRow[]> {
      let page: ArchiveRow[] = [];
      for await (const row of await runner.stream(selectOf('mysql', table))) {
        page.push(valuesOf(table, row as unknown as Raw));
        if (page.length < AT_ONCE) continue;
        yield page;
        page = [];
      }
      if (page.length > 0) yield page;
    };
    return await work({ rows, ask: (sql) => runner.query(sql) });
  } finally {
    await runner.query('ROLLBACK').catch(() => undefined);
    await runner.release();
  }
}
