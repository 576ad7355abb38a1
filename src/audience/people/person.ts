import { readPhone, type Instant, type Phone } from '../../platform/kernel/index.js';
import { readDate } from './person-dates.js';
import {
  isIdentityNumber,
  readGender,
  readLanguage,
  readPopulation,
  readTag,
  tidy,
  type Population,
} from './person-words.js';

/** What is wrong with one field; the message names no value, for it goes into logs and lists. */
export interface PersonProblem {
  /** A JSON Pointer inside the person, `/phone`. */
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** A membership as given: absent dates stay as they are, null clears. */
export interface GivenMembership {
  readonly kind: Population;
  readonly since?: Instant | null;
  readonly until?: Instant | null;
}

/** A person as given, read and normalised: undefined leaves a field as it is, null clears it. */
export interface NormalPerson {
  readonly externalId: string;
  readonly name?: string | null;
  readonly phone?: Phone | null;
  readonly email?: string | null;
  /** The code. */
  readonly township?: string | null;
  readonly community?: string | null;
  /** `2026-11-23`. */
  readonly birthDate?: string | null;
  readonly gender?: string | null;
  readonly language?: string | null;
  readonly school?: string | null;
  readonly guardianOf?: string | null;
  /** Sorted by kind. */
  readonly populations?: readonly GivenMembership[];
  /** Sorted, without repeats. */
  readonly tags?: readonly string[];
}

/** What the county decides about reading a person. */
export interface PersonRules {
  readonly smsCapable: RegExp;
  readonly tagAliases: ReadonlyMap<string, string>;
  /** The code of a township's code or name. */
  township(codeOrName: string): string | null;
  /** The instant of a date or date and time as somebody wrote it. */
  instant(text: string): Instant | null;
  /** Today's date in the county, `2026-11-23`: nobody is born later. */
  today(): string;
  startOfDay(at: Instant): Instant;
}

/** A person as the API and, cell by cell, a file give it. */
export interface RawPerson {
  readonly externalId: string;
  readonly name?: string | null;
  readonly phone?: string | null;
  readonly email?: string | null;
  readonly populations?: readonly { kind: string; since?: string | null; until?: string | null }[] | null;
  readonly township?: string | null;
  readonly community?: string | null;
  readonly birthDate?: string | null;
  readonly gender?: string | null;
  readonly tags?: readonly string[] | null;
  readonly language?: string | null;
  readonly school?: string | null;
  readonly guardianOf?: string | null;
}

export type PersonReading =
  | { readonly ok: true; readonly person: NormalPerson }
  | { readonly ok: false; readonly problems: readonly PersonProblem[] };

type Given = string | null | undefined;
type Problems = PersonProblem[];

/** Blank is cleared, absent is left: `read` sees only what was really written. */
function field<T>(given: Given, read: (text: string) => T | null): T | null | undefined {
  if (given === undefined) return undefined;
  const text = given === null ? '' : given.trim();
  return text === '' ? null : read(text);
}

const refused = (problems: Problems, path: string, code: string, message: string): null => {
  problems.push({ path, code, message });
  return null;
};

const plainText =
  (path: string, problems: Problems, max = 64) =>
  (text: string): string | null => {
    const plain = text.normalize('NFC').replace(/\s+/g, ' ');
    return plain.length <= max ? plain : refused(problems, path, 'too_long', `at most ${max} characters`);
  };

const readEmail =
  (problems: Problems) =>
  (text: string): string | null => {
    const plain = tidy(text);
    return plain.length <= 254 && /^[^\s@"<>]+@[^\s@"<>]+\.[^\s@"<>.]+$/.test(plain)
      ? plain
      : refused(problems, '/email', 'invalid_email', 'not an e-mail address');
  };

const phoneOf =
  (rules: PersonRules, problems: Problems) =>
  (text: string): Phone | null => {
    const phone = readPhone(text, rules.smsCapable);
    return phone?.kind === 'invalid'
      ? refused(problems, '/phone', 'invalid_phone', 'neither a mobile number nor a landline with its area code')
      : phone;
  };

const birthDateOf =
  (rules: PersonRules, problems: Problems) =>
  (text: string): string | null => {
    const date = readDate(text);
    return date !== null && date <= rules.today()
      ? date
      : refused(problems, '/birthDate', 'invalid_date', 'not a date such as 1990-05-17, or one to come');
  };

const known =
  <T>(path: string, code: string, problems: Problems, read: (text: string) => T | null) =>
  (text: string): T | null =>
    read(text) ?? refused(problems, path, code, 'not a word that is known here');

/** The identity under which the caller's own system knows the person: short, and never an identity number. */
function readExternalId(given: string, problems: Problems): string {
  const externalId = tidy(given);
  if (externalId === '') refused(problems, '/externalId', 'missing_external_id', 'an external id is needed');
  else if (externalId.length > 64) refused(problems, '/externalId', 'too_long', 'at most 64 characters');
  else if (isIdentityNumber(externalId))
    refused(problems, '/externalId', 'identity_number', 'an identity number must not be used as external id');
  return externalId;
}

export function readTags(words: readonly string[], rules: PersonRules, problems: Problems): string[] {
  const tags = new Set<string>();
  words.forEach((word, i) => {
    const tag = readTag(word, rules.tagAliases);
    if (tag === null) refused(problems, `/tags/${i}`, 'unknown_tag', 'neither a tag code nor one of the known words');
    else tags.add(tag);
  });
  return [...tags].sort();
}

const readSide = (given: Given, path: string, rules: PersonRules, problems: Problems): Instant | null | undefined =>
  field(
    given,
    (text) => rules.instant(text) ?? refused(problems, path, 'invalid_date', 'not a date such as 2026-11-23'),
  );

/** True where a stay would end on a day before it begins; on the same day it may, for many lists hold dates without times. */
export const endsBeforeItBegins = (m: GivenMembership, rules: PersonRules): boolean =>
  typeof m.since === 'number' && typeof m.until === 'number' && m.until < rules.startOfDay(m.since);

function readPopulations(given: RawPerson['populations'], rules: PersonRules, problems: Problems): GivenMembership[] {
  const byKind = new Map<Population, GivenMembership>();
  (given ?? []).forEach((item, i) => {
    const path = `/populations/${i}`;
    const kind = readPopulation(item.kind);
    const since = readSide(item.since, `${path}/since`, rules, problems);
    const until = readSide(item.until, `${path}/until`, rules, problems);
    if (kind === null) {
      refused(problems, `${path}/kind`, 'unknown_population', 'one of local, migrant, arrival, special');
      return;
    }
    const membership = { kind, ...(since !== undefined && { since }), ...(until !== undefined && { until }) };
    if (endsBeforeItBegins(membership, rules))
      refused(problems, `${path}/until`, 'invalid_date', 'ends before it begins');
    if (byKind.has(kind)) refused(problems, `${path}/kind`, 'duplicate_population', 'the same population stands twice');
    byKind.set(kind, membership);
  });
  return [...byKind.values()].sort(byName);
}

export const byName = (a: GivenMembership, b: GivenMembership): number =>
  a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0;

/** Reads a person's fields; every mistake is found, not only the first. */
export function readPerson(raw: RawPerson, rules: PersonRules): PersonReading {
  const problems: Problems = [];
  const person: NormalPerson = {
    externalId: readExternalId(raw.externalId, problems),
    name: field(raw.name, plainText('/name', problems)),
    phone: field(raw.phone, phoneOf(rules, problems)),
    email: field(raw.email, readEmail(problems)),
    township: field(
      raw.township,
      known('/township', 'unknown_township', problems, (t) => rules.township(tidy(t))),
    ),
    community: field(raw.community, plainText('/community', problems)),
    birthDate: field(raw.birthDate, birthDateOf(rules, problems)),
    gender: field(raw.gender, known('/gender', 'unknown_gender', problems, readGender)),
    language: field(raw.language, known('/language', 'unknown_language', problems, readLanguage)),
    school: field(raw.school, plainText('/school', problems)),
    guardianOf: field(raw.guardianOf, plainText('/guardianOf', problems)),
    ...(raw.populations !== undefined && { populations: readPopulations(raw.populations, rules, problems) }),
    ...(raw.tags !== undefined && { tags: readTags(raw.tags ?? [], rules, problems) }),
  };
  return problems.length > 0 ? { ok: false, problems } : { ok: true, person };
}

/** The content of a person as one text, the same for the same content: what a keyed digest is taken of. */
export function canonical(p: NormalPerson): string {
  const { phone, populations, tags } = p;
  const plain = [p.name, p.email, p.township, p.community, p.birthDate, p.gender, p.language, p.school, p.guardianOf];
  const stays = populations?.map((m) => [
    m.kind,
    m.since ?? (m.since === null ? 0 : -1),
    m.until ?? (m.until === null ? 0 : -1),
  ]);
  // Absent and cleared are not the same; JSON knows only null, so the absent are 0.
  const given = [phone && phone.number, ...plain, stays, tags].map((value) => (value === undefined ? 0 : value));
  return JSON.stringify([p.externalId, ...given]);
}
