/** A date, and perhaps a time, as somebody wrote it: on the county's wall clock, not yet an instant. */
export interface WrittenTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Milliseconds since the county's midnight; null where only a date was written. */
  readonly timeMs: number | null;
}

const SPELT =
  /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]*(?<=[T\s日])(\d{1,2})\s*[:时点]\s*(\d{1,2})?(?:\s*[:分]\s*(\d{1,2})?(?:\.\d+)?)?\s*[分秒]?)?$/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:\s?(\d{2}):?(\d{2}):?(\d{2})?)?$/;
const SERIAL = /^(\d{5})(\.\d+)?$/;

const DAY_MS = 86_400_000;
/** Excel's day 0 (its 1900 was a leap year by mistake, so day 60 and all later ones count from here). */
const EXCEL_DAY_ZERO = Date.UTC(1899, 11, 30);
/** Serials from 1927 to 2119; a number outside is no date. */
const SERIALS = { from: 10_000, to: 80_000 };

const fromSerial = (days: number, fraction: string | undefined): WrittenTime | null => {
  if (days < SERIALS.from || days > SERIALS.to) return null;
  const date = new Date(EXCEL_DAY_ZERO + days * DAY_MS);
  // Excel keeps a time as a fraction of a day in binary; the second is what was meant.
  const timeMs = fraction === undefined ? null : Math.round(Number(fraction) * 86_400) * 1000;
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), timeMs };
};

const isCalendarDate = (year: number, month: number, day: number): boolean => {
  const date = new Date(Date.UTC(year, month - 1, day));
  return (
    year >= 1900 &&
    year <= 2200 &&
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day
  );
};

/**
 * Reads a date as files hold it: `2026-11-23`, `2026/11/23`, `2026.11.23`, `2026年11月23日`, `20261123`, an Excel serial, each
 * with or without a time behind it. Null where the text is no date of the calendar.
 */
export function readWritten(text: string): WrittenTime | null {
  const typed = text.normalize('NFKC').trim();
  const serial = SERIAL.exec(typed);
  if (serial) return fromSerial(Number(serial[1]), serial[2]);
  const match = SPELT.exec(typed) ?? COMPACT.exec(typed);
  if (!match) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const [hour, minute, second] = [Number(match[4] ?? 0), Number(match[5] ?? 0), Number(match[6] ?? 0)];
  if (!isCalendarDate(year, month, day) || hour > 23 || minute > 59 || second > 59) return null;
  const timeMs = match[4] === undefined ? null : ((hour * 60 + minute) * 60 + second) * 1000;
  return { year, month, day, timeMs };
}

const two = (n: number): string => String(n).padStart(2, '0');

/** `2026-11-23` of a written time. */
export const dateText = ({ year, month, day }: WrittenTime): string => `${year}-${two(month)}-${two(day)}`;

/** Reads a date alone (a birth date) into `2026-11-23`; null where the text is none. */
export const readDate = (text: string): string | null => {
  const written = readWritten(text);
  return written && dateText(written);
};
