import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { CountyTime } from '../platform/index.js';
import { dayText, mondayOf, mondays, monthOf, monthText, weekText } from './calendar.js';

const county = new CountyTime('Asia/Shanghai');
const at = (text: string): number => Date.parse(text);

describe('the calendar of reports', () => {
  it('writes days and months as people do', () => {
    expect(dayText(20261103)).toBe('2026-11-03');
    expect(monthText(20260900)).toBe('2026-09');
  });

  it('counts weeks as ISO 8601 does, on every day', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1990-01-01'), max: new Date('2060-12-31'), noInvalidDate: true }),
        (date) => {
          const day = DateTime.fromJSDate(date, { zone: 'utc' });
          const number = day.year * 10_000 + day.month * 100 + day.day;
          expect(weekText(number)).toBe(day.toFormat("kkkk-'W'WW"));
          expect(mondayOf(number)).toBe(Number(day.startOf('week').toFormat('yyyyMMdd')));
        },
      ),
    );
  });

  it('lists the Mondays of a period', () => {
    expect(mondays(20261231, 20270112)).toEqual([20261228, 20270104, 20270111]);
  });

  it('knows the county month of an instant', () => {
    expect(monthOf(county, at('2026-12-31T20:00:00Z'))).toEqual({
      from: at('2027-01-01T00:00:00+08:00'),
      to: at('2027-02-01T00:00:00+08:00'),
    });
    expect(monthOf(county, at('2026-12-31T10:00:00Z')).to).toBe(at('2027-01-01T00:00:00+08:00'));
  });
});
