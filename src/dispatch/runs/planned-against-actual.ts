import type { Counts } from '../counts.js';

const COMPARED = ['targeted', 'planned', 'smsParts', 'cost'] as const;
type Numbers = Readonly<Record<(typeof COMPARED)[number], number>>;

export interface Compared {
  /** When it was counted. */
  readonly at: string | null;
  readonly expected: Numbers;
  /** As it stands; parts and cost grow while messages leave. */
  readonly actual: Numbers;
  readonly difference: Numbers;
  /** Reasons whose numbers differ, each with both. */
  readonly skipped: Readonly<Record<string, { expected: number; actual: number }>>;
  readonly finishesAt: string | null;
}

interface Kept {
  readonly at?: string;
  readonly targeted?: number;
  readonly planned?: number;
  readonly skipped?: Record<string, number>;
  readonly estimate?: { readonly smsParts?: number; readonly cost?: number };
  readonly finishesAt?: string | null;
}

const rounded = (n: number): number => Math.round(n * 10_000) / 10_000;

/** What the approver read, beside what came of it. Null where no pre-flight was kept. */
export function compared(preflight: Readonly<Record<string, unknown>> | null, counts: Counts): Compared | null {
  if (!preflight) return null;
  const kept = preflight as Kept;
  const expected = {
    targeted: kept.targeted ?? 0,
    planned: kept.planned ?? 0,
    smsParts: kept.estimate?.smsParts ?? 0,
    cost: kept.estimate?.cost ?? 0,
  };
  const actual = { targeted: counts.targeted, planned: counts.planned, smsParts: counts.smsParts, cost: counts.cost };
  const reasons = [...new Set([...Object.keys(kept.skipped ?? {}), ...Object.keys(counts.skipped)])].sort();
  const differing = reasons
    .map((reason) => [reason, { expected: kept.skipped?.[reason] ?? 0, actual: counts.skipped[reason] ?? 0 }] as const)
    .filter(([, both]) => both.expected !== both.actual);
  return {
    at: kept.at ?? null,
    expected,
    actual,
    difference: Object.fromEntries(COMPARED.map((k) => [k, rounded(actual[k] - expected[k])])) as unknown as Numbers,
    skipped: Object.fromEntries(differing),
    finishesAt: kept.finishesAt ?? null,
  };
}
