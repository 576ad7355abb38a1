import { days, parseDuration, parseInstant, type Instant } from '../../platform/kernel/index.js';
import { readGender } from '../people/person-words.js';
import type { PositiveOperator, RuleValue } from './rule.js';

/** The county's calendar, as far as a rule asks it. */
export interface Calendar {
  startOfDay(at: Instant): Instant;
  /** Midnight of `2026-11-23`; null where the text is no date. */
  midnight(date: string): Instant | null;
  dayNumber(at: Instant): number;
  age(birthDate: string, at: Instant): number;
}

/** What a rule needs to know beside itself. */
export interface RuleContext {
  /** The moment for which the question is asked. */
  readonly at: Instant;
  readonly county: Calendar;
  /** The code of a township that a rule names by code or name; a text that the county does not know stays itself. */
  readonly townshipCode: (text: string) => string;
  /** The tag behind an alias such as 离异女性. */
  readonly tagCode: (text: string) => string;
}

/** How a gender is stored, of whatever word a rule uses (男, Male). */
export const genderCode = (text: string): string => readGender(text) ?? text;

/** A half-open span of instants: from <= x < before. */
export interface Span {
  readonly from: Instant | null;
  readonly before: Instant | null;
}

/** The span of a date value: a county day, or one millisecond. */
function spanOf(value: string, { at, county }: RuleContext): { from: Instant; before: Instant } {
  const instant = parseInstant(value);
  if (instant !== null) return { from: instant, before: instant + 1 };
  const from = value === 'today' ? county.startOfDay(at) : county.midnight(value);
  if (from === null) throw new Error('a rule was not checked: no date');
  // 26 hours after a midnight lie in the next day even where a clock change makes a day of 25.
  return { from, before: county.startOfDay(from + days(1) + 7_200_000) };
}

/**
 * The span of instants that a positive date operator selects. A date stands for its whole county day: `<= 2026-11-23`
 * includes the evening of the 23rd. `withinLast P3D` is from three days before `at` to `at`, both included.
 */
export function dateSpan(operator: PositiveOperator, value: RuleValue | undefined, context: RuleContext): Span {
  const duration = () => parseDuration(String(value)) ?? 0;
  switch (operator) {
    case '=':
      return spanOf(String(value), context);
    case '<':
      return { from: null, before: spanOf(String(value), context).from };
    case '<=':
      return { from: null, before: spanOf(String(value), context).before };
    case '>':
      return { from: spanOf(String(value), context).before, before: null };
    case '>=':
      return { from: spanOf(String(value), context).from, before: null };
    case 'between': {
      const [low, high] = value as readonly string[];
      return { from: spanOf(low!, context).from, before: spanOf(high!, context).before };
    }
    case 'withinLast':
      return { from: context.at - duration(), before: context.at + 1 };
    case 'olderThan':
      return { from: null, before: context.at - duration() };
    case 'notNull':
    case 'in':
    case 'contains':
    case 'beginsWith':
      return { from: null, before: null };
  }
}

/** Ages in whole years, both ends included; null is open. */
export interface AgeBand {
  readonly from: number | null;
  readonly to: number | null;
}

/** The bands of age that a positive operator selects. */
export function ageBands(operator: PositiveOperator, value: RuleValue | undefined): AgeBand[] {
  const n = Number(value);
  switch (operator) {
    case '=':
      return [{ from: n, to: n }];
    case '<':
      return [{ from: null, to: n - 1 }];
    case '<=':
      return [{ from: null, to: n }];
    case '>':
      return [{ from: n + 1, to: null }];
    case '>=':
      return [{ from: n, to: null }];
    case 'between': {
      const [from, to] = value as readonly number[];
      return [{ from: from!, to: to! }];
    }
    case 'in':
      return [...new Set(value as readonly number[])].map((age) => ({ from: age, to: age }));
    case 'notNull':
    case 'contains':
    case 'beginsWith':
    case 'withinLast':
    case 'olderThan':
      return [{ from: null, to: null }];
  }
}

/**
 * The latest birth date of those who are at least `age` years old on the county day of `at`. Texts of ISO dates compare like dates.
 * Who was born on 29 February is a year older on 28 February where the year has no 29th, as `CountyTime.age` counts.
 */
export function bornUntil(age: number, { at, county }: RuleContext): string {
  const today = county.dayNumber(at);
  const year = Math.floor(today / 10_000);
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const monthAndDay = today % 10_000 === 228 && !leap ? 229 : today % 10_000;
  const text = String((year - age) * 10_000 + monthAndDay).padStart(8, '0');
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
}
