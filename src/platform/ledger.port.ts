/** Who does something: a user, an API token's user, or the clock. */
export interface LedgerActor {
  readonly id: string | null;
  readonly name: string;
}

export interface LedgerRecord {
  /** `room.verb`, such as `campaign.approve`. */
  readonly action: string;
  /** What it is about, such as `campaign/01J…`; never a phone number or a name. */
  readonly subject: string;
  readonly by: LedgerActor;
  /** What else an auditor needs to know: numbers, reasons, digests; no personal field in clear. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** The clock acts when nobody does. */
export const CLOCK_ACTOR: LedgerActor = { id: null, name: 'clock' };

/**
 * Where every room records its decisions. `write` inserts into the caller's transaction, so that an entry stands if and only
 * if what it tells of does; the audit room implements it.
 */
export abstract class Ledger {
  abstract write(record: LedgerRecord): Promise<void>;
}
