import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/**
 * What many workers must know of one another so that a gateway's limits hold for all of them together: when its next request
 * may leave, how many calls each process may have open, and when an address was called.
 */
const tables = [
  `CREATE TABLE gateway_pace (gateway VARCHAR(32) NOT NULL PRIMARY KEY, nextUs BIGINT NOT NULL)`,
  `CREATE TABLE gateway_shares (gateway VARCHAR(32) NOT NULL, owner VARCHAR(32) NOT NULL, calls INT NOT NULL, until BIGINT NOT NULL, PRIMARY KEY (gateway, owner))`,
  `CREATE TABLE gateway_addresses (gateway VARCHAR(32) NOT NULL, addressKey VARCHAR(32) NOT NULL, recent TEXT NOT NULL, lastAt BIGINT NOT NULL, PRIMARY KEY (gateway, addressKey))`,
  `CREATE INDEX ix_gateway_addresses_last ON gateway_addresses (lastAt)`,
  `CREATE TABLE gateway_breakers (gateway VARCHAR(32) NOT NULL PRIMARY KEY, why VARCHAR(10) NULL, changedAt BIGINT NOT NULL, tryAt BIGINT NOT NULL)`,
  `CREATE INDEX ix_batches_urgent ON batches (status, gateway, priority, dueAt)`,
];

export class ManyWorkers1732838400000 implements MigrationInterface {
  readonly name = 'ManyWorkers1732838400000';

  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type === 'mysql';
    await runner.query(`DROP INDEX ix_batches_urgent${mysql ? ' ON batches' : ''}`);
    for (const table of ['gateway_breakers', 'gateway_addresses', 'gateway_shares', 'gateway_pace'])
      await runner.query(`DROP TABLE ${table}`);
  }
}
