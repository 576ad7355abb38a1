import type { Instant } from '../../platform/kernel/index.js';

/** Periods of retention, in milliseconds. */
export interface Periods {
  readonly arrivals: number;
  readonly formerPeople: number;
  readonly sensitiveTags: number;
  readonly stayWithoutDeparture: number;
}

export interface Stay {
  readonly kind: string;
  readonly since: Instant | null;
  readonly until: Instant | null;
  readonly createdAt: Instant;
}

/**
 * Until when a membership is kept: its period after its end. A stay whose departure was never told ends by itself
 * (docs/decisions/0015); another membership without an end is kept while it lasts: null.
 */
export function membershipKeptUntil({ kind, since, until, createdAt }: Stay, periods: Periods): Instant | null {
  if (kind !== 'arrival') return until === null ? null : until + periods.formerPeople;
  return (until ?? (since ?? createdAt) + periods.stayWithoutDeparture) + periods.arrivals;
}

/**
 * Until when the person is kept, and with the person the number and what is tagged: as long as the last membership, or for
 * `formerPeople` after it was taken away (`leftAt`); null: while one lasts, or where there never was any.
 */
export function personKeptUntil(stays: readonly Stay[], leftAt: Instant | null, periods: Periods): Instant | null {
  if (stays.length === 0) return leftAt === null ? null : leftAt + periods.formerPeople;
  const each = stays.map((stay) => membershipKeptUntil(stay, periods));
  return each.includes(null) ? null : Math.max(...each.map(Number));
}
