import type { Instant } from '../../platform/kernel/index.js';
import type { Rule, Subject } from './rule.js';

/** A saved rule over people or over group chats; never a stored list. */
export interface Segment {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly subject: Subject;
  readonly rule: Rule;
  /** Counts up whenever the rule changes. */
  readonly version: number;
  /** True where the rule selects by a sensitive tag: see design §8. */
  readonly sensitive: boolean;
  /** The township whose officer made it; null for the county's, which every township may use and none may change. */
  readonly township: string | null;
  readonly createdBy: string | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** How many a rule selects. Of a sensitive rule these are rounded, and small ones only read "<10". */
export interface TownshipCount {
  /** Its code; '' for people whose township is not known. */
  readonly township: string;
  readonly name: string;
  readonly count: number;
  readonly countText: string;
}

/** Whom to count, for whom to see, and when. */
export interface CountQuestion {
  readonly rule: Rule;
  readonly subject: Subject;
  /** The caller's township; null counts the county. */
  readonly scope: { readonly township: string | null };
  readonly at: Instant;
}
