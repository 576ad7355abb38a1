export interface Holding {
  readonly owner: string;
  readonly calls: number;
}

/**
 * How many of a gateway's `total` calls one process may have open: an even part of them, but never what another holds, and
 * never less than it has `open` (which it holds already). So the holdings of all together stay within `total`, whoever asks
 * first, and who has more than an even part comes down to it as the calls end.
 */
export function shareOf(total: number, me: { owner: string; open: number }, others: readonly Holding[]): number {
  const owners = [me.owner, ...others.map((o) => o.owner)].sort();
  const even = Math.floor(total / owners.length) + (owners.indexOf(me.owner) < total % owners.length ? 1 : 0);
  const free = total - others.reduce((sum, other) => sum + other.calls, 0);
  return Math.max(me.open, Math.min(even, free), 0);
}
