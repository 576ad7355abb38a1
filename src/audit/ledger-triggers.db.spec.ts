import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mysql from 'mysql2/promise';
import { dialects, mysqlServer, withDatabase } from '../../test/support/database.js';
import { sha256 } from '../platform/index.js';
import { LEDGER_TRIGGERS, ledgerGrants } from './ledger-triggers.js';

const onMysql = dialects().includes('mysql') ? describe : describe.skip;

onMysql('the ledger under guard of the server', () => {
  const held = withDatabase('mysql');
  const name = `tc_${process.pid}`;
  const run = (sql: string) => held.writer.query(sql);
  const entry = (n: number) =>
    `INSERT INTO ledger_entries (at, actor, action, subject, detail, mac) VALUES (1, 'a', 'b.c', 's', '{}', '${sha256(String(n))}')`;
  const ALTERATIONS = [
    'UPDATE ledger_entries SET detail = \'{"n":1}\' WHERE seq = 1',
    "UPDATE ledger_entries SET hash = 'x' WHERE seq = 1",
    'UPDATE ledger_entries SET seq = NULL WHERE seq = 1',
    "UPDATE ledger_entries SET actor = 'x', seq = 2, previousHash = 'x', hash = 'x' WHERE seq IS NULL",
    'DELETE FROM ledger_entries',
    "UPDATE ledger_checkpoints SET root = 'x'",
    'DELETE FROM ledger_checkpoints',
    "UPDATE settlement_roots SET root = 'x'",
    'DELETE FROM settlement_roots',
    "UPDATE settlement_leaves SET leaf = 'x'",
    "UPDATE settlement_leaves SET status = 'failed'",
    'DELETE FROM settlement_leaves',
  ];

  beforeAll(async () => {
    for (const { create } of LEDGER_TRIGGERS) await run(create);
    await run(entry(1));
    await run(entry(2));
    await run("UPDATE ledger_entries SET seq = 1, previousHash = 'p', hash = 'h' ORDER BY id LIMIT 1");
    await run("INSERT INTO ledger_checkpoints VALUES (20261124, 1, 1, 'r', 1)");
    await run("INSERT INTO settlement_roots VALUES (20261124, 1, 'r', 1)");
    await run(
      "INSERT INTO settlement_leaves (day, place, leaf, deliveryId, personId, status) VALUES (20261124, 1, 'l', 1, 1, 'delivered')",
    );
    await run(`CREATE USER '${name}'@'%' IDENTIFIED BY 'only for this test'`);
    const tables = await held.database.query<{ name: string }>(
      "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE'",
    );
    for (const sql of ledgerGrants(
      tables.map((t) => t.name),
      `'${name}'@'%'`,
    ))
      await run(sql);
  });
  afterAll(async () => {
    const server = await mysql.createConnection(mysqlServer);
    await server.query(`DROP USER IF EXISTS '${name}'@'%'`);
    await server.end();
  });

  it.each(ALTERATIONS)('refuses %s', async (sql) => {
    await expect(run(sql)).rejects.toThrow(/append-only|a leaf stays as it is/);
  });

  it('places an entry once, and empties the event of who is erased', async () => {
    await run("UPDATE ledger_entries SET seq = 2, previousHash = 'h', hash = 'i' WHERE seq IS NULL");
    await run('UPDATE settlement_leaves SET personId = -1, status = NULL, attended = NULL, code = NULL, at = NULL');
    await run(entry(3));
  });

  it("gives the product's own user no way to alter it, with or without triggers", async () => {
    const url = held.url as Extract<typeof held.url, { kind: 'mysql' }>;
    const own = await mysql.createConnection({
      host: url.host,
      port: url.port,
      user: name,
      password: 'only for this test',
      database: url.name,
    });
    try {
      await own.query(entry(4));
      await own.query("UPDATE ledger_entries SET seq = 3, previousHash = 'i', hash = 'j' WHERE seq IS NULL LIMIT 1");
      await own.query('DELETE FROM alarms');
      const [trigger] = LEDGER_TRIGGERS;
      for (const sql of [
        ...ALTERATIONS.filter((s) => /detail|actor|DELETE|root|leaf =/.test(s)),
        `DROP TRIGGER ${trigger!.name}`,
        'DROP TABLE ledger_entries',
      ])
        await expect(own.query(sql)).rejects.toThrow(/denied/);
    } finally {
      await own.end();
    }
  });
});
