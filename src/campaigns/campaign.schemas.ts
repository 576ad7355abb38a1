import { z } from 'zod';
import { assignmentSchema } from '../library/index.js';
import { parseDuration, parseInstant } from '../platform/kernel/index.js';
import { cronMistake } from './cron.js';

export const CHANNELS = ['sms', 'voice', 'chat', 'email', 'visit'] as const;
export type Channel = (typeof CHANNELS)[number];

const refuse = (ctx: z.RefinementCtx, path: PropertyKey[], code: string, message: string): void =>
  ctx.addIssue({ code: 'custom', path, message, params: { code } });

const coded = (code: string, message: string) => ({ message, params: { code } });

const duration = z
  .string()
  .refine(
    (text) => parseDuration(text) !== null,
    coded('invalid_duration', 'an ISO 8601 duration such as P7D or PT4H'),
  );
const someTime = duration.refine((text) => parseDuration(text) !== 0, coded('invalid_duration', 'longer than nothing'));

const isDate = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;
const date = z.string().refine(isDate, coded('invalid_date', 'a date such as 2026-12-31'));

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:mm');
const windowEdge = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'HH:mm, 24:00 at most');

const windowSchema = z.strictObject({ from: windowEdge, to: windowEdge }).superRefine(({ from, to }, ctx) => {
  if (from === to) refuse(ctx, ['to'], 'never_opens', 'a window that closes when it opens never opens');
  if (from > to) refuse(ctx, ['to'], 'window_crosses_midnight', 'a window does not cross midnight: write two');
});

const stepSchema = z.strictObject({
  channel: z.enum(CHANNELS),
  gateways: z.array(z.string().min(1)).min(1).max(20).optional(),
  after: z.strictObject({ unreachedBy: z.enum(CHANNELS), for: someTime }).optional(),
});

const cadenceSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('once'),
    at: z
      .string()
      .refine(
        (text) => parseInstant(text) !== null,
        coded('invalid_instant', 'an instant such as 2026-12-01T09:00:00+08:00'),
      ),
  }),
  z.strictObject({ kind: z.literal('daily'), at: timeOfDay }),
  z.strictObject({
    kind: z.literal('weekly'),
    days: z
      .array(z.int().min(1).max(7))
      .min(1)
      .max(7)
      .refine((days) => new Set(days).size === days.length, coded('duplicate', 'each day once, 1 (Monday) to 7')),
    at: timeOfDay,
  }),
  z.strictObject({ kind: z.literal('monthly'), day: z.int().min(1).max(31), at: timeOfDay }),
  z.strictObject({
    kind: z.literal('cron'),
    expression: z
      .string()
      .max(120)
      .superRefine((text, ctx) => {
        const mistake = cronMistake(text);
        if (mistake) refuse(ctx, [], mistake.code, mistake.message);
      }),
  }),
  z.strictObject({
    kind: z.literal('event'),
    event: z.enum(['arrival', 'registration']),
    delay: duration.default('PT0S'),
  }),
]);
export type Cadence = z.output<typeof cadenceSchema>;

const id = z.string().min(1).max(26);
const names = z.array(z.string().min(1).max(32)).min(1).max(20);

/** Every field of a definition, before the rules that join several of them. */
const fields = {
  name: z.string().trim().min(1).max(128),
  description: z.string().max(2000).optional(),
  segmentId: id,
  groupSegmentId: id.optional(),
  channels: z.array(stepSchema).min(1).max(CHANNELS.length),
  assignment: assignmentSchema,
  cadence: cadenceSchema,
  window: z.union([windowSchema, z.array(windowSchema).min(1).max(12)]).optional(),
  missed: z.enum(['runOnce', 'skip']).default('runOnce'),
  maxLateness: someTime.optional(),
  workdaysOnly: z.boolean().optional(),
  onHoliday: z.enum(['run', 'skip', 'shift']).optional(),
  /** Names of `campaigns.specialDays`: it takes place only in them, or never in them. */
  specialDays: z.strictObject({ only: names.optional(), except: names.optional() }).optional(),
  startsOn: date.optional(),
  endsOn: date.optional(),
  approvalValidFor: z.union([z.literal('never'), someTime]).optional(),
  contactCap: z.strictObject({ max: z.int().min(0), per: someTime }).optional(),
  priority: z.int().min(0).max(9).optional(),
  onCapConflict: z.enum(['yield', 'nextSlot']).optional(),
  spread: z.strictObject({ over: z.int().min(1).max(366) }).optional(),
  expiresAfter: someTime.optional(),
  urgent: z
    .strictObject({
      reason: z.string().trim().min(1).max(500),
      /** Wordings that everybody gets, by channel (script versions): they are approved with the campaign. */
      scripts: z.partialRecord(z.enum(CHANNELS), z.int().positive()).optional(),
    })
    .optional(),
};

const whole = z.strictObject(fields);
type Whole = z.output<typeof whole>;

