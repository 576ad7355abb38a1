import { Injectable } from '@nestjs/common';
import { MailWire, Wire } from '../platform/wire/index.js';
import { Contexts } from './contexts.service.js';
import type { Fault, HttpAdapter } from './contract.js';
import { hostsOf, type Gateway } from './gateway.js';
import { faultOf } from './read-reply.js';

/** What a check has shown; `how` says how far it could look. */
export interface Checked {
  readonly how: 'account' | 'reached' | 'nothingToReach';
  readonly fault: Fault | null;
}

/** Proves credentials and reachability of a gateway without sending anything to anybody. */
@Injectable()
export class GatewayChecks {
  constructor(
    private readonly wire: Wire,
    private readonly mail: MailWire,
    private readonly contexts: Contexts,
  ) {}

  async check(gateway: Gateway): Promise<Checked> {
    const { adapter, settings, connection } = gateway;
    switch (adapter.transport) {
      case 'task':
        return { how: 'nothingToReach', fault: null };
      case 'smtp': {
        const why = await this.mail.verify(adapter.server(settings), connection);
        const note = 'the relay cannot be reached, or does not take our account';
        return { how: 'account', fault: why === null ? null : { cause: 'settings', code: why, note } };
      }
      case 'http':
        return adapter.check ? this.account(gateway, adapter) : this.reached(gateway, adapter);
      default:
        return adapter satisfies never;
    }
  }

  private async account(gateway: Gateway, adapter: HttpAdapter<unknown>): Promise<Checked> {
    const { settings, connection } = gateway;
    const ready = await this.contexts.of(gateway);
    if ('fault' in ready) return { how: 'account', fault: ready.fault };
    const request = adapter.check!.request(settings, ready.context);
    const answered = await this.wire.send(request, { ...connection, hosts: adapter.hosts(settings) });
    const common = faultOf(adapter, settings, answered);
    if (common || answered.kind !== 'reply') return { how: 'account', fault: common };
    try {
      return { how: 'account', fault: adapter.check!.decode(answered, settings) };
    } catch {
      const code = `HTTP ${answered.status}`;
      return { how: 'account', fault: { cause: 'settings', code, note: 'this is not the answer of such a gateway' } };
    }
  }

  /** Whatever the host answers: somebody is there, and no byte of the question is a message. */
  private async reached(gateway: Gateway, adapter: HttpAdapter<unknown>): Promise<Checked> {
    const { settings, connection } = gateway;
    const { baseUrl } = settings as { readonly baseUrl?: string };
    for (const host of hostsOf(adapter, settings)) {
      const origin = baseUrl === undefined ? `https://${host}` : new URL(baseUrl).origin;
      const answered = await this.wire.send(
        { method: 'GET', url: `${origin}/`, headers: {} },
        { ...connection, hosts: [host] },
      );
      if (answered.kind !== 'reply') {
        const note = 'the host does not answer';
        return { how: 'reached', fault: { cause: 'unreachable', code: answered.why, note } };
      }
    }
    return { how: 'reached', fault: null };
  }
}
