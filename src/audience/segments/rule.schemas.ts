import { z } from 'zod';
import type { Rule, Subject } from './rule.js';
import { readRule } from './rule-reader.js';

/**
 * A rule from outside, of react-querybuilder's format; its own extra keys (`id`, `path`, `valueSource`) are passed over.
 * Each mistake has its place inside the rule and one of the codes unknown_field, unknown_operator, unknown_key, wrong_value,
 * too_deep, too_many.
 */
export const ruleSchemaOf = (subject: Subject) =>
  z
    .record(z.string(), z.unknown())
    .superRefine((value, ctx) => {
      for (const { path, code, message } of readRule(value, subject).mistakes) {
        ctx.addIssue({ code: 'custom', path: [...path], message, params: { code } });
      }
    })
    .transform((value): Rule => readRule(value, subject).rule!);

export const ruleSchema = ruleSchemaOf('people');
