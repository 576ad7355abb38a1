import { dayText, monthText, weekText } from './calendar.js';
import { share, type Counts, type Measure } from '../dispatch/index.js';
import type { CutName } from './cut.js';

/** The columns of a row's group: each cut, and beside a code its name. */
export type GroupColumns = Partial<
  Record<CutName | 'townshipName' | 'typeName' | 'trickName' | 'campaignName', string>
>;

/** The cuts that carry a name beside their code. */
export const NAMED = {
  township: 'townshipName',
  type: 'typeName',
  trick: 'trickName',
  campaign: 'campaignName',
} as const;

export interface ReachCounts {
  /** Distinct people targeted in the cut, given a message or skipped. */
  readonly segmentSize: number;
  readonly handedOverPeople: number;
  /** Distinct people to whom something was delivered, or better. */
  readonly reachedPeople: number;
  readonly attendedPeople: number;
  /** 0..1; 0 where nobody was targeted. */
  readonly coverage: number;
  /** Of them, reached within the last 28 days of the period (or up to now, or up to `asOf`). */
  readonly freshReachedPeople: number;
  readonly freshCoverage: number;
  /** Head counts of the groups posted to by robots: an estimate, never added to the counted. */
  readonly estimatedGroupReach: number;
  /** Head counts of the groups whose owners attested a post. */
  readonly attestedGroupReach: number;
}

export interface TrickReach {
  readonly trick: string;
  readonly trickName: string;
  readonly type: string;
  readonly typeName: string;
  readonly targetedPeople: number;
  readonly reachedPeople: number;
  /** `reachedPeople` of all people targeted in the period. */
  readonly coverage: number;
  readonly estimatedGroupReach: number;
  readonly attestedGroupReach: number;
}

/** A sentence about the numbers, in the reader's language. */
export interface Note {
  readonly zh: string;
  readonly en: string;
}

/** What every report says of itself. */
export interface ReportHead {
  readonly period: { readonly from: string; readonly to: string };
  readonly asOf: string | null;
  readonly groupBy: readonly CutName[];
  /** What a reader has to know to read the numbers rightly. */
  readonly notes: readonly Note[];
  /** The last sealed entry of the ledger and the last day's root, when the answer was made; null before the first. */
  readonly ledger: {
    readonly seq: number;
    readonly hash: string;
    readonly day: string | null;
    readonly root: string | null;
    /** The root over that day's settlement events; null where nothing was settled. */
    readonly settlementRoot: string | null;
  } | null;
}

export type SendsReport = ReportHead & { readonly rows: readonly (GroupColumns & Counts)[]; readonly totals: Counts };
export type ReachReport = ReportHead & {
  readonly rows: readonly (GroupColumns & ReachCounts)[];
  readonly totals: ReachCounts;
};
export interface TrickCoverage extends ReportHead {
  readonly segmentSize: number;
  readonly reachedPeople: number;
  /** From 0 upwards; the people of all rows are `segmentSize`. */
  readonly byTricksReached: readonly { readonly tricks: number; readonly people: number }[];
  /** Every trick, the most widely heard first. */
  readonly byTrick: readonly TrickReach[];
  readonly most: readonly TrickReach[];
  readonly least: readonly TrickReach[];
}

export const NOTES = {
  distinct: {
    zh: '人数为去重人数：合计可能小于各行之和。',
    en: 'People are distinct: totals may be smaller than the sum of their rows.',
  },
  skips: {
    zh: '跳过发生在选定网关、类型、骗术之前：按这些维度分组时，跳过记在空值行。',
    en: 'Skips have no gateway, type or trick: cut by those they stand in the row with an empty value, filtered by those they are left out.',
  },
  estimate: {
    zh: '群触达为群人数估算，不与触达人数相加。',
    en: 'Group reach is the head count of the groups, an estimate, never added to people.',
  },
  asOf: {
    zh: '按时点重算：以投递时间还原；此后改变结果的回执（未达→送达、已读）按最后一次回执的时间计。',
    en: 'As of a moment: told from the deliveries’ own times; where a later receipt raised an outcome, the time of the last one counts.',
  },
} as const satisfies Record<string, Note>;

/** How a group's value reads: days, weeks and months are kept as day numbers. */
export function showCut(name: CutName, value: string | number): string {
  if (name === 'day') return dayText(Number(value));
  if (name === 'week') return weekText(Number(value));
  if (name === 'month') return monthText(Number(value));
  return String(value);
}

export function reachOf({ people, tally }: Measure): ReachCounts {
  return {
    segmentSize: people.targeted,
    handedOverPeople: people.handedOver,
    reachedPeople: people.reached,
    attendedPeople: people.attended,
    coverage: share(people.reached, people.targeted),
    freshReachedPeople: people.fresh,
    freshCoverage: share(people.fresh, people.targeted),
    estimatedGroupReach: tally.estimatedReach,
    attestedGroupReach: tally.attestedReach,
  };
}
