import { DISCREET_NAME } from '../../platform/kernel/index.js';
import { isGroup, type Rule, type RuleCondition } from './rule.js';
import type { RuleMistake } from './rule-reader.js';

/** What a sensitive tag may be combined with, so that it cannot be narrowed down to somebody. */
const combinable = ['population', 'township', 'age'];

/** Ages are asked for by bands of whole five years: the first year of a band, and the last one before the next. */
const BAND_YEARS = 5;
const isFirstOfBand = (age: number): boolean => age % BAND_YEARS === 0;
const isLastOfBand = (age: number): boolean => isFirstOfBand(age + 1);

/** True where the condition asks for whole bands; `=`, `in` and their opposites name single years, and whether an age is known is no band. */
function asksForBand({ operator, value }: RuleCondition): boolean {
  const [from, to] = (Array.isArray(value) ? value : [value]).map(Number);
  if (operator === '>=' || operator === '<') return isFirstOfBand(from!);
  if (operator === '>' || operator === '<=') return isLastOfBand(from!);
  return operator === 'between' && isFirstOfBand(from!) && isLastOfBand(to!) && from! < to!;
}

interface Tags {
  readonly sensitive: readonly string[];
  readonly codeOf: (text: string) => string;
}

/** `null` and `notNull` count as sensitive: with the other tags excluded they would say who has a sensitive one. */
const asksSensitively = ({ field, operator, value }: RuleCondition, tags: Tags): boolean => {
  if (field !== 'tag') return false;
  if (operator === 'null' || operator === 'notNull') return tags.sensitive.length > 0;
  return (Array.isArray(value) ? value : [value]).some((one) => tags.sensitive.includes(tags.codeOf(String(one))));
};

/** True where a condition of the rule selects by a tag of `config.audience.sensitiveTags`. */
export const isSensitive = (rule: Rule, tags: Tags): boolean =>
  rule.rules.some((part) => (isGroup(part) ? isSensitive(part, tags) : asksSensitively(part, tags)));

const REFUSED = {
  field: `a rule with a sensitive tag combines only with ${combinable.join(', ')}`,
  tag: 'a rule with a sensitive tag asks for no other tag, and for sensitive ones once: by = or in',
  age: `a rule with a sensitive tag asks for ages by bands of ${BAND_YEARS} years: >= 30, < 60, between 30 and 59`,
} as const;

/** Where a condition beside a sensitive tag is refused, and why; null where it may stand. */
function refusalOf(condition: RuleCondition, tags: Tags): { at: 'field' | 'value'; message: string } | null {
  const { field, operator, value } = condition;
  if (field === 'tag') {
    const named = Array.isArray(value) ? value : [value];
    const isOther = (one: unknown) => !tags.sensitive.includes(tags.codeOf(String(one)));
    // `null` and `notNull` speak of the other tags, too.
    if (operator === 'null' || operator === 'notNull') return { at: 'field', message: REFUSED.tag };
    return named.some(isOther) ? { at: 'value', message: REFUSED.tag } : null;
  }
  if (!combinable.includes(field)) return { at: 'field', message: REFUSED.field };
  return field === 'age' && !asksForBand(condition) ? { at: 'value', message: REFUSED.age } : null;
}

type SensitiveMistake = Omit<RuleMistake, 'code'> & { readonly code: 'sensitive_combination' };
type Path = readonly (string | number)[];

function* placed(rule: Rule, path: Path = []): Generator<{ condition: RuleCondition; path: Path }> {
  for (const [i, part] of rule.rules.entries()) {
    const at = [...path, 'rules', i];
    if (isGroup(part)) yield* placed(part, at);
    else yield { condition: part, path: at };
  }
}

/** The conditions that a sensitive rule may not have (population, township and age band are all), each in its place. */
export function sensitiveMistakes(rule: Rule, tags: Tags): SensitiveMistake[] {
  let tagsAsked = 0;
  return [...placed(rule)].flatMap(({ condition, path }) => {
    if (condition.field === 'tag') tagsAsked += 1;
    const again = condition.field === 'tag' && tagsAsked > 1 ? { at: 'field', message: REFUSED.tag } : null;
    const refused = refusalOf(condition, tags) ?? again;
    return refused
      ? [{ path: [...path, refused.at], code: 'sensitive_combination' as const, message: refused.message }]
      : [];
  });
}

/** The rule as somebody without the right reads it: its sensitive tags are all called alike. */
export function maskedRule(rule: Rule, tags: Tags): Rule {
  const masked = (one: string | number) => (tags.sensitive.includes(tags.codeOf(String(one))) ? DISCREET_NAME : one);
  const condition = (part: RuleCondition): RuleCondition => {
    if (part.field !== 'tag' || part.value === undefined || typeof part.value === 'boolean') return part;
    return { ...part, value: typeof part.value === 'object' ? part.value.map(masked) : masked(part.value) };
  };
  return { ...rule, rules: rule.rules.map((part) => (isGroup(part) ? maskedRule(part, tags) : condition(part))) };
}

export interface ShownCount {
  readonly count: number;
  readonly countText: string;
}

/** A count as it may be shown: rounded to tens where the rule is sensitive, and `<floor` (as a number 0) below the floor. */
export function shownCount(count: number, sensitive: boolean, floor: number): ShownCount {
  if (!sensitive) return { count, countText: String(count) };
  if (count < floor) return { count: 0, countText: `<${floor}` };
  const rounded = Math.round(count / 10) * 10;
  return { count: rounded, countText: String(rounded) };
}
