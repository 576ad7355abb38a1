import { describe, expect, it } from '@jest/globals';
import { CountyTime, days, hours, type Instant } from '../../platform/index.js';
import { matches, type PersonFacts } from './matches.js';
import { bornUntil, dateSpan, type RuleContext } from './rule-context.js';
import type { PositiveOperator, RuleValue } from './rule.js';
import { isSensitive, maskedRule, shownCount } from './sensitive.js';

const county = new CountyTime('Asia/Shanghai');
const contextAt = (text: string): RuleContext => ({
  at: Date.parse(text),
  county,
  townshipCode: (t) => t,
  tagCode: (t) => (t === '离异女性' ? 'focus_romance' : t),
});
const noon = contextAt('2026-11-23T12:00:00+08:00');
const midnight = Date.parse('2026-11-23T00:00:00+08:00');

describe('a date in a rule', () => {
  it.each<[PositiveOperator, RuleValue, Instant | null, Instant | null]>([
    ['=', '2026-11-23', midnight, midnight + days(1)],
    ['=', 'today', midnight, midnight + days(1)],
    ['=', '2026-11-23T12:00:00+08:00', noon.at, noon.at + 1],
    ['<', '2026-11-23', null, midnight],
    ['<=', '2026-11-23', null, midnight + days(1)],
    ['>', '2026-11-23', midnight + days(1), null],
    ['>=', '2026-11-23', midnight, null],
    ['<=', '2026-11-23T12:00:00+08:00', null, noon.at + 1],
    ['>', '2026-11-23T12:00:00+08:00', noon.at + 1, null],
    ['between', ['2026-11-22', '2026-11-23'], midnight - days(1), midnight + days(1)],
    ['withinLast', 'P3D', noon.at - days(3), noon.at + 1],
    ['olderThan', 'PT2H', null, noon.at - hours(2)],
  ])('%s %j', (operator, value, from, before) => expect(dateSpan(operator, value, noon)).toEqual({ from, before }));

  it('is a whole day also where clocks change', () => {
    const berlin = { ...noon, county: new CountyTime('Europe/Berlin') };
    const length = (date: string) => {
      const { from, before } = dateSpan('=', date, berlin);
      return (before! - from!) / hours(1);
    };
    expect([length('2026-03-29'), length('2026-03-30'), length('2026-10-25')]).toEqual([23, 24, 25]);
  });
});

describe('an age in a rule', () => {
  const person = (birthDate: string): PersonFacts => ({
    externalId: 'x', township: null, community: null, school: null, gender: null, language: null, birthDate, memberships: [], tags: [],
    lastContactedAt: null, lastReachedAt: null, lastAttendedAt: null, tricksReached: 0, reachedBy: [], optedOut: false,
  }); // prettier-ignore

  it('has the same border as the predicate on every day around a leap day', () => {
    const births = ['2012-02-27', '2012-02-28', '2012-02-29', '2012-03-01', '2011-02-28', '2011-03-01'];
    for (const day of [
      '2026-02-27',
      '2026-02-28',
      '2026-03-01',
      '2028-02-28',
      '2028-02-29',
      '2028-03-01',
      '2026-12-31',
      '2027-01-01',
    ]) {
      const context = contextAt(`${day}T00:00:00+08:00`);
      for (const birthDate of births) {
        for (const age of [13, 14, 15, 16]) {
          const rule = { combinator: 'and' as const, rules: [{ field: 'age', operator: '>=' as const, value: age }] };
          expect([day, birthDate, age, birthDate <= bornUntil(age, context)]).toEqual([
            day,
            birthDate,
            age,
            matches(rule, person(birthDate), context),
          ]);
        }
      }
    }
  });

  it('turns with the county’s day, not with that of Greenwich', () => {
    expect(bornUntil(14, contextAt('2026-11-23T23:59:59+08:00'))).toBe('2012-11-23');
    expect(bornUntil(14, contextAt('2026-11-23T16:00:00Z'))).toBe('2012-11-24');
  });
});

describe('a sensitive rule', () => {
  const tags = { sensitive: ['focus_romance'], codeOf: noon.tagCode };
  const tagged = (operator: '=' | '!=' | 'in' | 'null', value?: string | string[]) => ({
    combinator: 'and' as const,
    rules: [
      {
        combinator: 'or' as const,
        not: true,
        rules: [{ field: 'tag', operator, ...(value === undefined ? {} : { value }) }],
      },
    ],
  });

  it('is one that asks for a sensitive tag in whatever way', () => {
    expect(isSensitive(tagged('=', 'focus_romance'), tags)).toBe(true);
    expect(isSensitive(tagged('!=', '离异女性'), tags)).toBe(true);
    expect(isSensitive(tagged('in', ['student', '离异女性']), tags)).toBe(true);
    expect(isSensitive(tagged('null'), tags)).toBe(true);
    expect(isSensitive(tagged('=', 'student'), tags)).toBe(false);
  });

  it('names its tags alike to those without the right', () => {
    expect(maskedRule(tagged('in', ['student', '离异女性', 'focus_romance']), tags)).toEqual(
      tagged('in', ['student', '重点提醒', '重点提醒']),
    );
  });

  it.each([
    [0, 0, '<10'],
    [9, 0, '<10'],
    [10, 10, '10'],
    [14, 10, '10'],
    [15, 20, '20'],
    [1234, 1230, '1230'],
  ])('shows %i as %i, %s', (count, number, text) => {
    expect(shownCount(count, true, 10)).toEqual({ count: number, countText: text });
    expect(shownCount(count, false, 10)).toEqual({ count, countText: String(count) });
  });
});
