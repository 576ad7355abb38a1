import { z } from 'zod';
import {
  all,
  allAccepted,
  connection,
  defineAdapter,
  type CallContext,
  type CallItem,
  type CallOutcome,
  type GatewayCall,
} from '../contract.js';
import { causes, words } from './codes.js';
import { outIdOf, readPushed } from './receipts.js';
import { acs3Authorization, popSignature, queryOf, sha256Hex } from './sign.js';

const settings = z.strictObject({
  baseUrl: z.url({ protocol: /^https?$/ }),
  accessKeyId: z.string().min(1),
  accessKeySecret: z.string().min(1),
  /** The number to show, in the mode of a number of one's own; absent in shared mode. It must fit the template's mode. */
  calledShowNumber: z
    .string()
    .regex(/^\d{3,20}$/, 'digits')
    .optional(),
  ttsCode: z.string().min(1),
  /** The one variable of the template that takes the whole text. */
  ttsVariable: z
    .string()
    .regex(/^[A-Za-z]\w{0,31}$/, 'a name of letters and digits')
    .default('text'),
  signature: z.enum(['pop', 'acs3']).default('acs3'),
  playTimes: z.int().min(1).max(3).optional(),
  volume: z.int().min(0).max(100).optional(),
  speed: z.int().min(-500).max(500).optional(),
  ...connection,
});
type Settings = z.output<typeof settings>;

const ACTION = 'SingleCallByTts';
const VERSION = '2017-05-25';
/** "In total fewer than 250 characters" over all variables; ours is the only one. */
const TOO_LONG = 250;

const answer = z.object({
  Code: z.string().min(1),
  Message: z.string().optional(),
  CallId: z.string().min(1).optional(),
});

const onlyItem = ({ items }: GatewayCall): CallItem => {
  const [item, ...others] = items;
  if (!item || others.length > 0) throw new Error('one person a call');
  return item;
};

const parametersOf = ({ deliveryId, to, text }: CallItem, own: Settings): Record<string, string> => ({
  CalledNumber: to,
  ...(own.calledShowNumber === undefined ? {} : { CalledShowNumber: own.calledShowNumber }),
  TtsCode: own.ttsCode,
  TtsParam: JSON.stringify({ [own.ttsVariable]: text }),
  ...(own.playTimes === undefined ? {} : { PlayTimes: String(own.playTimes) }),
  ...(own.volume === undefined ? {} : { Volume: String(own.volume) }),
  ...(own.speed === undefined ? {} : { Speed: String(own.speed) }),
  OutId: outIdOf(deliveryId),
});

/** Of the answers to a call of nobody, those that blame the missing number or say that there is one thing left to fill in. */
const FITS = new Set(['isv.MOBILE_NUMBER_ILLEGAL', 'isv.INVALID_PARAMETERS', 'isv.MOBILE_COUNT_OVER_LIMIT']);

const toTheSecond = (at: number): string => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');

const address = ({ baseUrl }: Settings): string => `${baseUrl.replace(/\/+$/, '')}/`;

/** The older signature: everything, signature included, in a form. */
function popRequest(parameters: Record<string, string>, own: Settings, context: CallContext) {
  const signed = {
    ...parameters,
    Action: ACTION,
    Version: VERSION,
    Format: 'JSON',
    AccessKeyId: own.accessKeyId,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: context.nonce,
    Timestamp: toTheSecond(context.at),
  };
  return {
    method: 'POST' as const,
    url: address(own),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: queryOf({ ...signed, Signature: popSignature('POST', signed, own.accessKeySecret) }),
  };
}

/** The newer one: parameters in the query, the signature over headers; the body is empty. */
function acs3Request(query: Record<string, string>, own: Settings, context: CallContext) {
  const url = address(own);
  const headers = {
    host: new URL(url).host,
    'x-acs-action': ACTION,
    'x-acs-content-sha256': sha256Hex(''),
    'x-acs-date': toTheSecond(context.at),
    'x-acs-signature-nonce': context.nonce,
    'x-acs-version': VERSION,
  };
  const authorization = acs3Authorization(
    { method: 'POST', query, headers, body: '' },
    own.accessKeyId,
    own.accessKeySecret,
  );
  return { method: 'POST' as const, url: `${url}?${queryOf(query)}`, headers: { ...headers, authorization } };
}

export const aliyunVoice = defineAdapter<Settings>({
  id: 'aliyun-voice',
  title: { zh: '阿里云语音通知', en: 'Aliyun voice' },
  transport: 'http',
  channels: ['voice'],
  settings,
  secrets: ['accessKeySecret'],
  // A thousand calls a second is the account's limit. To one number: one a minute, five an hour, twenty in 24 hours.
  limits: {
    sameContent: 1,
    ownContent: 1,
    perSecond: 1000,
    perAddress: [
      { max: 1, ms: 60_000 },
      { max: 5, ms: 3_600_000 },
      { max: 20, ms: 86_400_000 },
    ],
  },
  correlation: 'ours',
  promises: { deduplicates: false, receipts: 'push' },
  words,
  hosts: ({ baseUrl }) => [new URL(baseUrl).host],
  refuses: ({ text }) => {
    if (text.length >= TOO_LONG)
      return {
        cause: 'content',
        code: 'tooLong',
        note: `${text.length} characters; fewer than ${TOO_LONG} can be spoken`,
      };
    if (/https?:\/\/|www\./i.test(text))
      return { cause: 'content', code: 'noLinks', note: 'no address of a page may be in the text' };
    return null;
  },

  encode: (call, own, context) => {
    const parameters = parametersOf(onlyItem(call), own);
    return own.signature === 'pop' ? popRequest(parameters, own, context) : acs3Request(parameters, own, context);
  },

  decode: ({ body }, call): CallOutcome => {
    const { Code, Message, CallId } = answer.parse(JSON.parse(body));
    // "OK" says that the call was taken on, not that anybody answered.
    if (Code === 'OK') return allAccepted(call, CallId);
    const note = words.get(Code)?.en ?? Message ?? 'refused';
    return all(call, {
      cause: causes.get(Code) ?? (Code.startsWith('Throttling') ? 'throttled' : 'refused'),
      code: Code,
      note,
    });
  },

  check: {
    // A call of nobody: the signature, the right to call and perhaps the template are looked at, and then the number is missing.
    request: (own, context) => {
      const parameters = parametersOf({ deliveryId: 0, to: '', text: '测试' }, own);
      return own.signature === 'pop' ? popRequest(parameters, own, context) : acs3Request(parameters, own, context);
    },
    decode: ({ body }) => {
      const { Code } = answer.parse(JSON.parse(body));
      if (FITS.has(Code) || Code.startsWith('Missing')) return null;
      return { cause: causes.get(Code) ?? 'refused', code: Code, note: words.get(Code)?.en ?? 'refused' };
    },
  },

  receive: (push) => readPushed(push),
});
