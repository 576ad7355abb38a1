import { expect, it } from '@jest/globals';
import { membershipKeptUntil, personKeptUntil, type Stay } from './keeping.js';

const periods = { arrivals: 30, formerPeople: 100, sensitiveTags: 50, stayWithoutDeparture: 500 };
const stay = (more: Partial<Stay>): Stay => ({ kind: 'arrival', since: 1000, until: null, createdAt: 900, ...more });

it.each<[string, Stay, number | null]>([
  ['a stay: its period after departure', stay({ until: 2000 }), 2030],
  ['a stay without departure ends by itself', stay({}), 1530],
  ['a stay without a date begins when it was entered', stay({ since: null }), 1430],
  ['another membership: its period after its end', stay({ kind: 'migrant', until: 2000 }), 2100],
  ['another membership without an end lasts', stay({ kind: 'local' }), null],
])('%s', (_, membership, expected) => {
  expect(membershipKeptUntil(membership, periods)).toBe(expected);
});

it('keeps a person as long as the last membership, and while one lasts', () => {
  expect(personKeptUntil([stay({}), stay({ kind: 'migrant', until: 2000 })], 1, periods)).toBe(2100);
  expect(personKeptUntil([stay({}), stay({ kind: 'local' })], 1, periods)).toBeNull();
  expect(personKeptUntil([], null, periods)).toBeNull();
  expect(personKeptUntil([], 1000, periods)).toBe(1100);
});
