import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dialects, withDatabase } from '../../../test/support/database.js';
import { CountyTime, days, hours, type Database, type Row } from '../../platform/index.js';
import { compile, type Reading } from './compile.js';
import { matches, matchesGroupChat, type GroupChatFacts, type PersonFacts } from './matches.js';
import {
  fieldsOf,
  operatorsOf,
  type Field,
  type Operator,
  type Rule,
  type RuleCondition,
  type RuleValue,
  type Subject,
} from './rule.js';
import type { RuleContext } from './rule-context.js';
import { readRule } from './rule-reader.js';

const county = new CountyTime('Asia/Shanghai');
const names = new Map([
  ['菜园镇', '330922100'],
  ['嵊山镇', '330922101'],
]);
const contextAt = (at: number): RuleContext => ({
  at,
  county,
  townshipCode: (text) => names.get(text) ?? text,
  tagCode: (text) => (text === '民宿业主' ? 'homestay_owner' : text),
});

/** Midday, the first instant of a day, and the 28th of a February without a 29th. */
const moments = ['2026-11-23T12:00:00+08:00', '2026-11-24T00:00:00+08:00', '2026-02-28T09:30:00+08:00'].map((text) =>
  Date.parse(text),
);
const durations = ['P1D', 'P3D', 'PT1H', 'P28D'];

const texts: Record<string, readonly string[]> = {
  population: ['local', 'migrant', 'arrival', 'special'],
  tag: ['homestay_owner', '民宿业主', 'student', 'focus_romance', 'Student'],
  reachedByTrick: ['fake_customer_service', 'brushing', 'loan_fee'],
  reachedByType: ['shopping', 'loan'],
  township: ['330922100', '嵊山镇', '330922999'],
  community: ['菜园社区', '100%', 'a_b', 'A_B', '社区', '_', '%'],
  school: ['嵊泗中学', '中学'],
  gender: ['male', 'female', '男'],
  language: ['zh', 'en'],
  externalId: ['x1', 'X1', 'x', '1'],
  platform: ['wechat', 'wecom', 'dingtalk', 'zhezhengding'],
  name: ['网格一群', '一', 'A群'],
};

const oneOf = <T>(values: readonly T[]) => fc.constantFrom(...values);
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 3 });

/** Instants on, just before and just after every border that a rule of these tests can draw. */
const instants = oneOf(
  moments.flatMap((at) => [
    ...[0, days(1), days(3), hours(1), days(28)].flatMap((ago) => [at - ago - 1, at - ago, at - ago + 1]),
    county.startOfDay(at) - 1,
    county.startOfDay(at),
    at + days(2),
  ]),
);
const birthDates = oneOf([
  '2012-02-29',
  '2012-02-28',
  '2012-03-01',
  '2012-11-23',
  '2012-11-24',
  '2012-11-22',
  '1960-01-01',
  '2025-02-28',
  '2027-01-01',
]);

const memberships = fc.uniqueArray(
  fc.record({ kind: oneOf(texts.population!), since: some(instants), until: some(instants) }),
  { maxLength: 4, selector: (m) => m.kind },
);

const people: fc.Arbitrary<PersonFacts & { tricks: { trick: string; type: string; reachedAt: number | null }[] }> = fc
  .record({
    externalId: fc.constant(''),
    township: some(oneOf(['330922100', '330922101'])),
    community: some(oneOf(texts.community!)),
    school: some(oneOf(texts.school!)),
    gender: some(oneOf(['male', 'female'])),
    language: some(oneOf(texts.language!)),
    birthDate: some(birthDates),
    memberships,
    tags: fc.uniqueArray(oneOf(['homestay_owner', 'student', 'focus_romance']), { maxLength: 3 }),
    lastContactedAt: some(instants),
    lastReachedAt: some(instants),
    lastAttendedAt: some(instants),
    tricksReached: fc.integer({ min: 0, max: 4 }),
    tricks: fc.uniqueArray(
      fc.record({ trick: oneOf(texts.reachedByTrick!), type: oneOf(texts.reachedByType!), reachedAt: some(instants) }),
      { maxLength: 3, selector: (t) => t.trick },
    ),
    optedOut: fc.boolean(),
  })
  .map((person) => ({ ...person, reachedBy: person.tricks.filter((t) => t.reachedAt !== null) }));

const dates = oneOf([
  '2026-11-23',
  '2026-11-20',
  'today',
  '2026-11-23T12:00:00+08:00',
  '2026-11-22T16:00:00Z',
  '2026-02-28',
]);

const single = (name: string, field: Field): fc.Arbitrary<string | number | boolean> => {
  switch (field.kind) {
    case 'flag':
      return fc.boolean();
    case 'date':
      return dates;
    case 'number':
      return oneOf([0, 1, 13, 14, 66]);
    case 'count':
      return oneOf([0, 1, 2, 50]);
    case 'set':
    case 'code':
    case 'text':
      return oneOf(texts[name]!);
  }
};

