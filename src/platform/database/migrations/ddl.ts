import type { QueryRunner } from 'typeorm';

/**
 * One text of DDL for both databases: `{id}` a numbered primary key, `{auto}` one that counts by itself, `{long}` a text
 * beyond 64 KB; everything else is common to both. Tables are utf8mb4_bin on MySQL, so that equality means the same there.
 */
export async function ddl(runner: QueryRunner, statements: readonly string[]): Promise<void> {
  const mysql = runner.connection.options.type === 'mysql';
  for (const statement of statements) {
    const sql = statement
      .replaceAll('{id}', mysql ? 'BIGINT NOT NULL PRIMARY KEY' : 'INTEGER NOT NULL PRIMARY KEY')
      .replaceAll(
        '{auto}',
        mysql ? 'BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY' : 'INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT',
      )
      .replaceAll('{long}', mysql ? 'MEDIUMTEXT' : 'TEXT');
    const table =
      mysql && sql.startsWith('CREATE TABLE') ? ' ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin' : '';
    await runner.query(sql + table);
  }
}
