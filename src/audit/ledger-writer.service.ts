import { Injectable } from '@nestjs/common';
import { Chance, Clock, Database, Ledger, Vault, type LedgerRecord } from '../platform/index.js';
import { canonical } from './canonical.js';
import type { EntryContent } from './chain.js';
import { markOf } from './ledger-mark.js';

/** The columns' widths; SQLite would not mind a longer text, so it is refused here, the same on both databases. */
const WIDTHS = { actor: 64, action: 48, subject: 80, detail: 60_000 } as const;

/**
 * Writes an entry into the caller's transaction, not yet in the chain: nobody who does work waits for another's hash. The
 * sealer puts it into the chain within seconds. A record that does not fit throws, and the caller's change is undone with it.
 */
@Injectable()
export class LedgerWriter extends Ledger {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly vault: Vault,
  ) {
    super();
  }

  override async write(record: LedgerRecord): Promise<void> {
    const entry: EntryContent = {
      at: this.clock.now(),
      actorId: record.by.id,
      actor: record.by.name,
      action: record.action,
      subject: record.subject,
      detail: canonical(record.detail ?? {}),
    };
    refuseWhatDoesNotFit(entry);
    const mac = markOf(this.vault, this.chance.id(this.clock), entry);
    await this.database.insert(
      'ledger_entries',
      ['at', 'actorId', 'actor', 'action', 'subject', 'detail', 'mac'],
      [[entry.at, entry.actorId, entry.actor, entry.action, entry.subject, entry.detail, mac]],
    );
  }
}

function refuseWhatDoesNotFit(entry: EntryContent): void {
  for (const field of ['actor', 'action', 'subject', 'detail'] as const) {
    // Half a surrogate pair comes back from the database as another character, and the entry would look altered.
    if (
      Buffer.byteLength(entry[field]) > WIDTHS[field] * (field === 'detail' ? 1 : 4) ||
      [...entry[field]].length > WIDTHS[field]
    ) {
      throw new Error(`a ledger entry's ${field} is longer than ${WIDTHS[field]} (${entry.action.slice(0, 48)})`);
    }
    if (/\p{Surrogate}/u.test(entry[field])) throw new Error(`a ledger entry's ${field} is no well-formed text`);
  }
}