const valueOf = (name: string, field: Field, operator: Operator): fc.Arbitrary<RuleValue | undefined> => {
  const one = single(name, field);
  if (operator === 'null' || operator === 'notNull') return fc.constant(undefined);
  if (operator === 'in' || operator === 'notIn')
    return fc.array(one, { minLength: 1, maxLength: 3 }) as fc.Arbitrary<RuleValue>;
  if (operator === 'between') return fc.tuple(one, one) as fc.Arbitrary<RuleValue>;
  return ['withinLast', 'notWithinLast', 'olderThan'].includes(operator) ? oneOf(durations) : one;
};

const conditions = (subject: Subject): fc.Arbitrary<RuleCondition> =>
  oneOf([...fieldsOf(subject)])
    .chain(([name, field]) => fc.tuple(fc.constant(name), fc.constant(field), oneOf(operatorsOf[field.kind])))
    .chain(([name, field, operator]) =>
      valueOf(name, field, operator).map((value) => ({
        field: name,
        operator,
        ...(value === undefined ? {} : { value }),
      })),
    );

const rules = (subject: Subject): fc.Arbitrary<Rule> =>
  fc
    .letrec<{ rule: Rule }>((tie) => ({
      rule: fc.record(
        {
          combinator: oneOf(['and', 'or'] as const),
          not: fc.boolean(),
          rules: fc.array(
            fc.oneof(
              { maxDepth: 3, withCrossShrink: true },
              { weight: 3, arbitrary: conditions(subject) },
              { weight: 1, arbitrary: tie('rule') },
            ),
            { maxLength: 4 },
          ),
        },
        { requiredKeys: ['combinator', 'rules'] },
      ) as fc.Arbitrary<Rule>,
    }))
    .rule.filter((rule) => readRule(rule, subject).rule !== null);

const PEOPLE = 150;
const columns = [
  'id',
  'externalId',
  'township',
  'community',
  'school',
  'gender',
  'language',
  'birthDate',
  'phoneKey',
  'spreadSlot',
  'digest',
  'createdAt',
  'updatedAt',
];

async function settle(
  database: Database,
  crowd: fc.Arbitrary<PersonFacts & { tricks: { trick: string; type: string; reachedAt: number | null }[] }>,
): Promise<PersonFacts[]> {
  const drawn = fc
    .sample(crowd, { numRuns: PEOPLE, seed: 20261123 })
    .map((p, i) => ({ ...p, id: i + 1, externalId: `${i % 2 ? 'x' : 'X'}${i + 1}` }));
  const key = (p: { id: number }) => (p.id % 10 === 0 ? null : `key${p.id}`);
  const rows = <T>(of: (p: (typeof drawn)[number]) => readonly T[]) => drawn.flatMap((p) => of(p));
  await database.transaction(async () => {
    await database.insert(
      'people',
      columns,
      drawn.map((p) => [
        p.id,
        p.externalId,
        p.township,
        p.community,
        p.school,
        p.gender,
        p.language,
        p.birthDate,
        key(p),
        0,
        '',
        0,
        0,
      ]),
    );
    await database.insert(
      'memberships',
      ['personId', 'kind', 'since', 'until', 'createdAt'],
      rows<Row>((p) => p.memberships.map((m) => [p.id, m.kind, m.since, m.until, 0])),
    );
    await database.insert(
      'person_tags',
      ['personId', 'tag', 'confirmedAt'],
      rows<Row>((p) => p.tags.map((t) => [p.id, t, 0])),
    );
    await database.insert(
      'trick_facts',
      ['personId', 'trick', 'type', 'plannedAt', 'reachedAt'],
      rows<Row>((p) => p.tricks.map((t) => [p.id, t.trick, t.type, 1, t.reachedAt])),
    );
    // Every fifth person was never written about: no row at all.
    const heard = drawn.filter((p) => p.id % 5 !== 0);
    await database.insert(
      'contact_facts',
      ['personId', 'lastContactedAt', 'lastReachedAt', 'lastAttendedAt', 'tricksReached'],
      heard.map((p) => [p.id, p.lastContactedAt, p.lastReachedAt, p.lastAttendedAt, p.tricksReached]),
    );
    await database.insert(
      'opt_outs',
      ['phoneKey', 'channel', 'at', 'source'],
      drawn.filter((p) => p.optedOut && key(p)).map((p) => [key(p), 'sms', 0, 'api']),
    );
  });
  const never = { lastContactedAt: null, lastReachedAt: null, lastAttendedAt: null, tricksReached: 0 };
  return drawn.map((p) => ({ ...p, ...(p.id % 5 === 0 ? never : {}), optedOut: p.optedOut && key(p) !== null }));
}

