import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/** Daily reconciliation: what a gateway's bill says of a day and batch, and where it differs from our books. */
const tables = [
  `CREATE TABLE bills (id VARCHAR(26) NOT NULL PRIMARY KEY, gateway VARCHAR(32) NOT NULL, day INT NOT NULL, source VARCHAR(8) NOT NULL, digest VARCHAR(64) NOT NULL, batches INT NOT NULL,
    recipients BIGINT NOT NULL, parts BIGINT NULL, ourBatches INT NOT NULL, ourRecipients BIGINT NOT NULL, ourParts BIGINT NOT NULL, ourUncertain BIGINT NOT NULL, readBy VARCHAR(64) NOT NULL, readAt BIGINT NOT NULL)`,
  `CREATE INDEX ix_bills_day ON bills (gateway, day, readAt)`,
  `CREATE TABLE bill_differences (id VARCHAR(26) NOT NULL PRIMARY KEY, gateway VARCHAR(32) NOT NULL, day INT NOT NULL, source VARCHAR(8) NOT NULL, ref VARCHAR(64) NOT NULL, kind VARCHAR(10) NOT NULL, ours BIGINT NOT NULL, theirs BIGINT NOT NULL,
    status VARCHAR(10) NOT NULL, note TEXT NULL, changedBy VARCHAR(64) NULL, foundAt BIGINT NOT NULL, changedAt BIGINT NOT NULL)`,
  `CREATE UNIQUE INDEX ux_bill_differences_ref ON bill_differences (gateway, day, source, ref)`,
  `CREATE INDEX ix_bill_differences_status ON bill_differences (status, id)`,
];

export class Reconciliation1732924800000 implements MigrationInterface {
  readonly name = 'Reconciliation1732924800000';

  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['bill_differences', 'bills']) await runner.query(`DROP TABLE ${table}`);
  }
}
