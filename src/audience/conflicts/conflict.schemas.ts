import { z } from 'zod';
import { CONFLICT_KINDS, DECISIONS } from './conflict.js';

const personId = z.string().regex(/^\d{1,15}$/);

export const listConflictsSchema = z.strictObject({
  status: z.enum(['open', 'decided']).default('open'),
  kind: z.enum(CONFLICT_KINDS).optional(),
  cursor: personId.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type ListConflicts = z.output<typeof listConflictsSchema>;

export const decideConflictSchema = z
  .strictObject({
    decision: z.enum(DECISIONS),
    keep: personId.optional().describe('who keeps the number, or remains: one of the two'),
    reason: z.string().trim().min(2).max(200).optional(),
  })
  .superRefine(({ decision, keep }, ctx) => {
    if ((decision === 'keepBoth') === (keep === undefined)) return;
    ctx.addIssue({
      code: 'custom',
      path: ['keep'],
      message: decision === 'keepBoth' ? 'both are kept: leave it out' : 'say which of the two it is',
      params: { code: decision === 'keepBoth' ? 'not_wanted' : 'missing_keep' },
    });
  });
export type DecideConflict = z.output<typeof decideConflictSchema>;
