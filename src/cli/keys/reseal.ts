import { marks, type Database, type Vault } from '../../platform/index.js';
import { SEALED } from './protected-columns.js';

const AT_ONCE = 500;
/** Values of one UPDATE: its CASE is searched for each row, so the work grows with the square. */
const VALUES_A_STATEMENT = 50;

type Held = Readonly<Record<string, string | number | null>>;

/**
 * Seals every value anew that is sealed under a former key; answers how many. It may be stopped anywhere and begun again, and
 * the product may run meanwhile: a value that somebody else has changed since it was read is left to the next round.
 */
export async function resealAll(database: Database, vault: Vault): Promise<number> {
  let resealed = 0;
  for (let before = -1; before !== resealed;) {
    before = resealed;
    for (const place of SEALED) resealed += await resealTable(database, vault, place);
  }
  return resealed;
}

/** The values that are still sealed under a former key. */
export async function leftSealed(database: Database, vault: Vault): Promise<number> {
  let left = 0;
  for (const { table, columns } of SEALED)
    for (const column of columns) {
      const row = await database.one<{ n: number }>(
        `SELECT COUNT(*) AS n FROM ${table} WHERE ${former(column, vault)}`,
      );
      left += Number(row?.n ?? 0);
    }
  return left;
}

const former = (column: string, vault: Vault): string =>
  `${column} LIKE 'v1.%' AND ${column} NOT LIKE 'v1.${vault.dataKeyId}.%'`;

async function resealTable(
  database: Database,
  vault: Vault,
  { table, columns, id }: (typeof SEALED)[number],
): Promise<number> {
  const isFormer = columns.map((c) => `(${former(c, vault)})`).join(' OR ');
  let resealed = 0;
  for (let after = 0, full = true; full;) {
    const rows = id
      ? await database.query<Held>(
          `SELECT ${id}, ${columns.join(', ')} FROM ${table} WHERE ${id} > ? ORDER BY ${id} LIMIT ${AT_ONCE}`,
          [after],
        )
      : await database.query<Held>(`SELECT ${columns.join(', ')} FROM ${table} WHERE ${isFormer} LIMIT ${AT_ONCE}`);
    let changed = 0;
    for (const column of columns) changed += await resealColumn(database, vault, { table, column, id, rows });
    resealed += changed;
    after = id ? Number(rows.at(-1)?.[id] ?? after) : after;
    full = rows.length === AT_ONCE && (id !== undefined || changed > 0);
  }
  return resealed;
}

/**
 * A sealed value is like no other, for its nonce is random: it says whether the row is still as it was read. Where the table
 * has a number for its rows it finds them, for no index stands on sealed values.
 */
async function resealColumn(
  database: Database,
  vault: Vault,
  { table, column, id, rows }: { table: string; column: string; id: string | undefined; rows: readonly Held[] },
): Promise<number> {
  const held = rows.flatMap((row) => {
    const value = row[column];
    return typeof value === 'string' && vault.isSealedBefore(value) ? [{ value, at: id ? row[id]! : null }] : [];
  });
  let changed = 0;
  for (let i = 0; i < held.length; i += VALUES_A_STATEMENT) {
    const part = held.slice(i, i + VALUES_A_STATEMENT);
    const these = marks(part.length);
    changed += await database.execute(
      `UPDATE ${table} SET ${column} = CASE ${column} ${part.map(() => 'WHEN ? THEN ?').join(' ')} ELSE ${column} END
        WHERE ${id ? `${id} IN (${these}) AND ` : ''}${column} IN (${these})`,
      [
        ...part.flatMap(({ value }) => [value, vault.seal(vault.open(value))]),
        ...(id ? part.map(({ at }) => at) : []),
        ...part.map(({ value }) => value),
      ],
    );
  }
  return changed;
}
