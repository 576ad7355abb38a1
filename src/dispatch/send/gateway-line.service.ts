import { Injectable } from '@nestjs/common';
import {
  Gateways,
  readMailReply,
  readReply,
  type CallContext,
  type CallOutcome,
  type Gateway,
  type GatewayCall,
  type ItemOutcome,
} from '../../gateways/index.js';
import { Chance, Clock } from '../../platform/index.js';
import { MailWire, Wire } from '../../platform/wire/index.js';

/** Carries one call to its gateway and reads what came of it. Knows how, decides nothing. */
@Injectable()
export class GatewayLine {
  constructor(
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly gateways: Gateways,
    private readonly wire: Wire,
    private readonly mail: MailWire,
  ) {}

  async call(gateway: Gateway, call: GatewayCall): Promise<CallOutcome> {
    const refused = new Map(
      call.items.flatMap((item) => {
        const fault = gateway.adapter.refuses?.(item, gateway.settings);
        return fault ? [[item.deliveryId, { deliveryId: item.deliveryId, fault }] as const] : [];
      }),
    );
    const left = call.items.filter((item) => !refused.has(item.deliveryId));
    if (left.length === 0) return { items: [...refused.values()] };
    const outcome = await this.carry(gateway, { ...call, items: left });
    return refused.size === 0 ? outcome : { ...outcome, items: [...outcome.items, ...refused.values()] };
  }

  private async carry(gateway: Gateway, call: GatewayCall): Promise<CallOutcome> {
    const { adapter, settings } = gateway;
    if (adapter.transport === 'smtp')
      return { items: await Promise.all(call.items.map((item) => this.mailOne(gateway, item))) };
    if (adapter.transport !== 'http') throw new Error(`${adapter.id} is not called`);
    const answered = await this.wire.send(adapter.encode(call, settings, this.context(gateway)), {
      ...gateway.connection,
      hosts: adapter.hosts(settings),
    });
    return readReply(adapter, call, settings, answered);
  }

  private async mailOne(gateway: Gateway, item: GatewayCall['items'][number]): Promise<ItemOutcome> {
    const { adapter, settings } = gateway;
    if (adapter.transport !== 'smtp') throw new Error(`${adapter.id} is not called over SMTP`);
    const answered = await this.mail.send(
      adapter.compose(item, settings, this.context(gateway)),
      adapter.server(settings),
      gateway.connection,
    );
    return readMailReply(adapter, item, settings, answered);
  }

  private context(gateway: Gateway): CallContext {
    return {
      at: this.clock.now(),
      nonce: Buffer.from(this.chance.bytes(16)).toString('hex'),
      receiptUrl: this.gateways.receiptUrl(gateway.key),
    };
  }
}