/** A rule must mean the same whether everybody is asked about at once or some at a time. */
const READINGS: readonly Reading[] = ['page', 'all'];

const peopleOf = (rule: Rule, at: number, reading: Reading): [string, readonly (string | number)[]] => {
  const { sql, values } = compile(rule, { ...contextAt(at), reading });
  return [
    `SELECT p.externalId FROM people p LEFT JOIN contact_facts f ON f.personId = p.id WHERE ${sql} ORDER BY p.id`,
    values,
  ];
};

describe.each(dialects())('a rule as SQL and as a predicate on %s', (dialect) => {
  const held = withDatabase(dialect);
  let crowd: PersonFacts[];
  const chats: GroupChatFacts[] = fc.sample(
    fc.record({
      platform: oneOf(texts.platform!),
      township: oneOf(['330922100', '330922101']),
      population: oneOf(texts.population!),
      headCount: oneOf([0, 1, 50, 51]),
      name: oneOf(texts.name!),
    }),
    { numRuns: 60, seed: 7 },
  );

  beforeAll(async () => {
    crowd = await settle(held.database, people);
    await held.database.insert(
      'group_chats',
      ['id', 'name', 'platform', 'township', 'population', 'headCount', 'headCountAt', 'createdAt', 'updatedAt'],
      chats.map((c, i) => [
        String(i).padStart(26, '0'),
        c.name,
        c.platform,
        c.township,
        c.population,
        c.headCount,
        0,
        0,
        0,
      ]),
    );
  });

  it('agree over people, also about what is not known and on every border', async () => {
    await fc.assert(
      fc.asyncProperty(rules('people'), oneOf(moments), async (rule, at) => {
        const selected = crowd.filter((p) => matches(rule, p, contextAt(at))).map((p) => p.externalId);
        for (const reading of READINGS) {
          const rows = await held.database.query<{ externalId: string }>(...peopleOf(rule, at, reading));
          expect([reading, ...rows.map((r) => r.externalId)]).toEqual([reading, ...selected]);
        }
      }),
      { numRuns: 1000, seed: 1 },
    );
  }, 120_000);

  it('select with every operator of every field somebody and pass over somebody', async () => {
    for (const [name, field] of fieldsOf('people')) {
      for (const operator of operatorsOf[field.kind]) {
        const drawn = fc.sample(valueOf(name, field, operator), { numRuns: 20, seed: 3 });
        const counts = drawn.map((value) => {
          const rule: Rule = {
            combinator: 'and',
            rules: [{ field: name, operator, ...(value === undefined ? {} : { value }) }],
          };
          return crowd.filter((p) => matches(rule, p, contextAt(moments[0]!))).length;
        });
        const isTelling = counts.some((n) => n > 0) && counts.some((n) => n < crowd.length);
        if (!(name === 'externalId' && ['null', 'notNull'].includes(operator)))
          expect(`${name} ${operator} ${isTelling}`).toBe(`${name} ${operator} true`);
      }
    }
  });

  it('agree over group chats', async () => {
    await fc.assert(
      fc.asyncProperty(rules('groupChats'), async (rule) => {
        const { sql, values } = compile(rule, { ...contextAt(moments[0]!), reading: 'page' }, 'groupChats');
        const rows = await held.database.query<{ id: string }>(
          `SELECT g.id FROM group_chats g WHERE ${sql} ORDER BY g.id`,
          values,
        );
        expect(rows.map((r) => Number(r.id))).toEqual(
          chats.flatMap((c, i) => (matchesGroupChat(rule, c, contextAt(moments[0]!)) ? [i] : [])),
        );
      }),
      { numRuns: 300, seed: 2 },
    );
  }, 60_000);

  it('takes a rule at its limits', async () => {
    const wide: Rule = {
      combinator: 'and',
      rules: Array.from(
        { length: 200 },
        (_, i) =>
          ({ field: 'tag', operator: i % 2 ? '!=' : 'notIn', value: i % 2 ? `t${i}` : ['a', 'b'] }) as RuleCondition,
      ),
    };
    const deep = Array.from({ length: 7 }).reduce<Rule>(
      (rule) => ({ combinator: 'or', not: true, rules: [rule] }),
      wide,
    );
    const has: Rule = {
      combinator: 'and',
      rules: Array.from(
        { length: 200 },
        () => ({ field: 'population', operator: 'in', value: ['local', 'migrant'] }) as RuleCondition,
      ),
    };
    for (const rule of [wide, deep, has]) {
      expect(readRule(rule, 'people').mistakes).toEqual([]);
      const selected = crowd.filter((p) => matches(rule, p, contextAt(moments[0]!)));
      for (const reading of READINGS) {
        expect(await held.database.query(...peopleOf(rule, moments[0]!, reading))).toHaveLength(selected.length);
      }
    }
  });
});
