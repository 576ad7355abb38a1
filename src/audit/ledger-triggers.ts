const REFUSE = (why: string): string => `SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${why}'`;

const CONTENT = ['id', 'at', 'actorId', 'actor', 'action', 'subject', 'detail', 'mac'];
const PLACE = ['seq', 'previousHash', 'hash'];
const differs = (column: string): string => `NOT (NEW.${column} <=> OLD.${column})`;

const guard = (table: string, when: 'UPDATE' | 'DELETE', body: string) => ({
  name: `tr_${table}_${when.toLowerCase()}`,
  create: `CREATE TRIGGER tr_${table}_${when.toLowerCase()} BEFORE ${when} ON ${table} FOR EACH ROW ${body}`,
});

/**
 * Triggers for MariaDB/MySQL under which the server itself refuses what the product never does: an entry is placed once and
 * is not altered or removed, nor are checkpoints, roots and leaves; a leaf's event may be emptied by an erasure.
 * Whoever may drop triggers can still undo it: verification finds what they did then.
 */
export const LEDGER_TRIGGERS: readonly { readonly name: string; readonly create: string }[] = [
  guard(
    'ledger_entries',
    'UPDATE',
    `IF OLD.seq IS NOT NULL OR ${[...CONTENT].map(differs).join(' OR ')} OR ${PLACE.map((c) => `NEW.${c} IS NULL`).join(' OR ')} THEN ${REFUSE('the ledger is append-only')}; END IF`,
  ),
  guard('ledger_entries', 'DELETE', REFUSE('the ledger is append-only')),
  guard('ledger_checkpoints', 'UPDATE', REFUSE('the ledger is append-only')),
  guard('ledger_checkpoints', 'DELETE', REFUSE('the ledger is append-only')),
  guard('settlement_roots', 'UPDATE', REFUSE('the ledger is append-only')),
  guard('settlement_roots', 'DELETE', REFUSE('the ledger is append-only')),
  guard(
    'settlement_leaves',
    'UPDATE',
    `IF ${['day', 'place', 'leaf', 'deliveryId'].map(differs).join(' OR ')} OR NEW.status IS NOT NULL THEN ${REFUSE('a leaf stays as it is')}; END IF`,
  ),
  guard('settlement_leaves', 'DELETE', REFUSE('a leaf stays as it is')),
];

const RESTRICTED: Readonly<Record<string, string>> = {
  ledger_entries: `SELECT, INSERT, UPDATE (${PLACE.join(', ')})`,
  ledger_checkpoints: 'SELECT, INSERT',
  settlement_roots: 'SELECT, INSERT',
  settlement_leaves: 'SELECT, INSERT, UPDATE (personId, status, attended, code, at)',
  migrations: 'SELECT',
};

/** What the product's own database user needs of each table, and no more: with it the ledger cannot be altered at all. */
export const ledgerGrants = (tables: readonly string[], account: string): string[] =>
  tables.map((table) => `GRANT ${RESTRICTED[table] ?? 'SELECT, INSERT, UPDATE, DELETE'} ON \`${table}\` TO ${account}`);
