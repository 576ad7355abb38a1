import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/**
 * What the library and the assignment need beyond the first thread: the bureau's own list and its versions, reviewed
 * translations and the one sentence a language, the matrix of weights, what a run's assignment was made of, and on each
 * delivery whether the opt-out suffix and which sentence went with it.
 */
const tables = [
  `CREATE TABLE taxonomy_versions (version INT NOT NULL PRIMARY KEY, source VARCHAR(10) NOT NULL, list {long} NOT NULL, digest VARCHAR(64) NOT NULL,
    createdBy VARCHAR(26) NULL, createdAt BIGINT NOT NULL)`,
  `CREATE TABLE weight_versions (version INT NOT NULL PRIMARY KEY, source VARCHAR(10) NOT NULL, matrix {long} NOT NULL, digest VARCHAR(64) NOT NULL, remark TEXT NULL,
    createdBy VARCHAR(26) NULL, createdAt BIGINT NOT NULL)`,
  `CREATE TABLE language_sentences (id {id}, language VARCHAR(8) NOT NULL, version INT NOT NULL, status VARCHAR(10) NOT NULL, text TEXT NOT NULL, translationReviewedBy VARCHAR(64) NULL,
    createdBy VARCHAR(26) NULL, createdAt BIGINT NOT NULL, reviewedBy VARCHAR(26) NULL, reviewedAt BIGINT NULL, retiredAt BIGINT NULL)`,
  `CREATE UNIQUE INDEX ux_language_sentences ON language_sentences (language, version)`,
  `CREATE TABLE run_assignments (runId VARCHAR(26) NOT NULL PRIMARY KEY, turn INT NOT NULL, weightsVersion INT NOT NULL, factors TEXT NULL, createdAt BIGINT NOT NULL)`,
];

/** table, column, definition */
const columns: readonly (readonly [string, string, string])[] = [
  ['fraud_types', 'source', `VARCHAR(10) NOT NULL DEFAULT 'shipped'`],
  ['tricks', 'source', `VARCHAR(10) NOT NULL DEFAULT 'shipped'`],
  ['script_versions', 'translationReviewedBy', 'VARCHAR(64) NULL'],
  ['script_versions', 'translationReviewedAt', 'BIGINT NULL'],
  ['incidents', 'victimKey', 'VARCHAR(32) NULL'],
  ['deliveries', 'suffixMonth', 'INT NULL'],
  ['deliveries', 'sentenceId', 'BIGINT NULL'],
];

const after = [
  `CREATE INDEX ix_incidents_victim ON incidents (victimKey)`,
  // Until now every SMS carried the suffix: the month is that of its day (20261124).
  `UPDATE deliveries SET suffixMonth = (day - day % 100) / 100 WHERE channel = 'sms'`,
];

export class Library1732492800000 implements MigrationInterface {
  readonly name = 'Library1732492800000';

  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, tables);
    for (const [table, column, definition] of columns)
      await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${definition}`);
    await ddl(runner, after);
  }

  async down(runner: QueryRunner): Promise<void> {
    const on = runner.connection.options.type === 'mysql' ? ' ON incidents' : '';
    await runner.query(`DROP INDEX ix_incidents_victim${on}`);
    for (const [table, column] of [...columns].reverse())
      await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
    for (const statement of [...tables].reverse()) {
      const table = /^CREATE TABLE (\w+)/.exec(statement)?.[1];
      if (table) await runner.query(`DROP TABLE ${table}`);
    }
  }
}
