import type { Receipt, Uplink } from '../gateways/index.js';

/** What tells one receipt from another, so that the same one told twice is one: everything that it says. */
export const receiptIdentity = (r: Receipt): string =>
  JSON.stringify([
    r.deliveryId ?? null,
    r.ref ?? null,
    r.to ?? null,
    r.outcome,
    r.code,
    r.at,
    r.seconds ?? null,
    r.key ?? null,
  ]);

export const uplinkIdentity = (u: Uplink): string =>
  u.id === undefined ? JSON.stringify([u.from, u.text, u.at]) : JSON.stringify([u.id]);

export const UPLINK_KINDS = ['optOut', 'alarm', 'question'] as const;
export type UplinkKind = (typeof UPLINK_KINDS)[number];

/** A call that was made for this person, who pressed a key while it lasted (docs/architecture.md): 2 call me, 9 no more calls. */
export const KEY_CALL_ME = '2';
export const KEY_NO_MORE = '9';

export interface Stored {
  readonly id: number;
  readonly gateway: string;
  readonly ref: string | null;
  readonly addressKey: string | null;
  readonly deliveryRef: number | null;
  readonly outcome: 'delivered' | 'undelivered' | 'unknown';
  readonly code: string | null;
  readonly seconds: number | null;
  readonly keyPressed: string | null;
  readonly at: number;
  readonly receivedAt: number;
  /** `badNumber`, `optedOut`, comma separated. */
  readonly detail: string | null;
}

export interface Candidate {
  readonly id: number;
  readonly gateway: string;
  readonly channel: string;
  readonly callId: number | null;
  readonly addressKey: string | null;
  readonly personId: number | null;
  readonly township: string;
}

const together = (callId: number, addressKey: string): string => `${callId}:${addressKey}`;

/**
 * Anybody can write a mail that looks like a delivery report, and our reference is easily guessed: a report of a mail counts only
 * if it names the address that the mail went to. Of somebody who was erased there is no address left to compare.
 */
const isOfItsAddress = ({ addressKey }: Stored, delivery: Candidate): boolean =>
  delivery.channel !== 'email' || delivery.addressKey === null || delivery.addressKey === addressKey;

/** Finds the delivery of a receipt among those that its references led to. */
export class Matcher {
  private readonly byId = new Map<number, Candidate>();
  private readonly byCallAndAddress = new Map<string, Candidate>();
  private readonly byCall = new Map<number, Candidate[]>();

  constructor(
    candidates: readonly Candidate[],
    private readonly callsByRef: ReadonlyMap<string, readonly number[]>,
  ) {
    for (const candidate of candidates) {
      this.byId.set(candidate.id, candidate);
      if (candidate.callId === null) continue;
      this.byCall.set(candidate.callId, [...(this.byCall.get(candidate.callId) ?? []), candidate]);
      if (candidate.addressKey) this.byCallAndAddress.set(together(candidate.callId, candidate.addressKey), candidate);
    }
  }

  /** By our own reference; else by the gateway's reference and number; a call of one needs no number. A receipt of another gateway matches nothing. */
  find(receipt: Stored): Candidate | null {
    if (receipt.deliveryRef !== null) {
      const own = this.byId.get(receipt.deliveryRef);
      return own?.gateway === receipt.gateway && isOfItsAddress(receipt, own) ? own : null;
    }
    for (const callId of this.callsByRef.get(`${receipt.gateway}:${receipt.ref}`) ?? []) {
      if (receipt.addressKey) {
        const found = this.byCallAndAddress.get(together(callId, receipt.addressKey));
        if (found) return found;
        // The number of somebody who was erased is gone; where only one of the call was, the receipt is theirs.
        const [erased, ...more] = (this.byCall.get(callId) ?? []).filter((c) => c.addressKey === null);
        if (erased && more.length === 0) return erased;
      } else {
        const [only, ...others] = this.byCall.get(callId) ?? [];
        if (only && others.length === 0) return only;
      }
    }
    return null;
  }

  knows(receipt: Stored): boolean {
    return receipt.deliveryRef !== null
      ? this.byId.has(receipt.deliveryRef)
      : this.callsByRef.has(`${receipt.gateway}:${receipt.ref}`);
  }
}
