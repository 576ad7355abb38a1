import { Injectable } from '@nestjs/common';
import { Gateways, type CallItem, type Fault, type Gateway } from '../../gateways/index.js';
import {
  CountyTime,
  Clock,
  Config,
  err,
  IdBlocks,
  Ledger,
  maskEmail,
  maskPhone,
  ok,
  readPhone,
  type Result,
} from '../../platform/index.js';
import { Messages } from '../messages.service.js';
import { GatewayLine } from './gateway-line.service.js';
import { requestIdOf } from './request-id.js';

export interface TestSent {
  readonly to: string;
  readonly text: string;
  readonly ref: string | null;
  readonly fault: Fault | null;
}

/** One marked test by one gateway, at the operator's word: in no campaign, in no count, once. */
@Injectable()
export class GatewayTest {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly ids: IdBlocks,
    private readonly gateways: Gateways,
    private readonly messages: Messages,
    private readonly line: GatewayLine,
    private readonly ledger: Ledger,
  ) {}

  /** `to` is a phone, an e-mail address, or what the adapter takes as the address of a chat (a webhook, or its JSON). */
  async send(
    key: string,
    to: string,
    by: { readonly id: string; readonly name: string },
  ): Promise<Result<TestSent, 'notFound' | 'task' | 'address'>> {
    const gateway = this.gateways.get(key);
    if (!gateway) return err('notFound');
    if (gateway.adapter.transport === 'task') return err('task');
    const address = addressOf(gateway, to);
    if (!address) return err('address');
    const { office } = this.config.settings;
    const [channel = 'sms'] = gateway.channels;
    const text = `${channel === 'sms' ? gateway.signature : ''}（测试）${office.callerName} ${this.county.iso(this.clock.now()).slice(0, 16).replace('T', ' ')} 通道测试，请忽略。`;
    const [callId, deliveryId] = [await this.ids.take('call', 1), await this.ids.take('delivery', 1)];
    const item: CallItem = {
      deliveryId,
      to: address.to,
      title: '潮信：通道测试',
      text: this.messages.handedOver(text, gateway, channel),
    };
    await this.ledger.write({
      action: 'gateway.test',
      subject: `gateway/${key}`,
      by,
      detail: { delivery: deliveryId },
    });
    const { items } = await this.line.call(gateway, { callId, requestId: requestIdOf(callId), items: [item] });
    const [outcome] = items;
    return ok({
      to: address.shown,
      text,
      ref: outcome && 'ref' in outcome ? (outcome.ref ?? null) : null,
      fault: outcome && 'fault' in outcome ? outcome.fault : null,
    });
  }
}

function addressOf({ channels }: Gateway, to: string): { to: string; shown: string } | null {
  if (channels.includes('chat')) {
    const isJson = to.startsWith('{');
    return { to: isJson ? to : JSON.stringify({ webhook: to }), shown: 'chat' };
  }
  if (channels.includes('email')) return /^[^\s@]+@[^\s@]+$/.test(to) ? { to, shown: maskEmail(to) } : null;
  const phone = readPhone(to);
  const isFit = phone?.kind === 'mobile' || (phone?.kind === 'landline' && channels.includes('voice'));
  return phone && isFit ? { to: phone.number, shown: maskPhone(phone.number) } : null;
}
