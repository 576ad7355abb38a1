import {
  isGroup,
  positive,
  type PositiveOperator,
  type Rule,
  type RuleCondition,
  type RuleValue,
  type Subject,
} from './rule.js';
import { ageBands, bornUntil, dateSpan, genderCode, type RuleContext } from './rule-context.js';

/** One parameterised SQL condition: true or false for every row, never unknown, so that `NOT` means what it says. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

const always: Condition = { sql: '1 = 1', values: [] };
const never: Condition = { sql: '1 = 0', values: [] };

const not = ({ sql, values }: Condition): Condition => ({ sql: `NOT (${sql})`, values });

const joined = (parts: readonly Condition[], word: 'AND' | 'OR'): Condition => {
  const [first, ...others] = parts;
  if (!first) return word === 'AND' ? always : never;
  if (others.length === 0) return first;
  return { sql: parts.map((p) => `(${p.sql})`).join(` ${word} `), values: parts.flatMap((p) => p.values) };
};

/**
 * What the condition is for. `page`: some people at a time, so each one's memberships, tags and facts are looked up as it is reached.
 * `all`: everybody at once, so those who have what is asked for are gathered once, which costs half.
 */
export type Reading = 'page' | 'all';

/** Where and for what a rule is compiled. */
export interface CompileContext extends RuleContext {
  readonly reading: Reading;
}

/**
 * Compiles a checked rule to one condition, the same text for both databases. Over people it speaks of alias `p` (people) and of
 * alias `f` (contact_facts, left-joined by the caller); over group chats of alias `g`.
 */
export function compile(rule: Rule, context: CompileContext, subject: Subject = 'people'): Condition {
  const parts = rule.rules.map((part) =>
    isGroup(part) ? compile(part, context, subject) : condition(part, context, subject),
  );
  const whole = joined(parts, rule.combinator === 'and' ? 'AND' : 'OR');
  return rule.not ? not(whole) : whole;
}

interface Question {
  readonly field: string;
  readonly operator: PositiveOperator;
  readonly value: RuleValue | undefined;
  readonly context: CompileContext;
}

function condition(
  { field, operator: asked, value }: RuleCondition,
  context: CompileContext,
  subject: Subject,
): Condition {
  const { operator, negated } = positive(asked);
  const question: Question = { field, operator, value, context };
  const answer = subject === 'people' ? ofPerson(question) : ofGroupChat(question);
  return negated ? not(answer) : answer;
}

function ofPerson(question: Question): Condition {
  const { field, value, context } = question;
  switch (field) {
    case 'population':
      return membership(context, [comparison('m.kind', question), currentMembership(context)]);
    case 'onIsland':
      return flag(
        value,
        membership(context, [
          { sql: "m.kind = 'arrival' AND m.since <= ?", values: [context.at] },
          currentMembership(context),
        ]),
      );
    case 'registeredAt':
      return membership(context, [{ sql: "m.kind = 'migrant'", values: [] }, span('m.since', question)]);
    case 'arrivedAt':
      return membership(context, [{ sql: "m.kind = 'arrival'", values: [] }, span('m.since', question)]);
    case 'departsAt':
      return membership(context, [{ sql: "m.kind = 'arrival'", values: [] }, span('m.until', question)]);
    case 'tag':
      return has(context, 'person_tags t', 't.personId', [comparison('t.tag', question, context.tagCode)]);
    case 'reachedByTrick':
      return has(context, 'trick_facts t', 't.personId', [reached, comparison('t.trick', question)]);
    case 'reachedByType':
      return has(context, 'trick_facts t', 't.personId', [reached, comparison('t.type', question)]);
    case 'optedOut':
      return flag(value, optedOut(context));
    case 'age':
      return known('p.birthDate', age(question));
    case 'tricksReached':
      return comparison('COALESCE(f.tricksReached, 0)', question);
    case 'lastContactedAt':
    case 'lastReachedAt':
    case 'lastAttendedAt':
      return context.reading === 'all'
        ? has(context, 'contact_facts c', 'c.personId', [known(`c.${field}`, span(`c.${field}`, question))])
        : known(`f.${field}`, span(`f.${field}`, question));
    case 'township':
      return known('p.township', comparison('p.township', question, context.townshipCode));
    case 'gender':
      return known('p.gender', comparison('p.gender', question, genderCode));
    case 'community':
    case 'school':
    case 'language':
    case 'externalId':
      return known(`p.${field}`, comparison(`p.${field}`, question));
    default:
      throw new Error('a rule was not checked: unknown field');
  }
}

