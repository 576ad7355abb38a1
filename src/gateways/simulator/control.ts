import { z } from 'zod';
import type { Asked, Answer, Gateway } from './gateway.js';
import { callbackNames, gatewayNames, notFound } from './gateway.js';
import type { CloudMas } from './cloud-mas.js';
import { faultsBody } from './faults.js';
import type { Message } from './messages.js';
import { objectIn } from './robot-json.js';
import type { World } from './world.js';

const MAX_PAGE = 10_000;

const clockBody = z.strictObject({ at: z.iso.datetime({ offset: true }).nullable() });
const callbackBody = z.strictObject({
  gateway: z.enum(callbackNames),
  url: z.url({ protocol: /^https?$/ }).nullable(),
});
const uplinkBody = z.strictObject({
  from: z.string().regex(/^1\d{10}$/),
  text: z.string().min(1).max(1_000),
  addSerial: z
    .string()
    .regex(/^\d{0,20}$/)
    .default(''),
  ecName: z.string().default(''),
  apId: z.string().default(''),
});
const messagesQuery = z.object({
  gateway: z.enum(gatewayNames).optional(),
  to: z.string().optional(),
  cursor: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).default(100),
  order: z.enum(['oldest', 'newest']).default('oldest'),
});
const searchQuery = z.object({
  search: z.string().default(''),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

const ok = (body: object): Answer => ({ status: 200, body });

/** The simulator's own routes, under `/_sim`: faults, stats, messages, clock, callbacks, uplinks. */
export class Control {
  constructor(
    private readonly world: World,
    private readonly gateways: readonly Gateway[],
    private readonly cloudMas: CloudMas,
  ) {}

  async handle(asked: Asked): Promise<Answer> {
    const { world } = this;
    switch (`${asked.method} ${asked.path.replace(/\/$/, '')}`) {
      case 'GET /_sim/health':
        return ok({ status: 'ok' });
      case 'GET /_sim/stats':
        return ok(world.stats());
      case 'GET /_sim/messages':
        return checked(messagesQuery, Object.fromEntries(asked.query), (query) => this.messages(query));
      case 'GET /_sim/recipients':
        return checked(searchQuery, Object.fromEntries(asked.query), ({ search, limit }) =>
          ok({ items: world.messages.latest(search, limit).map((one) => ({ ...shown(one), count: one.count })) }),
        );
      case 'GET /_sim/faults':
        return ok(Object.fromEntries(gatewayNames.map((name) => [name, world.faults.of(name)])));
      case 'POST /_sim/faults':
        return checked(faultsBody, objectIn(asked.body), (body) =>
          ok({ gateway: body.gateway, ...world.faults.change(body) }),
        );
      case 'GET /_sim/clock':
        return ok(world.courier.state());
      case 'POST /_sim/clock':
        return this.setClock(asked.body);
      case 'GET /_sim/callbacks':
        return ok(Object.fromEntries(world.callbacks));
      case 'POST /_sim/callbacks':
        return checked(callbackBody, objectIn(asked.body), (body) => this.setCallback(body));
      case 'GET /_sim/uplinks':
        return ok({ items: this.uplinks(asked.query.get('from')) });
      case 'POST /_sim/uplinks':
        return checked(uplinkBody, objectIn(asked.body), (body) => this.makeUplink(body));
      case 'DELETE /_sim':
        return this.forget();
      default:
        return notFound();
    }
  }

  private messages({ gateway, to, cursor, limit, order }: z.infer<typeof messagesQuery>): Answer {
    const { items, next } = this.world.messages.page({
      ...(gateway && { gateway }),
      ...(to !== undefined && to !== '' && { to }),
      ...(cursor !== undefined && { after: cursor }),
      limit: Math.min(limit, MAX_PAGE),
      isNewestFirst: order === 'newest',
    });
    return ok({ items: items.map(shown), nextCursor: next === null ? null : String(next) });
  }

  private async setClock(raw: Buffer): Promise<Answer> {
    const parsed = clockBody.safeParse(objectIn(raw));
    if (!parsed.success) return invalid(parsed.error);
    const { at } = parsed.data;
    return ok(await this.world.courier.moveTo(at === null ? undefined : Date.parse(at)));
  }

  private setCallback({ gateway, url }: z.infer<typeof callbackBody>): Answer {
    if (url === null) this.world.callbacks.delete(gateway);
    else this.world.callbacks.set(gateway, url);
    return ok(Object.fromEntries(this.world.callbacks));
  }

  private makeUplink({ from, text, addSerial, ecName, apId }: z.infer<typeof uplinkBody>): Answer {
    const account = JSON.stringify([ecName, apId]);
    this.cloudMas.outbox.answer({ account, addSerial }, from, { text, at: this.world.clock.now() });
    return { status: 202, body: { from, text } };
  }

  private uplinks(from: string | null): object[] {
    const all = from === null ? this.world.uplinks.slice(-200) : this.world.uplinks.filter((one) => one.from === from);
    return all.map((one) => ({ ...one, at: new Date(one.at).toISOString() }));
  }

  private async forget(): Promise<Answer> {
    this.world.forget();
    for (const gateway of this.gateways) gateway.forget();
    await this.world.courier.moveTo(undefined);
    return { status: 204, body: '' };
  }
}

const shown = ({ gateway, to, content, at, callId }: Message): object => ({
  gateway,
  to,
  content,
  at: new Date(at).toISOString(),
  callId,
});

function checked<T>(schema: z.ZodType<T>, given: unknown, then: (value: T) => Answer): Answer {
  const parsed = schema.safeParse(given);
  return parsed.success ? then(parsed.data) : invalid(parsed.error);
}

const invalid = (error: z.ZodError): Answer => ({
  status: 422,
  headers: { 'content-type': 'application/problem+json' },
  body: {
    type: 'about:blank',
    title: 'Invalid input',
    status: 422,
    code: 'invalid_input',
    errors: error.issues.map(({ path, code, message }) => ({
      path: path.map((step) => `/${String(step)}`).join(''),
      code,
      message,
    })),
  },
});
