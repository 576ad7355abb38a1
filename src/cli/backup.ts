import { rename, rm } from 'node:fs/promises';
import type { Command } from 'commander';
import { DataSource } from 'typeorm';
import { Clock, CountyTime, Database, Ledger } from '../platform/index.js';
import { answering, command } from './answer.js';
import { verifyArchive, writeArchive, type ArchiveHeader, type ArchiveSummary } from './backup/archive.js';
import { tablesOf, withSnapshot, type Snapshot } from './backup/snapshot.js';
import { refuseExisting } from './files.js';
import { TERMINAL, withRooms, type Rooms } from './rooms.js';

const KEYS_APART =
  'The keys are NOT in it: keep TIDECALL_DATA_KEY and TIDECALL_INDEX_KEY (or the file *.keys.json beside an SQLite database) in another place. Without them the backup opens for nobody.';

async function headerOf(get: Rooms, snapshot: Snapshot): Promise<ArchiveHeader> {
  const migrations = await snapshot.ask<{ name: string }>('SELECT name FROM migrations ORDER BY id');
  const deployment = await snapshot.ask<{ name: string; value: string }>('SELECT name, value FROM deployment');
  return {
    tidecall: 'backup',
    version: 1,
    madeAt: get(CountyTime).iso(get(Clock).now()),
    migrations: migrations.map((m) => m.name),
    tables: await tablesOf((sql) => snapshot.ask(sql), get(Database).dialect),
    deployment: Object.fromEntries(deployment.map((d) => [d.name, d.value])),
  };
}

/** Writes beside the file, reads it back, and only then gives it its name. */
async function backUp(get: Rooms, file: string): Promise<ArchiveSummary> {
  const unfinished = `${file}.unfinished`;
  await rm(unfinished, { force: true });
  await get(Ledger).write({ action: 'backup.make', subject: 'backup', by: TERMINAL });
  const held = { database: get(Database), writer: get(DataSource) };
  try {
    await withSnapshot(held, file, async (snapshot) =>
      writeArchive(unfinished, await headerOf(get, snapshot), snapshot.rows),
    );
    const summary = await verifyArchive(unfinished);
    await rename(unfinished, file);
    return summary;
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** `backup`: the whole database as it is at one moment, also while it sends. */
export const addBackup = (program: Command): void => {
  command(
    program,
    'backup <file>',
    'write the whole database into one file, also while it sends; keys are not in it',
  ).action(
    answering(async (file: string) => {
      await refuseExisting(file);
      const { header, rows, sha256 } = await withRooms((get) => backUp(get, file));
      const { madeAt, tables } = header;
      return {
        data: { file, madeAt, tables: tables.length, rows, sha256, keysIncluded: false },
        text: `Wrote ${rows} rows of ${tables.length} tables as of ${madeAt} to ${file} and read it back.\nSHA-256 of its content: ${sha256}\n${KEYS_APART}`,
      };
    }),
  );
};
