import { IANAZone } from 'luxon';
import { parseInstant, type Instant } from '../platform/kernel/index.js';
import type { Cadence } from './campaign.schemas.js';
import { cronInstants } from './cron.js';

/** A day of the calendar, `2026-12-31`. */
export type Day = string;

export interface CadenceOptions {
  readonly zone: string;
  readonly startsOn?: Day | undefined;
  /** The last day, inclusive. */
  readonly endsOn?: Day | undefined;
  readonly workdaysOnly?: boolean | undefined;
  /** What an occurrence on a holiday does; `shift` moves it to the next workday at the same time. Absent: it runs. */
  readonly onHoliday?: 'run' | 'skip' | 'shift' | undefined;
  /** Days on which it never takes place: out of the seasons that it keeps to, or in those that it keeps out of. */
  readonly isClosed?: ((day: Day) => boolean) | undefined;
  readonly isHoliday: (day: Day) => boolean;
  readonly isWorkday: (day: Day) => boolean;
}

/** An occurrence of the calendar: one that takes place, or one that its rule leaves out. */
export interface Occasion {
  readonly at: Instant;
  readonly leftOut: 'holiday' | 'notAWorkday' | 'specialDays' | null;
}

const DAY = 86_400_000;
/** Nobody closes the office longer than this; it bounds the search for the next workday. */
const LONGEST_CLOSURE = 400;

const midnightUtc = (day: Day): number => Date.parse(`${day}T00:00:00Z`);
const dayOf = (utc: number): Day => new Date(utc).toISOString().slice(0, 10);
const dayAfter = (day: Day, n = 1): Day => dayOf(midnightUtc(day) + n * DAY);
/** 1 Monday to 7 Sunday. */
const weekday = (day: Day): number => new Date(midnightUtc(day)).getUTCDay() || 7;
const daysInMonth = (day: Day): number =>
  new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 0)).getUTCDate();

const offsetMs = (zone: string, at: Instant): number => IANAZone.create(zone).offset(at) * 60_000;
const wall = (zone: string, at: Instant): { day: Day; time: number } => {
  const local = at + offsetMs(zone, at);
  const day = dayOf(local);
  return { day, time: local - midnightUtc(day) };
};

/**
 * The instant of a wall clock's time (ms after midnight) on a day. Of a time that occurs twice the first is meant; a time that a
 * clock change leaves out falls after the gap, as RFC 5545 and Temporal read it (02:30 becomes 03:30).
 */
function instantOf(zone: string, day: Day, time: number): Instant {
  const local = midnightUtc(day) + time;
  const before = offsetMs(zone, local - DAY);
  const after = offsetMs(zone, local + DAY);
  const valid = [before, after]
    .filter((offset) => offsetMs(zone, local - offset) === offset)
    .map((offset) => local - offset);
  return valid.length > 0 ? Math.min(...valid) : local - before;
}

const msOf = (time: string): number => {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return (hour * 60 + minute) * 60_000;
};

const fits = (cadence: Exclude<Cadence, { kind: 'once' | 'cron' | 'event' }>, day: Day): boolean => {
  switch (cadence.kind) {
    case 'daily':
      return true;
    case 'weekly':
      return cadence.days.includes(weekday(day));
    case 'monthly':
      // A month without a 31st has its occurrence on its last day, not none.
      return Number(day.slice(8)) === Math.min(cadence.day, daysInMonth(day));
    default:
      return cadence satisfies never;
  }
};

interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

interface Days {
  readonly first: Day;
  readonly last: Day;
  /** Nothing before it is asked for, so that a cron of every few minutes need not count from midnight. */
  readonly from: Instant;
}

/** What the cadence alone says, before holidays: instants whose day is within [first, last]. */
function* nominal(cadence: Cadence, zone: string, { first, last, from }: Days): Generator<Instant> {
  const span = { from: Math.max(from, instantOf(zone, first, 0)), to: instantOf(zone, dayAfter(last), 0) };
  if (cadence.kind === 'event') return;
  if (cadence.kind === 'once') {
    const at = Math.floor(parseInstant(cadence.at)! / 1000) * 1000;
    if (at >= span.from && at < span.to) yield at;
  } else if (cadence.kind === 'cron') {
    yield* cronInstants(cadence.expression, zone, span);
  } else {
    const time = msOf(cadence.at);
    for (let day = first; day <= last; day = dayAfter(day)) if (fits(cadence, day)) yield instantOf(zone, day, time);
  }
}

