import type { Instant } from '../../platform/kernel/index.js';

/** So many messages to one address within any `ms`. */
export interface AddressLimit {
  readonly max: number;
  readonly ms: number;
}

/** When an address that was called at these instants may be called again; `now` where it may at once. */
export function callableAt(recent: readonly Instant[], limits: readonly AddressLimit[], now: Instant): Instant {
  // What lies in the future comes of a clock that was set back: it counts as now.
  const before = recent.map((at) => Math.min(at, now)).sort((a, b) => b - a);
  return limits.reduce((at, { max, ms }) => {
    const last = before[max - 1];
    return last === undefined ? at : Math.max(at, last + ms);
  }, now);
}

/** What is to be remembered of an address, with one more call now. */
export function withCall(recent: readonly Instant[], limits: readonly AddressLimit[], now: Instant): Instant[] {
  const longest = Math.max(...limits.map((l) => l.ms));
  const most = Math.max(...limits.map((l) => l.max));
  return [...recent.filter((at) => now - at < longest), now].slice(-most);
}
