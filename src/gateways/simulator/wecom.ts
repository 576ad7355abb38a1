import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { notFound, type Answer, type Asked, type Gateway } from './gateway.js';
import { MinuteLimit } from './limits.js';
import { objectIn } from './robot-json.js';
import type { World } from './world.js';

const MAX_IMAGE_BYTES = 2 * 1024 * 1024;
const maxBytes = { text: 2_048, markdown: 4_096 };

type Judged = { content: string } | { errcode: number; errmsg: string };
const refuse = (errcode: number, errmsg: string): Judged => ({ errcode, errmsg });

const words = z.object({ content: z.string() });
const article = z.object({ title: z.string().min(1), url: z.string().min(1), description: z.string().optional() });
const articles = z.object({ articles: z.array(article).min(1).max(8) });
const image = z.object({ base64: z.string().min(1), md5: z.string() });
const media = z.object({ media_id: z.string().min(1) });
const card = z.object({ card_type: z.string().min(1) }).loose();

function worded(type: 'text' | 'markdown', part: unknown): Judged {
  const parsed = words.safeParse(part);
  if (!parsed.success || parsed.data.content === '') return refuse(44004, 'empty content');
  const { content } = parsed.data;
  return Buffer.byteLength(content) > maxBytes[type] ? refuse(45002, `content size out of limit`) : { content };
}

function pictured(part: unknown): Judged {
  const parsed = image.safeParse(part);
  if (!parsed.success) return refuse(40058, 'invalid image');
  const file = Buffer.from(parsed.data.base64, 'base64');
  if (file.length > MAX_IMAGE_BYTES) return refuse(45002, 'content size out of limit');
  const md5 = createHash('md5').update(file).digest('hex');
  return md5 === parsed.data.md5.toLowerCase() ? { content: `[image ${md5}]` } : refuse(40058, 'invalid image md5');
}

/** What a robot's message says, or why it is refused; a picture or file stands there as its name in brackets. */
function judge(body: Record<string, unknown>): Judged {
  const type = body['msgtype'];
  switch (type) {
    case 'text':
    case 'markdown':
      return worded(type, body[type]);
    case 'image':
      return pictured(body['image']);
    case 'news': {
      const parsed = articles.safeParse(body['news']);
      return parsed.success
        ? { content: parsed.data.articles.map(({ title }) => title).join('\n') }
        : refuse(40058, 'news takes 1 to 8 articles with title and url');
    }
    case 'file':
    case 'voice': {
      const parsed = media.safeParse(body[type]);
      return parsed.success ? { content: `[${type} ${parsed.data.media_id}]` } : refuse(40058, 'missing media_id');
    }
    case 'template_card':
      return card.safeParse(body[type]).success
        ? { content: JSON.stringify(body[type]) }
        : refuse(40058, 'missing card_type');
    default:
      return refuse(40008, 'invalid message type');
  }
}

/** A WeCom group robot: no signature, the key is the secret (reference §4.1). HTTP 200 whatever happens. */
export class WeCom implements Gateway {
  readonly name = 'wecom';
  private readonly limit = new MinuteLimit({ perMinute: 20, blockMs: 0 });

  constructor(private readonly world: World) {}

  handle({ method, path, query, body: raw }: Asked): Answer {
    if (path !== '/cgi-bin/webhook/send') return notFound();
    if (method !== 'POST') return answer(43002, 'require POST method');
    const key = query.get('key') ?? '';
    if (key === '' || key.startsWith('bad')) {
      return answer(93000, 'invalid webhook url, hint: [simulator], from ip: 127.0.0.1, more info at README.md');
    }
    const body = objectIn(raw);
    if (!body) return answer(40058, 'invalid parameter: the body is not a JSON object');
    const judged = judge(body);
    if ('errcode' in judged) return answer(judged.errcode, judged.errmsg);
    const at = this.world.clock.now();
    if (!this.limit.take(key, at)) return this.busy();
    this.world.accept({ gateway: this.name, to: key, content: judged.content, at, callId: randomUUID() });
    return { ...answer(0, 'ok'), isAccepted: true };
  }

  busy(): Answer {
    return answer(45009, 'api freq out of limit, hint: [simulator]');
  }

  forget(): void {
    this.limit.clear();
  }
}

const answer = (errcode: number, errmsg: string): Answer => ({ status: 200, body: { errcode, errmsg } });
