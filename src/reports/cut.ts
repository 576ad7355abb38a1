import { days, parseInstant, POPULATIONS, type Instant } from '../platform/kernel/index.js';
import { monthOf, type CountyCalendar } from './calendar.js';

/** By what a report can be cut; any of them, in any combination. */
export const CUTS = [
  'day',
  'week',
  'month',
  'channel',
  'gateway',
  'population',
  'township',
  'type',
  'trick',
  'campaign',
] as const;
export type CutName = (typeof CUTS)[number];

/** The cuts that can also be asked for by value. The calendar's are asked for by `from` and `to`. */
export const FILTERS = ['channel', 'gateway', 'population', 'township', 'type', 'trick', 'campaign'] as const;
export type FilterName = (typeof FILTERS)[number];

const CLOSED: Partial<Record<FilterName, readonly string[]>> = {
  channel: ['sms', 'voice', 'chat', 'email', 'visit'],
  population: POPULATIONS,
};

/** What a caller asks, as text. */
export type CutQuery = { readonly [K in 'from' | 'to' | 'asOf' | 'groupBy' | FilterName]?: string | undefined };

/** What a report is about: which runs, cut how, seen when. */
export interface Cut {
  /** Of the run's occurrence: `from` inclusive, `to` exclusive. */
  readonly from: Instant;
  readonly to: Instant;
  /** The county midnight as of which the answer is given; null for now. */
  readonly asOf: Instant | null;
  readonly groupBy: readonly CutName[];
  /** Values of which one must fit; an empty list fits nothing. */
  readonly filters: Readonly<Partial<Record<FilterName, readonly string[]>>>;
}

export interface CutMistake {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

export type ReadCut =
  { readonly ok: true; readonly value: Cut } | { readonly ok: false; readonly mistakes: readonly CutMistake[] };

export interface CutContext {
  readonly calendar: CountyCalendar;
  readonly now: Instant;
  /** The township that the caller is confined to, by code; null for the whole county. */
  readonly scope: string | null;
  /** The code of a township's code or name; null where the county has none such. */
  townshipCode(codeOrName: string): string | null;
}

/** Five years and their leap days. */
const LONGEST = days(5 * 365 + 2);
/** An unescaped `+` in a query arrives as a space; there it can mean nothing else. */
const withPlus = (text: string): string => text.replace(/(T[\d:.]+) (\d{2}:\d{2})$/, '$1+$2');

const listed = (text: string): string[] => text.split(',').map((part) => part.trim());

/**
 * Reads a report's query. A period defaults to the current county month; a date is its county midnight, an instant needs
 * its offset. A caller who is confined to a township gets that township, whatever was asked: this is the one place where
 * scope enters the reports. Every mistake is answered at once, each with its place and code.
 */
export function readCut(query: CutQuery, context: CutContext): ReadCut {
  const mistakes: CutMistake[] = [];
  const wrong = (field: string, code: string, message: string): void => {
    mistakes.push({ path: `/${field}`, code, message });
  };
  const period = readPeriod(query, context, wrong);
  const asOf = query.asOf === undefined ? null : context.calendar.midnight(query.asOf);
  if (query.asOf !== undefined && (asOf === null || query.asOf.length !== 10)) {
    wrong('asOf', 'invalid_date', 'a date such as 2026-12-01: the report is given as of its county midnight');
  }
  const groupBy = readGroupBy(query.groupBy, wrong);
  const filters = readFilters(query, context, wrong);
  return mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, value: { ...period, asOf, groupBy, filters } };
}

type Wrong = (field: string, code: string, message: string) => void;

function readPeriod(query: CutQuery, { calendar, now }: CutContext, wrong: Wrong): { from: Instant; to: Instant } {
  const read = (field: 'from' | 'to'): Instant | null => {
    const text = query[field];
    if (text === undefined) return null;
    const at = text.length === 10 ? calendar.midnight(text) : parseInstant(withPlus(text));
    if (at !== null) return at;
    const zoneless = /^\d{4}-\d{2}-\d{2}T[\d:.]+$/.test(text);
    if (zoneless) wrong(field, 'time_without_zone', 'a time needs its offset, such as 2026-12-01T08:00:00+08:00');
    else wrong(field, 'invalid_time', 'a date such as 2026-12-01, or an instant such as 2026-12-01T08:00:00+08:00');
    return null;
  };
  const asked = { from: read('from'), to: read('to') };
  const month = monthOf(calendar, asked.from === null && asked.to !== null ? asked.to - 1 : now);
  const from = asked.from ?? month.from;
  // Who names only a beginning later than this month means that month.
  const to = asked.to ?? (from < month.to ? month.to : monthOf(calendar, from).to);
  if (to < from) wrong('to', 'period_backwards', 'the period ends before it begins');
  if (to - from > LONGEST) wrong('to', 'period_too_long', 'a period has five years at most');
  return { from, to };
}

function readGroupBy(text: string | undefined, wrong: Wrong): CutName[] {
  if (text === undefined || text.trim() === '') return [];
  const found: CutName[] = [];
  for (const name of listed(text)) {
    if (!(CUTS as readonly string[]).includes(name)) {
      wrong('groupBy', 'unknown_cut', `${JSON.stringify(name.slice(0, 40))} is no cut; there are ${CUTS.join(', ')}`);
    } else if (!found.includes(name as CutName)) found.push(name as CutName);
  }
  return found;
}

function readFilters(query: CutQuery, context: CutContext, wrong: Wrong): Cut['filters'] {
  const filters: Partial<Record<FilterName, string[]>> = {};
  for (const name of FILTERS) {
    const text = query[name];
    if (text === undefined) continue;
    filters[name] = listed(text).map((value) => {
      const known = name === 'township' ? context.townshipCode(value) : value;
      const fits = value === '' || (known !== null && (CLOSED[name]?.includes(known) ?? true));
      if (!fits) wrong(name, `unknown_${name}`, `${JSON.stringify(value.slice(0, 40))} is no ${name}`);
      return known ?? value;
    });
  }
  if (context.scope === null) return filters;
  const own = context.scope;
  return { ...filters, township: (filters.township ?? [own]).filter((code) => code === own) };
}
