import { describe, expect, it } from '@jest/globals';
import { fieldsOf, operatorsOf } from '../../src/audience/segments/rule.js';
import { FIELDS, OPERATORS } from '../../web/src/shared/rule-fields.js';

describe('the rule builder of the console', () => {
  it.each(['people', 'groupChats'] as const)(
    'offers every field of %s that a rule may ask, as the server asks it',
    (of) => {
      const served = Object.fromEntries([...fieldsOf(of)].map(([name, { kind }]) => [name, kind]));
      expect(FIELDS[of]).toEqual(served);
    },
  );

  it('offers the operators that each kind of field takes', () => {
    const sorted = (table: Readonly<Record<string, readonly string[]>>) =>
      Object.fromEntries(Object.entries(table).map(([kind, operators]) => [kind, [...operators].sort()]));
    expect(sorted(OPERATORS)).toEqual(sorted(operatorsOf));
  });
});