const stepsHang = ({ channels, groupSegmentId }: Whole, ctx: z.RefinementCtx): void => {
  const earlier = new Set<string>();
  channels.forEach((step, i) => {
    if (earlier.has(step.channel)) refuse(ctx, ['channels', i, 'channel'], 'duplicate', 'each channel once');
    if (step.after && !earlier.has(step.after.unreachedBy)) {
      refuse(
        ctx,
        ['channels', i, 'after', 'unreachedBy'],
        'not_an_earlier_channel',
        'names a channel that stands before it',
      );
    }
    if (step.after?.unreachedBy === 'chat') {
      refuse(
        ctx,
        ['channels', i, 'after', 'unreachedBy'],
        'not_a_personal_channel',
        'a group post tells nothing of one person',
      );
    }
    if (step.after && step.channel === 'chat') {
      refuse(
        ctx,
        ['channels', i, 'after'],
        'not_a_personal_channel',
        'a group chat is no step after somebody was not reached',
      );
    }
    earlier.add(step.channel);
  });
  if (earlier.has('chat') && groupSegmentId === undefined) {
    refuse(ctx, ['groupSegmentId'], 'required', 'the channel chat needs a segment of group chats');
  }
};

/** A ladder waits until nobody of the step before is pending, so a later share would hold everybody up; what is urgent has no later. */
const holdOutFits = ({ assignment, channels, urgent }: Whole, ctx: z.RefinementCtx): void => {
  if (!assignment.holdOut) return;
  const path = ['assignment', 'holdOut'];
  if (channels.some((step) => step.after))
    refuse(ctx, path, 'hold_out_with_ladder', 'a stepped roll-out has no ladder: use a campaign of its own');
  if (urgent) refuse(ctx, path, 'hold_out_when_urgent', 'what is urgent goes to everybody at once');
};

const datesAgree = (
  { cadence, startsOn, endsOn, workdaysOnly, onHoliday, onCapConflict }: Whole,
  ctx: z.RefinementCtx,
): void => {
  if (startsOn && endsOn && endsOn < startsOn) refuse(ctx, ['endsOn'], 'ends_before_start', 'ends before it starts');
  if (cadence.kind === 'once' && onCapConflict === 'nextSlot')
    refuse(ctx, ['onCapConflict'], 'no_next_slot', 'what runs once has no next slot: let it yield');
  if (cadence.kind !== 'event') return;
  if (workdaysOnly) refuse(ctx, ['workdaysOnly'], 'not_for_events', 'an event has no day to choose; use a window');
  if (onHoliday && onHoliday !== 'run')
    refuse(ctx, ['onHoliday'], 'not_for_events', 'an event has no day to choose; use a window');
};

/** A campaign's definition as the API takes it. Mistakes carry their place as a JSON Pointer and a stable code. */
export const campaignSchema = whole.superRefine((definition, ctx) => {
  stepsHang(definition, ctx);
  datesAgree(definition, ctx);
  holdOutFits(definition, ctx);
});
export type CampaignDefinition = z.output<typeof campaignSchema>;

/** What decides when a campaign occurs and sends, before there is one: somebody asks while they design it. */
export const datesSchema = z.strictObject({
  cadence: fields.cadence,
  startsOn: fields.startsOn,
  endsOn: fields.endsOn,
  workdaysOnly: fields.workdaysOnly,
  onHoliday: fields.onHoliday,
  specialDays: fields.specialDays,
  window: fields.window,
  channels: z.array(z.enum(CHANNELS)).max(CHANNELS.length).default([]),
});
export type AskedDates = z.output<typeof datesSchema>;

/** A PUT: absent is unchanged, null clears what may be absent, lists and objects replace. The whole is checked after the merge. */
export const campaignPatchSchema = z.strictObject({
  name: fields.name.optional(),
  description: fields.description.nullable(),
  segmentId: fields.segmentId.optional(),
  groupSegmentId: fields.groupSegmentId.nullable(),
  channels: fields.channels.optional(),
  assignment: fields.assignment.optional(),
  cadence: fields.cadence.optional(),
  window: fields.window.nullable(),
  missed: z.enum(['runOnce', 'skip']).optional(),
  maxLateness: fields.maxLateness.nullable(),
  workdaysOnly: fields.workdaysOnly.nullable(),
  onHoliday: fields.onHoliday.nullable(),
  specialDays: fields.specialDays.nullable(),
  startsOn: fields.startsOn.nullable(),
  endsOn: fields.endsOn.nullable(),
  approvalValidFor: fields.approvalValidFor.nullable(),
  contactCap: fields.contactCap.nullable(),
  priority: fields.priority.nullable(),
  onCapConflict: fields.onCapConflict.nullable(),
  spread: fields.spread.nullable(),
  expiresAfter: fields.expiresAfter.nullable(),
  urgent: fields.urgent.nullable(),
});
export type CampaignPatch = z.output<typeof campaignPatchSchema>;

/** Lays a patch over a definition; what comes out has still to be read by `campaignSchema`. */
export const patched = (definition: CampaignDefinition, patch: CampaignPatch): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries({
      ...definition,
      ...Object.fromEntries(Object.entries(patch).filter(([, v]) => v !== undefined)),
    }).filter(([, v]) => v !== null),
  );
