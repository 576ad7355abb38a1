import { parseDuration, parseInstant } from '../../platform/kernel/index.js';
import {
  combinators, fieldsOf, operators, operatorsOf, ruleLimits,
  type Field, type Operator, type Rule, type RuleCondition, type RuleValue, type Subject,
} from './rule.js'; // prettier-ignore

export type RuleMistakeCode =
  'unknown_field' | 'unknown_operator' | 'unknown_key' | 'wrong_value' | 'too_deep' | 'too_many';

export interface RuleMistake {
  /** Where, inside the rule: `['rules', 0, 'value']`. */
  readonly path: readonly (string | number)[];
  readonly code: RuleMistakeCode;
  readonly message: string;
}

type Path = readonly (string | number)[];
type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keys that react-querybuilder adds for its own use. */
const tolerated = ['id', 'path', 'valueSource'];

/** A calendar date `2026-11-23`; the 30th of February is none. */
export function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

const isDateValue = (value: unknown): value is string =>
  typeof value === 'string' && (value === 'today' || isDate(value) || parseInstant(value) !== null);

const isWhole = (value: unknown, most: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;

/** Reads a rule that came from outside: the rule without anything foreign, or every mistake in it with its place. */
export function readRule(
  value: unknown,
  subject: Subject,
): { readonly rule: Rule | null; readonly mistakes: readonly RuleMistake[] } {
  const reader = new Reader(subject);
  const rule = reader.group(value, [], 1);
  if (reader.mistakes.length === 0 && new TextEncoder().encode(JSON.stringify(rule)).length > ruleLimits.bytes) {
    reader.mistakes.push({ path: [], code: 'too_many', message: `a rule takes at most ${ruleLimits.bytes} bytes` });
  }
  return { rule: reader.mistakes.length === 0 ? rule : null, mistakes: reader.mistakes };
}

class Reader {
  readonly mistakes: RuleMistake[] = [];
  private conditions = 0;
  private values = 0;

  constructor(private readonly subject: Subject) {}

  group(value: unknown, path: Path, depth: number): Rule | null {
    if (!isTree(value)) return this.wrong(path, 'a group: {combinator, rules}');
    if (depth > ruleLimits.depth)
      return this.refuse(path, 'too_deep', `groups may be nested ${ruleLimits.depth} levels deep`);
    this.foreignKeys(value, path, ['combinator', 'not', 'rules']);
    const combinator = combinators.find((c) => c === value.combinator);
    if (!combinator) this.wrong([...path, 'combinator'], "'and' or 'or'");
    if (value.not !== undefined && typeof value.not !== 'boolean') this.wrong([...path, 'not'], 'true or false');
    if (!Array.isArray(value.rules)) return this.wrong([...path, 'rules'], 'a list of conditions and groups');
    const rules: (Rule | RuleCondition)[] = [];
    for (const [i, part] of (value.rules as unknown[]).entries()) {
      const at = [...path, 'rules', i];
      const read =
        isTree(part) && ('rules' in part || 'combinator' in part)
          ? this.group(part, at, depth + 1)
          : this.condition(part, at);
      if (read) rules.push(read);
      if (this.full) break;
    }
    return { combinator: combinator ?? 'and', ...(value.not === true ? { not: true } : {}), rules };
  }

  /** Nobody reads a thousand mistakes, and a rule beyond its limits is not worth reading on. */
  private get full(): boolean {
    return this.conditions > ruleLimits.conditions || this.values > ruleLimits.values || this.mistakes.length >= 100;
  }

  private condition(value: unknown, path: Path): RuleCondition | null {
    this.conditions += 1;
    if (this.conditions > ruleLimits.conditions)
      return this.refuse(path, 'too_many', `a rule has at most ${ruleLimits.conditions} conditions`);
    if (!isTree(value)) return this.wrong(path, 'a condition {field, operator, value} or a group {combinator, rules}');
    this.foreignKeys(value, path, ['field', 'operator', 'value']);
    const field = typeof value.field === 'string' ? fieldsOf(this.subject).get(value.field) : undefined;
    if (!field) {
      return this.refuse(
        [...path, 'field'],
        'unknown_field',
        `one of ${[...fieldsOf(this.subject).keys()].join(', ')}`,
      );
    }
    const name = value.field as string;
    const operator = operators.find((o) => o === value.operator);
    if (!operator || !operatorsOf[field.kind].includes(operator)) {
      return this.refuse(
        [...path, 'operator'],
        'unknown_operator',
        `${name} takes ${operatorsOf[field.kind].join(', ')}`,
      );
    }
    if (operator === 'null' || operator === 'notNull') return { field: name, operator };
    const read = this.value({ field, name, operator }, value.value, [...path, 'value']);
    return read === null ? null : { field: name, operator, value: read };
  }

  private value(
    asked: { field: Field; name: string; operator: Operator },
    value: unknown,
    path: Path,
  ): RuleValue | null {
    const { operator } = asked;
    if (operator === 'in' || operator === 'notIn') return this.list(asked, value, path);
    if (operator === 'between') return this.range(asked, value, path);
    if (operator !== 'withinLast' && operator !== 'notWithinLast' && operator !== 'olderThan')
      return this.single(asked, value, path);
    this.values += 1;
    return typeof value === 'string' && parseDuration(value) !== null
      ? value
      : this.wrong(path, 'an ISO 8601 duration such as P3D');
  }

  private list(asked: { field: Field; name: string }, value: unknown, path: Path): RuleValue | null {
    if (!Array.isArray(value) || value.length === 0) return this.wrong(path, 'a list with at least one value');
    if (value.length > ruleLimits.listValues)
      return this.refuse(path, 'too_many', `a list has at most ${ruleLimits.listValues} values`);
    if (this.values + value.length > ruleLimits.values) {
      this.values = ruleLimits.values + 1;
      return this.refuse(path, 'too_many', `a rule has at most ${ruleLimits.values} values`);
    }
    const read: (string | number)[] = [];
    for (const [i, one] of (value as unknown[]).entries()) {
      if (this.full) return null;
      const single = this.single(asked, one, [...path, i]);
      if (typeof single === 'string' || typeof single === 'number') read.push(single);
    }
    return read;
  }

  private range(asked: { field: Field; name: string }, value: unknown, path: Path): RuleValue | null {
    if (!Array.isArray(value) || value.length !== 2)
      return this.wrong(path, 'a list of two values, the lower one first');
    const [from, to] = value.map((one, i) => this.single(asked, one, [...path, i]));
    if (from === null || to === null || from === undefined || to === undefined) return null;
    return isReversed(from, to)
      ? this.wrong(path, 'the lower value first')
      : ([from, to] as [string | number, string | number]);
  }

  private single(
    { field, name }: { field: Field; name: string },
    value: unknown,
    path: Path,
  ): string | number | boolean | null {
    this.values += 1;
    switch (field.kind) {
      case 'flag':
        return typeof value === 'boolean' ? value : this.wrong(path, 'true or false');
      case 'date':
        return isDateValue(value)
          ? value
          : this.wrong(path, "a date such as 2026-11-23, an instant with its offset, or 'today'");
      case 'number':
      case 'count': {
        const most = name === 'age' ? ruleLimits.age : 10_000_000;
        return isWhole(value, most) ? value : this.wrong(path, `a whole number from 0 to ${most}`);
      }
      case 'set':
      case 'code':
      case 'text':
        return this.text(field, value, path);
    }
  }

  private text(field: Field, value: unknown, path: Path): string | null {
    const text = typeof value === 'string' ? value.trim() : '';
    if (field.among && !field.among.includes(text)) return this.wrong(path, `one of ${field.among.join(', ')}`);
    return text !== '' && text.length <= ruleLimits.text
      ? text
      : this.wrong(path, `a text of 1 to ${ruleLimits.text} characters`);
  }

  private foreignKeys(value: Tree, path: Path, known: readonly string[]): void {
    for (const key of Object.keys(value)) {
      if (!known.includes(key) && !tolerated.includes(key))
        this.refuse([...path, key], 'unknown_key', `only ${known.join(', ')} are known here`);
    }
    if (value.valueSource !== undefined && value.valueSource !== 'value')
      this.wrong([...path, 'valueSource'], "'value': fields are compared with values only");
  }

  private wrong(path: Path, expected: string): null {
    return this.refuse(path, 'wrong_value', `expected ${expected}`);
  }

  private refuse(path: Path, code: RuleMistakeCode, message: string): null {
    this.mistakes.push({ path, code, message });
    return null;
  }
}

const isReversed = (from: string | number | boolean, to: string | number | boolean): boolean => {
  if (typeof from === 'number' && typeof to === 'number') return from > to;
  if (typeof from !== 'string' || typeof to !== 'string') return false;
  if (isDate(from) && isDate(to)) return from > to;
  const [a, b] = [parseInstant(from), parseInstant(to)];
  return a !== null && b !== null && a > b;
};
