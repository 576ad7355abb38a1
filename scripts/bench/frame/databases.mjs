import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';

/** The server of the tests; a benchmark makes a database of its own there and drops it. */
const SERVER = process.env.TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306/mysql';

export async function answersMariadb() {
  if (SERVER === 'off') return false;
  try {
    await (await mysql.createConnection(SERVER)).end();
    return true;
  } catch {
    return false;
  }
}

async function onServer(sql) {
  const server = await mysql.createConnection(SERVER);
  try {
    await server.query(sql);
  } finally {
    await server.end();
  }
}

/** An empty database: `url` as DATABASE_URL says it, a `folder` for files beside it, and `drop`, which removes both. */
export async function emptyDatabase(on) {
  const folder = mkdtempSync(join(tmpdir(), 'tidecall-bench-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  if (on !== 'mariadb') return { url: `sqlite:${join(folder, 'bench.db')}`, folder, drop: async () => removeFolder() };
  const name = `tidecall_bench_${process.pid}_${Date.now().toString(36)}`;
  await onServer(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  return {
    url: SERVER.replace(/\/[^/]*$/, `/${name}`),
    folder,
    drop: async () => {
      removeFolder();
      await onServer(`DROP DATABASE IF EXISTS ${name}`);
    },
  };
}
