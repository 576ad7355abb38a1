import type { MembershipRow, PersonRow } from '../people/person.repository.js';

/** What a person takes over from a second id of theirs where it is not known of them yet. */
export const TAKEN_OVER = [
  'name',
  'email',
  'emailKey',
  'township',
  'community',
  'birthDate',
  'gender',
  'language',
  'school',
  'guardianOf',
] as const satisfies readonly (keyof PersonRow)[];

type TakenOver = Pick<PersonRow, (typeof TAKEN_OVER)[number]>;

/**
 * Two rows of one human being as one: the kept one's word stands, and what it leaves open the other one fills. Of two birthdays the
 * later counts, for who is younger is protected more. Nobody becomes their own guardian, and a village goes with its township.
 */
export function oneRow(keep: PersonRow, other: PersonRow): TakenOver {
  const birthDates = [keep.birthDate, other.birthDate].filter((date) => date !== null).sort();
  const guarded = [keep.guardianOf, other.guardianOf].filter((id) => id !== keep.externalId && id !== other.externalId);
  const isOtherTownship = keep.township !== null && other.township !== null && keep.township !== other.township;
  return {
    name: keep.name ?? other.name,
    ...(keep.email === null
      ? { email: other.email, emailKey: other.emailKey }
      : { email: keep.email, emailKey: keep.emailKey }),
    township: keep.township ?? other.township,
    community: keep.community ?? (isOtherTownship ? null : other.community),
    birthDate: birthDates.at(-1) ?? null,
    gender: keep.gender ?? other.gender,
    language: keep.language ?? other.language,
    school: keep.school ?? other.school,
    guardianOf: guarded.find((id) => id !== null) ?? null,
  };
}

/** True where a membership of a population ends after another of the same; one without an end lasts longest. */
export const lastsLonger = (a: MembershipRow, b: MembershipRow): boolean =>
  b.until !== null && (a.until === null || a.until > b.until);
