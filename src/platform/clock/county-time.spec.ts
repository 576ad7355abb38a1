import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { ageOn, CountyTime } from './county-time.js';

const shanghai = new CountyTime('Asia/Shanghai');
const at = (text: string) => Date.parse(text);

describe('the county clock', () => {
  it('names days by the wall of the county, not of the machine', () => {
    expect(shanghai.dayNumber(at('2026-11-23T16:30:00Z'))).toBe(20261124);
    expect(shanghai.iso(at('2026-11-23T16:30:00Z'))).toBe('2026-11-24T00:30:00+08:00');
    expect(shanghai.midnight('2026-12-01')).toBe(at('2026-11-30T16:00:00Z'));
    expect(shanghai.midnight('2026-13-01')).toBeNull();
    expect(shanghai.timeOfDay(at('2026-11-23T16:30:00Z'), '24:00')).toBe(at('2026-11-24T16:00:00Z'));
  });

  it('counts whole years, also for who was born on 29 February', () => {
    expect(ageOn(20261123, '2012-11-24')).toBe(13);
    expect(ageOn(20261124, '2012-11-24')).toBe(14);
    expect(ageOn(20250227, '2012-02-29')).toBe(12);
    expect(ageOn(20250228, '2012-02-29')).toBe(13);
    expect(ageOn(20240228, '2012-02-29')).toBe(11);
  });

  it('agrees with a calendar library on every birthday', () => {
    const day = fc
      .date({ min: new Date('1920-01-01'), max: new Date('2026-12-31'), noInvalidDate: true })
      .map((d) => d.toISOString().slice(0, 10));
    fc.assert(
      fc.property(day, day, (a, b) => {
        const [born, today] = a < b ? [a, b] : [b, a];
        const years = Math.floor(
          DateTime.fromISO(today, { zone: 'utc' }).diff(DateTime.fromISO(born, { zone: 'utc' }), 'years').years,
        );
        expect(ageOn(Number(today.replaceAll('-', '')), born)).toBe(years);
      }),
    );
  });

  it('refuses a zone that nobody knows', () => {
    expect(() => new CountyTime('Asia/Nowhere')).toThrow('unknown time zone');
  });
});
