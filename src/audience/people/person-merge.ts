import type { Instant } from '../../platform/kernel/index.js';
import type { GivenMembership, NormalPerson } from './person.js';
import type { HeldPerson, MembershipRow } from './person.repository.js';
import type { Population } from './person-words.js';

/** How lists are taken: the API's PUT replaces them; a file or an event knows only a part, so it adds. */
export type Lists = 'replace' | 'merge';

/** A membership that is new, or whose beginning moved: what an event is made of. */
export interface Begun {
  readonly kind: Population;
  readonly since: Instant;
}

export interface ListChanges {
  readonly put: readonly MembershipRow[];
  readonly removed: readonly Population[];
  readonly tagsAdded: readonly string[];
  readonly tagsRemoved: readonly string[];
  readonly begun: readonly Begun[];
}

const side = (given: Instant | null | undefined, held: Instant | null): Instant | null =>
  given === undefined ? held : given;

function mergedMembership(personId: number, given: GivenMembership, held: MembershipRow | undefined): MembershipRow {
  const since = side(given.since, held?.since ?? null);
  const until = side(given.until, held?.until ?? null);
  // Who came again after leaving is here: the end of the former stay is not the end of this one.
  const isFormer = given.until === undefined && since !== null && until !== null && until < since;
  return { personId, kind: given.kind, since, until: isFormer ? null : until };
}

/** What has to be written so that memberships and tags become what was given; nothing where they are so already. */
export function listChanges(
  personId: number,
  given: Pick<NormalPerson, 'populations' | 'tags'>,
  held: Pick<HeldPerson, 'memberships' | 'tags'>,
  lists: Lists,
): ListChanges {
  const before = new Map(held.memberships.map((m) => [m.kind, m]));
  const after = (given.populations ?? []).map((g) => mergedMembership(personId, g, before.get(g.kind)));
  const put = after.filter((m) => {
    const old = before.get(m.kind);
    return !old || old.since !== m.since || old.until !== m.until;
  });
  const begun = put.flatMap((m) =>
    m.since !== null && before.get(m.kind)?.since !== m.since ? [{ kind: m.kind, since: m.since }] : [],
  );
  const named = new Set(after.map((m) => m.kind));
  const replaces = lists === 'replace';
  return {
    put,
    begun,
    removed: replaces && given.populations ? held.memberships.map((m) => m.kind).filter((k) => !named.has(k)) : [],
    tagsAdded: (given.tags ?? []).filter((tag) => !held.tags.includes(tag)),
    tagsRemoved: replaces && given.tags ? held.tags.filter((tag) => !given.tags!.includes(tag)) : [],
  };
}

/** A stay that the first id does not know of: another population, or a later beginning. */
const isNews = ({ kind, since }: GivenMembership, held: readonly MembershipRow[]): boolean => {
  const known = held.find((m) => m.kind === kind);
  return !known || (since ?? -Infinity) > (known.since ?? known.until ?? Infinity);
};

/** What a second id says and the person's first id leaves open: it adds, and overwrites nothing but a stay by a later one. */
export const whatIsOpen = (
  given: NormalPerson,
  { row: held, memberships }: Pick<HeldPerson, 'row' | 'memberships'>,
): NormalPerson => {
  const open = <T>(value: T | undefined, known: unknown): T | undefined => (known === null ? value : undefined);
  return {
    ...given,
    name: open(given.name, held.name),
    phone: open(given.phone, held.phone),
    email: open(given.email, held.email),
    township: open(given.township, held.township),
    community: open(given.community, held.community),
    birthDate: open(given.birthDate, held.birthDate),
    gender: open(given.gender, held.gender),
    language: open(given.language, held.language),
    school: open(given.school, held.school),
    guardianOf: open(given.guardianOf, held.guardianOf),
    populations: given.populations?.filter((population) => isNews(population, memberships)),
  };
};

/** True where a person belonged to a population, and then to none. */
export const takesTheLast = (
  { put, removed }: ListChanges,
  { memberships }: Pick<HeldPerson, 'memberships'>,
): boolean => put.length === 0 && removed.length > 0 && removed.length === memberships.length;

export const changesNothing = (c: ListChanges): boolean =>
  c.put.length + c.removed.length + c.tagsAdded.length + c.tagsRemoved.length === 0;
