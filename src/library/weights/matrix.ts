import type { InputMistake } from '../../platform/index.js';
import type { GroupsOf, Trick } from '../taxonomy.js';

/** The column of people who belong to none of the groups that a trick is known to hit. */
export const EVERYBODY = 'everybody';

/** Weights of one fraud type by column: `everybody`, each group of the taxonomy, and tags of the bureau's own. */
export type WeightRow = Readonly<Record<string, number>>;
export type WeightTable = Readonly<Record<string, WeightRow>>;

/**
 * What `weighted` and `riskMatrix` draw by: fraud type × population or tag × township. `weights` is the county's table, with a
 * cell for each type and column; a township's table holds only what differs there.
 */
export interface Matrix {
  /** By how much a trick weighs more in the months of its season. */
  readonly season: number;
  /** Nobody is drawn the same trick again within so many days, as long as another is left. */
  readonly noRepeatDays: number;
  readonly weights: WeightTable;
  readonly townships: Readonly<Record<string, WeightTable>>;
}

/** A matrix as it was saved; a run keeps the version that it drew by. */
export interface WeightVersion {
  readonly version: number;
  readonly matrix: Matrix;
}

/** How the first matrix is made of the taxonomy; police material names whom a trick hits, and how much is our own reading. */
export const SEED = {
  /** A group of occupation, age, habit or special care. */
  group: 4,
  /** A population alone (resident, migrant, visitor): true of nearly everybody, so it says little. */
  population: 1.5,
  /** The month lies in the trick's season. */
  season: 1.5,
  noRepeatDays: 28,
} as const;

const populationGroupsOf = (groups: GroupsOf): ReadonlySet<string> =>
  new Set(Object.values(groups.populationGroups).flat());

const rounded = (n: number): number => Math.round(n * 10_000) / 10_000;

/** The row of one type: its severity, and more for the groups that any of its tricks is known to hit. */
export function seededRow(
  severity: number,
  tricks: readonly Pick<Trick, 'vulnerableGroups'>[],
  of: GroupsOf,
): WeightRow {
  const populations = populationGroupsOf(of);
  const hit = new Set(tricks.flatMap((trick) => trick.vulnerableGroups));
  const weight = (group: string): number =>
    !hit.has(group) ? severity : rounded(severity * (populations.has(group) ? SEED.population : SEED.group));
  return Object.fromEntries([
    [EVERYBODY, severity],
    ...of.groups.map((group): [string, number] => [group.code, weight(group.code)]),
  ]);
}

/** The matrix that a fresh deployment starts with: severity × `vulnerableGroups`, the season on top. */
export function seededMatrix(
  types: readonly { readonly code: string; readonly severity: { readonly weight: number } }[],
  tricks: readonly Pick<Trick, 'type' | 'vulnerableGroups'>[],
  of: GroupsOf,
): Matrix {
  const row = (type: { code: string; severity: { weight: number } }): [string, WeightRow] => [
    type.code,
    seededRow(
      type.severity.weight,
      tricks.filter((trick) => trick.type === type.code),
      of,
    ),
  ];
  return {
    season: SEED.season,
    noRepeatDays: SEED.noRepeatDays,
    weights: Object.fromEntries(types.map(row)),
    townships: {},
  };
}

/** Columns beyond the taxonomy's groups: tags of the bureau's own, in the order of their names. */
export function ownColumns(matrix: Pick<Matrix, 'weights'>, of: GroupsOf): string[] {
  const known = new Set([EVERYBODY, ...of.groups.map((group) => group.code)]);
  const all = new Set(Object.values(matrix.weights).flatMap((row) => Object.keys(row)));
  return [...all].filter((column) => !known.has(column)).sort();
}

/** The cell that holds in a township: its own where it has one, else the county's. */
export const cellOf = (matrix: Matrix, type: string, column: string, township: string): number | undefined =>
  matrix.townships[township]?.[type]?.[column] ?? matrix.weights[type]?.[column];

export interface Known {
  readonly types: readonly string[];
  readonly of: GroupsOf;
  readonly townships: readonly string[];
}

const refused = (path: string, code: string, message: string): InputMistake => ({ path, code, message });

/** Cells that are no weights, at their JSON Pointers. */
function cellMistakes(table: WeightTable, base: string): InputMistake[] {
  return Object.entries(table).flatMap(([type, row]) =>
    Object.entries(row).flatMap(([column, weight]) => {
      const path = `${base}/${type}/${column}`;
      if (!Number.isFinite(weight)) return [refused(path, 'invalid_weight', 'a weight is a number')];
      if (weight < 0) return [refused(path, 'negative_weight', 'a weight is 0 or more')];
      return weight > 1_000_000 ? [refused(path, 'invalid_weight', 'a weight is at most 1,000,000')] : [];
    }),
  );
}

function gaps(matrix: Matrix, { types, of }: Known): InputMistake[] {
  const columns = [EVERYBODY, ...of.groups.map((group) => group.code), ...ownColumns(matrix, of)];
  return types.flatMap((type) => {
    const row = matrix.weights[type];
    if (!row) return [refused(`/weights/${type}`, 'missing_weight', `there is no row for ${type}`)];
    return columns
      .filter((column) => row[column] === undefined)
      .map((column) =>
        refused(`/weights/${type}/${column}`, 'missing_weight', `there is no weight of ${type} for ${column}`),
      );
  });
}

const unknownTypes = (table: WeightTable, base: string, types: readonly string[]): InputMistake[] =>
  Object.keys(table)
    .filter((type) => !types.includes(type))
    .map((type) => refused(`${base}/${type}`, 'unknown_type', `${type} is no fraud type`));

/** What is wrong with a matrix, each cell at its place: negative, missing, unknown, or nothing left to draw. */
export function matrixMistakes(matrix: Matrix, known: Known): InputMistake[] {
  const columns = new Set([EVERYBODY, ...known.of.groups.map((group) => group.code), ...ownColumns(matrix, known.of)]);
  const found = [
    ...unknownTypes(matrix.weights, '/weights', known.types),
    ...cellMistakes(matrix.weights, '/weights'),
    ...gaps(matrix, known),
    ...Object.entries(matrix.townships).flatMap(([township, table]) => {
      const base = `/townships/${township}`;
      const unknown = known.townships.includes(township)
        ? []
        : [refused(base, 'unknown_township', `${township} is no township`)];
      const strays = Object.entries(table).flatMap(([type, row]) =>
        Object.keys(row)
          .filter((column) => !columns.has(column))
          .map((column) =>
            refused(`${base}/${type}/${column}`, 'unknown_column', `the county has no column ${column}`),
          ),
      );
      return [...unknown, ...unknownTypes(table, base, known.types), ...cellMistakes(table, base), ...strays];
    }),
  ];
  if (found.length > 0 || known.types.length === 0) return found;
  const some = known.types.some((type) => matrix.weights[type]![EVERYBODY]! > 0);
  return some ? [] : [refused('/weights', 'nothing_to_draw', 'at least one type must weigh more than 0 for everybody')];
}
