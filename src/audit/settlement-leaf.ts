import { canonical } from './canonical.js';
import type { Hash, Step } from './merkle.js';

/** What a leaf commits to: one settlement event of one delivery. No personal field; `content` is a keyed digest of the message. */
export interface LeafContent {
  readonly delivery: number;
  readonly run: string;
  readonly campaign: string;
  readonly channel: string;
  readonly gateway: string;
  readonly trick: string;
  readonly script: number;
  readonly content: string;
  readonly status: string;
  readonly attended: boolean;
  readonly code: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The opening of one delivery's leaves, made of its person's salt: showing it says nothing about the person's other deliveries. */
export const openingOf = (hash: Hash, salt: string, delivery: number): string => hash(`opening ${salt} ${delivery}`);

/** leaf = SHA-256('event ' + opening + LF + canonical JSON): without the opening nobody can guess what it commits to. */
export const leafOf = (hash: Hash, opening: string, content: LeafContent): string =>
  hash(`event ${opening}\n${canonical(content)}`);

/** Where a leaf's day has its root in the ledger: the entry `ledger.day` of that day. */
export interface DayRoot {
  /** The county's day, 20261124. */
  readonly day: number;
  readonly leaves: number;
  readonly root: string;
}

/** A leaf of a delivery; `path` and `root` once its day is closed, `content` and `opening` until its person is erased. */
export interface LeafProof {
  readonly day: number;
  readonly place: number;
  readonly leaf: string;
  readonly content: LeafContent | null;
  readonly opening: string | null;
  readonly root: DayRoot | null;
  readonly path: readonly Step[];
}
