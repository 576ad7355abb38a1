import type { Instant } from '../platform/kernel/index.js';
import type { Occasion } from './cadence.js';
import type { OccurrenceStatus } from './run.js';

/** Why an occurrence did not take place, as the tide table says it. */
export type GapReason =
  | 'holiday'
  | 'not_a_workday'
  | 'special_days'
  | 'paused'
  | 'overtaken'
  | 'too_late'
  | 'skipped_by_rule'
  | 'replaced'
  | 'cancelled';

export interface Gap {
  readonly at: Instant;
  readonly status: Extract<OccurrenceStatus, 'skipped' | 'missed'>;
  readonly reason: GapReason;
}

/** What a campaign says of being late; durations in milliseconds. */
export interface LatenessRule {
  readonly missed: 'runOnce' | 'skip';
  /** Later than this it does not run at all; null where the campaign sets no limit. */
  readonly maxLateness: number | null;
  /** Up to this an occurrence is on time. */
  readonly missedAfter: number;
}

export interface Verdict {
  /** The one occurrence that runs now. */
  readonly run: Instant | null;
  /** A row with its reason for each of the others. */
  readonly gaps: Gap[];
}

const LEFT_OUT = { holiday: 'holiday', notAWorkday: 'not_a_workday', specialDays: 'special_days' } as const;

/** The row of an occurrence that its own rule leaves out; null for one that takes place. */
export const leftOutGap = (occasion: Occasion): Gap | null =>
  occasion.leftOut === null ? null : { at: occasion.at, status: 'skipped', reason: LEFT_OUT[occasion.leftOut] };

/**
 * Decides what becomes of everything that fell due up to `now`. At most one runs, the latest: a scheduler that slept for days
 * catches up once and never piles up. `skip` lets only what is still on time run.
 */
export function decideDue(occasions: readonly Occasion[], rule: LatenessRule, now: Instant): Verdict {
  const latest = occasions.findLast((o) => o.leftOut === null)?.at ?? null;
  const gaps: Gap[] = [];
  let run: Instant | null = null;
  for (const occasion of occasions) {
    const { at } = occasion;
    const late = now - at;
    const leftOut = leftOutGap(occasion);
    if (leftOut) gaps.push(leftOut);
    else if (rule.missed === 'skip' && late > rule.missedAfter)
      gaps.push({ at, status: 'skipped', reason: 'skipped_by_rule' });
    else if (at !== latest) gaps.push({ at, status: 'missed', reason: 'overtaken' });
    else if (rule.maxLateness !== null && late > rule.maxLateness)
      gaps.push({ at, status: 'missed', reason: 'too_late' });
    else run = at;
  }
  return { run, gaps };
}
