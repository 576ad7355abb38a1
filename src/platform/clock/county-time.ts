import { DateTime } from 'luxon';
import type { Instant } from '../kernel/index.js';

/**
 * Whole years on a day (a number, 20261124) of somebody born on `birthDate` (`1980-01-31`). Who was born on 29 February is a
 * year older on the last of February.
 */
export function ageOn(day: number, birthDate: string): number {
  const year = Math.floor(day / 10000);
  const isLeap = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
  const born = Number(birthDate.replaceAll('-', ''));
  const birthday = born % 10000 === 229 && !isLeap ? born - 1 : born;
  return Math.floor((day - birthday) / 10000);
}

/** The wall clock of the county: every rule of the calendar (days, windows, cadences) is written in it. */
export class CountyTime {
  constructor(readonly zone: string) {
    if (!DateTime.local({ zone }).isValid) throw new Error(`unknown time zone ${zone}`);
  }

  at(instant: Instant): DateTime<true> {
    return DateTime.fromMillis(instant, { zone: this.zone }) as DateTime<true>;
  }

  /** ISO 8601 with the county's offset, to the second: the form of every instant that leaves the API. */
  iso(instant: Instant): string {
    return this.at(instant).toISO({ suppressMilliseconds: true });
  }

  isoOrNull(instant: Instant | null | undefined): string | null {
    return instant === null || instant === undefined ? null : this.iso(instant);
  }

  /** The county day of an instant as a number, 20261123: sorts, groups and prints. */
  dayNumber(instant: Instant): number {
    const { year, month, day } = this.at(instant);
    return year * 10000 + month * 100 + day;
  }

  /** Days since 1970-01-01 of the county's calendar: the counter behind `spread`. */
  dayIndex(instant: Instant): number {
    const { year, month, day } = this.at(instant);
    return Math.floor(Date.UTC(year, month - 1, day) / 86_400_000);
  }

  startOfDay(instant: Instant): Instant {
    return this.at(instant).startOf('day').toMillis();
  }

  /** Midnight of a date such as `2026-12-01` (or `2026-12`, its first day); null where the text is no date. */
  midnight(date: string): Instant | null {
    const day = DateTime.fromISO(date, { zone: this.zone });
    return day.isValid && /^\d{4}-\d{2}(-\d{2})?$/.test(date) ? day.startOf('day').toMillis() : null;
  }

  /** The instant of `HH:mm` on the county day of `instant`. `24:00` is the next midnight. A time that a clock change skips falls after the gap. */
  timeOfDay(instant: Instant, time: string): Instant {
    const [hour = 0, minute = 0] = time.split(':').map(Number);
    const day = this.at(instant).startOf('day');
    return (hour === 24 ? day.plus({ days: 1 }) : day.set({ hour, minute })).toMillis();
  }

  /** Whole years between a birth date and an instant, as the county's calendar counts them. */
  age(birthDate: string, instant: Instant): number {
    return ageOn(this.dayNumber(instant), birthDate);
  }
}
