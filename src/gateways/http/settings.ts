import { z } from 'zod';
import { CHANNELS, connection, FAULT_CAUSES, RECEIPT_OUTCOMES } from '../contract.js';
import { compiled, patternFault } from './pattern.js';
import { compile, compileBody, samples, type Template } from './template.js';

const pattern = z.string().superRefine((text, ctx) => {
  const fault = patternFault(text);
  if (fault) ctx.addIssue({ code: 'custom', message: `the pattern cannot be used: ${fault}` });
});

const template = (compiledBy: (text: string) => Template) =>
  z.string().transform((text, ctx): Template => {
    try {
      return compiledBy(text);
    } catch (error) {
      // Handlebars' first line names the place; the lines below it repeat the template, which may hold a password.
      ctx.addIssue({ code: 'custom', message: `the template cannot be used: ${reasonOf(error)}` });
      return z.NEVER;
    }
  });

const reasonOf = (error: unknown): string => {
  const [first = ''] = String((error as Error).message).split('\n');
  return (
    /"([\w.]{1,40})" not defined/.exec(first)?.[1]?.concat(' is not known') ??
    /unknown helper (\w{1,40})/i.exec(first)?.[0] ??
    (first.startsWith('Parse error') ? first.replace(/:$/, '') : 'it does not compile')
  );
};

/** Member and index steps only: no filter, no script. */
const SAFE_PATH = /^\$(?:\.{1,2}[A-Za-z_][\w-]*|\[\d{1,4}\]|\['[^'\\]{1,64}'\]|\[\*\]|\.\*)+$/;
const place = z
  .string()
  .min(1)
  .refine((text) => !text.startsWith('$') || SAFE_PATH.test(text), 'a JSONPath of members and indexes only');

/** A path into the JSON of the answer (`$.id`), or a pattern whose first group (or whole match) is the id. */
const id = z.union([
  z.string().regex(SAFE_PATH, 'a JSONPath of members and indexes only'),
  pattern.refine((text) => !text.startsWith('$')),
]);

const status = z.int().min(100).max(599);

const request = z.strictObject({
  method: z.enum(['GET', 'POST']),
  url: template(compile),
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'a header name'), template(compile)).default({}),
  body: template(compileBody).optional(),
});

const originOf = (url: Template, i: number): URL | null => {
  const text = url(samples[i]!);
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? new URL(text) : null;
};

export const settings = z
  .strictObject({
    /** What it carries. */
    channel: z.enum(CHANNELS).exclude(['visit']).default('sms'),
    request,
    accepted: z.strictObject({
      status: z.array(status).min(1).default([200, 201, 202]),
      body: pattern.transform(compiled).optional(),
      refusedBody: z.record(pattern, z.enum(FAULT_CAUSES)).default({}),
    }),
    id: id.optional(),
    busyStatus: z.array(status).default([]),
    receipt: z
      .strictObject({
        method: z.enum(['GET', 'POST']),
        fields: z.strictObject({
          to: place.optional(),
          ref: place.optional(),
          deliveryId: place.optional(),
          status: place,
        }),
        statuses: z.record(z.string(), z.enum(RECEIPT_OUTCOMES)),
        reply: z.string().max(200).default('OK'),
      })
      .optional(),
    ...connection,
  })
  .superRefine(({ request: { url } }, ctx) => {
    const [one, other] = [originOf(url, 0), originOf(url, 1)];
    if (!one || !other)
      ctx.addIssue({ code: 'custom', path: ['request', 'url'], message: 'not an http or https address' });
    else if (one.host !== other.host)
      ctx.addIssue({ code: 'custom', path: ['request', 'url'], message: 'the host cannot depend on the message' });
    else if (one.username || one.password)
      ctx.addIssue({
        code: 'custom',
        path: ['request', 'url'],
        message: 'put user and password into a header or the query',
      });
  })
  .transform((given) => ({
    ...given,
    host: originOf(given.request.url, 0)!.host,
    accepted: {
      ...given.accepted,
      status: new Set(given.accepted.status),
      refusedBody: Object.entries(given.accepted.refusedBody).map(([text, cause]) => ({
        pattern: compiled(text),
        cause,
      })),
    },
    /** Whose number a receipt repeats where the gateway gives none of its own: that of the delivery, or that of the call. */
    echoes: echoOf(given.request),
  }));
export type Settings = z.output<typeof settings>;

/** Which of our numbers a request carries: seen by what changes in it. */
function echoOf({ url, headers, body }: z.output<typeof request>): 'delivery' | 'call' | 'nothing' {
  const [values] = samples;
  const written = (more: object) =>
    [url, ...Object.values(headers), ...(body ? [body] : [])].map((each) => each({ ...values!, ...more })).join('\n');
  if (written({ deliveryId: '987654321' }) !== written({})) return 'delivery';
  return written({ callId: '987654321' }) !== written({}) ? 'call' : 'nothing';
}
