import { z } from 'zod';

const moment = z.string().max(40);

export const periodQuery = z.strictObject({ from: moment.optional(), to: moment.optional() });
export const verifyQuery = periodQuery.extend({ contents: z.enum(['true', 'false']).optional() });
export const entriesQuery = periodQuery.extend({
  actor: z.string().max(64).optional(),
  action: z
    .string()
    .regex(/^[a-zA-Z]+(\.[a-zA-Z]+)*(\.\*)?$/, 'such as campaign.approve, or campaign.* for all of a room')
    .max(48)
    .optional(),
  subject: z.string().max(80).optional(),
  cursor: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
