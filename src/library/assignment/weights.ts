import { days, MOST_TELLING_FIRST, type Instant } from '../../platform/kernel/index.js';
import type { GroupsOf, Trick } from '../taxonomy.js';
import { cellOf, EVERYBODY, ownColumns, type Matrix } from '../weights/matrix.js';

/** A case fades to half within it: wordings wear out, and gangs move on. */
export const HALF_LIFE = days(90);
/** Fewer cases of a type in a year say nothing yet; then the prior stands. */
export const FEWEST_CASES = 5;
export const YEAR = days(365);

/** The columns by which people are told apart, in an order that stays: the taxonomy's groups, then the bureau's own tags. */
export const columnsOf = (of: GroupsOf, matrix: Pick<Matrix, 'weights'>): string[] => [
  ...of.groups.map((group) => group.code),
  ...ownColumns(matrix, of),
];

/**
 * Columns with the most specific first, which is the order in which a wording is looked for: the bureau's own tags, groups of
 * a tag, groups of a population. It follows from the columns alone, so that it comes out the same when a reason is recomputed.
 */
export function specificFirst(of: GroupsOf, columns: Iterable<string>): string[] {
  const populations = MOST_TELLING_FIRST.flatMap((population) => of.populationGroups[population] ?? []);
  const known = new Set(of.groups.map((group) => group.code));
  const place = (column: string): number => (known.has(column) ? 1 + Math.max(0, populations.indexOf(column) + 1) : 0);
  return [...new Set(columns)].sort((a, b) => place(a) - place(b) || (a < b ? -1 : a > b ? 1 : 0));
}

/**
 * The columns that a recipient belongs to: groups by tag and by population, and tags that have a column of their own. A tag
 * without either counts for none.
 */
export function columnsFor(
  of: GroupsOf,
  own: readonly string[],
  who: { tags: readonly string[]; populations: readonly string[] },
): string[] {
  const known = new Set(of.groups.map((group) => group.code));
  const groups = [
    ...who.tags.flatMap((tag) => of.tagGroups[tag] ?? [tag]),
    ...who.populations.flatMap((population) => of.populationGroups[population] ?? []),
  ].filter((code) => known.has(code));
  return specificFirst(of, [...groups, ...own.filter((column) => who.tags.includes(column))]);
}

export interface Weight {
  readonly weight: number;
  /** The columns whose cell it is, where it is more than everybody's. */
  readonly groups: readonly string[];
  readonly inSeason: boolean;
}

/** Where a trick weighs what: which groups its type's tricks name, so that a cell speaks of the right ones. */
export interface Naming {
  readonly byTrick: ReadonlySet<string>;
  readonly byType: ReadonlySet<string>;
}

export const namings = (tricks: readonly Trick[]): ReadonlyMap<string, Naming> => {
  const byType = new Map<string, Set<string>>();
  for (const trick of tricks) {
    const named = byType.get(trick.type) ?? new Set<string>();
    for (const group of trick.vulnerableGroups) named.add(group);
    byType.set(trick.type, named);
  }
  return new Map(
    tricks.map((trick) => [trick.code, { byTrick: new Set(trick.vulnerableGroups), byType: byType.get(trick.type)! }]),
  );
};

/** A group's cell speaks of the tricks that are known to hit it; where none of the type is, of all of them. */
const applies = (naming: Naming, column: string): boolean => naming.byTrick.has(column) || !naming.byType.has(column);

/**
 * What a trick weighs for somebody in these columns: the highest of the cells that apply (to belong to one more group never
 * makes a warning rarer), else everybody's; times the season.
 */
export function weightOf(
  trick: Trick,
  who: { readonly columns: readonly string[]; readonly township: string },
  by: { readonly matrix: Matrix; readonly naming: Naming; readonly month: number },
): Weight {
  const cell = (column: string): number => cellOf(by.matrix, trick.type, column, who.township) ?? 0;
  const own = who.columns.filter((column) => applies(by.naming, column));
  const everybody = cell(EVERYBODY);
  const best = own.length === 0 ? everybody : Math.max(...own.map(cell));
  const inSeason = trick.season?.months.includes(by.month) ?? false;
  return {
    weight: best * (inSeason ? by.matrix.season : 1),
    groups: best === everybody ? [] : own.filter((column) => cell(column) === best),
    inSeason,
  };
}

export interface IncidentFactor {
  /** What 1 is added to: a type with an average share of the faded cases has 1, so that its tricks weigh double. */
  readonly factor: number;
  /** Cases of the last year. */
  readonly cases: number;
}

export interface IncidentArithmetic extends IncidentFactor {
  /** The cases, each faded by its age: a case of today is 1, one of `HALF_LIFE` ago a half. */
  readonly faded: number;
  /** Of all faded cases. */
  readonly share: number;
}

/**
 * How recorded cases move the types, at an instant: each case fades with `HALF_LIFE`; a type's factor is its share of all
 * faded cases × the number of types. A type with fewer than `FEWEST_CASES` in the last year has 0: its prior stands.
 */
export function incidentArithmetic(
  casesByType: ReadonlyMap<string, readonly Instant[]>,
  types: readonly string[],
  at: Instant,
): Map<string, IncidentArithmetic> {
  const recent = types.map((type) => (casesByType.get(type) ?? []).filter((case_) => case_ <= at && case_ > at - YEAR));
  const faded = recent.map((cases) => cases.reduce((sum, case_) => sum + 2 ** ((case_ - at) / HALF_LIFE), 0));
  const total = faded.reduce((sum, n) => sum + n, 0);
  return new Map(
    types.map((type, i) => {
      const cases = recent[i]!.length;
      const share = total === 0 ? 0 : faded[i]! / total;
      return [type, { cases, faded: faded[i]!, share, factor: cases < FEWEST_CASES ? 0 : share * types.length }];
    }),
  );
}

/** As much of it as a run keeps. */
export const incidentFactors = (
  casesByType: ReadonlyMap<string, readonly Instant[]>,
  types: readonly string[],
  at: Instant,
): Map<string, IncidentFactor> =>
  new Map(
    [...incidentArithmetic(casesByType, types, at)].map(([type, { cases, factor }]) => [
      type,
      { cases, factor: Math.round(factor * 10_000) / 10_000 },
    ]),
  );
