import type { InputMistake } from '../../platform/index.js';
import type { FraudType, GroupsOf, Trick } from '../taxonomy.js';
import type { OwnList, OwnTrick, OwnType } from './own-list.schemas.js';

/** What is in the database, retired tricks too. */
export interface Standing {
  readonly types: readonly FraudType[];
  readonly tricks: readonly (Trick & { readonly retiredAt: number | null })[];
}

export type Change = 'created' | 'updated' | 'unchanged' | 'retired' | 'restored';

export interface PlannedChange {
  readonly kind: 'type' | 'trick';
  readonly code: string;
  readonly nameZh: string;
  readonly change: Change;
  /** Which fields differ. */
  readonly fields: readonly string[];
}

const refused = (path: string, code: string, message: string): InputMistake => ({ path, code, message });

function repeated<T>(items: readonly T[], base: string, field: 'code' | 'no' | 'nameZh'): InputMistake[] {
  const seen = new Set<unknown>();
  return items.flatMap((item, i) => {
    const value = (item as Record<string, unknown>)[field];
    if (!seen.has(value)) {
      seen.add(value);
      return [];
    }
    const code = field === 'no' ? 'duplicate_number' : field === 'code' ? 'duplicate_code' : 'duplicate_name';
    return [refused(`${base}/${i}/${field}`, code, `${String(value)} stands twice`)];
  });
}

/** What is wrong with a list, beside its form: what it names must exist, a code means one thing for ever, a number one trick. */
export function listMistakes(
  list: OwnList,
  standing: Standing,
  about: { of: GroupsOf; whole: boolean },
): InputMistake[] {
  const types = new Set([...standing.types.map((t) => t.code), ...list.types.map((t) => t.code)]);
  const groups = new Set(about.of.groups.map((group) => group.code));
  const known = new Map(standing.tricks.map((trick) => [trick.code, trick]));
  const inFile = new Set(list.tricks.map((trick) => trick.code));
  const staying = about.whole ? [] : standing.tricks.filter((t) => t.retiredAt === null && !inFile.has(t.code));
  const numbers = new Map(staying.map((trick) => [trick.no, trick.code]));
  const active = list.tricks.filter((trick) => !trick.retired);
  const found = [
    ...repeated(list.types, '/types', 'code'),
    ...repeated(list.tricks, '/tricks', 'code'),
    ...list.tricks.flatMap((trick, i) => {
      const before = known.get(trick.code);
      const at = `/tricks/${i}`;
      const clash = trick.retired ? undefined : numbers.get(trick.no);
      return [
        ...(types.has(trick.type) ? [] : [refused(`${at}/type`, 'unknown_type', `${trick.type} is no type`)]),
        ...(before && before.type !== trick.type
          ? [
              refused(
                `${at}/type`,
                'type_is_fixed',
                `${trick.code} belongs to ${before.type} for ever: retire it, and give the new one a code of its own`,
              ),
            ]
          : []),
        ...(clash
          ? [refused(`${at}/no`, 'duplicate_number', `${clash} has this number; retire it, or import the whole list`)]
          : []),
        ...trick.vulnerableGroups.flatMap((group, k) =>
          groups.has(group) ? [] : [refused(`${at}/vulnerableGroups/${k}`, 'unknown_group', `${group} is no group`)],
        ),
      ];
    }),
    ...repeatedAmong(list.tricks, active),
  ];
  const left = active.length + staying.length;
  return left > 0 ? found : [...found, refused('/tricks', 'nothing_left', 'no trick would be left to warn of')];
}

/** Two active tricks of the file with one number, at the place of the second. */
function repeatedAmong(all: readonly OwnTrick[], active: readonly OwnTrick[]): InputMistake[] {
  const seen = new Set<number>();
  return active.flatMap((trick) => {
    if (!seen.has(trick.no)) {
      seen.add(trick.no);
      return [];
    }
    return [refused(`/tricks/${all.indexOf(trick)}/no`, 'duplicate_number', `the number ${trick.no} stands twice`)];
  });
}

