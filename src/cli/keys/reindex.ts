import { marks, type Database, type Vault } from '../../platform/index.js';
import { INDEXED, SOURCES } from './protected-columns.js';

const AT_ONCE = 1_000;
const KEYS_A_STATEMENT = 100;

interface SourceRow {
  readonly sealed: string;
  readonly isEmail: number;
}

/**
 * Moves every blind index whose phone or address is still known to the index key in use; answers how many. Nothing else may
 * write meanwhile: a cap, a refusal, a receipt would be looked for under one key and stand under the other. It may be stopped
 * anywhere and begun again: what was moved is not found any more.
 */
export async function reindexAll(database: Database, vault: Vault): Promise<number> {
  const moves = await movesOf(database, vault);
  let moved = 0;
  for (const place of INDEXED) moved += await reindex(database, moves, place);
  // Rows that only hold a place for a lock; the next claim makes those that it needs.
  await database.execute('DELETE FROM contact_locks');
  return moved;
}

/** Former index → present index of every phone and address that the database still holds. */
async function movesOf(database: Database, vault: Vault): Promise<Map<string, string>> {
  const moves = new Map<string, string>();
  for (const { table, column, isEmail, id, idIs } of SOURCES) {
    let after: string | number = idIs === 'number' ? 0 : '';
    for (let full = true; full;) {
      const rows: (SourceRow & { id: string | number })[] = await database.query(
        `SELECT ${id} AS id, ${column} AS sealed, ${isEmail} AS isEmail FROM ${table} WHERE ${id} > ? AND ${column} IS NOT NULL ORDER BY ${id} LIMIT ${AT_ONCE}`,
        [after],
      );
      for (const { sealed, isEmail: email } of rows) {
        const clear = vault.open(sealed);
        const [purpose, text] = Number(email) === 1 ? ['email', clear.toLowerCase()] : ['phone', clear];
        const [present, ...former] = vault.indexes(purpose, text);
        for (const key of former) moves.set(key, present!);
      }
      after = rows.at(-1)?.id ?? after;
      full = rows.length === AT_ONCE;
    }
  }
  return moves;
}

async function reindex(
  database: Database,
  moves: ReadonlyMap<string, string>,
  { table, column, id, idIs }: (typeof INDEXED)[number],
): Promise<number> {
  let after: string | number = idIs === 'number' ? 0 : '';
  let moved = 0;
  for (let full = true; full;) {
    const rows: { id: string | number; held: string }[] = await database.query(
      `SELECT DISTINCT ${id} AS id, ${column} AS held FROM ${table} WHERE ${id} > ? AND ${column} IS NOT NULL ORDER BY ${id} LIMIT ${AT_ONCE}`,
      [after],
    );
    const old = [...new Set(rows.map((r) => r.held).filter((key) => moves.has(key)))];
    for (let i = 0; i < old.length; i += KEYS_A_STATEMENT) {
      const part = old.slice(i, i + KEYS_A_STATEMENT);
      const ids = [...new Set(rows.filter((r) => part.includes(r.held)).map((r) => r.id))];
      moved += await move(database, { table, column, id, part, ids }, moves);
    }
    after = rows.at(-1)?.id ?? after;
    full = rows.length === AT_ONCE;
  }
  return moved;
}

async function move(
  database: Database,
  of: { table: string; column: string; id: string; part: string[]; ids: (string | number)[] },
  moves: ReadonlyMap<string, string>,
): Promise<number> {
  const { table, column, id, part, ids } = of;
  const isKeyed = id === column;
  const verb = !isKeyed ? 'UPDATE' : database.dialect === 'mysql' ? 'UPDATE IGNORE' : 'UPDATE OR IGNORE';
  return database.transaction(async () => {
    const changed = await database.execute(
      `${verb} ${table} SET ${column} = CASE ${column} ${part.map(() => 'WHEN ? THEN ?').join(' ')} ELSE ${column} END WHERE ${id} IN (${marks(ids.length)}) AND ${column} IN (${marks(part.length)})`,
      [...part.flatMap((key) => [key, moves.get(key)!]), ...ids, ...part],
    );
    // Stands under both keys already: the row under the present one says the same.
    if (isKeyed) await database.execute(`DELETE FROM ${table} WHERE ${column} IN (${marks(part.length)})`, part);
    return changed;
  });
}
