import { z } from 'zod';
import { CHAT_PLATFORMS, POPULATIONS } from '../../platform/index.js';

const robot = z.strictObject({
  webhook: z.url({ protocol: /^https?$/ }).max(1000),
  secret: z.string().min(1).max(200).nullable().optional(),
});

const fields = {
  name: z.string().trim().min(1).max(128),
  platform: z.enum(CHAT_PLATFORMS),
  township: z.string().trim().min(1).max(64),
  population: z.enum(POPULATIONS),
  headCount: z.int().min(0).max(1_000_000),
  owner: z.string().trim().min(1).max(64).nullable().optional(),
  robot: robot.nullable().optional(),
};

export const newGroupChatSchema = z.strictObject(fields);

/** Absent is unchanged, null clears. */
export const groupChatChangeSchema = z.strictObject(fields).partial();

export const groupChatListSchema = z.object({
  platform: z.enum(CHAT_PLATFORMS).optional(),
  cursor: z.string().max(26).default(''),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});
