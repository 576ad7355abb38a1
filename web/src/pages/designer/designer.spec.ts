import { describe, expect, it } from '@jest/globals';
import type { Definition } from '../../api/types';
import { copyOf, definitionOf, NEW, patchOf, stepOf, valuesOf } from './definition';
import { openPlaces, placeOf, wireRule, withoutPeople } from './segment/rule';

const condition = (field: string, operator: string, value?: unknown) => ({ id: 'x', field, operator, value });
const all = (...rules: object[]) => ({ id: 'g', combinator: 'and', rules }) as Parameters<typeof wireRule>[0];

describe('a rule of the designer', () => {
  it('goes to the API without ids, each value of its kind', () => {
    const rule = all(
      condition('population', '=', ['local']),
      condition('township', 'in', '330922100'),
      { ...all(condition('age', 'between', [30, 59]), condition('lastReachedAt', 'notWithinLast', 'P28D')), not: true },
      condition('gender', 'null', ''),
      condition('onIsland', '=', true),
    );
    expect(wireRule(rule, 'people')).toEqual({
      combinator: 'and',
      rules: [
        { field: 'population', operator: '=', value: 'local' },
        { field: 'township', operator: 'in', value: ['330922100'] },
        {
          combinator: 'and',
          not: true,
          rules: [
            { field: 'age', operator: 'between', value: [30, 59] },
            { field: 'lastReachedAt', operator: 'notWithinLast', value: 'P28D' },
          ],
        },
        { field: 'gender', operator: 'null' },
        { field: 'onIsland', operator: '=', value: true },
      ],
    });
  });

  it.each([
    condition('age', '>=', ''),
    condition('age', 'between', [30, '']),
    condition('tag', 'in', []),
    condition('arrivedAt', 'withinLast', '2026-11-02'),
    condition('onIsland', '=', 'true'),
  ])('waits for a value that fits: $field $operator $value', (open) => {
    const rule = all(condition('population', '=', 'local'), all(open));
    expect(wireRule(rule, 'people')).toBeNull();
    expect(openPlaces(rule, 'people')).toEqual(['1.0']);
  });

  it('finds the condition that the server means', () => {
    expect(placeOf('/rule/rules/1/rules/0/value')).toBe('1.0');
  });

  it('is kept in the browser without what names single people', () => {
    const kept = withoutPeople(all(all(condition('externalId', 'in', ['L7', 'L8'])), condition('age', '>=', 60)));
    expect(JSON.stringify(kept)).not.toContain('L7');
    expect(kept.rules[1]).toEqual({ field: 'age', operator: '>=', value: 60 });
  });
});

describe('a definition of the designer', () => {
  const old = {
    id: '01',
    status: 'ended',
    name: '旧',
    segmentId: 'S',
    channels: [{ channel: 'sms' }],
    assignment: { policy: 'fixed', tricks: ['a'], order: 'random' },
    cadence: { kind: 'once', at: '2026-01-01T09:00:00+08:00' },
    window: { from: '09:00', to: '11:00' },
    missed: 'skip',
    endsOn: '2026-01-02',
    urgent: { reason: '今早三起' },
  } as unknown as Definition;

  it('comes back as it went in', () => {
    expect(definitionOf(valuesOf(old))).toEqual({
      ...Object.fromEntries(Object.entries(old).filter(([name]) => name !== 'id' && name !== 'status')),
      window: [{ from: '09:00', to: '11:00' }],
    });
  });

  it('is copied without what was of its own time', () => {
    const copy = copyOf(old, '新');
    expect(copy).toMatchObject({ name: '新', cadence: { kind: 'once' }, missed: 'skip' });
    expect(copy.cadence).not.toHaveProperty('at');
    expect(copy).not.toHaveProperty('endsOn');
    expect(copy).not.toHaveProperty('urgent');
  });

  it('leaves out what does not go with the rest, and a change clears it', () => {
    const definition = definitionOf({
      ...NEW,
      name: '入岛',
      segmentId: 'S',
      groupSegmentId: 'G',
      assignment: { policy: 'weighted', by: 'person', order: 'listed', tricks: [] },
      cadence: { kind: 'event', event: 'arrival', delay: 'PT10M' },
      workdaysOnly: true,
      onHoliday: 'skip',
      window: [],
      contactCap: { max: null },
      spread: { over: null },
      startsOn: '',
    });
    expect(definition).toEqual({
      name: '入岛',
      segmentId: 'S',
      channels: [{ channel: 'sms' }],
      assignment: { policy: 'weighted' },
      cadence: { kind: 'event', event: 'arrival', delay: 'PT10M' },
      missed: 'runOnce',
    });
    expect(patchOf(definition)).toMatchObject({ onHoliday: null, window: null, groupSegmentId: null, name: '入岛' });
  });

  it('knows on which step a mistake stands', () => {
    expect(stepOf(['channels'])).toBe('wording');
    expect(stepOf(['channels', 1, 'after', 'for'])).toBe('limits');
    expect(stepOf(['cadence', 'at'])).toBe('when');
    expect(stepOf(['contactCap'])).toBe('limits');
  });
});
