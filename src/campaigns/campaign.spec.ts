import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, campaignStates, isOwnWork, versionStates, withinMagnitude } from './campaign.js';
import { resumedStatus, runStates, settledOccurrence } from './run.js';
import type { States } from '../platform/kernel/index.js';

const reachable = (table: States<string>): string[] => {
  const seen = new Set([table.initial]);
  for (const state of seen) for (const next of table.moves[state]!) seen.add(next);
  return [...seen].sort();
};

describe('tables of states', () => {
  it.each([
    ['campaign', campaignStates],
    ['version', versionStates],
    ['run', runStates],
  ])('every state of a %s can be reached', (_, table) => {
    expect(reachable(table as States<string>)).toEqual(Object.keys(table.moves).sort());
  });

  it('a run that goes on plans where its plan was not finished', () => {
    expect(resumedStatus({ plannedAt: null })).toBe('planning');
    expect(resumedStatus({ plannedAt: 1 })).toBe('sending');
  });

  it('a run that began later than allowed is caught up', () => {
    expect(settledOccurrence(0, 300_000, 300_000)).toBe('done');
    expect(settledOccurrence(0, 300_001, 300_000)).toBe('caughtUp');
  });
});

describe('the canonical text of a definition', () => {
  it('does not depend on the order of keys nor on absent ones', () => {
    expect(canonicalJson({ b: [1, { d: undefined, c: '话' }], a: null })).toBe('{"a":null,"b":[1,{"c":"话"}]}');
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(turned)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('review', () => {
  it('takes a number within a tenth of the pre-flight', () => {
    expect(withinMagnitude(110, 100, 0.1)).toBe(true);
    expect(withinMagnitude(90, 100, 0.1)).toBe(true);
    expect(withinMagnitude(111, 100, 0.1)).toBe(false);
    expect(withinMagnitude(0, 0, 0.1)).toBe(true);
    expect(withinMagnitude(1, 0, 0.1)).toBe(false);
    expect(withinMagnitude(1, Number.NaN, 0.1)).toBe(false);
  });

  it('knows own work by maker, editor and submitter', () => {
    const of = { createdBy: 'A', editors: ['B'], submittedBy: 'C' };
    expect(['A', 'B', 'C', 'D'].map((id) => isOwnWork(id, of))).toEqual([true, true, true, false]);
  });
});
