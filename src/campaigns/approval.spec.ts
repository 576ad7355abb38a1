import { describe, expect, it } from '@jest/globals';
import { days } from '../platform/kernel/index.js';
import { approvalState, validUntil } from './approval.js';
import { changesBetween } from './campaign.js';
import { isLooser } from './cap.js';

describe('an approval', () => {
  const terms = { reviewedAt: days(100), validFor: days(180), grace: days(14) };
  it.each([
    [265, 'valid'],
    [266, 'expires'],
    [279.99, 'expires'],
    [280, 'expired'],
    [293.99, 'expired'],
    [294, 'over'],
  ] as const)('on day %d is %s', (day, state) => {
    expect(approvalState(terms, days(day))).toBe(state);
  });

  it('without an end never runs out', () => {
    expect(validUntil({ ...terms, validFor: null })).toBe(Infinity);
    expect(approvalState({ ...terms, validFor: null }, days(100_000))).toBe('valid');
  });
});

describe('what a version changes', () => {
  it('names each field with before and after, whatever the order of keys', () => {
    const before = { name: 'a', window: { from: '08:00', to: '09:00' }, priority: 3 };
    const after = { window: { to: '09:00', from: '08:00' }, name: 'b', endsOn: '2026-12-31' };
    expect(changesBetween(before, after)).toEqual([
      { field: 'endsOn', before: null, after: '2026-12-31' },
      { field: 'name', before: 'a', after: 'b' },
      { field: 'priority', before: 3, after: null },
    ]);
    expect(changesBetween(before, before)).toEqual([]);
  });
});

describe('a campaign’s own cap', () => {
  const county = [
    { max: 1, per: 'P7D' },
    { max: 4, per: 'P30D' },
  ];
  it.each([
    [{ max: 1, per: 'P7D' }, false],
    [{ max: 0, per: 'P1D' }, false],
    [{ max: 1, per: 'P14D' }, false],
    [{ max: 3, per: 'P30D' }, false],
    [{ max: 2, per: 'P7D' }, true],
    [{ max: 1, per: 'P1D' }, true],
    [{ max: 5, per: 'P30D' }, true],
    [{ max: 100, per: 'P365D' }, true],
    [{ max: 1, per: 'soon' }, true],
  ])('%j is looser than the county’s: %s', (cap, looser) => {
    expect(isLooser(cap, county)).toBe(looser);
  });
  it('is never looser than none', () => {
    expect(isLooser({ max: 9, per: 'P1D' }, [])).toBe(false);
  });
});
