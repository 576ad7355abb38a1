import chineseDays from 'chinese-days';
import type { Day } from './cadence.js';

/** The library reads a text in the machine's time zone; noon of the machine's own day is the same day wherever it stands. */
const noon = (day: Day): Date => {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date, 12);
};
/** A statutory day is named in three parts, `Spring Festival,春节,4`; any other by its weekday. */
const statutory = (detail: { name: string }): boolean => detail.name.includes(',');

/** The office's calendar: statutory holidays, the weekend days worked instead, and the county's own days off. */
export class Calendar {
  private readonly extra: ReadonlySet<Day>;

  constructor(extraHolidays: readonly Day[]) {
    this.extra = new Set(extraHolidays);
  }

  /** A statutory holiday (the weekend days within it too) or a local one; a plain weekend is none. */
  isHoliday(day: Day): boolean {
    const detail = chineseDays.getDayDetail(noon(day));
    return this.extra.has(day) || (!detail.work && statutory(detail));
  }

  /** A day on which offices work: Monday to Friday that is no holiday, or a weekend day that is worked instead. */
  isWorkday(day: Day): boolean {
    return !this.extra.has(day) && chineseDays.getDayDetail(noon(day)).work;
  }

  /** False where the State Council's arrangement for the year is not in the library yet: then only weekends are known. */
  yearKnown(year: number): boolean {
    return statutory(chineseDays.getDayDetail(noon(`${year}-01-01`)));
  }
}
