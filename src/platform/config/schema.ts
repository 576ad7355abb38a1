import { z } from 'zod';
import { parseDuration, POPULATIONS, SMS_CAPABLE } from '../kernel/index.js';

const duration = z.string().refine((text) => parseDuration(text) !== null, 'an ISO 8601 duration such as P7D or PT4H');
const key = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'lower-case letters, digits and dashes, at most 32');
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'HH:mm');

export const sendWindow = z
  .strictObject({ from: timeOfDay, to: timeOfDay })
  .refine(({ from, to }) => from < to, 'a window opens before it closes and does not cross midnight: write two');
export type SendWindow = z.infer<typeof sendWindow>;

const windows = z.array(sendWindow).min(1);
const cap = z.strictObject({ max: z.int().min(0), per: duration });
const caps = z.array(cap);

export const gatewaySchema = z.strictObject({
  key,
  adapter: z.string().min(1),
  settings: z.record(z.string(), z.unknown()).default({}),
  limits: z
    .strictObject({
      perSecond: z.number().positive().optional(),
      perMinute: z.number().positive().optional(),
      perDay: z.int().positive().optional(),
      concurrent: z.int().positive().optional(),
      perBatch: z.int().positive().optional(),
      maxOpenRecipients: z.int().positive().optional(),
    })
    .default({}),
  signature: z
    .string()
    .regex(/^【[^【】]{2,18}】$/, 'in 【】, 2 to 18 characters')
    .optional(),
  costPerPart: z.number().min(0).default(0),
  countsAscii: z.boolean().default(false),
  simulator: z.boolean().default(false),
  receiptToken: z.string().min(16).optional(),
  bill: z
    .strictObject({
      ref: z.string().min(1),
      day: z.string().min(1),
      recipients: z.string().min(1),
      parts: z.string().min(1),
    })
    .partial()
    .optional(),
  receiptSources: z.array(z.string()).default(['127.0.0.1', '::1']),
});
export type GatewayConfig = z.infer<typeof gatewaySchema>;

/**
 * Whom to tell of what, through one of the gateways: a robot's group (`webhook`, `secret`, and who is called there by name), the account of
 * an officer at 浙政钉, an e-mail address, each field worker of their own tasks, with a personal link, or the users whom a notice
 * concerns, each at the contact of their own account.
 */
const noticeSchema = z
  .strictObject({
    for: z.array(z.enum(['approvals', 'returns', 'alarms', 'tasks', 'roots'])).min(1),
    gateway: key,
    to: z.union([
      z.strictObject({
        webhook: z.url(),
        secret: z.string().min(1).optional(),
        atMobiles: z.array(z.string().regex(/^1\d{10}$/)).optional(),
      }),
      z.strictObject({ accountId: z.string().regex(/^\d{1,20}$/, 'digits') }),
      z.strictObject({ email: z.email() }),
      z.strictObject({ fieldWorkers: z.literal('sms') }),
      z.strictObject({ users: z.enum(['email', 'sms', 'zhezhengding']) }),
    ]),
  })
  .refine(
    ({ for: about, to }) => !('fieldWorkers' in to) || about.every((one) => one === 'tasks'),
    'field workers are told of their tasks, and of nothing else',
  )
  .refine(
    ({ for: about, to }) => !('users' in to) || about.every((one) => one !== 'tasks' && one !== 'roots'),
    'users are told of approvals, returns and alarms that concern them',
  );
export type NoticeConfig = z.infer<typeof noticeSchema>;

/** A folder into which the ferry or the desk puts its files; `population` and `township` stand where a row says none. */
const folderSchema = z.strictObject({
  name: key,
  path: z.string().min(1),
  mapping: z.record(z.string(), z.string().min(1)).optional(),
  population: z.enum(POPULATIONS).optional(),
  township: z.string().min(1).optional(),
});
export type FolderConfig = z.infer<typeof folderSchema>;

/** Every kind of personal data and how long it is kept. */
const keptForSchema = z.strictObject({
  arrivals: duration,
  formerPeople: duration,
  sensitiveTags: duration,
  events: duration,
  importRejects: duration,
  folderFiles: duration,
  replies: duration,
  deliveryContents: duration,
});
export type RetentionKind = keyof z.infer<typeof keptForSchema>;

const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a date such as 2026-12-31');
const dayOfYear = z.string().regex(/^(\d{4}-)?\d{2}-\d{2}$/, 'a day of every year (06-07) or a date (2027-06-07)');

/** A season that campaigns keep to or keep out of: every year, or of one year. It does not cross New Year: write two. */
const specialDaysSchema = z
  .strictObject({ name: z.string().trim().min(1).max(32), from: dayOfYear, to: dayOfYear })
  .refine(({ from, to }) => from.length === to.length && from <= to, 'ends on or after the day on which it begins');
export type SpecialDays = z.infer<typeof specialDaysSchema>;
/** Why data that comes in one way may be used (PIPL art. 13), and for what (art. 17). */
const grounds = z.strictObject({ basis: z.string().min(1).max(120), purpose: z.string().min(1).max(200) });

const townshipSchema = z.strictObject({ code: z.string().regex(/^\d{6,12}$/), name: z.string().min(1) });

