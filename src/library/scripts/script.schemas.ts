import { z } from 'zod';
import { SCRIPT_CHANNELS } from '../taxonomy.js';
import { SCRIPT_STATUSES, type ScriptStatus } from './script.js';

const code = z.string().min(1).max(40);
export const language = z.string().regex(/^[a-z]{2,3}(-[A-Za-z]{2,4})?$/, 'a language tag such as zh or en');
const channel = z.enum(SCRIPT_CHANNELS);
// Longer texts than this are no scripts; how long one may be is the linter's to say.
const body = z.string().max(120_000);
const title = z.string().max(200);

export const scriptSchema = z.strictObject({
  trick: code,
  channel,
  audience: code.nullish(),
  language: language.default('zh'),
  title: title.nullish(),
  body,
});
export type ScriptInput = z.output<typeof scriptSchema>;

/** A new version of a script; a title that is absent stays, null clears it. */
export const versionSchema = z.strictObject({ title: title.nullish(), body });
export type VersionInput = z.output<typeof versionSchema>;

export const moveSchema = z.strictObject({ remark: z.string().max(1000).optional() }).default({});

export const checkSchema = z.strictObject({
  channel,
  body,
  title: title.nullish(),
  language: language.default('zh'),
  sample: z.record(z.string(), z.string().max(500)).optional(),
});

export const scriptsQuery = z.object({
  trick: code.optional(),
  type: code.optional(),
  channel: channel.optional(),
  audience: code.optional(),
  language: language.optional(),
  status: z.enum(SCRIPT_STATUSES as [ScriptStatus, ...ScriptStatus[]]).optional(),
  cursor: z
    .string()
    .regex(/^\d{1,6}\.[0-9A-Z]{26}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type ScriptsQuery = z.output<typeof scriptsQuery>;

export const tricksQuery = z.object({ type: code.optional(), q: z.string().max(80).optional() });

const version = z.coerce.number().int().min(1);
export const compareQuery = z.object({ from: version, to: version });
