import { z } from 'zod';
import { campaignStates, type CampaignStatus } from './campaign.js';

const statuses = Object.keys(campaignStates.moves) as [CampaignStatus, ...CampaignStatus[]];
const remark = z.string().trim().max(2000).optional();
/** A POST without a body is one with nothing in it. */
const orNothing = <S extends z.ZodType>(schema: S) => z.preprocess((body) => body ?? {}, schema);

export const campaignListSchema = z.object({
  status: z.enum(statuses).optional(),
  cursor: z.string().max(26).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

export const remarkSchema = orNothing(z.strictObject({ remark }));
export const approveSchema = orNothing(
  z.strictObject({
    remark,
    targeted: z.int().min(0).optional(),
    /** The `digest` of the version that the approver had before them. */
    digest: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'the digest of the version that you read: 64 hexadecimal digits')
      .optional(),
  }),
);
export const runNowSchema = orNothing(z.strictObject({ reason: z.string().trim().max(500).optional() }));

/** Instants with an offset, or dates, which are county midnights. */
export const spanSchema = z.object({ from: z.string().max(40).optional(), to: z.string().max(40).optional() });
