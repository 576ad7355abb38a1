import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/** Where people's data comes from and why it may be kept, and the numbers and ids that two people share, to be decided by somebody. */
const tables = [
  `CREATE TABLE sources (id VARCHAR(26) NOT NULL PRIMARY KEY, kind VARCHAR(8) NOT NULL, basis VARCHAR(120) NOT NULL, purpose VARCHAR(200) NOT NULL, createdAt BIGINT NOT NULL)`,
  `CREATE TABLE person_conflicts (id {auto}, kind VARCHAR(12) NOT NULL, phoneKey VARCHAR(32) NOT NULL, personId BIGINT NOT NULL, otherId BIGINT NOT NULL,
    sourceId VARCHAR(26) NULL, raisedAt BIGINT NOT NULL, decision VARCHAR(12) NULL, decidedBy VARCHAR(26) NULL, decidedAt BIGINT NULL)`,
  `CREATE UNIQUE INDEX ux_person_conflicts ON person_conflicts (personId, otherId, phoneKey)`,
  `CREATE INDEX ix_person_conflicts_other ON person_conflicts (otherId)`,
  `CREATE TABLE person_aliases (externalId VARCHAR(64) NOT NULL PRIMARY KEY, personId BIGINT NOT NULL, formerId BIGINT NOT NULL)`,
  `CREATE INDEX ix_person_aliases_person ON person_aliases (personId)`,
];

const forward = [
  `ALTER TABLE memberships RENAME COLUMN importId TO sourceId`,
  `ALTER TABLE memberships DROP COLUMN basis`,
  `ALTER TABLE person_tags RENAME COLUMN importId TO sourceId`,
  `ALTER TABLE people ADD COLUMN phoneSourceId VARCHAR(26) NULL`,
  `ALTER TABLE people ADD COLUMN leftAt BIGINT NULL`,
  `CREATE INDEX ix_people_left ON people (leftAt)`,
];

const back = [
  `ALTER TABLE people DROP COLUMN leftAt`,
  `ALTER TABLE people DROP COLUMN phoneSourceId`,
  `ALTER TABLE person_tags RENAME COLUMN sourceId TO importId`,
  `ALTER TABLE memberships ADD COLUMN basis VARCHAR(64) NULL`,
  `ALTER TABLE memberships RENAME COLUMN sourceId TO importId`,
];

export class People1732752000000 implements MigrationInterface {
  readonly name = 'People1732752000000';

  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [...tables, ...forward]);
  }

  async down(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type === 'mysql';
    await runner.query(`DROP INDEX ix_people_left${mysql ? ' ON people' : ''}`);
    await ddl(runner, back);
    for (const statement of [...tables].reverse()) {
      const table = /^CREATE TABLE (\w+)/.exec(statement)?.[1];
      if (table) await runner.query(`DROP TABLE ${table}`);
    }
  }
}
