import { z } from 'zod';
import {
  all,
  allAccepted,
  connection,
  defineAdapter,
  type CallContext,
  type CallOutcome,
  type FaultCause,
  type HttpRequest,
} from '../contract.js';
import { gatewaySignature, nonceOf, timestampOf } from './sign.js';

const settings = z.strictObject({
  baseUrl: z.url({ protocol: /^https?$/ }).default('https://openplatform-pro.ding.zj.gov.cn'),
  appKey: z.string().min(1),
  appSecret: z.string().min(1),
  tenantId: z.string().regex(/^\d{1,20}$/, 'digits'),
  /** `X-Hmac-Auth-IP` and `-MAC`: listed as required, left out by clients that work. */
  clientIp: z.string().min(1).optional(),
  clientMac: z.string().min(1).optional(),
  ...connection,
});
type Settings = z.output<typeof settings>;

const PATH = '/message/workNotification';
const MAX_BYTES = 20_000;

const address = z.object({ accountId: z.string().regex(/^\d{1,20}$/) });
const inner = z.object({ success: z.boolean(), content: z.unknown().optional() });
const answer = z.object({
  success: z.boolean(),
  content: z.unknown().optional(),
  errorCode: z.union([z.string(), z.number()]).transform(String).optional(),
  bizErrorCode: z.union([z.string(), z.number()]).transform(String).optional(),
  errorMsg: z.string().optional(),
  errorMessage: z.string().optional(),
  responseMessage: z.string().optional(),
});
const message = z.object({ msgId: z.union([z.string(), z.number()]).transform(String) });

/** No table of codes is published, so the words decide: who is not known here concerns all, who is not known there one receiver. */
const byWords: readonly (readonly [pattern: RegExp, cause: FaultCause, code: string])[] = [
  [
    /sign|hmac|apikey|appkey|unauthori[sz]ed|forbidden|permission|tenant|timestamp|nonce|签名|权限|租户/i,
    'settings',
    'settings',
  ],
  [/too (?:many|fast)|limit|throttl|frequen|限流|频/i, 'throttled', 'tooFast'],
  [/receiver|account|user.*not|接收|人员/i, 'recipient', 'receiver'],
  [/msg|content|消息/i, 'content', 'content'],
];

const words = new Map([
  [
    'settings',
    { zh: '应用凭据、签名、租户或权限不符', en: 'application key, signature, tenant or permission do not fit' },
  ],
  ['tooFast', { zh: '调用过于频繁', en: 'too many calls' }],
  ['receiver', { zh: '接收人不存在', en: 'no such receiver' }],
  ['content', { zh: '消息内容不合规', en: 'the message is not allowed' }],
  ['refused', { zh: '平台拒绝', en: 'refused' }],
  ['account', { zh: '接收人账号无效', en: 'not an account of 浙政钉' }],
  ['tooLong', { zh: '消息超过20000字节', en: 'longer than 20,000 bytes' }],
]);

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const accountIn = (to: string): string | null => address.safeParse(json(to)).data?.accountId ?? null;

const messageOf = ({ title, text }: { title?: string; text: string }): string =>
  JSON.stringify(
    title ? { msgtype: 'markdown', markdown: { title, text } } : { msgtype: 'text', text: { content: text } },
  );

/** Content may be an object or the JSON of one. */
const opened = (content: unknown): unknown => (typeof content === 'string' ? json(content) : content);

/** Raw values are signed, encoded ones are sent. */
function signedRequest(
  path: string,
  params: Readonly<Record<string, string>>,
  own: Settings,
  { at, nonce: chance }: CallContext,
): HttpRequest {
  const timestamp = timestampOf(at);
  const nonce = nonceOf(at, chance);
  const signed = { method: 'POST' as const, path, timestamp, nonce, params };
  return {
    method: 'POST',
    url: `${own.baseUrl.replace(/\/+$/, '')}${path}`,
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      apikey: own.appKey,
      'x-hmac-auth-timestamp': timestamp,
      'x-hmac-auth-version': '1.0',
      'x-hmac-auth-nonce': nonce,
      'x-hmac-auth-signature': gatewaySignature(signed, own.appSecret),
      ...(own.clientIp === undefined ? {} : { 'x-hmac-auth-ip': own.clientIp }),
      ...(own.clientMac === undefined ? {} : { 'x-hmac-auth-mac': own.clientMac }),
    },
    body: new URLSearchParams(params).toString(),
  };
}

/** A work notification to one officer at 浙政钉, over the platform's signed interface. For notices; residents are not on it. */
export const zhezhengdingWork = defineAdapter<Settings>({
  id: 'zhezhengding-work',
  title: { zh: '浙政钉工作通知', en: 'Zhezhengding work notification' },
  transport: 'http',
  channels: ['chat'],
  platforms: [],
  settings,
  secrets: ['appSecret'],
  limits: { sameContent: 1, ownContent: 1, perSecond: 20 },
  correlation: 'ours',
  promises: { deduplicates: false, receipts: 'none' },
  acceptedIsDelivered: true,
  words,
  hosts: ({ baseUrl }) => [new URL(baseUrl).host],
  refuses: (item) => {
    if (accountIn(item.to) === null) return { cause: 'recipient', code: 'account', note: 'not an account of 浙政钉' };
    return new TextEncoder().encode(messageOf(item)).length > MAX_BYTES
      ? { cause: 'content', code: 'tooLong', note: 'longer than 20,000 bytes' }
      : null;
  },

  encode: ({ items, requestId }, own, context) => {
    const [item, ...others] = items;
    const account = item && accountIn(item.to);
    if (!account || others.length > 0) throw new Error('one account a call');
    const params = { receiverIds: account, tenantId: own.tenantId, bizMsgId: requestId, msg: messageOf(item) };
    return signedRequest(PATH, params, own, context);
  },

  check: {
    request: (own, context) =>
      signedRequest('/gettoken.json', { appkey: own.appKey, appsecret: own.appSecret }, own, context),
    decode: ({ body }) => {
      const read = answer.parse(JSON.parse(body));
      const content = inner.safeParse(opened(read.content));
      if (read.success && (!content.success || content.data.success)) return null;
      return { cause: 'settings', code: read.errorCode ?? 'settings', note: words.get('settings')!.en };
    },
  },

  decode: ({ body }, call): CallOutcome => {
    const read = answer.parse(JSON.parse(body));
    const content = inner.safeParse(opened(read.content));
    if (read.success && content.success && content.data.success)
      return allAccepted(call, message.safeParse(opened(content.data.content)).data?.msgId);
    const failed = { ...read, ...answer.partial().safeParse(opened(read.content)).data };
    const said = failed.errorMsg ?? failed.errorMessage ?? failed.responseMessage ?? '';
    const numbered = failed.errorCode ?? failed.bizErrorCode ?? '';
    // Neither yes nor a reason: nobody knows what became of it.
    if (said === '' && numbered === '') throw new Error('not an answer of this interface');
    const [, cause, code] = byWords.find(([pattern]) => pattern.test(said)) ?? [null, 'refused' as const, 'refused'];
    const note = words.get(code)!.en;
    return all(call, { cause, code: numbered || code, note: said === '' ? note : `${note}: ${said}` });
  },
});
