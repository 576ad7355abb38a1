import { CHAT_PLATFORMS, POPULATIONS } from '../../platform/kernel/index.js';

/** What a rule selects. */
export type Subject = 'people' | 'groupChats';

export const combinators = ['and', 'or'] as const;

export const operators = [
  '=', '!=', '<', '<=', '>', '>=', 'in', 'notIn', 'between', 'contains', 'beginsWith', 'null', 'notNull',
  'withinLast', 'notWithinLast', 'olderThan',
] as const; // prettier-ignore
export type Operator = (typeof operators)[number];

export type RuleValue = string | number | boolean | readonly (string | number)[];

export interface RuleCondition {
  readonly field: string;
  readonly operator: Operator;
  /** Absent for `null` and `notNull`. */
  readonly value?: RuleValue;
}

/** A group of react-querybuilder's format. An empty `and` selects everybody, an empty `or` nobody. */
export interface Rule {
  readonly combinator: (typeof combinators)[number];
  readonly not?: boolean;
  readonly rules: readonly (Rule | RuleCondition)[];
}

export const isGroup = (part: Rule | RuleCondition): part is Rule => 'rules' in part;

/** Every condition of a rule, depth first. */
export function* conditionsOf(rule: Rule): Generator<RuleCondition> {
  for (const part of rule.rules) {
    if (isGroup(part)) yield* conditionsOf(part);
    else yield part;
  }
}

export const ruleLimits = {
  depth: 8,
  conditions: 200,
  listValues: 1000,
  values: 10_000,
  text: 200,
  age: 150,
  bytes: 60_000,
} as const;

/**
 * How a field is asked. `set`: somebody has none, one or many of these, so `=` means "has it". `text`: one text or none.
 * `number` may be unknown, `count` never is. `date` is a moment or none. `flag` is yes or no.
 */
export type FieldKind = 'set' | 'code' | 'text' | 'number' | 'count' | 'date' | 'flag';

export interface Field {
  readonly kind: FieldKind;
  /** The only texts that the field knows. */
  readonly among?: readonly string[];
}

const peopleFields = new Map<string, Field>([
  ['population', { kind: 'set', among: POPULATIONS }],
  ['tag', { kind: 'set' }],
  ['reachedByTrick', { kind: 'set' }],
  ['reachedByType', { kind: 'set' }],
  ['township', { kind: 'code' }],
  ['community', { kind: 'text' }],
  ['school', { kind: 'text' }],
  ['gender', { kind: 'code' }],
  ['language', { kind: 'text' }],
  ['externalId', { kind: 'text' }],
  ['age', { kind: 'number' }],
  ['tricksReached', { kind: 'count' }],
  ['registeredAt', { kind: 'date' }],
  ['arrivedAt', { kind: 'date' }],
  ['departsAt', { kind: 'date' }],
  ['lastContactedAt', { kind: 'date' }],
  ['lastReachedAt', { kind: 'date' }],
  ['lastAttendedAt', { kind: 'date' }],
  ['onIsland', { kind: 'flag' }],
  ['optedOut', { kind: 'flag' }],
]);

const groupChatFields = new Map<string, Field>([
  ['platform', { kind: 'code', among: CHAT_PLATFORMS }],
  ['township', { kind: 'code' }],
  ['population', { kind: 'code', among: POPULATIONS }],
  ['headCount', { kind: 'count' }],
  ['name', { kind: 'text' }],
]);

export const fieldsOf = (subject: Subject): ReadonlyMap<string, Field> =>
  subject === 'people' ? peopleFields : groupChatFields;

const equality = ['=', '!=', 'in', 'notIn'] as const;
const presence = ['null', 'notNull'] as const;
const order = ['<', '<=', '>', '>=', 'between'] as const;

export const operatorsOf: Readonly<Record<FieldKind, readonly Operator[]>> = {
  set: [...equality, ...presence],
  code: [...equality, ...presence],
  text: [...equality, ...presence, 'contains', 'beginsWith'],
  number: [...equality, ...presence, ...order],
  count: [...equality, ...order],
  date: ['=', '!=', ...order, ...presence, 'withinLast', 'notWithinLast', 'olderThan'],
  flag: ['=', '!='],
};

export type PositiveOperator = Exclude<Operator, '!=' | 'notIn' | 'null' | 'notWithinLast'>;

/**
 * Each negative operator is the exact opposite of a positive one, also for somebody of whom the field is not known: `!=`,
 * `notIn` and `notWithinLast` are true there ("never" is not within the last three days), every positive operator is false.
 */
export function positive(operator: Operator): { readonly operator: PositiveOperator; readonly negated: boolean } {
  if (operator === '!=') return { operator: '=', negated: true };
  if (operator === 'notIn') return { operator: 'in', negated: true };
  if (operator === 'null') return { operator: 'notNull', negated: true };
  if (operator === 'notWithinLast') return { operator: 'withinLast', negated: true };
  return { operator, negated: false };
}
