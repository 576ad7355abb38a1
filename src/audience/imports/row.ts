import {
  byName,
  endsBeforeItBegins,
  readPerson,
  type GivenMembership,
  type PersonProblem,
  type PersonReading,
  type PersonRules,
} from '../people/person.js';
import { readPopulation, splitWords, type Population } from '../people/person-words.js';
import type { Columns, Field } from './header.js';
import { withoutGuard } from './table.js';

/** What a cell says, or undefined where it is blank: a blank cell leaves what is known. */
const cellOf = (cells: readonly string[], columns: Columns, field: Field): string | undefined => {
  for (const at of columns.get(field) ?? []) {
    const text = withoutGuard(cells[at] ?? '').trim();
    if (text !== '') return text;
  }
  return undefined;
};

const DATES = ['registeredAt', 'arrivedAt', 'departsAt'] as const;
type DateField = (typeof DATES)[number];
type Dates = Partial<Record<DateField, number>>;

const kindsOf = (words: string | undefined, problems: PersonProblem[]): Set<Population> => {
  const kinds = new Set<Population>();
  for (const word of words === undefined ? [] : splitWords(words)) {
    const kind = readPopulation(word);
    if (kind) kinds.add(kind);
    else
      problems.push({
        path: '/populations',
        code: 'unknown_population',
        message: 'not a population that is known here',
      });
  }
  return kinds;
};

const datesOf = (cell: (field: Field) => string | undefined, rules: PersonRules, problems: PersonProblem[]): Dates => {
  const dates: Dates = {};
  for (const field of DATES) {
    const text = cell(field);
    if (text === undefined) continue;
    const at = rules.instant(text);
    if (at === null)
      problems.push({ path: `/${field}`, code: 'invalid_date', message: 'not a date such as 2026-11-23' });
    else dates[field] = at;
  }
  return dates;
};

/**
 * The memberships of a row. A date alone says the population that it belongs to; but a date of registration beside another
 * population that is named (本地居民 with a 登记日期) is the day on which the list was written, and makes nobody a migrant.
 */
function membershipsOf(
  named: ReadonlySet<Population>,
  { registeredAt, arrivedAt, departsAt }: Dates,
): GivenMembership[] {
  const kinds = new Set(named);
  if (named.size === 0 && registeredAt !== undefined) kinds.add('migrant');
  if (arrivedAt !== undefined || (named.size === 0 && departsAt !== undefined)) kinds.add('arrival');
  return [...kinds]
    .map((kind): GivenMembership => {
      if (kind === 'migrant' && registeredAt !== undefined) return { kind, since: registeredAt };
      if (kind !== 'arrival') return { kind };
      return {
        kind,
        ...(arrivedAt !== undefined && { since: arrivedAt }),
        ...(departsAt !== undefined && { until: departsAt }),
      };
    })
    .sort(byName);
}

/** Reads a row of a file as a person; the problems name our fields. */
export function readRow(cells: readonly string[], columns: Columns, rules: PersonRules): PersonReading {
  const cell = (field: Field) => cellOf(cells, columns, field);
  const problems: PersonProblem[] = [];
  const named = kindsOf(cell('populations'), problems);
  const dates = datesOf(cell, rules, problems);
  const memberships = membershipsOf(named, dates);
  if (memberships.some((m) => endsBeforeItBegins(m, rules))) {
    problems.push({ path: '/departsAt', code: 'invalid_date', message: 'departs before arriving' });
  }
  const tags = cell('tags');
  const reading = readPerson(
    {
      externalId: cell('externalId') ?? '',
      name: cell('name'),
      phone: cell('phone'),
      email: cell('email'),
      township: cell('township'),
      community: cell('community'),
      birthDate: cell('birthDate'),
      gender: cell('gender'),
      language: cell('language'),
      school: cell('school'),
      guardianOf: cell('guardianOf'),
      tags: tags === undefined ? undefined : splitWords(tags),
    },
    rules,
  );
  if (problems.length === 0 && reading.ok) {
    return memberships.length === 0 ? reading : { ok: true, person: { ...reading.person, populations: memberships } };
  }
  return { ok: false, problems: [...(reading.ok ? [] : reading.problems), ...problems] };
}
