import { describe, expect, it } from '@jest/globals';
import { dialects, withDatabase } from '../../test/support/database.js';
import type { Dialect } from '../platform/index.js';
import { audienceEntities } from './audience.entities.js';

interface ColumnFacts {
  readonly name: string;
  readonly type: string;
  readonly isNullable: boolean;
  readonly isPrimary: boolean;
}

/** SQLite knows one kind of whole number; MariaDB adds a display width to its two, and has a text for long ones. */
const plain = (dialect: Dialect, type: string, length = ''): string => {
  const name = type
    .toLowerCase()
    .replace(/^(int|bigint)\(\d+\)$/, '$1')
    .replace('mediumtext', 'text');
  if (dialect === 'sqlite' && ['int', 'bigint', 'integer'].includes(name)) return 'integer';
  return length && name === 'varchar' ? `varchar(${length})` : name;
};
const byName = (a: ColumnFacts, b: ColumnFacts) => (a.name < b.name ? -1 : 1);

describe.each(dialects())('the entities of the audience on %s', (dialect) => {
  const held = withDatabase(dialect, audienceEntities);

  it.each(audienceEntities.map((entity) => [entity.name, entity] as const))(
    '%s is the table that the migrations make',
    async (_, entity) => {
      const { tableName, columns } = held.writer.getMetadata(entity);
      const runner = held.writer.createQueryRunner();
      const table = await runner.getTable(tableName);
      await runner.release();
      const migrated = table!.columns.map((c): ColumnFacts => ({
        name: c.name,
        type: plain(dialect, c.type, c.length),
        isNullable: c.isNullable,
        isPrimary: c.isPrimary,
      }));
      const declared = columns.map((c): ColumnFacts => ({
        name: c.databaseName,
        type: plain(dialect, held.writer.driver.normalizeType(c), c.length),
        isNullable: c.isNullable,
        isPrimary: c.isPrimary,
      }));
      expect(declared.sort(byName)).toEqual(migrated.sort(byName));
    },
  );
});
