import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { entities } from '../../src/app.module.js';
import { connect, migrate, type Database, type Dialect } from '../../src/platform/index.js';
import { migrations } from '../../src/platform/database/migrations/index.js';
import { dialects, emptyDatabase } from '../support/database.js';

interface Column {
  readonly table: string;
  readonly name: string;
  readonly family: 'integer' | 'text' | 'bytes' | 'real';
  readonly nullable: boolean;
}

interface Schema {
  readonly columns: readonly Column[];
  /** `table (a, b) unique`. */
  readonly indexes: readonly string[];
}

/** What holds the same things on both databases: SQLite knows one integer, MySQL five. */
function familyOf(type: string): Column['family'] {
  const name = type.toLowerCase().replace(/\(.*$/, '').trim();
  if (/^(tinyint|smallint|mediumint|int|integer|bigint)$/.test(name)) return 'integer';
  if (/^(varchar|char|text|tinytext|mediumtext|longtext)$/.test(name)) return 'text';
  if (/^(blob|mediumblob|longblob|varbinary|binary)$/.test(name)) return 'bytes';
  if (/^(real|double|float|decimal|numeric)$/.test(name)) return 'real';
  throw new Error(`the type ${type} has no family: add it to familyOf in this test`);
}

const own = (table: string): boolean => table !== 'migrations' && !table.startsWith('sqlite_');
const index = (table: string, columns: readonly string[], unique: boolean): string =>
  `${table} (${columns.join(', ')})${unique ? ' unique' : ''}`;

async function sqliteSchema(database: Database): Promise<Schema> {
  const tables = await database.query<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'");
  const columns: Column[] = [];
  const indexes: string[] = [];
  for (const { name: table } of tables.filter((t) => own(t.name))) {
    const rows = await database.query<{ name: string; type: string; notnull: number; pk: number }>(
      `PRAGMA table_info(${table})`,
    );
    columns.push(
      ...rows.map((r) => ({ table, name: r.name, family: familyOf(r.type), nullable: r.notnull === 0 && r.pk === 0 })),
    );
    const keys = rows.filter((r) => r.pk > 0).sort((a, b) => a.pk - b.pk);
    if (keys.length > 0)
      indexes.push(
        index(
          table,
          keys.map((k) => k.name),
          true,
        ),
      );
    for (const found of await database.query<{ name: string; unique: number; origin: string }>(
      `PRAGMA index_list(${table})`,
    )) {
      if (found.origin === 'pk') continue;
      const parts = await database.query<{ seqno: number; name: string }>(`PRAGMA index_info(${found.name})`);
      indexes.push(
        index(
          table,
          [...parts].sort((a, b) => a.seqno - b.seqno).map((p) => p.name),
          found.unique === 1,
        ),
      );
    }
  }
  return { columns, indexes: indexes.sort() };
}

async function mysqlSchema(database: Database): Promise<Schema> {
  const rows = await database.query<{ t: string; c: string; type: string; nullable: string }>(
    'SELECT TABLE_NAME AS t, COLUMN_NAME AS c, DATA_TYPE AS type, IS_NULLABLE AS nullable FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()',
  );
  const parts = await database.query<{ t: string; i: string; c: string; seq: number; open: number }>(
    'SELECT TABLE_NAME AS t, INDEX_NAME AS i, COLUMN_NAME AS c, SEQ_IN_INDEX AS seq, NON_UNIQUE AS open FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() ORDER BY t, i, seq',
  );
  const byIndex = new Map<string, typeof parts>();
  for (const part of parts.filter((p) => own(p.t)))
    byIndex.set(`${part.t} ${part.i}`, [...(byIndex.get(`${part.t} ${part.i}`) ?? []), part]);
  return {
    columns: rows
      .filter((r) => own(r.t))
      .map((r) => ({ table: r.t, name: r.c, family: familyOf(r.type), nullable: r.nullable === 'YES' })),
    indexes: [...byIndex.values()]
      .map((of) =>
        index(
          of[0]!.t,
          of.map((p) => p.c),
          Number(of[0]!.open) === 0,
        ),
      )
      .sort(),
  };
}

const entityColumns = (source: DataSource): Column[] =>
  source.entityMetadatas.flatMap((entity) =>
    entity.columns.map((column) => ({
      table: entity.tableName,
      name: column.databaseName,
      family: familyOf(
        typeof column.type === 'function'
          ? ({ String: 'varchar', Number: 'int' }[column.type.name] ?? column.type.name)
          : column.type,
      ),
      nullable: column.isNullable,
    })),
  );

const described = (c: Column): string => `${c.family}${c.nullable ? ', nullable' : ''}`;

/** What the one has and the other lacks, or has otherwise, each with what is to be done. */
function differences(real: readonly Column[], told: readonly Column[]): string[] {
  const found: string[] = [];
  const tables = (columns: readonly Column[]) => new Set(columns.map((c) => c.table));
  for (const table of tables(real)) {
    if (!tables(told).has(table))
      found.push(`table ${table} has no entity: write one and add it to its room's entities in src/app.module.ts`);
  }
  for (const table of tables(told)) {
    if (!tables(real).has(table))
      found.push(`entity of ${table} has no table: write a migration, or take the entity away`);
  }
  const named = new Map(told.map((c) => [`${c.table}.${c.name}`, c]));
  for (const column of real) {
    const key = `${column.table}.${column.name}`;
    const entity = named.get(key);
    named.delete(key);
    if (!tables(told).has(column.table)) continue;
    if (!entity) found.push(`column ${key} (${described(column)}) is not in its entity: add it there`);
    else if (described(entity) !== described(column))
      found.push(
        `${key} is ${described(column)} in the database and ${described(entity)} in its entity: make the entity say what the migration says`,
      );
  }
  for (const [key, column] of named) {
    if (tables(real).has(column.table))
      found.push(`${key} is in the entity but not in the table: add a migration for it`);
  }
  return found;
}

const schemas = new Map<Dialect, Schema>();

it('migrations run in the order of their numbers', () => {
  const times = migrations.map((migration) => Number(/\d{13}$/.exec(migration.name)?.[0]));
  expect(times).toEqual([...times].sort((a, b) => a - b));
});

describe.each(dialects())('entities are what the migrations make, on %s', (dialect) => {
  let database: Database;
  let source: DataSource;
  let drop: () => Promise<void>;

  beforeAll(async () => {
    const empty = await emptyDatabase(dialect);
    const connected = await connect(empty.url, entities);
    database = connected.database;
    source = connected.writer;
    await migrate(source);
    schemas.set(dialect, await (dialect === 'sqlite' ? sqliteSchema(database) : mysqlSchema(database)));
    drop = empty.drop;
  }, 60_000);
  afterAll(async () => {
    await database.close();
    await drop();
  });

  it('every table has an entity with its columns, their families and whether they may be empty', () => {
    expect(differences(schemas.get(dialect)!.columns, entityColumns(source))).toEqual([]);
  });

  it('no table has two entities', () => {
    const tables = source.entityMetadatas.map((e) => e.tableName);
    expect(tables.filter((t, i) => tables.indexOf(t) !== i)).toEqual([]);
  });

  it('reads every table through its entity', async () => {
    for (const entity of source.entityMetadatas) await source.getRepository(entity.target).find({ take: 1 });
  });
});

const both = dialects().length === 2 ? it : it.skip;
both('both databases get the same tables, columns and indexes', () => {
  const [sqlite, mysql] = [schemas.get('sqlite')!, schemas.get('mysql')!];
  const said = (columns: readonly Column[]) => columns.map((c) => `${c.table}.${c.name} ${described(c)}`).sort();
  expect(said(mysql.columns)).toEqual(said(sqlite.columns));
  expect(mysql.indexes).toEqual(sqlite.indexes);
});
