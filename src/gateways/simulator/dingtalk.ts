import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { notFound, type Answer, type Asked, type Gateway } from './gateway.js';
import { MinuteLimit } from './limits.js';
import { objectIn } from './robot-json.js';
import type { World } from './world.js';

const HOUR_MS = 3_600_000;
const TEN_MINUTES_MS = 600_000;
const MAX_BODY_BYTES = 20_000;

const word = z.string().min(1);
const shapes = {
  text: z.object({ text: z.object({ content: word }) }).transform(({ text }) => text.content),
  markdown: z.object({ markdown: z.object({ title: word, text: word }) }).transform(({ markdown }) => markdown.text),
  link: z.object({ link: z.object({ title: word, text: word, messageUrl: word }) }).transform(({ link }) => link.text),
  actionCard: z
    .object({
      actionCard: z.intersection(
        z.object({ title: word, text: word }),
        z.union([
          z.object({ singleTitle: word, singleURL: word }),
          z.object({ btns: z.array(z.object({ title: word, actionURL: word })).min(1) }),
        ]),
      ),
    })
    .transform(({ actionCard }) => actionCard.text),
  feedCard: z
    .object({ feedCard: z.object({ links: z.array(z.object({ title: word, messageURL: word })).min(1) }) })
    .transform(({ feedCard }) => feedCard.links.map(({ title }) => title).join('\n')),
};
type MessageType = keyof typeof shapes;
const isMessageType = (name: unknown): name is MessageType => typeof name === 'string' && Object.hasOwn(shapes, name);

/** Base64 HMAC-SHA256 of `timestamp LF secret` under the secret (vector dingtalk-sign-1). */
export const dingtalkSign = (timestamp: string, secret: string): string =>
  createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');

/** A DingTalk custom group robot with 加签 always on (reference §3.1). HTTP 200 whatever happens. */
export class DingTalk implements Gateway {
  readonly name = 'dingtalk';
  private readonly limit = new MinuteLimit({ perMinute: 20, blockMs: TEN_MINUTES_MS });

  /** `secret` serves every robot; without it a robot's secret is `SEC` followed by its token. */
  constructor(
    private readonly world: World,
    private readonly options: { secret?: string } = {},
  ) {}

  handle(asked: Asked): Answer {
    if (asked.path !== '/robot/send') return notFound();
    if (asked.method !== 'POST') return answer(43002, 'require POST method');
    if (!/^application\/json\b/i.test(asked.headers['content-type'] ?? ''))
      return answer(43004, 'invalid content-type');
    const token = asked.query.get('access_token') ?? '';
    if (token === '') return answer(40035, 'missing parameter access_token');
    if (token.startsWith('bad')) return answer(300005, 'token is not exist');
    return this.checkSign(asked.query, token) ?? this.checkBody(token, asked.body);
  }

  busy(): Answer {
    return answer(130101, 'send too fast, exceed 20 times per minute');
  }

  forget(): void {
    this.limit.clear();
  }

  private checkSign(query: URLSearchParams, token: string): Answer | undefined {
    const timestamp = query.get('timestamp') ?? '';
    if (!/^\d{1,15}$/.test(timestamp) || Math.abs(Number(timestamp) - this.world.clock.now()) > HOUR_MS) {
      return { ...answer(310000, 'invalid timestamp'), isForged: true };
    }
    const expected = Buffer.from(dingtalkSign(timestamp, this.options.secret ?? `SEC${token}`));
    const given = Buffer.from(query.get('sign') ?? '');
    const isRight = given.length === expected.length && timingSafeEqual(given, expected);
    return isRight ? undefined : { ...answer(310000, 'sign not match'), isForged: true };
  }

  private checkBody(token: string, raw: Buffer): Answer {
    if (raw.length > MAX_BODY_BYTES) return answer(460101, 'message too long, exceed 20000 bytes');
    const body = objectIn(raw);
    if (!body) return answer(40035, 'invalid parameter: the body is not a JSON object');
    if (!isMessageType(body['msgtype'])) return answer(400105, 'unsupported msgtype');
    const content = shapes[body['msgtype']].safeParse(body);
    if (!content.success) return answer(40035, `missing parameter ${content.error.issues[0]?.path.join('.') ?? ''}`);
    const at = this.world.clock.now();
    if (!this.limit.take(token, at)) return this.busy();
    this.world.accept({ gateway: this.name, to: token, content: content.data, at, callId: randomUUID() });
    return { ...answer(0, 'ok'), isAccepted: true };
  }
}

const answer = (errcode: number, errmsg: string): Answer => ({ status: 200, body: { errcode, errmsg } });
