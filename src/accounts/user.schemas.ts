import { z } from 'zod';
import { ROLES } from './rights.js';
import { readUsername } from './username.js';

export const username = z
  .string()
  .transform(readUsername)
  .pipe(z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{1,63}$/u, '2 to 64 letters, digits, points, dashes'));

/** Ten characters or more (NIST SP 800-63B asks for eight, without rules of composition); the end bounds the work of hashing. */
export const newPassword = z.string().min(10, 'at least 10 characters').max(200);

const contact = {
  /** Where notices go: an address of the office's, and the account at 浙政钉. */
  email: z.email().max(254).nullish(),
  accountId: z
    .string()
    .regex(/^\d{1,20}$/, 'digits')
    .nullish(),
};

export const newUserSchema = z.strictObject({
  username,
  password: newPassword,
  role: z.enum(ROLES),
  /** Code or name; needed by a township officer, allowed for a field worker. */
  township: z.string().min(1).max(64).nullish(),
  phone: z.string().min(1).max(32).nullish(),
  ...contact,
  mayReadSensitive: z.boolean().default(false),
});

export const changedUserSchema = z
  .strictObject({
    role: z.enum(ROLES).optional(),
    township: z.string().min(1).max(64).nullish(),
    phone: z.string().min(1).max(32).nullish(),
    ...contact,
    mayReadSensitive: z.boolean().optional(),
  })
  .refine((body) => Object.values(body).some((value) => value !== undefined), 'says nothing to change');

export const resetSchema = z.strictObject({ password: newPassword });
export const usersQuery = z.strictObject({
  cursor: z.string().max(64).default(''),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export type NewUser = z.input<typeof newUserSchema>;
export type ChangedUser = z.output<typeof changedUserSchema>;
