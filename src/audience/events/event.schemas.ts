import { z } from 'zod';
import { EVENT_TYPES } from './event.js';

/** One event as a ferry, a registration desk or a township tells it. */
export const eventSchema = z.strictObject({
  type: z.enum(EVENT_TYPES),
  externalId: z.string().max(64).optional().describe('of a person who is known already'),
  person: z.unknown().optional().describe('a Person, where they may be unknown so far'),
  occurredAt: z.string().max(40).describe('an ISO 8601 instant with its offset'),
  place: z.string().max(64).nullable().optional(),
});
export type EventInput = z.output<typeof eventSchema>;

/** Each event is read by itself, so that one mistake does not cost the others. */
export const postEventsSchema = z.strictObject({
  events: z.array(z.unknown()).max(5000).describe('{type, externalId?, person?, occurredAt, place?}[]'),
});
