import { z } from 'zod';
import { isField, type Field } from './header.js';
import type { Mapping } from './people-table.reader.js';

/** Our field → their header; it comes as JSON in a form field. */
const mappingSchema = z
  .record(z.string(), z.string().min(1).max(200))
  .superRefine((mapping, ctx) => {
    for (const field of Object.keys(mapping)) {
      if (isField(field)) continue;
      ctx.addIssue({
        code: 'custom',
        path: [field],
        message: `${field.slice(0, 40)} is no field of a person`,
        params: { code: 'unknown_field' },
      });
    }
  })
  .transform((mapping): Mapping => mapping as Partial<Record<Field, string>>);

const fromJson = z
  .string()
  .max(20_000)
  .transform((text, ctx): unknown => {
    if (text.trim() === '') return {};
    try {
      return JSON.parse(text) as unknown;
    } catch {
      ctx.addIssue({ code: 'custom', message: 'not JSON', params: { code: 'invalid_json' } });
      return z.NEVER;
    }
  });

const yes = z.enum(['true', 'false', '1', '0', '']).transform((word) => word === 'true' || word === '1');

/** The form fields beside the file. */
export const importFormSchema = z.strictObject({
  mapping: fromJson.pipe(mappingSchema).optional(),
  dryRun: yes.optional(),
  basis: z
    .string()
    .trim()
    .min(1)
    .max(120)
    .optional()
    .describe('the legal basis of this list, where it is not the usual one'),
  purpose: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .describe('what this list is for, where it is not the usual purpose'),
});

export const listImportsSchema = z.strictObject({
  cursor: z
    .string()
    .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type ListImports = z.output<typeof listImportsSchema>;

export const listMistakesSchema = z.strictObject({
  cursor: z
    .string()
    .regex(/^\d{1,9}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type ListMistakes = z.output<typeof listMistakesSchema>;
