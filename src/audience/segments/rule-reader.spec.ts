import { describe, expect, it } from '@jest/globals';
import { readRule, type RuleMistake } from './rule-reader.js';
import type { Subject } from './rule.js';

const found = (rule: unknown, subject: Subject = 'people') =>
  readRule(rule, subject).mistakes.map(({ path, code }: RuleMistake) => `/${path.join('/')} ${code}`);
const one = (field: string, operator: string, value?: unknown) => ({
  combinator: 'and',
  rules: [{ field, operator, value }],
});
const nested = (depth: number): object => ({ combinator: 'or', rules: depth === 1 ? [] : [nested(depth - 1)] });

describe('reading a rule', () => {
  it('passes over what react-querybuilder adds for itself, and keeps nothing of it', () => {
    const rule = {
      id: 'g1',
      combinator: 'and',
      not: false,
      rules: [
        { id: 'r1', path: [0], field: 'tag', operator: 'in', value: [' student ', '民宿业主'], valueSource: 'value' },
        {
          id: 'g2',
          combinator: 'or',
          not: true,
          rules: [{ id: 'r2', field: 'lastReachedAt', operator: 'null', value: '' }],
        },
      ],
    };
    expect(readRule(rule, 'people').rule).toEqual({
      combinator: 'and',
      rules: [
        { field: 'tag', operator: 'in', value: ['student', '民宿业主'] },
        { combinator: 'or', not: true, rules: [{ field: 'lastReachedAt', operator: 'null' }] },
      ],
    });
  });

  it.each([
    ['population', '=', 'local'],
    ['township', 'notIn', ['菜园镇', '330922101']],
    ['age', 'between', [14, 14]],
    ['age', 'in', [0, 150]],
    ['registeredAt', '=', 'today'],
    ['arrivedAt', '>=', '2026-11-23'],
    ['departsAt', 'between', ['2026-11-23', '2026-11-23T08:00:00+08:00']],
    ['lastContactedAt', 'withinLast', 'P3D'],
    ['lastAttendedAt', 'notWithinLast', 'PT36H'],
    ['onIsland', '=', false],
    ['optedOut', '!=', true],
    ['tricksReached', '>', 3],
    ['reachedByType', '!=', 'shopping'],
    ['externalId', 'beginsWith', 'ZJ'],
    ['community', 'notNull', undefined],
    ['school', 'contains', '中学'],
    ['language', 'null', null],
  ])('takes %s %s %j', (field, operator, value) => expect(found(one(field, operator, value))).toEqual([]));

  it.each([
    ['shoeSize', '=', 1, '/rules/0/field unknown_field'],
    ['constructor', '=', 1, '/rules/0/field unknown_field'],
    ['headCount', '=', 1, '/rules/0/field unknown_field'],
    ['age', 'like', 1, '/rules/0/operator unknown_operator'],
    ['age', 'contains', 1, '/rules/0/operator unknown_operator'],
    ['tag', 'beginsWith', 'f', '/rules/0/operator unknown_operator'],
    ['onIsland', 'in', [true], '/rules/0/operator unknown_operator'],
    ['tricksReached', 'null', null, '/rules/0/operator unknown_operator'],
    ['population', '=', 'tourist', '/rules/0/value wrong_value'],
    ['population', 'in', ['local', 'tourist', 3], '/rules/0/value/1 wrong_value,/rules/0/value/2 wrong_value'],
    ['tag', 'in', 'student', '/rules/0/value wrong_value'],
    ['tag', 'in', [], '/rules/0/value wrong_value'],
    ['tag', '=', ' ', '/rules/0/value wrong_value'],
    ['tag', '=', 'x'.repeat(201), '/rules/0/value wrong_value'],
    ['age', '>', 'eighteen', '/rules/0/value wrong_value'],
    ['age', '>', '18', '/rules/0/value wrong_value'],
    ['age', '>', 1.5, '/rules/0/value wrong_value'],
    ['age', '>', -1, '/rules/0/value wrong_value'],
    ['age', '>', undefined, '/rules/0/value wrong_value'],
    ['age', 'between', [30], '/rules/0/value wrong_value'],
    ['age', 'between', [30, 20], '/rules/0/value wrong_value'],
    ['age', 'between', [30, 'x'], '/rules/0/value/1 wrong_value'],
    ['arrivedAt', 'between', ['2026-11-24', '2026-11-23'], '/rules/0/value wrong_value'],
    ['arrivedAt', '=', '2026-02-30', '/rules/0/value wrong_value'],
    ['arrivedAt', '=', '2026-11-23T08:00:00', '/rules/0/value wrong_value'],
    ['arrivedAt', '=', 1700000000000, '/rules/0/value wrong_value'],
    ['arrivedAt', 'withinLast', '3 days', '/rules/0/value wrong_value'],
    ['arrivedAt', 'withinLast', 3, '/rules/0/value wrong_value'],
    ['onIsland', '=', 'yes', '/rules/0/value wrong_value'],
  ])('refuses %s %s %j', (field, operator, value, mistake) => {
    expect(found(one(field, operator, value)).join()).toBe(mistake);
  });

  it('refuses what is no rule', () => {
    expect(found(null)).toEqual(['/ wrong_value']);
    expect(found([])).toEqual(['/ wrong_value']);
    expect(found({ combinator: 'xor', rules: {} })).toEqual(['/combinator wrong_value', '/rules wrong_value']);
    expect(found({ combinator: 'and', nott: true, not: 'yes', rules: ['and', null] })).toEqual([
      '/nott unknown_key',
      '/not wrong_value',
      '/rules/0 wrong_value',
      '/rules/1 wrong_value',
    ]);
    expect(
      found({ combinator: 'and', rules: [{ field: 'tag', operator: '=', value: 'a', valueSource: 'field' }] }),
    ).toEqual(['/rules/0/valueSource wrong_value']);
  });

  it('refuses beyond its limits, at once and not deeper than it has to look', () => {
    expect(found(nested(8))).toEqual([]);
    expect(found(nested(9))).toEqual([`${'/rules/0'.repeat(8)} too_deep`]);
    expect(found(nested(4000))).toEqual([`${'/rules/0'.repeat(8)} too_deep`]);
    const conditions = (n: number) => ({
      combinator: 'or',
      rules: Array.from({ length: n }, () => ({ field: 'tag', operator: '=', value: 'a' })),
    });
    expect(found(conditions(200))).toEqual([]);
    expect(found(conditions(201))).toEqual(['/rules/200 too_many']);
    expect(found(conditions(10_000))).toEqual(['/rules/200 too_many']);
    const list = (n: number) => Array.from({ length: n }, (_, i) => `v${i}`);
    expect(found(one('tag', 'in', list(1000)))).toEqual([]);
    expect(found(one('tag', 'in', list(10_000)))).toEqual(['/rules/0/value too_many']);
    const lists = {
      combinator: 'or',
      rules: Array.from({ length: 15 }, () => ({
        field: 'age',
        operator: 'in',
        value: Array.from({ length: 1000 }, () => 7),
      })),
    };
    expect(found(lists)).toEqual(['/rules/10/value too_many']);
    expect(found(one('age', 'in', list(1000)))).toHaveLength(100);
    expect(
      found(
        one(
          'school',
          'in',
          list(900).map((v) => v.padEnd(100, '学')),
        ),
      ),
    ).toEqual(['/ too_many']);
  });
});
