import type { Instant } from '../../platform/kernel/index.js';

/** A request may leave this much later than its instant, in ms: a commit and a busy event loop lie between the two. */
export const LATE_MS = 100;
/** What the way to the gateway may add, in ms, so that what left in good order also arrives so. */
const ON_THE_WAY_MS = 20;
/**
 * How far ahead instants are given away, in ms: a pause waits for no longer queue, and what is urgent finds room behind what
 * the others hold, who find none before it is done.
 */
const AHEAD_MS = { urgent: 1000, other: 500 };

export interface Rates {
  readonly perSecond?: number | undefined;
  readonly perMinute?: number | undefined;
}

/**
 * Microseconds between two requests of a gateway, or null where it sets no rate. Requests leave evenly, so that no second and
 * no minute, wherever it begins, holds more than the gateway takes, also when each is as late as it may be.
 */
export function spacingOf({ perSecond, perMinute }: Rates): number | null {
  const slack = LATE_MS + ON_THE_WAY_MS;
  const each = [
    ...(perSecond === undefined ? [] : [(1000 + slack) / perSecond]),
    ...(perMinute === undefined ? [] : [(60_000 + slack) / perMinute]),
  ];
  return each.length === 0 ? null : Math.ceil(Math.max(...each) * 1000);
}

export interface Appointments {
  /** When each request may leave, in ms; fewer than were wanted where the gateway is busy. */
  readonly at: readonly Instant[];
  /** What is to be kept: the first instant that nobody has yet, in microseconds. */
  readonly nextUs: number;
  /** When to ask again, where there was none. */
  readonly comeBackAt: Instant;
}

/**
 * Gives up to `wanted` requests the next instants that are free. An instant far ahead can only come of a clock that was set
 * back: then a whole second (or the spacing, if longer) passes, and the count begins anew.
 */
export function appoint(
  nextUs: number,
  { now, wanted, spacingUs, isUrgent }: { now: Instant; wanted: number; spacingUs: number; isUrgent: boolean },
): Appointments {
  const [nowUs, longestUs] = [now * 1000, AHEAD_MS.urgent * 1000];
  const aheadUs = (isUrgent ? AHEAD_MS.urgent : AHEAD_MS.other) * 1000;
  const isSetBack = nextUs > nowUs + longestUs + spacingUs;
  const from = isSetBack ? nowUs + Math.max(longestUs, spacingUs) : Math.max(nextUs, nowUs);
  const room = from > nowUs + aheadUs ? 0 : Math.floor((nowUs + aheadUs - from) / spacingUs) + 1;
  const count = Math.min(wanted, room);
  return {
    at: Array.from({ length: count }, (_, i) => (from + i * spacingUs) / 1000),
    nextUs: from + count * spacingUs,
    comeBackAt: Math.max(now + 1, Math.ceil((from - aheadUs / 2) / 1000)),
  };
}
