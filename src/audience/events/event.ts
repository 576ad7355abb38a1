import type { Instant } from '../../platform/kernel/index.js';

export const EVENT_TYPES = ['arrival', 'registration', 'departure'] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Something that happened to a person, at an instant of its own. */
export interface Happening {
  readonly type: EventType;
  readonly personId: number;
  readonly occurredAt: Instant;
  readonly place?: string | null;
}

/** What is kept of an earlier happening. */
export interface KeptHappening {
  readonly type: string;
  readonly personId: number;
  readonly occurredAt: Instant;
  readonly triggers: boolean;
}

export interface EventRules {
  /** Two arrivals of one person within it are one arrival. */
  readonly cooldownMs: number;
  /** What is told later than this counts, but triggers nothing. */
  readonly maxLatenessMs: number;
}

export interface JudgedHappening extends Happening {
  readonly triggers: boolean;
  /** `known`: the very same event is there already. `cooldown`: it is stored, but is one arrival with another. */
  readonly duplicate: 'known' | 'cooldown' | null;
}

const keyOf = (e: { type: string; personId: number; occurredAt: Instant }): string =>
  `${e.type}/${e.personId}/${e.occurredAt}`;

/**
 * Says of each happening whether it is new and whether it triggers an outreach, in the light of what is kept. The answer
 * stands in the order of the question; within it, what happened earlier is judged first, in whatever order it is told.
 */
export function judge(
  happenings: readonly Happening[],
  kept: readonly KeptHappening[],
  at: { readonly now: Instant; readonly rules: EventRules },
): JudgedHappening[] {
  const known = new Set(kept.map(keyOf));
  const arrivals = new Map<number, Instant[]>();
  const arrived = (personId: number, when: Instant) =>
    arrivals.set(personId, [...(arrivals.get(personId) ?? []), when]);
  for (const k of kept) if (k.type === 'arrival' && k.triggers) arrived(k.personId, k.occurredAt);

  const verdicts = new Array<JudgedHappening>(happenings.length);
  const inOrder = happenings.map((happening, i) => ({ happening, i }));
  inOrder.sort((a, b) => a.happening.occurredAt - b.happening.occurredAt || a.i - b.i);
  for (const { happening, i } of inOrder) {
    const { type, personId, occurredAt } = happening;
    const isKnown = known.has(keyOf(happening));
    const cooling =
      type === 'arrival' &&
      (arrivals.get(personId) ?? []).some((other) => Math.abs(other - occurredAt) < at.rules.cooldownMs);
    const triggers = !isKnown && !cooling && at.now - occurredAt <= at.rules.maxLatenessMs;
    known.add(keyOf(happening));
    if (triggers && type === 'arrival') arrived(personId, occurredAt);
    verdicts[i] = { ...happening, triggers, duplicate: isKnown ? 'known' : cooling ? 'cooldown' : null };
  }
  return verdicts;
}

/** When a person came and went, as a membership keeps it. */
export interface Stay {
  readonly since: Instant | null;
  readonly until: Instant | null;
}

/**
 * The stay after a happening. Late and out-of-order ones are welcome: an older arrival does not move a newer one back, and a
 * departure from before the arrival says nothing of this stay.
 */
export function stayAfter(stay: Stay | null, happening: JudgedHappening): Stay {
  const { type, occurredAt: t } = happening;
  const held: Stay = stay ?? { since: null, until: null };
  if (type === 'departure') return held.since !== null && held.since > t ? held : { since: held.since, until: t };
  if (held.since !== null && held.since > t) return held;
  const until = held.until !== null && held.until > t ? held.until : null;
  // Who comes back within the cooldown has arrived once: the stay goes on, and keeps its beginning.
  return { since: happening.duplicate === 'cooldown' && held.since !== null ? held.since : t, until };
}

/** The population whose membership a happening is about. */
export const populationOf = (type: EventType): 'arrival' | 'migrant' =>
  type === 'registration' ? 'migrant' : 'arrival';
