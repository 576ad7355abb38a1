import { z } from 'zod';
import {
  all,
  allAccepted,
  defineAdapter,
  type AdapterLimits,
  type CallOutcome,
  type FaultCause,
  type GatewayCall,
} from '../contract.js';
import { causes, words } from './codes.js';
import { readPolled, readPushed } from './receipts.js';
import { emptyRequest, loginRequest, post, submitRequest } from './requests.js';
import { settings, templated, type Settings } from './settings.js';

const success = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
const answer = z.object({
  rspcod: z.string(),
  success,
  msgGroup: z.string().optional(),
  mgsGroup: z.string().optional(),
});
const signedIn = z.object({ rspcod: z.string().default(''), success, url: z.string().optional() });

/** How long an address that signing in gave is used; nothing is published, so it is asked for anew every day. */
const SESSION_MS = 24 * 3_600_000;

const LIMITS: AdapterLimits = { sameContent: 5000, ownContent: 999 };
/** A template's parameters are those of the whole request, and the SDK knows no content each. */
const ONE_TEXT: AdapterLimits = { sameContent: 5000, ownContent: 1 };

/** A batch is refused as a whole: which of its numbers is meant is not said, so nobody is taken for opted out or invalid. */
const causeFor = (call: GatewayCall, rspcod: string): FaultCause => {
  const cause = causes.get(rspcod) ?? 'refused';
  return call.items.length > 1 && (cause === 'optedOut' || cause === 'recipient') ? 'refused' : cause;
};

/** China Mobile's Cloud MAS in its three variants, with or without templates. */
export const cloudMas = defineAdapter<Settings>({
  id: 'cloud-mas',
  title: { zh: '中国移动云MAS', en: 'China Mobile Cloud MAS' },
  transport: 'http',
  channels: ['sms'],
  settings,
  secrets: ['secretKey'],
  limits: LIMITS,
  correlation: 'theirs',
  promises: { deduplicates: false, receipts: 'both' },
  words,
  variant: ({ variant, templates }) => ({
    limits: variant === 'sdk' || templates.length > 0 ? ONE_TEXT : LIMITS,
    correlation: variant === 'sdk' ? 'ours' : 'theirs',
  }),
  hosts: ({ baseUrl, variant, sdkHosts }) => [new URL(baseUrl).host, ...(variant === 'sdk' ? sdkHosts : [])],
  signatureBy: ({ signatureBy }) => signatureBy,
  refuses: ({ text }, own) => {
    if (own.signatureBy === 'platform' && text.startsWith('【'))
      return {
        cause: 'content',
        code: 'doubleSignature',
        note: 'the platform adds the signature; the text has one already',
      };
    if (own.templates.length > 0 && !templated(text, own))
      return { cause: 'content', code: 'noTemplate', note: 'the text is none of the approved templates' };
    return null;
  },

  session: {
    request: (own) => (own.variant === 'sdk' ? loginRequest(own) : null),
    decode: ({ body }) => {
      const read = signedIn.parse(JSON.parse(body));
      if (read.success && read.url) return { session: read.url.replace(/\/+$/, ''), forMs: SESSION_MS };
      const { rspcod } = read;
      return {
        fault: {
          cause: causes.get(rspcod) ?? 'settings',
          code: rspcod || 'signIn',
          note: words.get(rspcod)?.en ?? 'refused',
        },
      };
    },
  },

  encode: (call, own, { session }) => submitRequest(call, own, session),

  decode: ({ body }, call, { variant }): CallOutcome => {
    const { rspcod, success, msgGroup, mgsGroup } = answer.parse(JSON.parse(body));
    if (success !== (rspcod === 'success')) {
      return all(call, { cause: 'uncertain', code: rspcod, note: 'the answer contradicts itself' });
    }
    // The document spells the batch id in two ways; of the SDK, reports repeat our own.
    if (success) return allAccepted(call, variant === 'sdk' ? call.requestId : msgGroup || mgsGroup || undefined);
    return all(call, { cause: causeFor(call, rspcod), code: rspcod, note: words.get(rspcod)?.en ?? 'refused' });
  },

  check: {
    request: (own, { session }) => emptyRequest(own, session),
    // Without a number it is refused in any case; the question is whether account, mac and signature code were.
    decode: ({ body }) => {
      const { rspcod } = answer.parse(JSON.parse(body));
      const cause = causes.get(rspcod) ?? 'refused';
      const isOurs =
        (cause === 'settings' && rspcod !== 'InvalidMessage') || cause === 'throttled' || cause === 'uncertain';
      return isOurs ? { cause, code: rspcod, note: words.get(rspcod)?.en ?? 'refused' } : null;
    },
  },

  receive: (push) => readPushed(push),

  poll: {
    // At most one call in five seconds to each of the two; half a second is for clocks that differ.
    everyMs: 5_500,
    requests: ({ receipts, baseUrl, ecName, apId, secretKey }) =>
      receipts === 'push'
        ? []
        : ['/sms/report', '/sms/deliver'].map((path) => post(`${baseUrl}${path}`, { ecName, apId, secretKey })),
    decode: ({ status, body }, _, receivedAt) => {
      if (status !== 200) throw new Error(`the poll was answered with HTTP ${status}`);
      return readPolled(body, receivedAt);
    },
  },
});
