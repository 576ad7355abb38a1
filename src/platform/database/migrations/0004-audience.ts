import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/**
 * What the audience needs beyond the first thread: the files of watched folders and what an import lays under their blank
 * cells, how far the retention job has come, and the counts of sensitive groups that were shown.
 */
const tables = [
  `CREATE TABLE folder_files (id VARCHAR(26) NOT NULL PRIMARY KEY, folder VARCHAR(32) NOT NULL, digest VARCHAR(32) NOT NULL, importId VARCHAR(26) NULL, takenAt BIGINT NOT NULL,
    outcome VARCHAR(10) NULL, endedAt BIGINT NULL)`,
  `CREATE INDEX ix_folder_files_digest ON folder_files (folder, digest)`,
  `CREATE INDEX ix_folder_files_open ON folder_files (folder, endedAt)`,
  `CREATE TABLE sensitive_answers (id VARCHAR(26) NOT NULL PRIMARY KEY, scope VARCHAR(12) NOT NULL, rule TEXT NOT NULL, exact INT NOT NULL, answer TEXT NOT NULL, at BIGINT NOT NULL)`,
  `CREATE INDEX ix_sensitive_answers ON sensitive_answers (scope, exact)`,
  `CREATE TABLE retention_marks (kind VARCHAR(32) NOT NULL PRIMARY KEY, day INT NOT NULL, doneUntil BIGINT NOT NULL, at BIGINT NOT NULL)`,
];

/** table, column, definition */
const columns: readonly (readonly [string, string, string])[] = [['imports', 'defaults', 'TEXT NULL']];

const after = [
  `CREATE INDEX ix_memberships_until ON memberships (until)`,
  `CREATE INDEX ix_person_tags_confirmed ON person_tags (tag, confirmedAt)`,
];

export class Audience1732665600000 implements MigrationInterface {
  readonly name = 'Audience1732665600000';

  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, tables);
    for (const [table, column, definition] of columns)
      await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${definition}`);
    await ddl(runner, after);
  }

  async down(runner: QueryRunner): Promise<void> {
    const on = (table: string) => (runner.connection.options.type === 'mysql' ? ` ON ${table}` : '');
    await runner.query(`DROP INDEX ix_person_tags_confirmed${on('person_tags')}`);
    await runner.query(`DROP INDEX ix_memberships_until${on('memberships')}`);
    for (const [table, column] of [...columns].reverse())
      await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
    for (const statement of [...tables].reverse()) {
      const table = /^CREATE TABLE (\w+)/.exec(statement)?.[1];
      if (table) await runner.query(`DROP TABLE ${table}`);
    }
  }
}
