/** The counts of a cut, as docs/architecture.md, "The counts", defines them. People are distinct; all else counts (recipient, channel) pairs of a run. */
export interface Counts {
  readonly targeted: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly planned: number;
  readonly pending: number;
  readonly sent: number;
  readonly failed: number;
  readonly uncertain: number;
  readonly cancelled: number;
  readonly expired: number;
  readonly delivered: number;
  readonly undelivered: number;
  readonly awaiting: number;
  readonly targetedPeople: number;
  readonly reachedPeople: number;
  readonly attendedPeople: number;
  readonly estimatedGroupReach: number;
  readonly attestedGroupReach: number;
  /** 发送条数: accepted texts (SMS, chat posts, e-mail); calls and visits are none. */
  readonly messages: number;
  /** 计费条数. */
  readonly smsParts: number;
  /** 拨打次数. */
  readonly callAttempts: number;
  /** 接通数. */
  readonly callsAnswered: number;
  /** Yuan, four decimals. */
  readonly cost: number;
}

/** The states of a delivery, in the order in which the SQL of a report yields them. */
export const STATES = [
  'pending',
  'awaiting',
  'delivered',
  'undelivered',
  'failed',
  'uncertain',
  'cancelled',
  'expired',
] as const;
export type DeliveryState = (typeof STATES)[number];

const BESIDE = ['smsParts', 'callAttempts', 'callsAnswered', 'estimatedReach', 'attestedReach', 'cost'] as const;

/** What the counters hold: deliveries by state, and what goes beside them. `cost` in 1/10000 yuan. */
export const COUNTED = [...STATES, ...BESIDE] as const;

/** What adds up: summed over rows it gives the totals. `messages` are counted from the states by channel. */
export const TALLIES = [...STATES, 'messages', ...BESIDE] as const;
export type TallyName = (typeof TALLIES)[number];
export type Tally = Record<TallyName, number>;

/** What does not add up: distinct people, by how far the warnings came. */
export const PEOPLE = ['targeted', 'handedOver', 'reached', 'attended', 'fresh'] as const;
export type People = Record<(typeof PEOPLE)[number], number>;

/** One row of a cut, before it takes the shape of a report. */
export interface Measure {
  readonly tally: Tally;
  readonly skipped: Record<string, number>;
  people: People;
}

const zeros = <K extends string>(names: readonly K[]): Record<K, number> =>
  Object.fromEntries(names.map((name) => [name, 0])) as Record<K, number>;

export const emptyMeasure = (): Measure => ({ tally: zeros(TALLIES), skipped: {}, people: zeros(PEOPLE) });

/** Adds what adds up; people do not. */
export function addTo(total: Measure, part: Measure): void {
  for (const name of TALLIES) total.tally[name] += part.tally[name];
  for (const [reason, n] of Object.entries(part.skipped)) total.skipped[reason] = (total.skipped[reason] ?? 0) + n;
}

export const sumOf = (numbers: Readonly<Record<string, number>>): number =>
  Object.values(numbers).reduce((sum, n) => sum + n, 0);

/**
 * Derives the counts of a measure. The sums are made from the eight states here and nowhere else, so they hold in every
 * answer, also while a run sends.
 */
export function countsOf({ tally, skipped, people }: Measure): Counts {
  const sent = tally.awaiting + tally.delivered + tally.undelivered;
  const planned = tally.pending + sent + tally.failed + tally.uncertain + tally.cancelled + tally.expired;
  return {
    targeted: planned + sumOf(skipped),
    skipped: Object.fromEntries(Object.entries(skipped).sort(([a], [b]) => (a < b ? -1 : 1))),
    planned,
    pending: tally.pending,
    sent,
    failed: tally.failed,
    uncertain: tally.uncertain,
    cancelled: tally.cancelled,
    expired: tally.expired,
    delivered: tally.delivered,
    undelivered: tally.undelivered,
    awaiting: tally.awaiting,
    targetedPeople: people.targeted,
    reachedPeople: people.reached,
    attendedPeople: people.attended,
    estimatedGroupReach: tally.estimatedReach,
    attestedGroupReach: tally.attestedReach,
    messages: tally.messages,
    smsParts: tally.smsParts,
    callAttempts: tally.callAttempts,
    callsAnswered: tally.callsAnswered,
    cost: tally.cost / 10_000,
  };
}

/** A share of people, 0 where there are none to reach. */
export const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** The laws of the counts; answers each that does not hold, in words. Empty where all is well. */
export function checkSums(c: Counts): string[] {
  const skipped = sumOf(c.skipped);
  const laws: readonly (readonly [string, boolean])[] = [
    [`targeted ${c.targeted} = skipped ${skipped} + planned ${c.planned}`, c.targeted === skipped + c.planned],
    [
      `planned ${c.planned} = pending ${c.pending} + sent ${c.sent} + failed ${c.failed} + uncertain ${c.uncertain} + cancelled ${c.cancelled} + expired ${c.expired}`,
      c.planned === c.pending + c.sent + c.failed + c.uncertain + c.cancelled + c.expired,
    ],
    [
      `sent ${c.sent} = delivered ${c.delivered} + undelivered ${c.undelivered} + awaiting ${c.awaiting}`,
      c.sent === c.delivered + c.undelivered + c.awaiting,
    ],
    [`attendedPeople ${c.attendedPeople} <= reachedPeople ${c.reachedPeople}`, c.attendedPeople <= c.reachedPeople],
    [`reachedPeople ${c.reachedPeople} <= targetedPeople ${c.targetedPeople}`, c.reachedPeople <= c.targetedPeople],
    [`reachedPeople ${c.reachedPeople} <= delivered ${c.delivered}`, c.reachedPeople <= c.delivered],
    [`targetedPeople ${c.targetedPeople} <= targeted ${c.targeted}`, c.targetedPeople <= c.targeted],
    [
      'no count is below zero',
      [...Object.values(c).filter((n) => typeof n === 'number'), ...Object.values(c.skipped)].every((n) => n >= 0),
    ],
  ];
  return laws.filter(([, holds]) => !holds).map(([law]) => law);
}
