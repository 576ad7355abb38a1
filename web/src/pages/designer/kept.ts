import type { RuleGroupType } from 'react-querybuilder';
import type { Subject } from '../../shared/rule-fields';
import type { Values } from './definition';
import { withoutPeople, type Group } from './segment/rule';
import type { SegmentDraft } from './segment/SegmentEditor';

export type SegmentDrafts = Partial<Record<Subject, SegmentDraft>>;

/** What is not on the server yet: a form that is not complete, a segment that is not saved. */
export interface Kept {
  readonly values: Values;
  readonly segments: SegmentDrafts;
  /** The digest of the saved version that this was made from; null where none was saved. */
  readonly base: string | null;
}

const keyOf = (user: string, campaign: string | null) => `tidecall.draft.${user}.${campaign ?? 'new'}`;

const stripped = (draft: SegmentDraft | undefined): SegmentDraft | undefined =>
  draft && { ...draft, rule: withoutPeople(draft.rule as Group) as RuleGroupType };

/** Keeps a draft until the tab is closed or somebody signs out, without the ids of single people. */
export function keep(user: string, campaign: string | null, { values, segments, base }: Kept): void {
  const safe: Kept = {
    values,
    base,
    segments: { people: stripped(segments.people), groupChats: stripped(segments.groupChats) },
  };
  window.sessionStorage.setItem(keyOf(user, campaign), JSON.stringify(safe));
}

export const forget = (user: string, campaign: string | null): void =>
  window.sessionStorage.removeItem(keyOf(user, campaign));

export function kept(user: string, campaign: string | null): Kept | null {
  const text = window.sessionStorage.getItem(keyOf(user, campaign));
  return text === null ? null : (JSON.parse(text) as Kept);
}
