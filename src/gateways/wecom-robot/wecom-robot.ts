import { z } from 'zod';
import { all, allAccepted, connection, defineAdapter, type CallOutcome, type FaultCause } from '../contract.js';

const settings = z.strictObject({
  /** Takes the place of the webhook's origin and path up to `/cgi-bin/webhook/send`: a relay, or the simulator. */
  baseUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Hosts that a group's webhook may name. */
  webhookHosts: z.array(z.string().min(1)).min(1).default(['qyapi.weixin.qq.com']),
  /** Markdown knows no mentions by mobile number, so a post that calls somebody goes as text whatever stands here. */
  message: z.enum(['markdown', 'text']).default('markdown'),
  /** Everybody in the group is called. */
  atAll: z.boolean().default(false),
  ...connection,
});
type Settings = z.output<typeof settings>;

const address = z.object({
  webhook: z.url({ protocol: /^https?$/ }),
  /** Who is called by name in this group. */
  atMobiles: z.array(z.string().regex(/^1\d{10}$/)).default([]),
});
const answer = z.object({ errcode: z.number(), errmsg: z.string().default('') });

const PATH = '/cgi-bin/webhook/send';
const MAX_BYTES = { markdown: 4096, text: 2048 };

/** `errcode`s; HTTP is 200 whatever happens. A robot that is gone is its group's fault alone and stops nobody else. */
const answers: readonly (readonly [code: number, cause: FaultCause, zh: string, en: string])[] = [
  [-1, 'throttled', '系统繁忙', 'the system is busy'],
  [45009, 'throttled', '发送过快：每个机器人每分钟20条', 'too fast: 20 a minute for a robot'],
  [45033, 'throttled', '并发超过限制', 'too many calls at once'],
  [93000, 'recipient', '群机器人地址无效', "the group's robot address is not valid"],
  [44004, 'content', '内容为空', 'the text is empty'],
  [45002, 'content', '内容过长', 'the text is too long'],
  [40008, 'settings', '消息类型不支持', 'the kind of message is not supported'],
  [40058, 'settings', '参数错误', 'a parameter is wrong'],
];
const causes: ReadonlyMap<number, FaultCause> = new Map(answers.map(([code, cause]) => [code, cause]));
const words: ReadonlyMap<string, { readonly zh: string; readonly en: string }> = new Map([
  ['0', { zh: '已发送', en: 'posted' }],
  ['webhook', { zh: '群机器人地址无法使用', en: "the group's robot address cannot be used" }],
  ['tooLong', { zh: '消息过长（markdown 4096字节，文本2048字节）', en: 'too long (markdown 4,096 bytes, text 2,048)' }],
  ...answers.map(([code, , zh, en]): [string, { zh: string; en: string }] => [String(code), { zh, en }]),
]);

const hostsOf = ({ baseUrl, webhookHosts }: Settings): string[] =>
  baseUrl === undefined ? webhookHosts : [new URL(baseUrl).host];

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

interface Robot {
  readonly url: URL;
  readonly mentions: readonly string[];
  readonly message: 'markdown' | 'text';
}

/** The robot's URL with the settings' base in place of its own, and whom it calls; null where it is none that may be called. */
function robotOf(to: string, own: Settings): Robot | null {
  const read = address.safeParse(json(to));
  if (!read.success) return null;
  const webhook = new URL(read.data.webhook);
  const start = webhook.pathname.lastIndexOf(PATH);
  if (start < 0 || webhook.username !== '' || webhook.password !== '') return null;
  const url =
    own.baseUrl === undefined
      ? webhook
      : new URL(own.baseUrl.replace(/\/+$/, '') + webhook.pathname.slice(start) + webhook.search);
  if (!hostsOf(own).includes(url.host)) return null;
  const mentions = [...read.data.atMobiles, ...(own.atAll ? ['@all'] : [])];
  return { url, mentions, message: mentions.length > 0 ? 'text' : own.message };
}

/** WeCom's group robot (企业微信): one markdown message into one group. The key in the address is all the secret there is. */
export const wecomRobot = defineAdapter<Settings>({
  id: 'wecom-robot',
  title: { zh: '企业微信群机器人', en: 'WeCom group robot' },
  transport: 'http',
  channels: ['chat'],
  platforms: ['wecom'],
  settings,
  secrets: [],
  limits: { sameContent: 1, ownContent: 1, perAddress: [{ max: 20, ms: 60_000 }] },
  correlation: 'theirs',
  promises: { deduplicates: false, receipts: 'none' },
  acceptedIsDelivered: true,
  words,
  hosts: hostsOf,
  // Cut at the limit, a warning could end in the middle of its advice, so a longer one is refused instead.
  refuses: ({ to, text }, own) => {
    const robot = robotOf(to, own);
    if (!robot) return { cause: 'recipient', code: 'webhook', note: "the group's robot address cannot be used" };
    const length = new TextEncoder().encode(text).length;
    const most = MAX_BYTES[robot.message];
    return length > most ? { cause: 'content', code: 'tooLong', note: `${length} bytes of at most ${most}` } : null;
  },

  encode: ({ items }, own) => {
    const [item, ...others] = items;
    const robot = item && robotOf(item.to, own);
    if (!robot || others.length > 0) throw new Error("one group a call, and its robot's address must be usable");
    return {
      method: 'POST',
      url: robot.url.href,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(
        robot.message === 'markdown'
          ? { msgtype: 'markdown', markdown: { content: item.text } }
          : {
              msgtype: 'text',
              text: {
                content: item.text,
                ...(robot.mentions.length > 0 ? { mentioned_mobile_list: robot.mentions } : {}),
              },
            },
      ),
    };
  },

  decode: ({ body }, call): CallOutcome => {
    const { errcode, errmsg } = answer.parse(JSON.parse(body));
    if (errcode === 0) return allAccepted(call);
    const note = words.get(String(errcode))?.en ?? (errmsg || 'refused');
    return all(call, { cause: causes.get(errcode) ?? 'refused', code: String(errcode), note });
  },
});