const nextWorkday = (day: Day, options: CadenceOptions): Day | null => {
  let next = day;
  for (let i = 0; i < LONGEST_CLOSURE; i += 1) {
    next = dayAfter(next);
    if (options.isWorkday(next)) return next;
  }
  return null;
};

const placed = (at: Instant, options: CadenceOptions): Occasion => {
  const { zone, workdaysOnly, onHoliday } = options;
  const { day, time } = wall(zone, at);
  if (options.isClosed?.(day)) return { at, leftOut: 'specialDays' };
  const holiday = onHoliday !== undefined && onHoliday !== 'run' && options.isHoliday(day);
  const idle = workdaysOnly === true && !options.isWorkday(day);
  if (!holiday && !idle) return { at, leftOut: null };
  const leftOut = { at, leftOut: holiday ? 'holiday' : 'notAWorkday' } as const;
  if (onHoliday !== 'shift') return leftOut;
  const shifted = nextWorkday(day, options);
  if (shifted === null || (options.endsOn !== undefined && shifted > options.endsOn)) return leftOut;
  if (options.isClosed?.(shifted)) return { at, leftOut: 'specialDays' };
  return { at: instantOf(zone, shifted, time), leftOut: null };
};

/** The first day whose occurrence may be shifted to `day` or later: the beginning of the closure that `day` ends. */
const closureBefore = (day: Day, options: CadenceOptions): Day => {
  let first = day;
  for (let i = 0; i < LONGEST_CLOSURE && !options.isWorkday(dayAfter(first, -1)); i += 1) first = dayAfter(first, -1);
  return first;
};

/** The nominal occurrences that may take place in a span, within the cadence's own first and last day. */
function nominalWithin(cadence: Cadence, options: CadenceOptions, { from, to }: Span): Iterable<Instant> {
  const day = wall(options.zone, from).day;
  const early = options.onHoliday === 'shift' ? closureBefore(day, options) : day;
  const first = options.startsOn !== undefined && options.startsOn > early ? options.startsOn : early;
  const until = wall(options.zone, to).day;
  const last = options.endsOn !== undefined && options.endsOn < until ? options.endsOn : until;
  // What is shifted into the span stands before it.
  const begin = options.onHoliday === 'shift' ? -Infinity : from;
  return first <= last ? nominal(cadence, options.zone, { first, last, from: begin }) : [];
}

/**
 * Everything that the tide table shows of a cadence in [from, to), in order, each instant once: what takes place, and what
 * holidays leave out. Occurrences that are shifted onto one another are one.
 */
export function occasionsBetween(cadence: Cadence, options: CadenceOptions, span: Span): Occasion[] {
  if (span.to <= span.from) return [];
  const occasions = new Map<Instant, Occasion>();
  for (const at of nominalWithin(cadence, options, span)) {
    const occasion = placed(at, options);
    if (occasion.at < span.from || occasion.at >= span.to) continue;
    if (occasion.leftOut === null || !occasions.has(occasion.at)) occasions.set(occasion.at, occasion);
  }
  return [...occasions.values()].sort((a, b) => a.at - b.at);
}

/** The instants at which a cadence occurs in [from, to), in order. An event cadence has none: events make its runs. */
export const occurrencesBetween = (cadence: Cadence, options: CadenceOptions, span: Span): Instant[] =>
  occasionsBetween(cadence, options, span)
    .filter((o) => o.leftOut === null)
    .map((o) => o.at);

/** Two leap days lie at most eight years apart. */
const HORIZON_DAYS = 3300;

/** The first occurrence after `after` (not at it); null where the cadence does not occur again. */
export function nextOccurrence(cadence: Cadence, options: CadenceOptions, after: Instant): Instant | null {
  const start = options.startsOn === undefined ? 0 : instantOf(options.zone, options.startsOn, 0);
  const once = cadence.kind === 'once' ? parseInstant(cadence.at)! - DAY : 0;
  const from = Math.max(after + 1, start, once);
  let best: Instant | null = null;
  for (const at of nominalWithin(cadence, options, { from, to: from + HORIZON_DAYS * DAY })) {
    // What is shifted may come after what stands in its own place: go on until nothing earlier can follow.
    if (best !== null && at >= best) break;
    const occasion = placed(at, options);
    if (occasion.leftOut === null && occasion.at >= from && (best === null || occasion.at < best)) best = occasion.at;
  }
  return best;
}
