import { z } from 'zod';

const code = z.string().regex(/^[a-z][a-z0-9_]{1,39}$/, 'lower-case letters, digits and _, 2 to 40, a letter first');
const line = z.string().trim().min(1).max(200);
const lines = z.array(line).max(20).default([]);
const no = z.int().min(1).max(9999);

const typeSchema = z.strictObject({
  code,
  no,
  nameZh: z.string().trim().min(1).max(64),
  nameEn: z.string().trim().max(128).optional(),
  /** From 0 to 10; the shipped ones go from 1 to 2. It is the weight of the type for everybody in the first matrix. */
  severity: z.number().min(0).max(10).optional(),
});
export type OwnType = z.output<typeof typeSchema>;

const trickSchema = z.strictObject({
  code,
  no,
  type: code,
  nameZh: z.string().trim().min(1).max(64),
  nameEn: z.string().trim().max(128).optional(),
  mechanism: z.string().trim().min(1).max(2000),
  recognitionSigns: lines,
  advice: lines,
  vulnerableGroups: z.array(z.string().max(40)).max(40).default([]),
  season: z
    .strictObject({ months: z.array(z.int().min(1).max(12)).min(1).max(12), noteZh: z.string().max(200).default('') })
    .nullish(),
  variants: lines,
  /** Not warned of any more. What was sent keeps it, its scripts stay, and it can be put back. */
  retired: z.boolean().default(false),
});
export type OwnTrick = z.output<typeof trickSchema>;

/** The bureau's own list as a file says it. With `whole`, tricks that it leaves out are retired. */
export const ownListSchema = z.strictObject({
  types: z.array(typeSchema).max(200).default([]),
  tricks: z.array(trickSchema).max(1000),
});
export type OwnList = z.output<typeof ownListSchema>;

const yes = z
  .union([z.boolean(), z.enum(['true', 'false', '1', '0', ''])])
  .transform((v) => v === true || v === 'true' || v === '1');
export const ownListForm = z.object({ dryRun: yes.default(false), whole: yes.default(false) });
