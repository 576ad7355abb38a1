import type { CountyTime } from '../platform/clock/index.js';
import { days, parseInstant, type Instant } from '../platform/kernel/index.js';

interface Mistake {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/** The tide table looks this far back and ahead where nobody says otherwise. */
const AROUND = days(30);
/** A cadence of every five minutes has 288 occurrences a day: a longer table is asked for in parts. */
const LONGEST = days(93);

/** Reads `?from=&to=`: instants with an offset, or dates as county midnights; `to` exclusive. */
export function readSpan(
  asked: { from?: string | undefined; to?: string | undefined },
  county: CountyTime,
  now: Instant,
): Span | Mistake[] {
  const mistakes: Mistake[] = [];
  const read = (name: 'from' | 'to', otherwise: Instant): Instant => {
    const text = asked[name];
    if (text === undefined) return otherwise;
    const at = parseInstant(text) ?? county.midnight(text);
    if (at === null)
      mistakes.push({ path: `/${name}`, code: 'invalid_instant', message: 'an instant with an offset, or a date' });
    return at ?? otherwise;
  };
  const until = asked.to === undefined ? null : read('to', now);
  const from = read('from', Math.min(now, until ?? now) - AROUND);
  const to = until ?? Math.max(now, from) + AROUND;
  if (mistakes.length > 0) return mistakes;
  if (to < from) return [{ path: '/to', code: 'ends_before_start', message: 'the end lies before the beginning' }];
  if (to - from > LONGEST) return [{ path: '/to', code: 'span_too_long', message: 'at most 93 days at a time' }];
  return { from, to };
}
