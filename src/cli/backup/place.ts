import { existsSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Config, connect, heldKeys, keyFileOf, keysFit, openVault, quoted } from '../../platform/index.js';
import { Refusal } from '../answer.js';
import type { ArchiveHeader } from './archive.js';

const withFiles = (path: string): string[] => [path, `${path}-wal`, `${path}-shm`];

/**
 * The configuration with its keys in hand, wherever they lie. A restore makes no keys, for new ones would open nothing.
 */
export function withKeys(config: Config): Config {
  const keys = heldKeys(config);
  if (keys) return new Config(config.settings, { ...config.environment, keys });
  const file = keyFileOf(config);
  throw new Refusal(
    `The keys are missing: set TIDECALL_DATA_KEY and TIDECALL_INDEX_KEY${file ? `, or put the former keys file at ${file}` : ''}. A backup does not hold them.`,
  );
}

/** Refuses before anything is written where these are not the keys, or not the kind of deployment, of a backup. */
export function refuseStrangers({ deployment }: ArchiveHeader, config: Config): void {
  const vault = openVault(config);
  const kind = config.settings.synthetic ? 'synthetic' : 'real';
  if (deployment.people !== undefined && deployment.people !== kind)
    throw new Refusal(`The backup holds ${deployment.people} people, the configuration says ${kind}.`);
  const [wrong] = keysFit(vault, deployment);
  if (wrong) throw new Refusal(`TIDECALL_${wrong.toUpperCase()}_KEY (or the keys file) is not the key of this backup.`);
}

/** Where a backup is restored to, and how that becomes the deployment's database or vanishes without a trace. */
export interface Place {
  readonly config: Config;
  settle(): Promise<void>;
  undo(): Promise<void>;
}

/**
 * An SQLite file is restored beside its place and moved there at the end. MariaDB and MySQL have no such move: there the
 * restore marks the database as unfinished while it loads, and takes its tables away again where it fails.
 */
export async function emptyPlace(config: Config, header: ArchiveHeader): Promise<Place> {
  const { database } = config;
  if (database.kind === 'mysql') {
    const before = await refuseRows(config);
    return { config, settle: () => Promise.resolve(), undo: () => dropTables(config, header, before) };
  }
  const { path } = database;
  if (existsSync(path)) await refuseRows(config);
  const beside = `${path}.restoring`;
  const clear = async (files: readonly string[]) => {
    for (const file of files) await rm(file, { force: true });
  };
  await clear(withFiles(beside));
  return {
    config: new Config(config.settings, { ...config.environment, database: { kind: 'sqlite', path: beside } }),
    settle: async () => {
      await gather(beside);
      await clear(withFiles(path));
      await rename(beside, path);
      await clear(withFiles(beside));
    },
    undo: () => clear(withFiles(beside)),
  };
}

/** Moves everything into the one file: what still lay in its log would stay behind when the file gets its name. */
async function gather(path: string): Promise<void> {
  const { database, writer } = await connect({ kind: 'sqlite', path }, []);
  try {
    const [row] = (await writer.query('PRAGMA wal_checkpoint(TRUNCATE)')) as { busy: number }[];
    const log = `${path}-wal`;
    if (row?.busy !== 0 || (existsSync(log) && statSync(log).size > 0))
      throw new Refusal('The restored file could not be closed: something else has it open.');
  } finally {
    await database.close();
  }
}

async function tableNames(config: Config): Promise<{ names: string[]; hold: Awaited<ReturnType<typeof connect>> }> {
  const hold = await connect(config.database, []);
  const sql =
    hold.database.dialect === 'sqlite'
      ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
      : "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE'";
  const rows = await hold.database.query<{ name: string }>(sql);
  return { names: rows.map((r) => r.name), hold };
}

/** The tables that are there already, every one of them empty. */
async function refuseRows(config: Config): Promise<string[]> {
  const { names, hold } = await tableNames(config);
  const { database } = hold;
  try {
    for (const name of names.filter((n) => n !== 'migrations')) {
      const row = await database.one(`SELECT 1 AS found FROM ${quoted(database.dialect, name)} LIMIT 1`);
      if (row) throw new Refusal(`The database is not empty (there are rows in ${name}): restore into an empty one.`);
    }
    return names;
  } finally {
    await database.close();
  }
}

/** What the restore made and filled, and nothing that lay in the same schema before. */
async function dropTables(config: Config, header: ArchiveHeader, before: readonly string[]): Promise<void> {
  const { names, hold } = await tableNames(config);
  const filled = ['migrations', ...header.tables.map((t) => t.name)];
  try {
    for (const name of names.filter((n) => filled.includes(n) || !before.includes(n)))
      await hold.writer.query(`DROP TABLE ${quoted('mysql', name)}`);
  } finally {
    await hold.database.close();
  }
}
