import { canonicalJson } from './campaign.js';

/** What people read or hear. */
export interface Said {
  readonly title: string | null;
  readonly body: string;
}

/** One wording that a definition may give somebody, with whom it is for. */
export interface Wording extends Said {
  readonly channel: string;
  readonly trick: string;
  /** The code of the group that it is written for; null for everybody. */
  readonly audience: string | null;
  readonly language: string;
}

/** The wordings of one trick, channel, group and language that were given before and are not now, and those that are new. */
export interface WordingChange {
  readonly channel: string;
  readonly trick: string;
  readonly audience: string | null;
  readonly language: string;
  readonly before: readonly Said[];
  readonly after: readonly Said[];
}

/** A segment as it stood when a version was given to review. A sensitive one has no rule and no name of its own here. */
export interface SegmentMark {
  readonly field: 'segmentId' | 'groupSegmentId';
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly rule: unknown;
}

/** A field whose segment is another one, or selects by another rule; null where one of the versions has none. */
export interface SegmentChange {
  readonly field: SegmentMark['field'];
  readonly before: SegmentMark | null;
  readonly after: SegmentMark | null;
}

const placeOf = ({ channel, trick, audience, language }: Wording): string =>
  canonicalJson([channel, trick, audience, language]);
const saidOf = ({ title, body }: Said): string => canonicalJson([title, body]);

const byPlace = (list: readonly Wording[]): Map<string, Wording[]> => {
  const places = new Map<string, Wording[]>();
  for (const wording of list) {
    const place = placeOf(wording);
    const known = places.get(place);
    if (known) known.push(wording);
    else places.set(place, [wording]);
  }
  return places;
};

/** Those of a list that the other has not, each text once. */
function only(list: readonly Wording[], other: readonly Wording[]): Said[] {
  const others = new Set(other.map(saidOf));
  const left = new Map(list.map((one) => [saidOf(one), { title: one.title, body: one.body }] as const));
  return [...left].flatMap(([key, said]) => (others.has(key) ? [] : [said]));
}

/** What people would read otherwise than before, in the order of channel, trick, group and language. The same words are no change. */
export function wordingChanges(before: readonly Wording[], after: readonly Wording[]): WordingChange[] {
  const [was, is] = [byPlace(before), byPlace(after)];
  return [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((place) => {
    const [a, b] = [was.get(place) ?? [], is.get(place) ?? []];
    const { channel, trick, audience, language } = (a[0] ?? b[0])!;
    const change = { channel, trick, audience, language, before: only(a, b), after: only(b, a) };
    return change.before.length + change.after.length === 0 ? [] : [change];
  });
}

/** Segments that were exchanged, or whose rule changed in between. */
export function segmentChanges(before: readonly SegmentMark[], after: readonly SegmentMark[]): SegmentChange[] {
  return (['segmentId', 'groupSegmentId'] as const).flatMap((field) => {
    const [was, is] = [before, after].map((marks) => marks.find((mark) => mark.field === field) ?? null) as [
      SegmentMark | null,
      SegmentMark | null,
    ];
    return was?.id === is?.id && was?.version === is?.version ? [] : [{ field, before: was, after: is }];
  });
}
