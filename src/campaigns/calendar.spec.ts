import { describe, expect, it } from '@jest/globals';
import { Calendar } from './calendar.js';

describe('the calendar', () => {
  const calendar = new Calendar({
    extraHolidays: ['2026-05-20', '2061-01-01', '2061-01-31'],
    extraWorkdays: ['2061-02-05'],
    specialDays: [
      { name: '高考', from: '06-07', to: '06-09' },
      { name: '休渔期', from: '2027-05-01', to: '2027-08-16' },
    ],
  });

  it('knows holidays, the weekend days worked instead, and plain weekends', () => {
    expect(calendar.isHoliday('2026-02-17')).toBe(true);
    expect(calendar.isHoliday('2026-02-14')).toBe(false);
    expect(calendar.isWorkday('2026-02-14')).toBe(true);
    expect(calendar.isHoliday('2026-03-07')).toBe(false);
    expect(calendar.isWorkday('2026-03-07')).toBe(false);
    expect(calendar.isWorkday('2026-03-09')).toBe(true);
  });

  it('takes the county’s own days off', () => {
    expect(calendar.isHoliday('2026-05-20')).toBe(true);
    expect(calendar.isWorkday('2026-05-20')).toBe(false);
  });

  it('says which years it knows', () => {
    expect(calendar.yearKnown(2026)).toBe(true);
    expect(calendar.yearKnown(2060)).toBe(false);
  });

  it('takes a year that was entered by hand, with the days that are worked instead', () => {
    expect(calendar.yearKnown(2061)).toBe(true);
    expect(calendar.isHoliday('2061-01-31')).toBe(true);
    // A Saturday.
    expect(calendar.isWorkday('2061-02-05')).toBe(true);
    expect(calendar.isWorkday('2061-02-06')).toBe(false);
  });

  it('knows the county’s special days, of every year and of one', () => {
    const days = (name: string, ...of: string[]) => of.filter((day) => calendar.isSpecial(day, [name]));
    expect(days('高考', '2026-06-06', '2026-06-07', '2031-06-09', '2031-06-10')).toEqual(['2026-06-07', '2031-06-09']);
    expect(days('休渔期', '2027-04-30', '2027-05-01', '2027-08-16', '2028-05-01')).toEqual([
      '2027-05-01',
      '2027-08-16',
    ]);
    expect([calendar.knows('高考'), calendar.knows('中考')]).toEqual([true, false]);
  });
});
