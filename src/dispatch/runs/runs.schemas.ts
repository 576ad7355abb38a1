import { z } from 'zod';
import { DELIVERY_STATUSES } from '../delivery.js';

const limit = z.coerce.number().int().min(1).max(500).default(100);
const cursor = z
  .string()
  .regex(/^[0-9A-Z]{1,26}$/)
  .optional();

export const deliveriesQuery = z.object({
  status: z.enum([...DELIVERY_STATUSES, 'sent']).optional(),
  channel: z.string().max(16).optional(),
  cursor,
  limit,
});

const instant = z.iso.datetime({ offset: true, message: 'an ISO 8601 instant with its offset' });

export const cutDeliveriesQuery = deliveriesQuery.extend({
  campaign: z.string().max(26).optional(),
  gateway: z.string().max(32).optional(),
  population: z.string().max(10).optional(),
  township: z.string().max(12).optional(),
  type: z.string().max(40).optional(),
  trick: z.string().max(40).optional(),
  from: instant.optional(),
  to: instant.optional(),
});

export const runsQuery = z.object({ campaignId: z.string().max(26).optional(), cursor, limit });

export const uncertainBody = z.strictObject({
  decision: z.enum(['resend', 'writeOff']),
  reason: z.string().trim().min(2).max(500),
});

export const remarkBody = z
  .strictObject({ reason: z.string().trim().max(500).optional(), remark: z.string().trim().max(500).optional() })
  .default({});
