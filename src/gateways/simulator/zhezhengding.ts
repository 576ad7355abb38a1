import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { notFound, type Answer, type Asked, type Gateway } from './gateway.js';
import { objectIn } from './robot-json.js';
import type { World } from './world.js';

/** Nothing is published; the SDK's servers allow a quarter of an hour. */
const MAX_SKEW_MS = 15 * 60_000;
const MAX_NONCES = 100_000;

const message = z.union([
  z.object({ msgtype: z.literal('text'), text: z.object({ content: z.string().min(1) }) }),
  z.object({
    msgtype: z.literal('markdown'),
    markdown: z.object({ title: z.string().min(1), text: z.string().min(1) }),
  }),
]);

const refuse = (errorCode: string, errorMsg: string): Answer => ({
  status: 200,
  body: { success: false, errorCode, errorMsg },
});

/** The signed interface of 浙政钉 and 专有钉钉: token and work notification (reference §3.2). */
export class Zhezhengding implements Gateway {
  readonly name = 'zhezhengding';
  private readonly nonces = new Set<string>();

  constructor(
    private readonly world: World,
    private readonly options: { secret: string },
  ) {}

  handle(asked: Asked): Answer {
    const isToken = asked.path === '/gettoken.json';
    if (!isToken && asked.path !== '/message/workNotification') return notFound();
    const params = asked.method === 'GET' ? asked.query : new URLSearchParams(asked.body.toString('utf8'));
    const wrong = this.checkSignature(asked, [...params]);
    if (wrong) return { ...refuse('401', wrong), isForged: true };
    return isToken ? this.token() : this.notify(params);
  }

  busy(): Answer {
    return refuse('429', 'too many requests, limit exceeded');
  }

  forget(): void {
    this.nonces.clear();
  }

  private token(): Answer {
    const data = { expiresIn: 7200, accessToken: `app_${randomUUID().replaceAll('-', '')}` };
    return {
      status: 200,
      body: { success: true, content: { data, success: true, responseCode: '0', responseMessage: 'OK' } },
    };
  }

  /** What is wrong with the signature (vectors zzd-hmac-*), or undefined. A nonce is good once. */
  private checkSignature({ method, path, headers }: Asked, params: [string, string][]): string | undefined {
    const header = (name: string): string => String(headers[name] ?? '');
    const timestamp = header('x-hmac-auth-timestamp');
    const nonce = header('x-hmac-auth-nonce');
    if (header('x-hmac-auth-version') !== '1.0') return 'unsupported hmac version';
    if (header('apikey') === '') return 'missing apiKey';
    const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}\+08:00$/.test(timestamp);
    if (!isTime || !(Math.abs(Date.parse(timestamp) - this.world.clock.now()) <= MAX_SKEW_MS))
      return 'invalid timestamp';
    if (!/^\d{17}$/.test(nonce) || this.nonces.has(nonce)) return 'invalid nonce';
    const pairs = params
      .map(([name, value]) => `${name}=${value}`)
      .sort()
      .join('&');
    const text = [method.toUpperCase(), timestamp, nonce, path].join('\n') + (pairs === '' ? '' : `\n${pairs}`);
    const expected = createHmac('sha256', this.options.secret).update(text, 'utf8').digest();
    const given = Buffer.from(header('x-hmac-auth-signature'), 'base64');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'Invalid signature';
    if (this.nonces.size >= MAX_NONCES) this.nonces.clear();
    this.nonces.add(nonce);
    return undefined;
  }

  private notify(params: URLSearchParams): Answer {
    const receivers = (params.get('receiverIds') ?? '').split(',').filter((id) => id !== '');
    if (!/^\d+$/.test(params.get('tenantId') ?? '')) return refuse('400', 'invalid tenantId');
    if (receivers.length === 0 || receivers.some((id) => !/^\d+$/.test(id))) return refuse('400', 'receiver not exist');
    if (!params.get('bizMsgId')) return refuse('400', 'missing bizMsgId');
    const read = message.safeParse(objectIn(Buffer.from(params.get('msg') ?? '')));
    if (!read.success) return refuse('400', 'invalid msg');
    const content = read.data.msgtype === 'text' ? read.data.text.content : read.data.markdown.text;
    const callId = randomUUID();
    const at = this.world.clock.now();
    for (const to of receivers) this.world.accept({ gateway: this.name, to, content, at, callId });
    return {
      status: 200,
      body: { success: true, content: { success: true, content: { msgId: callId } } },
      isAccepted: true,
    };
  }
}
