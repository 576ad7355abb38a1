import type { Instant } from '../../platform/kernel/index.js';
import { isGroup, positive, type PositiveOperator, type Rule, type RuleCondition, type RuleValue } from './rule.js';
import { ageBands, dateSpan, genderCode, type RuleContext } from './rule-context.js';

/** What a rule can ask about a person. */
export interface PersonFacts {
  readonly externalId: string;
  /** A township's code. */
  readonly township: string | null;
  readonly community: string | null;
  readonly school: string | null;
  readonly gender: string | null;
  readonly language: string | null;
  readonly birthDate: string | null;
  readonly memberships: readonly {
    readonly kind: string;
    readonly since: Instant | null;
    readonly until: Instant | null;
  }[];
  readonly tags: readonly string[];
  readonly lastContactedAt: Instant | null;
  readonly lastReachedAt: Instant | null;
  readonly lastAttendedAt: Instant | null;
  readonly tricksReached: number;
  /** Tricks by which the person was reached (planned ones are none). */
  readonly reachedBy: readonly { readonly trick: string; readonly type: string }[];
  /** True where the person's number refuses at least one channel. */
  readonly optedOut: boolean;
}

/** What a rule can ask about a group chat. */
export interface GroupChatFacts {
  readonly platform: string;
  readonly township: string;
  readonly population: string;
  readonly headCount: number;
  readonly name: string;
}

type Single = string | number | null;
interface Asked {
  readonly operator: PositiveOperator;
  readonly value: RuleValue | undefined;
  readonly context: RuleContext;
}

/** True where the rule selects this person: the same answer as the compiled SQL, held together by a property test. */
export const matches = (rule: Rule, person: PersonFacts, context: RuleContext): boolean =>
  holds(rule, (condition) => personAnswers(person, condition, context));

/** The same for a rule over group chats. */
export const matchesGroupChat = (rule: Rule, chat: GroupChatFacts, context: RuleContext): boolean =>
  holds(rule, (condition) => chatAnswers(chat, condition, context));

function holds(rule: Rule, answer: (condition: RuleCondition) => boolean): boolean {
  const one = (part: Rule | RuleCondition) => (isGroup(part) ? holds(part, answer) : answer(part));
  const whole = rule.combinator === 'and' ? rule.rules.every(one) : rule.rules.some(one);
  return rule.not ? !whole : whole;
}

function personAnswers(
  person: PersonFacts,
  { field, operator: asked, value }: RuleCondition,
  context: RuleContext,
): boolean {
  const { operator, negated } = positive(asked);
  const found = personHas(person, field, { operator, value, context });
  return negated ? !found : found;
}

function personHas(person: PersonFacts, field: string, asked: Asked): boolean {
  const { at, tagCode, townshipCode } = asked.context;
  const current = person.memberships.filter((m) => m.until === null || m.until > at);
  const membership = (kind: string) => person.memberships.find((m) => m.kind === kind);
  switch (field) {
    case 'population':
      return current.some((m) => compares(m.kind, asked));
    case 'tag':
      return person.tags.some((tag) => compares(tag, asked, tagCode));
    case 'reachedByTrick':
      return person.reachedBy.some(({ trick }) => compares(trick, asked));
    case 'reachedByType':
      return person.reachedBy.some(({ type }) => compares(type, asked));
    case 'onIsland':
      return current.some((m) => m.kind === 'arrival' && m.since !== null && m.since <= at) === asked.value;
    case 'optedOut':
      return person.optedOut === asked.value;
    case 'registeredAt':
      return lies(membership('migrant')?.since ?? null, asked);
    case 'arrivedAt':
      return lies(membership('arrival')?.since ?? null, asked);
    case 'departsAt':
      return lies(membership('arrival')?.until ?? null, asked);
    case 'lastContactedAt':
    case 'lastReachedAt':
    case 'lastAttendedAt':
      return lies(person[field], asked);
    case 'age':
      return isOfAge(person.birthDate, asked);
    case 'township':
      return compares(person.township, asked, townshipCode);
    case 'gender':
      return compares(person.gender, asked, genderCode);
    case 'community':
    case 'school':
    case 'language':
    case 'externalId':
    case 'tricksReached':
      return compares(person[field], asked);
    default:
      throw new Error('a rule was not checked: unknown field');
  }
}

function chatAnswers(
  chat: GroupChatFacts,
  { field, operator: asked, value }: RuleCondition,
  context: RuleContext,
): boolean {
  const { operator, negated } = positive(asked);
  const code = field === 'township' ? context.townshipCode : undefined;
  const found = compares(chat[field as keyof GroupChatFacts], { operator, value, context }, code);
  return negated ? !found : found;
}

function lies(instant: Instant | null, { operator, value, context }: Asked): boolean {
  if (instant === null) return false;
  const { from, before } = dateSpan(operator, value, context);
  return (from === null || instant >= from) && (before === null || instant < before);
}

function isOfAge(birthDate: string | null, { operator, value, context }: Asked): boolean {
  if (birthDate === null) return false;
  const age = context.county.age(birthDate, context.at);
  return ageBands(operator, value).some(({ from, to }) => (from === null || age >= from) && (to === null || age <= to));
}

function compares(held: Single, { operator, value }: Asked, code: (text: string) => string = (text) => text): boolean {
  if (held === null) return false;
  const coded = (one: unknown): string | number => (typeof one === 'string' ? code(one) : Number(one));
  switch (operator) {
    case '=':
      return held === coded(value);
    case '<':
      return held < coded(value);
    case '<=':
      return held <= coded(value);
    case '>':
      return held > coded(value);
    case '>=':
      return held >= coded(value);
    case 'in':
      return (value as readonly unknown[]).some((one) => held === coded(one));
    case 'between': {
      const [low, high] = (value as readonly unknown[]).map(coded);
      return held >= low! && held <= high!;
    }
    case 'contains':
      return String(held).includes(String(coded(value)));
    case 'beginsWith':
      return String(held).startsWith(String(coded(value)));
    case 'notNull':
      return true;
    case 'withinLast':
    case 'olderThan':
    default:
      throw new Error('a rule was not checked: operator');
  }
}
