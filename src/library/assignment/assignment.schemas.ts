import { z } from 'zod';
import { days, parseDuration } from '../../platform/kernel/index.js';
import type { Trick } from '../taxonomy.js';

const codes = z.array(z.string().min(1).max(40)).min(1).max(200);

const LONGEST_DELAY = days(60);
const delay = z.string().refine(
  (text) => {
    const ms = parseDuration(text);
    return ms !== null && ms > 0 && ms <= LONGEST_DELAY;
  },
  { message: 'an ISO 8601 duration such as P7D, at most 60 days', params: { code: 'invalid_duration' } },
);

/** `Campaign.assignment`: by which rule a recipient gets a trick. `tricks` and `types` narrow the choice; absent, all are in. */
export const assignmentSchema = z
  .strictObject({
    policy: z.enum(['fixed', 'rotate', 'weighted', 'riskMatrix']),
    tricks: codes.optional(),
    types: codes.optional(),
    by: z.enum(['person', 'occurrence']).optional(),
    /** Of `fixed`: one after another (which is the default), or one at random for each recipient and run. */
    order: z.enum(['listed', 'random']).optional(),
    /** Stepped roll-out: this share of the people gets the same a while later, so that both halves can be compared; nobody gets nothing. */
    holdOut: z.strictObject({ share: z.number().gt(0).max(0.5), delay }).optional(),
  })
  .superRefine((value, ctx) => {
    const refuse = (path: string, code: string, message: string) =>
      ctx.addIssue({ code: 'custom', path: [path], message, params: { code } });
    if (value.policy === 'fixed' && !value.tricks && !value.types)
      refuse('tricks', 'tricks_required', 'fixed needs tricks: name which, in their order');
    if (value.by && value.policy !== 'rotate')
      refuse('by', 'by_needs_rotate', 'only rotate goes by person or by occurrence');
    if (value.order && value.policy !== 'fixed')
      refuse('order', 'order_needs_fixed', 'only fixed goes in the listed order or at random');
    for (const [path, list] of [
      ['tricks', value.tricks],
      ['types', value.types],
    ] as const) {
      if (list && new Set(list).size < list.length) refuse(path, 'repeated', 'a code stands twice');
    }
  });
export type Assignment = z.output<typeof assignmentSchema>;

/** Codes of an assignment that the library does not know, and a choice that leaves nothing; paths are within the assignment. */
export function assignmentMistakes(
  assignment: Assignment,
  tricks: readonly Trick[],
): { path: (string | number)[]; code: string; message: string }[] {
  const known = new Set(tricks.map((trick) => trick.code));
  const types = new Set(tricks.map((trick) => trick.type));
  const unknown = (list: readonly string[] | undefined, path: string, among: ReadonlySet<string>, code: string) =>
    (list ?? []).flatMap((item, i) =>
      among.has(item) ? [] : [{ path: [path, i], code, message: `${item} is not in the library` }],
    );
  const mistakes = [
    ...unknown(assignment.tricks, 'tricks', known, 'unknown_trick'),
    ...unknown(assignment.types, 'types', types, 'unknown_type'),
  ];
  if (mistakes.length > 0 || tricksOf(assignment, tricks).length > 0) return mistakes;
  return [{ path: ['tricks'], code: 'no_trick_left', message: 'no trick is in both tricks and types' }];
}

/** The tricks that an assignment chooses among: in its own order where it names them, else in the library's. */
export function tricksOf(assignment: Assignment, tricks: readonly Trick[]): Trick[] {
  const byCode = new Map(tricks.map((trick) => [trick.code, trick]));
  const named = assignment.tricks ? assignment.tricks.flatMap((code) => byCode.get(code) ?? []) : tricks;
  return assignment.types ? named.filter((trick) => assignment.types!.includes(trick.type)) : [...named];
}
