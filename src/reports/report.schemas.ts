import { z } from 'zod';
import { FILTERS } from './cut.js';

const text = z.string().trim().max(400);
const filters = Object.fromEntries(FILTERS.map((name) => [name, text.optional()])) as Record<
  (typeof FILTERS)[number],
  z.ZodOptional<typeof text>
>;

/** What every report takes. The cuts themselves are read by `readCut`, which knows the calendar and the townships. */
export const reportQuery = z.strictObject({
  /** ISO instant with offset, or a date (county midnight); inclusive. */
  from: text.optional(),
  /** The same; exclusive. */
  to: text.optional(),
  /** A county midnight, YYYY-MM-DD. */
  asOf: text.optional(),
  /** Comma-separated cuts. */
  groupBy: text.optional(),
  format: z.enum(['json', 'csv', 'xlsx']).optional(),
  ...filters,
});
export type ReportQuery = z.output<typeof reportQuery>;

/** Trick coverage is cut by trick already. */
export const trickCoverageQuery = reportQuery.omit({ groupBy: true });

/** Wordings are compared as they stand now, as JSON. */
export const wordingsQuery = reportQuery.omit({ groupBy: true, format: true, asOf: true });