/** Every key of the YAML. `config/default.yaml` gives each its default and one line of why. */
export const configSchema = z.strictObject({
  office: z.strictObject({
    name: z.string().min(2),
    callerName: z.string().min(2),
    hotline: z.string().regex(/^\d{3,8}$/),
    timeZone: z.string().min(1).optional(),
  }),
  timeZone: z.string().min(1),
  townships: z.array(townshipSchema).min(1, 'name the townships that imports, scopes and reports know'),
  synthetic: z.boolean(),
  practice: z.boolean(),
  gateways: z.array(gatewaySchema),
  server: z.strictObject({
    publicUrl: z.url({ protocol: /^https?$/ }).nullable(),
    bodyLimitMb: z.number().positive(),
    uploadLimitMb: z.number().positive(),
    sessionIdle: duration,
    sessionAbsolute: duration,
    signInAttempts: z.int().positive(),
    signInPause: duration,
    totpRequiredFor: z.array(z.enum(['officer', 'approver', 'auditor', 'operator', 'admin', 'township'])),
    fieldLinkLife: duration,
    oidc: z
      .strictObject({
        issuer: z.url({ protocol: /^https?$/ }),
        clientId: z.string().min(1),
        clientSecret: z.string().min(1),
        claim: z.string().min(1),
        scope: z.string().min(1).default('openid profile'),
      })
      .nullable(),
    trustProxy: z.union([z.boolean(), z.array(z.union([z.ipv4(), z.ipv6()])).min(1)]),
  }),
  audience: z.strictObject({
    smsCapable: z.string().default(SMS_CAPABLE.source),
    guardianBelowAge: z.int().min(0),
    sensitiveTags: z.array(z.string()),
    tagAliases: z.record(z.string(), z.string()),
    commuterCooldown: duration,
    eventMaxLateness: duration,
    noArrivalFor: duration.nullable(),
    suppressAfterFailures: z.int().positive(),
    previewFloor: z.int().min(1),
    revealsPerDay: z.int().min(0),
    folders: z
      .array(folderSchema)
      .refine((all) => new Set(all.map((f) => f.name)).size === all.length, 'each folder has a name of its own')
      .refine((all) => new Set(all.map((f) => f.path)).size === all.length, 'no two names for one folder'),
    folderSettle: duration,
    grounds: z.strictObject({ imports: grounds, people: grounds, events: grounds }),
  }),
  retention: z.strictObject({
    at: timeOfDay,
    warnAhead: duration,
    stayWithoutDeparture: duration,
    keptFor: keptForSchema,
  }),
  campaigns: z.strictObject({
    defaultWindows: z.strictObject({ sms: windows, voice: windows, chat: windows, email: windows, visit: windows }),
    contactCaps: z.strictObject({ sms: caps, voice: caps, chat: caps, email: caps, visit: caps }),
    arrivalCooldown: duration,
    repeatNeedsReasonWithin: duration,
    magnitudeTolerance: z.number().min(0).max(1),
    extraHolidays: z.array(date),
    extraWorkdays: z.array(date),
    specialDays: z.array(specialDaysSchema),
    missedAfter: duration,
    urgentCaps: z.strictObject({ sms: caps, voice: caps, chat: caps, email: caps, visit: caps }),
    drift: z.strictObject({ alarm: z.number().positive(), suspend: z.number().gt(1) }),
    approvalGrace: duration,
    release: z.strictObject({
      from: z.int().min(1),
      share: z.number().gt(0).max(1),
      least: z.int().min(1),
      hold: duration,
      receiptsWithin: duration,
      maxFailed: z.number().min(0).max(1),
      maxOptedOut: z.number().min(0).max(1),
      minReceipts: z.number().min(0).max(1),
    }),
  }),
  notices: z.array(noticeSchema),
  ledger: z.strictObject({
    sendRoots: z.array(
      z.union([
        z.strictObject({ file: z.string().min(1) }),
        z.strictObject({
          url: z.url({ protocol: /^https?$/ }),
          secret: z.string().min(16).optional(),
          allowPrivate: z.boolean().optional(),
        }),
      ]),
    ),
  }),
  library: z.strictObject({
    optOutSuffix: z.string().max(10),
    optOutSuffixWhen: z.enum(['every', 'monthly', 'never']),
    allowedLinks: z.array(z.string().min(4)),
    allowedNumbers: z.array(z.string().regex(/^\d{3,12}$/)),
    optOutWords: z.array(z.string()).min(1),
    alarmWords: z.array(z.string()),
    alarmAnswer: z.string().min(1),
  }),
  dispatch: z.strictObject({
    workers: z.int().min(0),
    pageSize: z.int().min(10).max(5000),
    batchSize: z.int().min(1).max(1000),
    lease: duration,
    retryBase: duration,
    retryMax: duration,
    pollEvery: duration,
    timeout: duration,
    breaker: z.strictObject({
      failures: z.int().min(1),
      tryAfter: duration,
      silentAfter: duration,
      silentFrom: z.int().min(1),
      trial: z.int().min(1),
    }),
  }),
});

export type TidecallConfig = z.infer<typeof configSchema>;
