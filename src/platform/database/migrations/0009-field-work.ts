import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where and when a field worker's task was done, as they report it; both go with the person's erasure. */
const columns: readonly (readonly [string, string])[] = [
  ['place', 'VARCHAR(200) NULL'],
  ['happenedAt', 'BIGINT NULL'],
];

export class FieldWork1733054400000 implements MigrationInterface {
  readonly name = 'FieldWork1733054400000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [column, definition] of columns)
      await runner.query(`ALTER TABLE tasks ADD COLUMN ${column} ${definition}`);
    await runner.query('CREATE INDEX ix_tasks_due ON tasks (status, dueAt)');
  }

  async down(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type === 'mysql';
    await runner.query(`DROP INDEX ix_tasks_due${mysql ? ' ON tasks' : ''}`);
    for (const [column] of columns) await runner.query(`ALTER TABLE tasks DROP COLUMN ${column}`);
  }
}
