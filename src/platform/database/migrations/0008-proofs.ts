import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/**
 * What an auditor needs to prove a single delivery: settlement events as they are written, the leaves that commit to them,
 * the salt of each person (erasure deletes it), each county day's root, and
 * where it was sent.
 */
const tables = [
  `CREATE TABLE settlement_events (id {auto}, deliveryId BIGINT NOT NULL, personId BIGINT NULL, status VARCHAR(12) NOT NULL, attended INT NOT NULL, code VARCHAR(64) NULL, at BIGINT NOT NULL)`,
  `CREATE INDEX ix_settlement_events_person ON settlement_events (personId)`,
  `CREATE TABLE settlement_leaves (day INT NOT NULL, place INT NOT NULL, leaf VARCHAR(64) NOT NULL, deliveryId BIGINT NOT NULL, personId BIGINT NULL, status VARCHAR(12) NULL, attended INT NULL, code VARCHAR(64) NULL, at BIGINT NULL,
    PRIMARY KEY (day, place))`,
  `CREATE INDEX ix_settlement_leaves_delivery ON settlement_leaves (deliveryId)`,
  `CREATE INDEX ix_settlement_leaves_person ON settlement_leaves (personId)`,
  `CREATE TABLE settlement_salts (personId BIGINT NOT NULL PRIMARY KEY, salt VARCHAR(43) NOT NULL)`,
  `CREATE TABLE settlement_roots (day INT NOT NULL PRIMARY KEY, leaves INT NOT NULL, root VARCHAR(64) NOT NULL, closedAt BIGINT NOT NULL)`,
  `CREATE TABLE sent_roots (target VARCHAR(160) NOT NULL, day INT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (target, day))`,
];

export class Proofs1733011200000 implements MigrationInterface {
  readonly name = 'Proofs1733011200000';

  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of [...tables].reverse()) {
      const table = /^CREATE TABLE (\w+)/.exec(statement)?.[1];
      if (table) await runner.query(`DROP TABLE ${table}`);
    }
  }
}
