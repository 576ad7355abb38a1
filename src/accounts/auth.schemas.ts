import { z } from 'zod';
import { parseInstant } from '../platform/index.js';
import { RIGHTS } from './rights.js';
import { newPassword } from './user.schemas.js';

const password = z.string().min(1).max(200);
const code = z.string().regex(/^\d{6}$/, 'six digits');

export const loginBody = z.strictObject({ username: z.string().min(1).max(200), password, totp: code.optional() });
export const linkBody = z.strictObject({
  token: z.string().regex(/^[\w-]{43}$/, 'the part of the link behind /field/'),
});
export const logoutBody = z.strictObject({ everywhere: z.boolean().default(false) }).default({ everywhere: false });
export const passwordBody = z
  .strictObject({ current: password, next: newPassword })
  .refine(({ current, next }) => current !== next, { path: ['next'], message: 'is the current one' });
export const proofBody = z.strictObject({ password });
export const codeBody = z.strictObject({ code });
export const tokenBody = z.strictObject({
  name: z.string().trim().min(1).max(64),
  scopes: z
    .array(z.enum(RIGHTS))
    .min(1)
    .transform((scopes) => [...new Set(scopes)]),
  expiresAt: z.string().transform((text, ctx) => {
    const at = parseInstant(text);
    if (at !== null) return at;
    ctx.addIssue({
      code: 'custom',
      message: 'an instant with its offset, such as 2026-12-01T00:00:00+08:00',
      params: { code: 'invalid_date' },
    });
    return z.NEVER;
  }),
});
export const tokensQuery = z.strictObject({ userId: z.string().max(26).optional() });
