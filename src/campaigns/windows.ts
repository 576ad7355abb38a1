import type { CountyTime } from '../platform/clock/index.js';
import type { Instant } from '../platform/kernel/index.js';

/** County wall times `HH:mm`; `24:00` is the midnight that ends the day. */
export interface Window {
  readonly from: string;
  readonly to: string;
}
export interface Opening {
  readonly opensAt: Instant;
  readonly closesAt: Instant;
}

/** A clock change can swallow a window of one day; of more in a row never. */
const DAYS_SEARCHED = 8;

/** In order, with those that overlap or touch made one, so that a batch does not wait at a seam. */
const joined = (windows: readonly Window[]): Window[] => {
  const whole: { from: string; to: string }[] = [];
  for (const { from, to } of [...windows].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = whole.at(-1);
    if (last && from <= last.to) last.to = to > last.to ? to : last.to;
    else whole.push({ from, to });
  }
  return whole;
};

/**
 * The next moment >= `from` at which sending is allowed, and until when. `opensAt` is `from` itself inside an open window;
 * `closesAt` is exclusive. Throws where there is no window, which no schema lets through.
 */
export function opening(windows: readonly Window[], county: CountyTime, from: Instant): Opening {
  const ordered = joined(windows);
  for (let i = 0; i < DAYS_SEARCHED; i += 1) {
    const day = county.at(from).plus({ days: i }).toMillis();
    for (const window of ordered) {
      const opens = county.timeOfDay(day, window.from);
      const closes = county.timeOfDay(day, window.to);
      if (closes > opens && from < closes) return { opensAt: Math.max(from, opens), closesAt: closes };
    }
  }
  throw new Error('there is no window that ever opens');
}

/** A campaign's `window` as a list; undefined where it names none. */
export const windowsOf = (window: Window | readonly Window[] | undefined): readonly Window[] | undefined =>
  window === undefined ? undefined : 'from' in window ? [window] : window;
