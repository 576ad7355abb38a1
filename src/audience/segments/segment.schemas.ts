import { z } from 'zod';

const subject = z.enum(['people', 'groupChats']);
const name = z.string().trim().min(1).max(128);
const description = z.string().trim().max(2000).nullable();
/** Read by the rule book: which fields it may ask depends on what it selects, which tags are sensitive on the county. */
const rawRule = z
  .record(z.string(), z.unknown())
  .meta({ description: "react-querybuilder's format: {combinator, not?, rules}" });

export const previewSchema = z.strictObject({ rule: rawRule, of: subject.default('people') });

export const newSegmentSchema = z.strictObject({
  name,
  description: description.optional(),
  of: subject.default('people'),
  rule: rawRule,
});

/** Absent is unchanged; `of` may be repeated, not changed. The rule is read once it is known what the segment selects. */
export const segmentChangeSchema = z.strictObject({
  name: name.optional(),
  description: description.optional(),
  of: subject.optional(),
  rule: rawRule.optional(),
});

export const segmentListSchema = z.object({
  of: subject.optional(),
  cursor: z.string().max(26).default(''),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
