import { describe, expect, it } from '@jest/globals';
import { Calendar } from './calendar.js';

describe('the calendar', () => {
  const calendar = new Calendar(['2026-05-20']);

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
});
