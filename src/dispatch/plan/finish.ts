import type { Instant } from '../../platform/index.js';

/** What one gateway has to carry, and what holds it up. */
export interface Load {
  readonly recipients: number;
  /** Recipients a millisecond; Infinity where nothing limits it. */
  readonly rate: number;
  /** Recipients that a county day allows; null: any number. */
  readonly perDay: number | null;
  /** What today's allowance still has. */
  readonly leftToday: number;
}

export interface Almanac {
  readonly today: number;
  readonly dayOf: (at: Instant) => number;
  readonly endOfDay: (at: Instant) => Instant;
  readonly opening: (from: Instant) => { readonly opensAt: Instant; readonly closesAt: Instant };
}

/** Nobody waits longer for an answer: two windows a day for ten years. */
const WINDOWS = 7300;

/** When the last recipient will have left, beginning at `from`; null where the limits never let it. */
export function finishOf(load: Load, from: Instant, almanac: Almanac): Instant | null {
  let left = load.recipients;
  let at = from;
  let usedOn = -1;
  let used = 0;
  for (let i = 0; i < WINDOWS && left > 0; i += 1) {
    const { opensAt, closesAt } = almanac.opening(at);
    const day = almanac.dayOf(opensAt);
    if (day !== usedOn) [usedOn, used] = [day, 0];
    const allowance = load.perDay === null ? Infinity : (day === almanac.today ? load.leftToday : load.perDay) - used;
    const inTime = load.rate === Infinity ? left : Math.floor((closesAt - opensAt) * load.rate);
    const n = Math.max(0, Math.min(left, allowance, inTime));
    left -= n;
    used += n;
    const until = opensAt + (load.rate === Infinity ? 0 : Math.ceil(n / load.rate));
    if (left === 0) return until;
    at = n >= allowance ? almanac.endOfDay(opensAt) : closesAt;
  }
  return left === 0 ? from : null;
}
