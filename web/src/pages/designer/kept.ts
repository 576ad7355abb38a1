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

/** A saved campaign's id, or what a new one begins with: nothing, or the campaign that it copies. */
export type Place = string;
export const placeOf = (id: string | null, copied: string | null): Place => id ?? (copied ? `copy.${copied}` : 'new');

const keyOf = (user: string, place: Place) => `tidecall.draft.${user}.${place}`;

const stripped = (draft: SegmentDraft | undefined): SegmentDraft | undefined =>
  draft && { ...draft, rule: withoutPeople(draft.rule as Group) as RuleGroupType };

/** Keeps a draft until the tab is closed or somebody signs out, without the ids of single people. */
export function keep(user: string, place: Place, { values, segments, base }: Kept): void {
  const safe: Kept = {
    values,
    base,
    segments: { people: stripped(segments.people), groupChats: stripped(segments.groupChats) },
  };
  window.sessionStorage.setItem(keyOf(user, place), JSON.stringify(safe));
}

export const forget = (user: string, place: Place): void => window.sessionStorage.removeItem(keyOf(user, place));

export function kept(user: string, place: Place): Kept | null {
  const text = window.sessionStorage.getItem(keyOf(user, place));
  return text === null ? null : (JSON.parse(text) as Kept);
}
