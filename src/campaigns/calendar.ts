import chineseDays from 'chinese-days';
import type { Day } from './cadence.js';

/** The library reads a text in the machine's time zone; noon of the machine's own day is the same day wherever it stands. */
const noon = (day: Day): Date => {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date, 12);
};
/** A statutory day is named in three parts, `Spring Festival,春节,4`; any other by its weekday. */
const statutory = (detail: { name: string }): boolean => detail.name.includes(',');

/** Special days of the county: of every year (`06-07`) or of one (`2027-06-07`), both ends inclusive. */
interface Season {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** The office's calendar: statutory holidays, the weekend days worked instead, and the county's own days off. */
export class Calendar {
  private readonly extra: ReadonlySet<Day>;
  private readonly worked: ReadonlySet<Day>;
  private readonly seasons: readonly Season[];

  /** The settings of `campaigns`; what they say of a day goes before what the library says. */
  constructor(own: {
    readonly extraHolidays: readonly Day[];
    readonly extraWorkdays?: readonly Day[];
    readonly specialDays?: readonly Season[];
  }) {
    this.extra = new Set(own.extraHolidays);
    this.worked = new Set(own.extraWorkdays);
    this.seasons = own.specialDays ?? [];
  }

  /** A statutory holiday (the weekend days within it too) or a local one; a plain weekend is none. */
  isHoliday(day: Day): boolean {
    const detail = chineseDays.getDayDetail(noon(day));
    return this.extra.has(day) || (!this.worked.has(day) && !detail.work && statutory(detail));
  }

  /** A day on which offices work: Monday to Friday that is no holiday, or a weekend day that is worked instead. */
  isWorkday(day: Day): boolean {
    return !this.extra.has(day) && (this.worked.has(day) || chineseDays.getDayDetail(noon(day)).work);
  }

  /** True where there are special days of this name. */
  knows(name: string): boolean {
    return this.seasons.some((season) => season.name === name);
  }

  /** True on the special days of any of these names; a day without a year is of every year. */
  isSpecial(day: Day, names: readonly string[]): boolean {
    return this.seasons.some(({ name, from, to }) => {
      const its = day.slice(-from.length);
      return names.includes(name) && its >= from && its <= to;
    });
  }

  /**
   * False where the State Council's arrangement for the year is neither in the library yet nor entered in the settings (its New
   * Year's Day stands there): then only weekends are known.
   */
  yearKnown(year: number): boolean {
    return this.extra.has(`${year}-01-01`) || statutory(chineseDays.getDayDetail(noon(`${year}-01-01`)));
  }
}
