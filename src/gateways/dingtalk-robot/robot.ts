import { z } from 'zod';
import {
  all,
  allAccepted,
  connection,
  defineAdapter,
  type Adapter,
  type CallContext,
  type CallItem,
  type CallOutcome,
  type ChatPlatform,
  type Fault,
  type GatewayCall,
  type HttpReply,
  type HttpRequest,
} from '../contract.js';
import { causeOf, words } from './codes.js';
import { robotSign } from './sign.js';

const robotSettings = (usualHosts: readonly string[]) =>
  z
    .strictObject({
      /** The shape of a post; an actionCard has a button that opens a page. */
      message: z.enum(['markdown', 'text', 'actionCard']).default('markdown'),
      button: z.strictObject({ title: z.string().min(1).max(20), url: z.url({ protocol: /^https?$/ }) }).optional(),
      /** Everybody in the group is called. */
      atAll: z.boolean().default(false),
      /** Takes the place of the webhook's origin and path up to `/robot/send`: a relay, or the simulator. */
      baseUrl: z.url({ protocol: /^https?$/ }).optional(),
      /** Hosts that a group's webhook may name; anything else is refused, for the webhook is typed in by people. */
      webhookHosts: z
        .array(z.string().min(1))
        .min(1)
        .default([...usualHosts]),
      ...connection,
    })
    .refine(({ message, button }) => (message === 'actionCard') === (button !== undefined), {
      path: ['button'],
      message: 'an actionCard has a button, and nothing else has one',
    });
type RobotSettings = z.output<ReturnType<typeof robotSettings>>;

const address = z.object({
  webhook: z.url({ protocol: /^https?$/ }),
  secret: z.string().min(1).optional(),
  /** Who is called by name in this group. */
  atMobiles: z.array(z.string().regex(/^1\d{10}$/)).default([]),
});
const answer = z.object({ errcode: z.number(), errmsg: z.string().default('') });

const PATH = '/robot/send';
const MAX_BYTES = 20_000;

const robotHosts = ({ baseUrl, webhookHosts }: RobotSettings): string[] =>
  baseUrl === undefined ? webhookHosts : [new URL(baseUrl).host];

interface Robot {
  readonly url: URL;
  readonly secret: string | undefined;
  readonly atMobiles: readonly string[];
}

/** The robot's URL with the settings' base in place of its own, or null where it is none that may be called. */
function robotOf(to: string, own: RobotSettings): Robot | null {
  const read = address.safeParse(json(to));
  if (!read.success) return null;
  const webhook = new URL(read.data.webhook);
  const start = webhook.pathname.lastIndexOf(PATH);
  if (start < 0 || webhook.username !== '' || webhook.password !== '') return null;
  const url =
    own.baseUrl === undefined
      ? webhook
      : new URL(own.baseUrl.replace(/\/+$/, '') + webhook.pathname.slice(start) + webhook.search);
  return robotHosts(own).includes(url.host) ? { url, secret: read.data.secret, atMobiles: read.data.atMobiles } : null;
}

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The title is what a phone's notification shows; the text alone is in the group. Who is called must stand in the text too. */
function bodyOf({ title, text }: CallItem, { message, button, atAll }: RobotSettings, { atMobiles }: Robot): string {
  const shown = title || [...text].slice(0, 20).join('');
  const worded = [text, ...atMobiles.map((mobile) => `@${mobile}`)].join(' ');
  const at = { ...(atMobiles.length > 0 ? { atMobiles } : {}), isAtAll: atAll };
  switch (message) {
    case 'text':
      return JSON.stringify({ msgtype: 'text', text: { content: worded }, at });
    case 'actionCard':
      return JSON.stringify({
        msgtype: 'actionCard',
        actionCard: {
          title: shown,
          text: worded,
          btnOrientation: '0',
          singleTitle: button!.title,
          singleURL: button!.url,
        },
        at,
      });
    case 'markdown':
      return JSON.stringify({ msgtype: 'markdown', markdown: { title: shown, text: worded }, at });
    default:
      return message satisfies never;
  }
}

const bytes = (text: string): number => new TextEncoder().encode(text).length;

function robotRefuses(item: CallItem, own: RobotSettings): Fault | null {
  const robot = robotOf(item.to, own);
  if (!robot) return { cause: 'recipient', code: 'webhook', note: "the group's robot address cannot be used" };
  if (bytes(bodyOf(item, own, robot)) > MAX_BYTES)
    return { cause: 'content', code: 'tooLong', note: 'longer than 20,000 bytes' };
  return null;
}

function robotEncode({ items }: GatewayCall, own: RobotSettings, context: CallContext): HttpRequest {
  const [item, ...others] = items;
  const robot = item && robotOf(item.to, own);
  if (!robot || others.length > 0) throw new Error("one group a call, and its robot's address must be usable");
  const { url, secret } = robot;
  if (secret !== undefined) {
    // Within one hour of the platform's time. URLSearchParams encodes the + / = of Base64.
    const timestamp = String(context.at);
    url.searchParams.set('timestamp', timestamp);
    url.searchParams.set('sign', robotSign(timestamp, secret));
  }
  return {
    method: 'POST',
    url: url.href,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: bodyOf(item, own, robot),
  };
}

function robotDecode({ body }: HttpReply, call: GatewayCall): CallOutcome {
  const { errcode, errmsg } = answer.parse(JSON.parse(body));
  if (errcode === 0) return allAccepted(call);
  const note = words.get(String(errcode))?.en ?? errmsg;
  return all(call, {
    cause: causeOf(errcode, errmsg),
    code: String(errcode),
    note: errmsg === '' ? note : `${note}: ${errmsg}`,
  });
}

interface RobotOf {
  readonly id: string;
  readonly title: { readonly zh: string; readonly en: string };
  readonly platform: ChatPlatform;
  /** The hosts that its webhooks usually name. */
  readonly hosts: readonly string[];
}

/** A group robot of the DingTalk family: one message into one group; acceptance is all that it ever says. */
export const robotAdapter = ({ id, title, platform, hosts }: RobotOf): Adapter =>
  defineAdapter<RobotSettings>({
    id,
    title,
    transport: 'http',
    channels: ['chat'],
    platforms: [platform],
    settings: robotSettings(hosts),
    secrets: [],
    limits: { sameContent: 1, ownContent: 1, perAddress: [{ max: 20, ms: 60_000 }] },
    correlation: 'theirs',
    promises: { deduplicates: false, receipts: 'none' },
    acceptedIsDelivered: true,
    words,
    hosts: robotHosts,
    refuses: robotRefuses,
    encode: robotEncode,
    decode: robotDecode,
  });
