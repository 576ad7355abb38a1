import { z } from 'zod';
import {
  all,
  allAccepted,
  connection,
  defineAdapter,
  type CallOutcome,
  type FaultCause,
  type GatewayCall,
} from '../contract.js';
import { causes, words } from './codes.js';
import { readPolled, readPushed } from './receipts.js';
import { macOf } from './sign.js';

const settings = z
  .strictObject({
    baseUrl: z.url({ protocol: /^https?$/ }),
    /** An interface account is bound to one of the two when it is made: `http` is norsubmit, `https` is submit. */
    variant: z.enum(['http', 'https']).default('http'),
    ecName: z.string().min(1),
    apId: z.string().min(1),
    secretKey: z.string().min(1),
    sign: z.string().min(1),
    addSerial: z
      .string()
      .regex(/^\d{0,20}$/, 'up to 20 digits')
      .default(''),
    includeSecretInBody: z.boolean().optional(),
    signatureBy: z.enum(['platform', 'client']).default('platform'),
    receipts: z.enum(['push', 'poll']).optional(),
    ...connection,
  })
  .transform((given) => ({
    ...given,
    includeSecretInBody: given.includeSecretInBody ?? given.variant === 'http',
    receipts: given.receipts ?? (given.variant === 'http' ? ('push' as const) : ('poll' as const)),
  }));
type Settings = z.output<typeof settings>;

const answer = z.object({
  rspcod: z.string(),
  success: z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]),
  msgGroup: z.string().optional(),
  mgsGroup: z.string().optional(),
});

/** The body is the Base64 text itself, whatever the content type says. */
const post = (url: string, fields: object) => ({
  method: 'POST' as const,
  url,
  headers: { 'content-type': 'application/json;charset=UTF-8' },
  body: Buffer.from(JSON.stringify(fields), 'utf8').toString('base64'),
});

const under = ({ baseUrl }: Settings, path: string): string => `${baseUrl.replace(/\/+$/, '')}${path}`;

/** One content for all: a list of numbers. A content each: no list, and an object {number: text} as the content's text. */
function addressed({ items }: GatewayCall): { mobiles: string; content: string } {
  // Receipts name the batch and the number, nothing else, so a number may stand in a batch once.
  if (new Set(items.map(({ to }) => to)).size < items.length) throw new Error('a number stands twice in one call');
  const [first, ...others] = items;
  if (!first) throw new Error('a call without recipients');
  if (others.every(({ text }) => text === first.text)) {
    return { mobiles: items.map(({ to }) => to).join(','), content: first.text };
  }
  return { mobiles: '', content: JSON.stringify(Object.fromEntries(items.map(({ to, text }) => [to, text]))) };
}

/** A batch is refused as a whole: which of its numbers is meant is not said, so nobody is taken for opted out or invalid. */
const causeFor = (call: GatewayCall, rspcod: string): FaultCause => {
  const cause = causes.get(rspcod) ?? 'refused';
  return call.items.length > 1 && (cause === 'optedOut' || cause === 'recipient') ? 'refused' : cause;
};

export const cloudMas = defineAdapter<Settings>({
  id: 'cloud-mas',
  title: { zh: '中国移动云MAS', en: 'China Mobile Cloud MAS' },
  transport: 'http',
  channels: ['sms'],
  settings,
  secrets: ['secretKey'],
  limits: { sameContent: 5000, ownContent: 999 },
  correlation: 'theirs',
  promises: { deduplicates: false, receipts: 'both' },
  words,
  hosts: ({ baseUrl }) => [new URL(baseUrl).host],
  signatureBy: ({ signatureBy }) => signatureBy,
  refuses: ({ text }, { signatureBy }) =>
    signatureBy === 'platform' && text.startsWith('【')
      ? { cause: 'content', code: 'doubleSignature', note: 'the platform adds the signature; the text has one already' }
      : null,

  encode: (call, own) => {
    const { ecName, apId, secretKey, sign, addSerial } = own;
    const { mobiles, content } = addressed(call);
    const mac = macOf(ecName, apId, secretKey, mobiles, content, sign, addSerial);
    return post(under(own, own.variant === 'http' ? '/sms/norsubmit' : '/sms/submit'), {
      ecName,
      apId,
      ...(own.includeSecretInBody ? { secretKey } : {}),
      mobiles,
      content,
      sign,
      addSerial,
      mac,
    });
  },

  decode: ({ body }, call): CallOutcome => {
    const { rspcod, success, msgGroup, mgsGroup } = answer.parse(JSON.parse(body));
    if (success !== (rspcod === 'success')) {
      return all(call, { cause: 'uncertain', code: rspcod, note: 'the answer contradicts itself' });
    }
    // The document spells the batch id in two ways.
    if (success) return allAccepted(call, msgGroup || mgsGroup || undefined);
    return all(call, { cause: causeFor(call, rspcod), code: rspcod, note: words.get(rspcod)?.en ?? 'refused' });
  },

  receive: (push) => readPushed(push),

  poll: {
    // At most one call in five seconds to each of the two; half a second is for clocks that differ.
    everyMs: 5_500,
    requests: (own) => {
      if (own.receipts === 'push') return [];
      const { ecName, apId, secretKey } = own;
      return ['/sms/report', '/sms/deliver'].map((path) => post(under(own, path), { ecName, apId, secretKey }));
    },
    decode: ({ status, body }, _, receivedAt) => {
      if (status !== 200) throw new Error(`the poll was answered with HTTP ${status}`);
      return readPolled(body, receivedAt);
    },
  },
});
