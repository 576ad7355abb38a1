import { kindOf, type Kind, type Subject } from '../../../shared/rule-fields';

export interface Condition {
  readonly id?: string;
  readonly field: string;
  readonly operator: string;
  readonly value?: unknown;
}
export interface Group {
  readonly id?: string;
  readonly combinator: string;
  readonly not?: boolean;
  readonly rules: readonly (Group | Condition)[];
}

/** A rule as the API takes it: no ids, every value of its kind. */
export type WireRule = Record<string, unknown>;

const RELATIVE = ['withinLast', 'notWithinLast', 'olderThan'];
const isGroup = (part: Group | Condition): part is Group => 'rules' in part;
const texts = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

const fits = (kind: Kind, value: unknown): boolean => {
  switch (kind) {
    case 'flag':
      return typeof value === 'boolean';
    case 'number':
    case 'count':
      return typeof value === 'number' && Number.isInteger(value) && value >= 0;
    case 'date':
      return typeof value === 'string' && /^(today$|\d{4}-\d{2}-\d{2})/.test(value);
    case 'set':
    case 'code':
    case 'text':
      return texts(value);
  }
};

export const isList = (operator: string): boolean => operator === 'in' || operator === 'notIn';
export const isRelative = (operator: string): boolean => RELATIVE.includes(operator);
export const hasNoValue = (operator: string): boolean => operator === 'null' || operator === 'notNull';

/** A condition's value where it fits field and operator; undefined where something has still to be filled in. */
export function valueOf({ field, operator, value }: Condition, subject: Subject): unknown {
  const kind = kindOf(field, subject);
  if (isRelative(operator)) return typeof value === 'string' && /^P\d+[DWM]$/.test(value) ? value : undefined;
  if (isList(operator)) {
    const all = (Array.isArray(value) ? value : [value]).filter((one) => fits(kind, one));
    return all.length > 0 ? all : undefined;
  }
  if (operator === 'between') {
    const [from, to] = Array.isArray(value) ? (value as unknown[]) : [];
    return fits(kind, from) && fits(kind, to) ? [from, to] : undefined;
  }
  const one: unknown = Array.isArray(value) ? value[0] : value;
  return fits(kind, one) ? one : undefined;
}

/** The rule for the API; null while a condition is not filled in. */
export function wireRule(rule: Group, subject: Subject): WireRule | null {
  const rules: unknown[] = [];
  for (const part of rule.rules) {
    if (isGroup(part)) {
      const inner = wireRule(part, subject);
      if (inner === null) return null;
      rules.push(inner);
      continue;
    }
    const { field, operator } = part;
    if (hasNoValue(operator)) {
      rules.push({ field, operator });
      continue;
    }
    const value = valueOf(part, subject);
    if (value === undefined) return null;
    rules.push({ field, operator, value });
  }
  return { combinator: rule.combinator, ...(rule.not ? { not: true } : {}), rules };
}

/** Places of conditions that are not filled in, as `0.1`: the second condition of the first group. */
export function openPlaces(rule: Group, subject: Subject, at: readonly number[] = []): string[] {
  return rule.rules.flatMap((part, i) => {
    const place = [...at, i];
    if (isGroup(part)) return openPlaces(part, subject, place);
    return hasNoValue(part.operator) || valueOf(part, subject) !== undefined ? [] : [place.join('.')];
  });
}

/** `/rule/rules/0/rules/1/value` → `0.1`. */
export const placeOf = (pointer: string): string =>
  [...pointer.matchAll(/\/rules\/(\d+)/g)].map(([, index]) => index).join('.');

/** The rule without what names single people: that is kept nowhere but on the server. */
export function withoutPeople(rule: Group): Group {
  return {
    combinator: rule.combinator,
    ...(rule.not ? { not: true } : {}),
    rules: rule.rules.map((part) => {
      if (isGroup(part)) return withoutPeople(part);
      const { field, operator, value } = part;
      return { field, operator, value: field === 'externalId' ? '' : value };
    }),
  };
}
