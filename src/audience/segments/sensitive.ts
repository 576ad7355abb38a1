import { DISCREET_NAME } from '../../platform/kernel/index.js';
import { isGroup, type Rule, type RuleCondition } from './rule.js';
import type { RuleMistake } from './rule-reader.js';

/** The only fields that a sensitive rule may combine, so that it cannot be narrowed down to somebody. */
const combinable = ['population', 'township', 'age', 'tag'];

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

/** The conditions that a sensitive rule may not have (design §8), each in its place. */
export function sensitiveMistakes(
  rule: Rule,
  path: readonly (string | number)[] = [],
): (Omit<RuleMistake, 'code'> & { code: 'sensitive_combination' })[] {
  return rule.rules.flatMap((part, i) => {
    const at = [...path, 'rules', i];
    if (isGroup(part)) return sensitiveMistakes(part, at);
    if (combinable.includes(part.field)) return [];
    return [
      {
        path: [...at, 'field'],
        code: 'sensitive_combination' as const,
        message: `a rule with a sensitive tag combines only with ${combinable.join(', ')}`,
      },
    ];
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
