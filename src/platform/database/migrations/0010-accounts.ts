import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/** Personal links of field workers, sessions that end with them, where a user is told of what concerns them (sealed), and who asked for an account that a second administrator has to enable. */
const tables = [
  `CREATE TABLE field_links (id VARCHAR(26) NOT NULL PRIMARY KEY, tokenHash VARCHAR(64) NOT NULL, userId VARCHAR(26) NOT NULL, createdAt BIGINT NOT NULL, expiresAt BIGINT NOT NULL, usedAt BIGINT NULL, revokedAt BIGINT NULL)`,
  `CREATE UNIQUE INDEX ux_field_links_token ON field_links (tokenHash)`,
  `CREATE INDEX ix_field_links_user ON field_links (userId)`,
];

/** table, column, definition */
const columns: readonly (readonly [string, string, string])[] = [
  ['sessions', 'endsAt', 'BIGINT NULL'],
  ['users', 'email', 'TEXT NULL'],
  ['users', 'accountId', 'TEXT NULL'],
  ['users', 'heldBy', 'VARCHAR(26) NULL'],
];

export class Accounts1733097600000 implements MigrationInterface {
  readonly name = 'Accounts1733097600000';

  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, tables);
    for (const [table, column, definition] of columns)
      await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${definition}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, column] of [...columns].reverse())
      await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
    for (const statement of [...tables].reverse()) {
      const table = /^CREATE TABLE (\w+)/.exec(statement)?.[1];
      if (table) await runner.query(`DROP TABLE ${table}`);
    }
  }
}
