import { Cron } from 'croner';
import type { Instant } from '../platform/kernel/index.js';

const FIVE_MINUTES = 300_000;
/** Every five minutes is 288 a day: this many show two whole days of the densest expression that is allowed. */
const SAMPLE = 600;

/**
 * Times that are named (no `*`, no step) occur once a day even where the clock is put back, and after the gap where it is put
 * forward; the others follow the hours that pass. That is what cron has always done.
 */
const cron = (expression: string, zone: string): Cron =>
  new Cron(expression, { timezone: zone, mode: '5-part', fixedTimeRule: 'no-wildcard', paused: true });

/** Says what is wrong with a cron expression; null where nothing is. Five fields; nothing more often than every five minutes. */
export function cronMistake(expression: string): { readonly code: string; readonly message: string } | null {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 5) return { code: 'invalid_cron', message: 'five fields: minute hour day month weekday' };
  let times: Date[];
  try {
    times = cron(fields.join(' '), 'UTC').nextRuns(SAMPLE, new Date(0));
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : 'not a cron expression';
    return { code: 'invalid_cron', message: why };
  }
  if (times.length === 0) return { code: 'never_occurs', message: 'no day of the calendar fits this expression' };
  const tooOften = times.some((at, i) => i > 0 && at.getTime() - times[i - 1]!.getTime() < FIVE_MINUTES);
  return tooOften ? { code: 'too_often', message: 'at most every five minutes' } : null;
}

/** The instants of a cron expression in [from, to), in order. */
export function* cronInstants(
  expression: string,
  zone: string,
  span: { from: Instant; to: Instant },
): Generator<Instant> {
  const rule = cron(expression.trim().split(/\s+/).join(' '), zone);
  let next = rule.nextRun(new Date(span.from - 1));
  while (next && next.getTime() < span.to) {
    if (next.getTime() >= span.from) yield next.getTime();
    next = rule.nextRun(next);
  }
}