export const typeFields = (type: OwnType, before: FraudType | undefined): Omit<FraudType, 'source'> => ({
  code: type.code,
  no: type.no,
  nameZh: type.nameZh,
  nameEn: type.nameEn ?? before?.nameEn ?? type.nameZh,
  origin: before?.origin ?? 'own-list',
  severity:
    type.severity === undefined ? (before?.severity ?? { weight: 1, note: null }) : severityOf(type.severity, before),
  susceptibleZh: before?.susceptibleZh ?? null,
  groupingNote: before?.groupingNote ?? null,
  sources: before?.sources ?? [],
});

const severityOf = (weight: number, before: FraudType | undefined) =>
  before?.severity.weight === weight ? before.severity : { weight, note: null };

export const trickFields = (trick: OwnTrick, before: Trick | undefined): Omit<Trick, 'source'> => ({
  code: trick.code,
  no: trick.no,
  type: trick.type,
  nameZh: trick.nameZh,
  nameEn: trick.nameEn ?? before?.nameEn ?? trick.nameZh,
  mechanism: {
    zh: trick.mechanism,
    en: before?.mechanism.zh === trick.mechanism ? before.mechanism.en : trick.mechanism,
  },
  recognitionSigns: trick.recognitionSigns,
  advice: trick.advice,
  vulnerableGroups: trick.vulnerableGroups,
  season: trick.season ? { months: [...trick.season.months].sort((a, b) => a - b), noteZh: trick.season.noteZh } : null,
  variants: trick.variants,
  severity: before?.severity ?? null,
  origin: before?.origin ?? 'own-list',
  sources: before?.sources ?? [],
});

/** What stands in the bureau's file is the bureau's from then on, also where it says the same as the shipped list. */
const differing = (before: FraudType | Trick, after: object): string[] =>
  Object.entries({ ...after, source: 'own' })
    .filter(
      ([field, value]) =>
        JSON.stringify((before as unknown as Record<string, unknown>)[field]) !== JSON.stringify(value),
    )
    .map(([field]) => field);

/** What an import would do, line by line; the same list a second time does nothing. */
export function plannedChanges(list: OwnList, standing: Standing, whole: boolean): PlannedChange[] {
  const types = new Map(standing.types.map((type) => [type.code, type]));
  const tricks = new Map(standing.tricks.map((trick) => [trick.code, trick]));
  const inFile = new Set(list.tricks.map((trick) => trick.code));
  const ofType = list.types.map((type): PlannedChange => {
    const before = types.get(type.code);
    const fields = before ? differing(before, typeFields(type, before)) : [];
    const change = !before ? 'created' : fields.length > 0 ? 'updated' : 'unchanged';
    return { kind: 'type', code: type.code, nameZh: type.nameZh, change, fields };
  });
  const ofTrick = list.tricks.map((trick): PlannedChange => {
    const before = tricks.get(trick.code);
    const fields = before ? differing(before, trickFields(trick, before)) : [];
    return { kind: 'trick', code: trick.code, nameZh: trick.nameZh, change: changeOf(trick, before, fields), fields };
  });
  const leftOut = standing.tricks
    .filter((trick) => whole && trick.retiredAt === null && !inFile.has(trick.code))
    .map(({ code, nameZh }): PlannedChange => ({ kind: 'trick', code, nameZh, change: 'retired', fields: [] }));
  return [...ofType, ...ofTrick, ...leftOut];
}

function changeOf(trick: OwnTrick, before: Standing['tricks'][number] | undefined, fields: readonly string[]): Change {
  if (!before) return 'created';
  if (trick.retired && before.retiredAt === null) return 'retired';
  if (!trick.retired && before.retiredAt !== null) return 'restored';
  return fields.length > 0 ? 'updated' : 'unchanged';
}
