import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Alarms, Config, parseDuration, Vault, type Instant } from '../platform/index.js';
import { Lane } from '../platform/lane.js';
import { RuntimeRoles } from '../platform/roles.js';
import { Ladder } from './plan/ladder.service.js';
import { Planner } from './plan/planner.service.js';
import { Releases } from './runs/releases.service.js';
import { RunSettler } from './runs/run-settler.service.js';
import { Addresses } from './send/addresses.repository.js';
import { Batches } from './send/batches.repository.js';
import { Breakers } from './send/breakers.service.js';
import { Dispatcher } from './send/dispatcher.service.js';
import type { BatchQueue, QueueWatch } from './queue/batch-queue.js';
import { Notices } from './notices/notices.service.js';
import { TableQueue } from './queue/table-queue.js';
import { OpenCalls } from './send/open-calls.service.js';
import { Recovery } from './send/recovery.service.js';

@Injectable()
export class DispatchParts {
  constructor(
    readonly planner: Planner,
    readonly ladder: Ladder,
    readonly recovery: Recovery,
    readonly settler: RunSettler,
    readonly releases: Releases,
    readonly notices: Notices,
    readonly batches: Batches,
    readonly openCalls: OpenCalls,
    readonly addresses: Addresses,
    readonly breakers: Breakers,
    readonly dispatcher: Dispatcher,
    readonly alarms: Alarms,
  ) {}
}

/**
 * The worker: plans, escalates, sends, recovers and settles, each in a lane of its own, so that a long plan stops no sending.
 * Waiting between rounds is real time: it is about the machine, not about the county's clock.
 */
@Injectable()
export class DispatchLoop implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private lanes: Lane[] = [];
  private queue: BatchQueue | null = null;
  private readonly table: TableQueue;

  constructor(
    private readonly config: Config,
    private readonly roles: RuntimeRoles,
    private readonly vault: Vault,
    private readonly parts: DispatchParts,
  ) {
    this.table = new TableQueue(parts.batches, this.pauseMs);
  }

  private get pauseMs(): number {
    return parseDuration(this.config.settings.dispatch.pollEvery) ?? 1000;
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.roles.worker) await this.start();
  }

  async start(): Promise<void> {
    const lane = (name: string, work: () => Promise<boolean>) => new Lane(name, this.pauseMs, work).start();
    this.lanes = [
      lane('plan', async () => (await this.parts.planner.work()) || (await this.parts.ladder.work())),
      lane('recover', () => this.parts.recovery.work()),
      lane('release', () => this.parts.releases.work()),
      lane('notices', () => this.parts.notices.work()),
      lane('settle', () => this.parts.settler.work()),
      // Waits the pause between two rounds, always: a share that is renewed once a second is fresh.
      lane('share', async () => (await this.parts.openCalls.renew(), false)),
      lane('listen', () => this.parts.breakers.watch()),
      lane('forget', () => this.parts.addresses.forget()),
    ];
    this.queue = await this.chooseQueue();
    await this.queue.start((id) => this.parts.dispatcher.send(id), this.config.settings.dispatch.workers);
  }

  private async chooseQueue(): Promise<BatchQueue> {
    const { redisUrl } = this.config.environment;
    if (redisUrl === null) return this.table;
    const { RedisQueue } = await import('./queue/redis-queue.js');
    // The same for all processes of one database, another for every other: several deployments may share a Redis.
    const name = `tidecall-${this.vault.index('queue', 'batches').slice(0, 16)}`;
    return new RedisQueue({ url: redisUrl, name }, this.parts.batches, this.pauseMs, this.watch());
  }

  /** A queue that is away stops the sending, so somebody has to know. */
  private watch(): QueueWatch {
    const log = new Logger('Queue');
    const { alarms } = this.parts;
    const told = (work: Promise<void>): void =>
      void work.catch(() => log.error('the alarm about Redis could not be stored; the database may be away too'));
    return {
      error: (text) => log.error(text),
      away: () => told(alarms.raise('queue_unreachable', 'queue/redis', 'Redis 无法连接，消息保留待发')),
      back: () => told(alarms.clear('queue_unreachable', 'queue/redis')),
    };
  }

  /** One round of everything; true where there was something to do. For the command line, the demo and tests, which drive the clock. */
  async round(): Promise<boolean> {
    const { planner, ladder, recovery, settler, releases, dispatcher } = this.parts;
    const planned = await planner.work();
    const released = await releases.work();
    const escalated = await ladder.work();
    const recovered = await recovery.work();
    const workers = Math.max(1, this.config.settings.dispatch.workers);
    const lanes = Array.from({ length: workers }, () => this.table.one((id) => dispatcher.send(id), workers));
    const sent = (await Promise.all(lanes)).some(Boolean);
    const settled = await settler.work();
    await this.parts.notices.work();
    return planned || released || escalated || recovered || sent || settled;
  }

  /** Rounds until nothing is due. */
  async drain(): Promise<void> {
    while (await this.round());
  }

  /** The next instant at which a batch or a ladder step is due. */
  async nextDueAt(): Promise<Instant | null> {
    const { batches, ladder, releases } = this.parts;
    const all = [await batches.nextDueAt(), await ladder.nextDueAt(), await releases.nextDueAt()].filter(
      (at): at is Instant => at !== null,
    );
    return all.length > 0 ? Math.min(...all) : null;
  }

  /** Stops claiming and finishes what is in hand, before the wire and the database close. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.queue?.stop(), ...this.lanes.map((lane) => lane.stop())]);
    this.lanes = [];
  }
}
