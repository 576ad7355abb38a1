/** A moment in time: whole milliseconds since 1970-01-01T00:00:00Z. Every instant in code and in the database has this form. */
export type Instant = number;

export const seconds = (n: number): number => n * 1000;
export const minutes = (n: number): number => n * 60_000;
export const hours = (n: number): number => n * 3_600_000;
export const days = (n: number): number => n * 86_400_000;

const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Reads an ISO 8601 instant with an offset; null where the text is not one (a time without zone is ambiguous, hence refused). */
export function parseInstant(text: string): Instant | null {
  if (!ISO_INSTANT.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

const DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/**
 * Reads an ISO 8601 duration into milliseconds; null where the text is none or empty.
 * A month counts as 30 days and a year as 365, for these durations bound periods of contact and validity, not calendar dates.
 */
export function parseDuration(text: string): number | null {
  const match = DURATION.exec(text);
  if (!match || text === 'P' || text.endsWith('T')) return null;
  const [, y = 0, mo = 0, w = 0, d = 0, h = 0, mi = 0, s = 0] = match.map((part) => Number(part ?? 0));
  return days(y * 365 + mo * 30 + w * 7 + d) + hours(h) + minutes(mi) + seconds(s);
}

const CHINA_OFFSET = hours(8);

/**
 * Reads the China time that gateways write, `yyyyMMddHHmmss` or `yyyy-MM-dd HH:mm:ss` (also with a T); null where it is none, or no such
 * moment. It has been +08:00 without summer time since 1991, so the instant is the same figures read as UTC less eight hours.
 */
export function parseChinaTime(text: string): Instant | null {
  const match = /^(\d{4})-?(\d{2})-?(\d{2})[ T]?(\d{2}):?(\d{2}):?(\d{2})$/.exec(text);
  if (!match) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const at = Date.UTC(year, month - 1, day, hour, minute, second) - CHINA_OFFSET;
  // The 30th of February would become a day of March.
  return formatChinaTime(at).replace(/\D/g, '') === match.slice(1).join('') ? at : null;
}

/** Writes an instant as China time, `yyyy-MM-dd HH:mm:ss`. */
export const formatChinaTime = (at: Instant): string =>
  new Date(at + CHINA_OFFSET).toISOString().slice(0, 19).replace('T', ' ');
