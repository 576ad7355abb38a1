import { z } from 'zod';
import { fill, wordingFault } from '../../platform/kernel/index.js';
import { connection } from '../contract.js';

/** A template as the platform approved it; its places in braces. Longer lists of them belong to a platform, not to a county. */
const template = z.strictObject({
  id: z.string().regex(/^[0-9A-Za-z]{1,64}$/, 'letters and digits'),
  wording: z.string().superRefine((wording, ctx) => {
    const fault = wordingFault(wording);
    if (fault) ctx.addIssue({ code: 'custom', message: `the wording cannot be used: ${fault}` });
  }),
});

export const settings = z
  .strictObject({
    baseUrl: z.url({ protocol: /^https?$/ }),
    /**
     * An interface account is bound to one of the first two when it is made: `http` is norsubmit, `https` is submit. `sdk` signs in
     * first and names each batch itself.
     */
    variant: z.enum(['http', 'https', 'sdk']).default('http'),
    /** sdk: hosts beside that of `baseUrl` to which signing in may send us. */
    sdkHosts: z.array(z.string().min(1)).default([]),
    ecName: z.string().min(1),
    apId: z.string().min(1),
    secretKey: z.string().min(1),
    sign: z.string().min(1),
    addSerial: z
      .string()
      .regex(/^\d{0,20}$/, 'up to 20 digits')
      .default(''),
    /** Where there are any, every text must be one of them, and travels as the template and what stands in its places. */
    templates: z.array(template).max(1_000).default([]),
    includeSecretInBody: z.boolean().optional(),
    signatureBy: z.enum(['platform', 'client']).default('platform'),
    receipts: z.enum(['push', 'poll']).optional(),
    ...connection,
  })
  .transform((given) => ({
    ...given,
    baseUrl: given.baseUrl.replace(/\/+$/, ''),
    includeSecretInBody: given.includeSecretInBody ?? given.variant === 'http',
    receipts: given.receipts ?? (given.variant === 'https' ? ('poll' as const) : ('push' as const)),
  }));
export type Settings = z.output<typeof settings>;

/** What a text is under the approved templates: `id` and the JSON of its parameters. Null where none of them fits. */
export function templated(text: string, { templates }: Settings): { templateId: string; params: string } | null {
  for (const { id, wording } of templates) {
    const places = fill(wording, text);
    // A template without places is sent with one empty parameter.
    if (places) return { templateId: id, params: JSON.stringify(places.length > 0 ? places : ['']) };
  }
  return null;
}
