import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Contexts, Gateways, type Gateway, type HttpAdapter } from '../gateways/index.js';
import { Chance, Clock, Leases } from '../platform/index.js';
import { RuntimeRoles } from '../platform/roles.js';
import { Wire } from '../platform/wire/index.js';
import { Intake } from './intake.service.js';

/** Fetches receipts from gateways that do not push. One process a gateway does, for their rules count calls a second over all of us. */
@Injectable()
export class Poller {
  private readonly log = new Logger('Poller');
  private readonly owner: string;
  private readonly nextAt = new Map<string, number>();
  private isBusy = false;

  constructor(
    private readonly clock: Clock,
    chance: Chance,
    private readonly roles: RuntimeRoles,
    private readonly gateways: Gateways,
    private readonly contexts: Contexts,
    private readonly leases: Leases,
    private readonly wire: Wire,
    private readonly intake: Intake,
  ) {
    this.owner = chance.token(12);
  }

  @Interval(1000)
  async tick(): Promise<void> {
    if (!this.roles.worker || this.isBusy) return;
    this.isBusy = true;
    try {
      for (const gateway of this.gateways.all())
        await this.poll(gateway).catch((error: unknown) => this.tell(gateway, error));
    } finally {
      this.isBusy = false;
    }
  }

  private tell(gateway: Gateway, error: unknown): void {
    this.log.error(`gateway ${gateway.key}: ${error instanceof Error ? error.message.slice(0, 200) : 'unknown'}`);
  }

  /** One round for one gateway, where it polls and its time has come. */
  async poll(gateway: Gateway): Promise<void> {
    const { adapter } = gateway;
    if (adapter.transport !== 'http' || !adapter.poll) return;
    const now = this.clock.now();
    if ((this.nextAt.get(gateway.key) ?? 0) > now) return;
    const requests = adapter.poll.requests(gateway.settings, this.contexts.plain(gateway));
    if (requests.length === 0) return;
    this.nextAt.set(gateway.key, now + adapter.poll.everyMs);
    if (!(await this.leases.take(`poll:${gateway.key}`, this.owner, adapter.poll.everyMs * 3))) return;
    // Reports and replies are asked for apart: that the one is refused says nothing of the other.
    for (const request of requests)
      await this.fetch(gateway, adapter, request).catch((error: unknown) => this.tell(gateway, error));
  }

  private async fetch(
    gateway: Gateway,
    adapter: HttpAdapter<unknown>,
    request: Parameters<Wire['send']>[0],
  ): Promise<void> {
    const answered = await this.wire.send(request, { ...gateway.connection, hosts: adapter.hosts(gateway.settings) });
    if (answered.kind !== 'reply' || answered.status >= 400) {
      this.log.warn(
        `gateway ${gateway.key} gave no receipts: ${answered.kind === 'reply' ? `HTTP ${answered.status}` : answered.why}`,
      );
      return;
    }
    await this.intake.store(gateway, adapter.poll!.decode(answered, gateway.settings, this.clock.now()));
  }
}
