import { z } from 'zod';

const channel = z.enum(['sms', 'voice', 'chat', 'email', 'visit']);

/** Numbers or external ids, one kind at a time; without a channel every channel is meant. */
export const optOutsSchema = z
  .strictObject({
    phones: z.array(z.string().min(1).max(40)).min(1).max(5000).optional(),
    externalIds: z.array(z.string().trim().min(1).max(64)).min(1).max(5000).optional(),
    channel: channel.nullable().optional(),
  })
  .refine((body) => (body.phones === undefined) !== (body.externalIds === undefined), 'either phones or externalIds');

/** The form beside the file of `POST /opt-outs/file`. */
export const optOutFormSchema = z.strictObject({ channel: channel.optional() });

export const optOutListSchema = z.object({
  channel: channel.optional(),
  cursor: z.string().max(80).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const badNumbersListSchema = z.object({
  cursor: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const reinstateSchema = z.strictObject({
  externalId: z.string().trim().min(1).max(64),
  reason: z.string().trim().min(2, 'say why: it stands in the ledger').max(200),
});
