import type { CampaignDefinition } from '../../campaigns/index.js';
import type { Instant } from '../../platform/index.js';

/** What goes out once, or in haste, is let go in two steps. */
export const isProgressive = ({ cadence, urgent }: Pick<CampaignDefinition, 'cadence' | 'urgent'>): boolean =>
  cadence.kind === 'once' || urgent !== undefined;

export interface ReleaseLimits {
  /** Milliseconds. */
  readonly hold: number;
  readonly receiptsWithin: number;
  readonly maxFailed: number;
  readonly maxOptedOut: number;
  readonly minReceipts: number;
}

/** What became of the first few so far. */
export interface FirstFew {
  readonly size: number;
  readonly pending: number;
  /** Refused for good, undelivered, or in doubt. */
  readonly failed: number;
  readonly optedOut: number;
  /** Handed over by gateways that report, and how many of these have been reported. */
  readonly awaitable: number;
  readonly reported: number;
  /** When the last of them left; null while none has. */
  readonly lastLeftAt: Instant | null;
}

export type Verdict =
  | { readonly do: 'go' }
  | { readonly do: 'wait'; readonly until: Instant }
  | { readonly do: 'pause'; readonly why: string };

/** How many go ahead: the share, at least so many, never more than there are. */
export const firstSize = (total: number, { share, least }: { share: number; least: number }): number =>
  Math.min(total, Math.max(least, Math.ceil(total * share)));

const percent = (part: number, whole: number): string => `${((part / whole) * 100).toFixed(1)} %`;
const LOOK_AGAIN = 30_000;

/** Go on, wait, or pause and say why. What is beyond a limit pauses at once; that all is well takes the time of the hold. */
export function verdictOf(few: FirstFew, limits: ReleaseLimits, now: Instant): Verdict {
  if (few.size === 0) return { do: 'go' };
  const beyond = (n: number, limit: number, what: string): Verdict => ({
    do: 'pause',
    why: `of the first ${few.size} messages ${n} ${what} (${percent(n, few.size)}, limit ${percent(limit, 1)})`,
  });
  if (few.failed > few.size * limits.maxFailed) return beyond(few.failed, limits.maxFailed, 'failed');
  if (few.optedOut > few.size * limits.maxOptedOut)
    return beyond(few.optedOut, limits.maxOptedOut, 'refused (opted out)');
  if (few.pending > 0 || few.lastLeftAt === null) return { do: 'wait', until: now + LOOK_AGAIN };
  if (now < few.lastLeftAt + limits.hold) return { do: 'wait', until: few.lastLeftAt + limits.hold };
  if (few.awaitable === 0 || few.reported >= few.awaitable * limits.minReceipts) return { do: 'go' };
  const patience = few.lastLeftAt + limits.receiptsWithin;
  if (now < patience) return { do: 'wait', until: Math.min(now + LOOK_AGAIN, patience) };
  const why = `receipts of only ${few.reported} of the first ${few.awaitable} messages came within ${limits.receiptsWithin / 60_000} minutes (at least ${percent(limits.minReceipts, 1)} are expected)`;
  return { do: 'pause', why };
}
