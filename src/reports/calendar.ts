import type { Instant } from '../platform/kernel/index.js';

/** What a report needs to know of the county's calendar; `CountyTime` is one. */
export interface CountyCalendar {
  /** The county day of an instant, 20261123. */
  dayNumber(at: Instant): number;
  /** Midnight of `2026-11-23`, or of the first day of `2026-11`; null where the text is no date. */
  midnight(date: string): Instant | null;
}

const two = (n: number): string => String(n).padStart(2, '0');

/** Days since 1970 of a day number: plain arithmetic of the calendar, no zone in it. */
const indexOf = (day: number): number =>
  Math.floor(Date.UTC(Math.floor(day / 10_000), (Math.floor(day / 100) % 100) - 1, day % 100) / 86_400_000);

const dayOf = (index: number): number => {
  const date = new Date(index * 86_400_000);
  return date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
};

/** Monday of the week (ISO 8601: weeks begin on Monday) of a day number. 1970-01-01 was a Thursday. */
export const mondayOf = (day: number): number => {
  const index = indexOf(day);
  return dayOf(index - ((((index + 3) % 7) + 7) % 7));
};

/** Every Monday from the week of `first` to the week of `last`, as day numbers. */
export function mondays(first: number, last: number): number[] {
  const found: number[] = [];
  for (let index = indexOf(mondayOf(first)); index <= indexOf(last); index += 7) found.push(dayOf(index));
  return found;
}

/** 20261123 as `2026-11-23`. */
export const dayText = (day: number): string =>
  `${Math.floor(day / 10_000)}-${two(Math.floor(day / 100) % 100)}-${two(day % 100)}`;

/** 20261100 or 20261123 as `2026-11`. */
export const monthText = (day: number): string => `${Math.floor(day / 10_000)}-${two(Math.floor(day / 100) % 100)}`;

/** The ISO week of a day number, `2026-W48`: the year is the one of the week's Thursday. */
export function weekText(day: number): string {
  const thursday = dayOf(indexOf(mondayOf(day)) + 3);
  const year = Math.floor(thursday / 10_000);
  const week = Math.floor((indexOf(thursday) - indexOf(year * 10_000 + 101)) / 7) + 1;
  return `${year}-W${two(week)}`;
}

/** The first instant of the county month of `at`, and of the month after it. */
export function monthOf(calendar: CountyCalendar, at: Instant): { from: Instant; to: Instant } {
  const day = calendar.dayNumber(at);
  const year = Math.floor(day / 10_000);
  const month = Math.floor(day / 100) % 100;
  const next = month === 12 ? `${year + 1}-01` : `${year}-${two(month + 1)}`;
  return { from: calendar.midnight(`${year}-${two(month)}`)!, to: calendar.midnight(next)! };
}
