import { days, type Instant } from '../../platform/kernel/index.js';
import type { GroupsOf, Trick } from '../taxonomy.js';

/** How much more a trick weighs for whom police material names; every trick keeps some weight for everybody. */
export const WEIGHTS = {
  /** A group of occupation, age, habit or special care. */
  group: 4,
  /** A population alone (resident, migrant, visitor): true of nearly everybody, so it says little. */
  population: 1.5,
  /** The month lies in the trick's season. */
  season: 1.5,
} as const;

/** A case fades to half within it: wordings wear out, and gangs move on. */
export const HALF_LIFE = days(90);
/** Fewer cases of a type in a year say nothing yet; then the prior stands. */
export const FEWEST_CASES = 5;
const YEAR = days(365);

/** Of several populations the one that says most comes first, as on deliveries (docs/architecture.md, "The counts"). */
const POPULATION_ORDER = ['special', 'arrival', 'migrant', 'local'];

/** The groups that a recipient belongs to: by tag first (specific), then by population. A tag without a group counts for none. */
export function groupsOf(of: GroupsOf, who: { tags: readonly string[]; populations: readonly string[] }): string[] {
  const codes = new Set<string>();
  for (const tag of [...who.tags].sort()) for (const code of of.tagGroups[tag] ?? [tag]) codes.add(code);
  for (const population of POPULATION_ORDER) {
    if (who.populations.includes(population)) for (const code of of.populationGroups[population] ?? []) codes.add(code);
  }
  return [...codes].filter((code) => of.groups.some((group) => group.code === code));
}

export interface Weight {
  readonly weight: number;
  /** Groups that the trick is known to hit and the recipient belongs to. */
  readonly groups: readonly string[];
  readonly inSeason: boolean;
}

/** What a trick weighs for somebody in these groups: severity × group × season. */
export function weightOf(
  trick: Trick,
  who: { readonly groups: readonly string[]; readonly populationGroups: ReadonlySet<string> },
  when: { readonly month: number; readonly severity: number },
): Weight {
  const groups = who.groups.filter((code) => trick.vulnerableGroups.includes(code));
  const specific = groups.some((code) => !who.populationGroups.has(code));
  const inSeason = trick.season?.months.includes(when.month) ?? false;
  const byGroup = specific ? WEIGHTS.group : groups.length > 0 ? WEIGHTS.population : 1;
  return { weight: when.severity * byGroup * (inSeason ? WEIGHTS.season : 1), groups, inSeason };
}

export interface IncidentFactor {
  /** What 1 is added to: a type with an average share of the faded cases has 1, so that its tricks weigh double. */
  readonly factor: number;
  /** Cases of the last year. */
  readonly cases: number;
}

/**
 * How recorded cases move the types, at an instant: each case fades with `HALF_LIFE`; a type's factor is its share of all
 * faded cases × the number of types. A type with fewer than `FEWEST_CASES` in the last year has 0: its prior stands.
 */
export function incidentFactors(
  casesByType: ReadonlyMap<string, readonly Instant[]>,
  types: readonly string[],
  at: Instant,
): Map<string, IncidentFactor> {
  const recent = types.map((type) => (casesByType.get(type) ?? []).filter((case_) => case_ <= at && case_ > at - YEAR));
  const faded = recent.map((cases) => cases.reduce((sum, case_) => sum + 2 ** ((case_ - at) / HALF_LIFE), 0));
  const total = faded.reduce((sum, n) => sum + n, 0);
  return new Map(
    types.map((type, i) => {
      const cases = recent[i]!.length;
      return [type, { cases, factor: cases < FEWEST_CASES ? 0 : (faded[i]! / total) * types.length }];
    }),
  );
}
