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

/** A delivery came into a state, or a receipt told more of it. */
export interface SettlementEvent {
  readonly deliveryId: number;
  /** Null for a group chat. */
  readonly personId: number | null;
  readonly status: string;
  readonly attended: boolean;
  readonly code: string | null;
  readonly at: number;
}

/**
 * Where settlement tells its events, inside its own transaction, for the root of their day; the audit room implements it.
 */
export abstract class SettlementLog {
  abstract record(events: readonly SettlementEvent[]): Promise<void>;
  /** These people are being erased: what opens the commitments to their events goes, the commitments stay. */
  abstract forget(personIds: readonly number[]): Promise<void>;
}

/** A county day of the ledger that is over: what leaves the house, so that nobody can rebuild the chain unseen. */
export interface ClosedDay {
  /** 20261124. */
  readonly day: number;
  /** The Merkle root over the entries that were sealed since the day before. */
  readonly entriesRoot: string;
  /** The root over the day's settlement events; null where nothing was settled. */
  readonly settlementRoot: string | null;
  /** Number and hash of the last of those entries. */
  readonly seq: number;
  readonly hash: string;
}

/** What other rooms ask of the days that are over; the audit room implements it. */
export abstract class ClosedDays {
  /** The last days that are closed in every respect, the newest first. */
  abstract latest(limit: number): Promise<ClosedDay[]>;
}
