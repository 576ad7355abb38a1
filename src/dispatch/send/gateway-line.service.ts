import { Injectable, Logger } from '@nestjs/common';
import {
  all,
  Contexts,
  readMailReply,
  readReply,
  type CallContext,
  type CallOutcome,
  type Gateway,
  type GatewayCall,
  type HttpRequest,
  type ItemOutcome,
} from '../../gateways/index.js';
import { Clock, type Instant } from '../../platform/index.js';
import { MailWire, TOO_LATE, Wire } from '../../platform/wire/index.js';

const NOT_ENCODED = {
  cause: 'settings',
  code: 'encode_failed',
  note: 'the request could not be written; nothing was sent',
} as const;

const LEASE_OVER = {
  cause: 'throttled',
  code: 'lease_over',
  note: 'this process slept beyond its lease; nothing was sent',
} as const;

/** Carries one call to its gateway and reads what came of it. Knows how, decides nothing. */
@Injectable()
export class GatewayLine {
  private readonly log = new Logger('Gateway');

  constructor(
    private readonly contexts: Contexts,
    private readonly wire: Wire,
    private readonly mail: MailWire,
    private readonly clock: Clock,
  ) {}

  /** `before`: an instant from which on it must not leave, however long this process was held up on the way. */
  async call(gateway: Gateway, call: GatewayCall, before?: Instant): Promise<CallOutcome> {
    const refused = new Map(
      call.items.flatMap((item) => {
        const fault = gateway.adapter.refuses?.(item, gateway.settings);
        return fault ? [[item.deliveryId, { deliveryId: item.deliveryId, fault }] as const] : [];
      }),
    );
    const left = call.items.filter((item) => !refused.has(item.deliveryId));
    if (left.length === 0) return { items: [...refused.values()] };
    const outcome = await this.carry(gateway, { ...call, items: left }, before);
    return refused.size === 0 ? outcome : { ...outcome, items: [...outcome.items, ...refused.values()] };
  }

  private async carry(gateway: Gateway, call: GatewayCall, before = Infinity): Promise<CallOutcome> {
    const { adapter, settings } = gateway;
    const mayLeave = () => this.clock.now() < before;
    if (adapter.transport === 'smtp' && !mayLeave()) return all(call, LEASE_OVER);
    if (adapter.transport === 'smtp')
      return { items: await Promise.all(call.items.map((item) => this.mailOne(gateway, item))) };
    if (adapter.transport !== 'http') throw new Error(`${adapter.id} is not called`);
    const ready = await this.contexts.of(gateway);
    if ('fault' in ready) return all(call, ready.fault);
    const request = this.encoded(gateway, call, ready.context);
    if (request === null) return all(call, NOT_ENCODED);
    const hosts = adapter.hosts(settings);
    const answered = await this.wire.send(request, { ...gateway.connection, hosts, mayLeave });
    if (answered.kind === 'notSent' && answered.why === TOO_LATE) return all(call, LEASE_OVER);
    const outcome = readReply(adapter, call, settings, answered);
    if (outcome.items.some((item) => 'fault' in item && item.fault.cause === 'settings'))
      await this.contexts.end(gateway, ready.context.session);
    return outcome;
  }

  /** Null where the adapter cannot write the request: a mistake of ours, and certainly nothing was sent. */
  private encoded({ key, adapter, settings }: Gateway, call: GatewayCall, context: CallContext): HttpRequest | null {
    if (adapter.transport !== 'http') throw new Error(`${adapter.id} is not called over HTTP`);
    try {
      return adapter.encode(call, settings, context);
    } catch (error) {
      this.log.error(
        `gateway ${key} cannot encode call ${call.callId}: ${error instanceof Error ? error.message : 'unknown'}`,
      );
      return null;
    }
  }

  private async mailOne(gateway: Gateway, item: GatewayCall['items'][number]): Promise<ItemOutcome> {
    const { adapter, settings } = gateway;
    if (adapter.transport !== 'smtp') throw new Error(`${adapter.id} is not called over SMTP`);
    const answered = await this.mail.send(
      adapter.compose(item, settings, this.contexts.plain(gateway)),
      adapter.server(settings),
      gateway.connection,
    );
    return readMailReply(adapter, item, settings, answered);
  }
}
