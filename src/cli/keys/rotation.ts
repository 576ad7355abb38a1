import { LedgerWriter } from '../../audit/index.js';
import { keyChecks, keysFit, SystemChance, SystemClock, type Database, type Vault } from '../../platform/index.js';
import { Refusal } from '../answer.js';
import { TERMINAL } from '../rooms.js';
import { leftSealed, resealAll } from './reseal.js';
import { reindexAll } from './reindex.js';

/** While this row stands, an index rotation is under way or was interrupted, and nothing else starts. */
const UNDER_WAY = 'indexRotation';
/** Held by every process that runs by itself, and renewed each second. */
const SIGN_OF_LIFE = 'ledger-sealer';

export interface Rotated {
  /** Values that were sealed anew. */
  readonly values: number;
  /** Blind indexes that were moved; null where the index key is the same. */
  readonly indexes: number | null;
}

async function checksOf(database: Database): Promise<Map<string, string>> {
  const rows = await database.query<{ name: string; value: string }>('SELECT name, value FROM deployment');
  return new Map(rows.map((r) => [r.name, r.value]));
}

/** True where the index key in use is not the one that the database's indexes were made under. */
export async function isIndexKeyNew(database: Database, vault: Vault): Promise<boolean> {
  const held = await checksOf(database);
  return held.has(UNDER_WAY) || (held.has('indexCheck') && held.get('indexCheck') !== keyChecks(vault).indexCheck);
}

/** Moves all that is protected from former keys to those in use, in steps that may be cut off anywhere and begun again. */
export async function rotate(database: Database, vault: Vault): Promise<Rotated> {
  const held = await checksOf(database);
  const wrong = keysFit(vault, { keyCheck: held.get('keyCheck'), indexCheck: held.get('indexCheck') });
  if (wrong.length > 0)
    throw new Refusal(`The ${wrong.join(' and the ')} key of this database is not among the keys that are set.`);
  const ledger = new LedgerWriter(database, new SystemClock(), new SystemChance(), vault);
  const write = (action: string, detail: Record<string, unknown>) =>
    ledger.write({ action, subject: 'keys', by: TERMINAL, detail });
  const withIndexes = await isIndexKeyNew(database, vault);
  if (withIndexes) {
    await refuseCompany(database);
    await database.transaction(async () => {
      await database.insert('deployment', ['name', 'value'], [[UNDER_WAY, '1']], 'ignore');
      await write('keys.rotate.begin', { indexes: true });
    });
  }
  const indexes = withIndexes ? await reindexAll(database, vault) : null;
  const values = await resealAll(database, vault);
  const left = await leftSealed(database, vault);
  if (left > 0) throw new Refusal(`${left} values are still sealed under former keys: begin again.`);
  await database.transaction(async () => {
    for (const [name, value] of Object.entries(keyChecks(vault)))
      await database.execute('UPDATE deployment SET value = ? WHERE name = ?', [value, name]);
    await database.execute('DELETE FROM deployment WHERE name = ?', [UNDER_WAY]);
    await write('keys.rotate', { values, indexes });
  });
  return { values, indexes };
}

/** Indexes move while nothing else works; a process that was killed is noticed gone after a quarter of a minute. */
export async function refuseCompany(database: Database): Promise<void> {
  const now = new SystemClock().now();
  const alive = await database.one('SELECT owner FROM leases WHERE name = ? AND until > ?', [SIGN_OF_LIFE, now]);
  if (alive)
    throw new Refusal('Tidecall is running on this database: stop it first (the index key cannot change under it).');
  const waiting = await database.one("SELECT id FROM imports WHERE status IN ('queued', 'running') LIMIT 1");
  if (waiting)
    throw new Refusal(
      'An import is not finished, and its file opens under the former key only: let it end, or cancel it.',
    );
}