function ofGroupChat(question: Question): Condition {
  switch (question.field) {
    case 'township':
      return comparison('g.township', question, question.context.townshipCode);
    case 'platform':
    case 'population':
    case 'headCount':
    case 'name':
      return comparison(`g.${question.field}`, question);
    default:
      throw new Error('a rule was not checked: unknown field');
  }
}

/** A comparison with a column that may be empty is false there, not unknown. */
const known = (column: string, answer: Condition): Condition => ({
  sql: `${column} IS NOT NULL AND ${answer.sql}`,
  values: answer.values,
});

const flag = (value: RuleValue | undefined, answer: Condition): Condition => (value === true ? answer : not(answer));

const reached: Condition = { sql: 't.reachedAt IS NOT NULL', values: [] };

/** True for people of whom the table holds a row of which all of this is true; `person` is its column of the person's id. */
function has({ reading }: CompileContext, table: string, person: string, of: readonly Condition[]): Condition {
  const where = joined(of, 'AND');
  return {
    sql:
      reading === 'all'
        ? `p.id IN (SELECT ${person} FROM ${table} WHERE ${where.sql})`
        : `EXISTS (SELECT 1 FROM ${table} WHERE ${person} = p.id AND (${where.sql}))`,
    values: where.values,
  };
}

const membership = (context: CompileContext, of: readonly Condition[]): Condition =>
  has(context, 'memberships m', 'm.personId', of);

/** Few refuse, so they are the ones to begin with where everybody is asked about. */
const optedOut = ({ reading }: CompileContext): Condition => ({
  sql:
    reading === 'all'
      ? 'p.id IN (SELECT q.id FROM opt_outs o JOIN people q ON q.phoneKey = o.phoneKey)'
      : 'EXISTS (SELECT 1 FROM opt_outs o WHERE o.phoneKey = p.phoneKey)',
  values: [],
});

/** A membership counts until its `until`: whoever has left the island is no arrival any more. */
const currentMembership = ({ at }: RuleContext): Condition => ({ sql: 'm.until IS NULL OR m.until > ?', values: [at] });

function span(column: string, { operator, value, context }: Question): Condition {
  const { from, before } = dateSpan(operator, value, context);
  const parts: Condition[] = [];
  if (from !== null) parts.push({ sql: `${column} >= ?`, values: [from] });
  if (before !== null) parts.push({ sql: `${column} < ?`, values: [before] });
  return parts.length > 0
    ? { sql: `(${joined(parts, 'AND').sql})`, values: parts.flatMap((p) => p.values) }
    : { sql: `${column} IS NOT NULL`, values: [] };
}

function age({ operator, value, context }: Question): Condition {
  const bands = ageBands(operator, value).map(({ from, to }) => {
    const parts: Condition[] = [];
    if (from !== null) parts.push({ sql: 'p.birthDate <= ?', values: [bornUntil(from, context)] });
    if (to !== null) parts.push({ sql: 'p.birthDate > ?', values: [bornUntil(to + 1, context)] });
    return joined(parts, 'AND');
  });
  const whole = joined(bands, 'OR');
  return { sql: `(${whole.sql})`, values: whole.values };
}

/**
 * INSTR compares byte by byte on both databases (the tables are utf8mb4_bin), where LIKE would ignore case on SQLite alone and
 * need its wildcards escaped.
 */
function comparison(
  column: string,
  { operator, value }: Question,
  code: (text: string) => string = (text) => text,
): Condition {
  const bound = (one: string | number | boolean): string | number =>
    typeof one === 'string' ? code(one) : Number(one);
  const many = Array.isArray(value) ? (value as readonly (string | number)[]).map(bound) : [];
  const one = [bound(value as string | number)];
  switch (operator) {
    case 'in':
      return { sql: `${column} IN (${many.map(() => '?').join(',')})`, values: many };
    case 'between':
      return { sql: `(${column} >= ? AND ${column} <= ?)`, values: many };
    case 'contains':
      return { sql: `INSTR(${column}, ?) > 0`, values: one };
    case 'beginsWith':
      return { sql: `INSTR(${column}, ?) = 1`, values: one };
    case 'notNull':
      return { sql: `${column} IS NOT NULL`, values: [] };
    case '=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return { sql: `${column} ${operator} ?`, values: one };
    case 'withinLast':
    case 'olderThan':
    default:
      throw new Error('a rule was not checked: operator');
  }
}
