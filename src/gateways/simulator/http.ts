import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { notFound, type Answer, type Asked, type Gateway } from './gateway.js';
import type { Ack, Lane } from './lane.js';
import { smsFate } from './people.js';
import type { World } from './world.js';

const order = z.object({
  to: z.string().min(1).max(200),
  text: z.string().min(1).max(20_000),
  deliveryId: z.string().max(200).optional(),
  receiptUrl: z
    .string()
    .refine((url) => url === '' || (/^https?:\/\//.test(url) && URL.canParse(url)), 'not an http(s) address')
    .optional(),
});

interface Report {
  url: string;
  body: { id: string; to: string; deliveryId?: string; status: 'DELIVRD' | 'UNDELIV' };
}

/** Kannel repeats a receipt three times at two seconds and then forgets it (reference, performance notes). */
const RETRY_AFTER_MS = [2_000, 2_000, 2_000];

/** A plain HTTP gateway of no vendor: JSON or form by POST, or a query by GET; a receipt to the address that came along. */
export class PlainHttp implements Gateway {
  readonly name = 'http';
  private readonly lane: Lane<Report>;

  constructor(private readonly world: World) {
    this.lane = world.courier.lane({
      perPush: 1,
      retryAfterMs: RETRY_AFTER_MS,
      push: async ([report]): Promise<Ack> => {
        if (!report) return 'kept';
        const { status } = await world.pusher.post(report.url, report.body);
        return status >= 200 && status < 300 ? 'taken' : 'failed';
      },
    });
  }

  handle(asked: Asked): Answer {
    if (asked.path !== '/send') return notFound();
    if (asked.method !== 'GET' && asked.method !== 'POST') return refuse(405, 'GET or POST');
    const parsed = order.safeParse(fieldsOf(asked));
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      return refuse(400, `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'wrong'}`);
    }
    const { to, text, deliveryId, receiptUrl } = parsed.data;
    const id = randomUUID();
    const at = this.world.clock.now();
    const nth = this.world.accept({ gateway: this.name, to, content: text, at, callId: id });
    // A template without a receipt address leaves the field empty.
    const url = receiptUrl || this.world.callbacks.get('http');
    if (url) {
      const fate = smsFate(this.world.seed, to, nth);
      const status = fate.code === 'DELIVRD' ? 'DELIVRD' : 'UNDELIV';
      const report: Report = { url, body: { id, to, ...(deliveryId !== undefined && { deliveryId }), status } };
      for (const due of this.world.receiptTimes(this.name, at, fate)) this.lane.schedule(due, report);
    }
    return { status: 200, body: { status: 'accepted', id }, isAccepted: true };
  }

  busy(): Answer {
    return { ...refuse(429, 'too many requests'), headers: { 'retry-after': '1' } };
  }

  forget(): void {}
}

const refuse = (status: number, error: string): Answer => ({ status, body: { status: 'refused', error } });

function fieldsOf({ method, query, headers, body }: Asked): unknown {
  if (method === 'GET') return Object.fromEntries(query);
  const text = body.toString('utf8');
  if (/^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '')) {
    return Object.fromEntries([...query, ...new URLSearchParams(text)]);
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
