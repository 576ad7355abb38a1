import { parseDuration } from '../platform/kernel/index.js';

/** At most `max` contacts of a person `per` an ISO 8601 duration. */
export interface WrittenCap {
  readonly max: number;
  readonly per: string;
}

/**
 * True where a cap lets through more than one of `others` does. `n` per `p` allow at most `n` in every begun `p`, hence n ·
 * ceil(per / p) in `per`. A cap that cannot be read is looser than any.
 */
export function isLooser(cap: WrittenCap, others: readonly WrittenCap[]): boolean {
  const per = parseDuration(cap.per);
  if (per === null || per <= 0) return true;
  return others.some((other) => {
    const otherPer = parseDuration(other.per);
    if (otherPer === null || otherPer <= 0) return false;
    const allowed = other.max * Math.ceil(per / otherPer);
    return cap.max > allowed || (cap.max === allowed && cap.max > 0 && per < otherPer);
  });
}
