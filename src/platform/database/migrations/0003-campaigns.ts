import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/**
 * What campaigns need beyond the first thread: why one was suspended, that one starts with its approval, the first few of a
 * progressive release, and the notices that were given (a row before each, so that none is given twice).
 */
const tables = [
  `CREATE TABLE run_releases (runId VARCHAR(26) NOT NULL PRIMARY KEY, status VARCHAR(10) NOT NULL, firstSize INT NOT NULL, total INT NOT NULL, openedAt BIGINT NOT NULL,
    lookAt BIGINT NOT NULL, decidedAt BIGINT NULL, why TEXT NULL)`,
  `CREATE INDEX ix_run_releases_status ON run_releases (status)`,
  `CREATE TABLE notices (source VARCHAR(120) NOT NULL, target INT NOT NULL, status VARCHAR(10) NOT NULL, at BIGINT NOT NULL, tries INT NOT NULL DEFAULT 1, code VARCHAR(64) NULL, PRIMARY KEY (source, target))`,
];

/** table, column, definition */
const columns: readonly (readonly [string, string, string])[] = [
  ['campaigns', 'pausedReason', 'VARCHAR(160) NULL'],
  ['campaigns', 'startsOnApproval', 'INT NOT NULL DEFAULT 0'],
];

export class Campaigns1732579200000 implements MigrationInterface {
  readonly name = 'Campaigns1732579200000';

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
