import type { ReceiptOutcome } from '../../gateways/index.js';
import type { DeliveryStatus } from '../delivery.js';

/** A call that was heard for so long was attended to (docs/architecture.md, "The counts"). */
export const ATTENDED_SECONDS = 5;

export interface Evidence {
  readonly outcome: ReceiptOutcome;
  readonly attended: boolean;
  readonly at: number;
}

export interface Standing {
  readonly status: DeliveryStatus;
  readonly attended: boolean;
  readonly receiptAt: number | null;
}

/** Receipts form a lattice, unknown < undelivered < delivered < attended: the higher wins, whatever the order of arrival. */
const rank = (outcome: ReceiptOutcome | DeliveryStatus, attended: boolean): number => {
  if (outcome === 'delivered') return attended ? 3 : 2;
  return outcome === 'undelivered' ? 1 : 0;
};

/**
 * What a receipt makes of a delivery: `later` while its call is not settled, null where it says nothing new, else the new
 * standing. Of equal receipts the earliest gateway time is kept.
 */
export function afterReceipt(now: Standing, receipt: Evidence): Standing | 'later' | null {
  if (receipt.outcome === 'unknown') return null;
  if (now.status === 'pending') return 'later';
  if (now.status === 'failed' || now.status === 'cancelled' || now.status === 'expired') return null;
  const attended = receipt.outcome === 'delivered' && receipt.attended;
  const held = rank(now.status, now.attended);
  const given = rank(receipt.outcome, attended);
  if (given > held) {
    const isSame = now.status === receipt.outcome;
    return { status: receipt.outcome, attended, receiptAt: isSame ? now.receiptAt : receipt.at };
  }
  if (given === held && now.receiptAt !== null && receipt.at < now.receiptAt) return { ...now, receiptAt: receipt.at };
  return null;
}
