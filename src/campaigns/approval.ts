import { days, type Instant } from '../platform/kernel/index.js';

/** `expires`: within a fortnight; `expired`: it runs on; `over`: the time of grace has passed too. */
export type ApprovalState = 'valid' | 'expires' | 'expired' | 'over';

export interface ApprovalTerms {
  readonly reviewedAt: Instant;
  /** Milliseconds; null holds for ever. */
  readonly validFor: number | null;
  readonly grace: number;
}

const WARNED_AHEAD = days(14);

/** Until when an approval holds; Infinity for one without an end. */
export const validUntil = ({ reviewedAt, validFor }: ApprovalTerms): Instant =>
  validFor === null ? Infinity : reviewedAt + validFor;

export function approvalState(terms: ApprovalTerms, now: Instant): ApprovalState {
  const until = validUntil(terms);
  if (now >= until + terms.grace) return 'over';
  if (now >= until) return 'expired';
  return now >= until - WARNED_AHEAD ? 'expires' : 'valid';
}
