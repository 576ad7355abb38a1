import { connect, migrate, quoted, SystemClock, type Config, type Database } from '../../platform/index.js';
import { Refusal } from '../answer.js';
import { archiveRows, type ArchiveRow, type ArchiveSummary } from './archive.js';
import { quarantine, type Quarantined } from './quarantine.js';

const AT_ONCE = 2000;
/** Loaded last: without it, or with our mark in it, no server starts on the database. */
const LAST = 'deployment';
const UNFINISHED = ['people', 'half-restored'] as const;

/**
 * Reads a verified backup into an empty place and stops in it what would send. Until the last statement the database says of
 * itself that it is unfinished, so that a server refuses to start on what a killed restore has left.
 */
export async function load(file: string, summary: ArchiveSummary, config: Config): Promise<Quarantined> {
  const { header } = summary;
  const { database, writer } = await connect(config.database, []);
  try {
    // The tables are made as they were when the backup was; what this version adds comes after the rows are in.
    const known = writer.migrations.map((m) => m.name ?? m.constructor.name);
    const newer = header.migrations.find((name) => !known.includes(name));
    if (newer !== undefined) throw new Refusal(`The backup is of a newer version of the product (${newer}).`);
    const then = writer.migrations.filter((m) => header.migrations.includes(m.name ?? m.constructor.name));
    writer.migrations.splice(0, writer.migrations.length, ...then);
    await migrate(writer);
    // A migration may bring rows of its own; those of the backup are all there shall be.
    for (const { name } of header.tables) await database.execute(`DELETE FROM ${quoted(database.dialect, name)}`);
    await database.insert(LAST, ['name', 'value'], [UNFINISHED]);
    return await fill(database, file, summary);
  } finally {
    await database.close();
  }
}

async function fill(
  database: Database,
  file: string,
  { header, rows: expected }: ArchiveSummary,
): Promise<Quarantined> {
  const last: ArchiveRow[] = [];
  let found = 0;
  for await (const { table, rows } of archiveRows(file, header, AT_ONCE)) {
    found += rows.length;
    if (table.name === LAST) last.push(...rows);
    else await database.insert(table.name, table.columns, rows);
  }
  if (found !== expected) throw new Refusal(`${file} tells of ${expected} rows and holds ${found}.`);
  const columns = header.tables.find((t) => t.name === LAST)?.columns ?? [];
  return database.transaction(async () => {
    const stopped = await quarantine(database, new SystemClock().now());
    await database.execute('DELETE FROM deployment');
    await database.insert(LAST, columns, last);
    return stopped;
  });
}
