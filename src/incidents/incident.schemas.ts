import { z } from 'zod';
import { parseInstant } from '../platform/index.js';

const code = z.string().min(1).max(40);

const instant = z.string().transform((text, ctx) => {
  const at = parseInstant(text);
  if (at !== null) return at;
  ctx.addIssue({ code: 'custom', message: 'an ISO 8601 instant with its offset', params: { code: 'invalid_date' } });
  return z.NEVER;
});

/** A case: its type or its trick, when, and what else is known of it. `loss` is in yuan. Of the victim nothing stays but a keyed index. */
const incidentSchema = z
  .strictObject({
    type: code.optional(),
    trick: code.optional(),
    township: z.string().min(1).max(64).optional(),
    tags: z.array(code).max(20).optional(),
    occurredAt: instant,
    loss: z.number().min(0).max(1e12).optional(),
    victimPhone: z.string().min(3).max(40).optional(),
  })
  .refine((value) => value.type !== undefined || value.trick !== undefined, {
    path: ['type'],
    error: 'a case has a type or a trick',
    params: { code: 'type_or_trick_required' },
  });

export const incidentsSchema = z.strictObject({ incidents: z.array(incidentSchema).min(1).max(1000) });
export type IncidentInput = z.output<typeof incidentSchema>;

const yes = z
  .union([z.boolean(), z.enum(['true', 'false', '1', '0', ''])])
  .transform((value) => value === true || value === 'true' || value === '1');
export const incidentsForm = z.object({ dryRun: yes.default(false) });
