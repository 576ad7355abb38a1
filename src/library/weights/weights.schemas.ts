import { z } from 'zod';

const table = z.record(z.string().max(40), z.record(z.string().max(40), z.number()));

/** What `GET /library/weights` answers can be sent back; fields that it only shows are passed over. */
export const weightsSchema = z.object({
  season: z.number().min(0.01).max(100).optional(),
  noRepeatDays: z.int().min(0).max(365).optional(),
  weights: table,
  townships: z.record(z.string().max(12), table).optional(),
  remark: z.string().max(1000).nullish(),
  /** The version that was looked at: where it is not the one in force any more, the answer is 409. */
  basedOn: z.int().min(1).optional(),
});
export type WeightsInput = z.output<typeof weightsSchema>;

export const weightsQuery = z.object({ version: z.coerce.number().int().min(1).optional() });
