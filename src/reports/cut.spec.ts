import { describe, expect, it } from '@jest/globals';
import { CountyTime } from '../platform/index.js';
import { readCut, type Cut, type CutContext, type CutQuery } from './cut.js';

const at = (text: string): number => Date.parse(text);
const townships = new Map([
  ['菜园镇', '330922100'],
  ['嵊山镇', '330922101'],
]);
const context: CutContext = {
  calendar: new CountyTime('Asia/Shanghai'),
  now: at('2026-11-23T10:00:00+08:00'),
  scope: null,
  townshipCode: (text) => townships.get(text) ?? ([...townships.values()].includes(text) ? text : null),
};

const cutOf = (query: CutQuery, more: Partial<CutContext> = {}): Cut => {
  const read = readCut(query, { ...context, ...more });
  if (!read.ok) throw new Error(JSON.stringify(read.mistakes));
  return read.value;
};
const mistakesOf = (query: CutQuery): string[] => {
  const read = readCut(query, context);
  return read.ok ? [] : read.mistakes.map(({ path, code }) => `${path} ${code}`);
};

describe('the cut of a report', () => {
  it('is the current county month where nothing is said', () => {
    expect(cutOf({})).toEqual({
      from: at('2026-11-01T00:00:00+08:00'),
      to: at('2026-12-01T00:00:00+08:00'),
      asOf: null,
      groupBy: [],
      filters: {},
    });
  });

  it('takes dates as county midnights and instants with their offset', () => {
    const { from, to } = cutOf({ from: '2026-10-05', to: '2026-10-06T09:30:00Z' });
    expect([from, to]).toEqual([at('2026-10-05T00:00:00+08:00'), at('2026-10-06T09:30:00Z')]);
    expect(cutOf({ from: '2026-10-05T08:00:00 08:00' }).from).toBe(at('2026-10-05T08:00:00+08:00'));
  });

  it('completes half a period with the month of the other half', () => {
    expect(cutOf({ to: '2026-10-20' }).from).toBe(at('2026-10-01T00:00:00+08:00'));
    expect(cutOf({ to: '2026-10-01' }).from).toBe(at('2026-09-01T00:00:00+08:00'));
    expect(cutOf({ from: '2026-09-15' }).to).toBe(at('2026-12-01T00:00:00+08:00'));
    expect(cutOf({ from: '2027-02-15' }).to).toBe(at('2027-03-01T00:00:00+08:00'));
  });

  it('takes any cuts in any order, each once', () => {
    expect(cutOf({ groupBy: 'channel, day,channel' }).groupBy).toEqual(['channel', 'day']);
  });

  it('takes several values of a filter, and a township by its name', () => {
    expect(cutOf({ channel: 'sms,voice', township: '菜园镇' }).filters).toEqual({
      channel: ['sms', 'voice'],
      township: ['330922100'],
    });
  });

  it('keeps a township caller inside the township, whatever is asked', () => {
    const own = { scope: '330922100' };
    expect(cutOf({}, own).filters.township).toEqual(['330922100']);
    expect(cutOf({ township: '嵊山镇' }, own).filters.township).toEqual([]);
    expect(cutOf({ township: '嵊山镇,菜园镇' }, own).filters.township).toEqual(['330922100']);
  });

  it('an empty period is no mistake', () => {
    expect(mistakesOf({ from: '2026-11-01', to: '2026-11-01' })).toEqual([]);
  });

  it.each<[CutQuery, string[]]>([
    [{ groupBy: 'day,colour' }, ['/groupBy unknown_cut']],
    [{ from: '2026-11-02', to: '2026-11-01' }, ['/to period_backwards']],
    [{ from: '2000-01-01', to: '2040-01-01' }, ['/to period_too_long']],
    [{ from: '2026-11-01T08:00:00' }, ['/from time_without_zone']],
    [{ to: '2026-02-30' }, ['/to invalid_time']],
    [{ from: 'yesterday' }, ['/from invalid_time']],
    [{ asOf: '2026-12' }, ['/asOf invalid_date']],
    [{ asOf: '2026-12-01T00:00:00+08:00' }, ['/asOf invalid_date']],
    [
      { channel: 'fax', population: 'tourist', township: '北京' },
      ['/channel unknown_channel', '/population unknown_population', '/township unknown_township'],
    ],
    [{ groupBy: 'x', asOf: 'y' }, ['/asOf invalid_date', '/groupBy unknown_cut']],
  ])('refuses %j', (query, mistakes) => {
    expect(mistakesOf(query)).toEqual(mistakes);
  });
});
