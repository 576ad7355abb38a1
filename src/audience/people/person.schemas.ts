import { z } from 'zod';
import { parseDuration } from '../../platform/index.js';
import { isIdentityNumber } from './person-words.js';

const text = (max: number) => z.string().max(max).nullable().optional();

const externalId = z
  .string()
  .trim()
  .min(1, 'an external id is needed: the number under which your own system knows the person')
  .max(64)
  .superRefine((value, ctx) => {
    if (isIdentityNumber(value)) {
      ctx.addIssue({
        code: 'custom',
        message: 'an identity number must not be used as external id',
        params: { code: 'identity_number' },
      });
    }
  });

const membershipSchema = z.strictObject({
  kind: z.string().max(20).describe('local, migrant, arrival or special'),
  since: z.string().max(40).nullable().optional().describe('an ISO 8601 instant, or a date of the county'),
  until: z.string().max(40).nullable().optional(),
});

/**
 * A Person of the API. Absent leaves as it is, null clears, lists replace. What the fields mean (phones, dates, townships,
 * tags) is read by `readPerson`; here is only their form.
 */
export const personSchema = z.strictObject({
  externalId,
  name: text(64),
  phone: text(40),
  email: text(254),
  populations: z.array(membershipSchema).max(8).nullable().optional(),
  township: text(64),
  community: text(64),
  birthDate: text(40),
  gender: text(16),
  tags: z.array(z.string().max(64)).max(64).nullable().optional(),
  language: text(32),
  school: text(64),
  guardianOf: text(64),
});

export type PersonInput = z.output<typeof personSchema>;

/** Each person is read by itself, so that one mistake does not cost the other 4,999. */
export const putPeopleSchema = z.strictObject({
  people: z.array(z.unknown()).max(5000).describe('Person[]: externalId and what is known of the person'),
});

export const listPeopleSchema = z.strictObject({
  township: z.string().max(64).optional(),
  population: z.string().max(20).optional(),
  tag: z.string().max(40).optional(),
  q: z.string().max(64).optional().describe('an external id, exactly'),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type ListPeople = z.output<typeof listPeopleSchema>;

const reason = z.string().trim().min(2, 'say why: it stands in the ledger').max(200);

export const confirmTagsSchema = z.strictObject({
  tag: z.string().min(1).max(64).describe('a tag code or one of its words'),
  externalIds: z.array(z.string().trim().min(1).max(64)).min(1).max(5000),
});
export type ConfirmTags = z.output<typeof confirmTagsSchema>;

export const listLapsingSchema = z.object({
  within: z
    .string()
    .max(20)
    .refine((text) => parseDuration(text) !== null, 'an ISO 8601 duration such as P14D')
    .optional(),
  cursor: z
    .string()
    .regex(/^\d{1,15}\.\d{1,15}\.[a-z0-9_]{2,40}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type ListLapsing = z.output<typeof listLapsingSchema>;

export const revealSchema = z.strictObject({ reason });

export const lookupSchema = z
  .strictObject({ phone: z.string().max(40).optional(), externalId: z.string().max(64).optional(), reason })
  .superRefine((value, ctx) => {
    if ((value.phone === undefined) === (value.externalId === undefined)) {
      ctx.addIssue({
        code: 'custom',
        message: 'give a phone or an external id, one of them',
        params: { code: 'phone_or_external_id' },
      });
    }
  });
export type Lookup = z.output<typeof lookupSchema>;
