import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config, parseDuration, type Instant } from '../platform/index.js';
import { RuntimeRoles } from '../platform/roles.js';
import { Ladder } from './plan/ladder.service.js';
import { Planner } from './plan/planner.service.js';
import { RunSettler } from './runs/run-settler.service.js';
import { Batches } from './send/batches.repository.js';
import { Dispatcher } from './send/dispatcher.service.js';
import { Recovery } from './send/recovery.service.js';

const AHEAD = 4;

@Injectable()
export class DispatchParts {
  constructor(
    readonly planner: Planner,
    readonly ladder: Ladder,
    readonly recovery: Recovery,
    readonly settler: RunSettler,
    readonly batches: Batches,
    readonly dispatcher: Dispatcher,
  ) {}
}

/**
 * The worker: plans, escalates, sends, recovers and settles, each in a lane of its own, so that a long plan stops no sending.
 * Waiting between rounds is real time: it is about the machine, not about the county's clock.
 */
@Injectable()
export class DispatchLoop implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('Dispatch');
  private isStopping = false;
  private lanes: Promise<void>[] = [];
  private wake: (() => void)[] = [];
  private readonly inHand = new Set<number>();

  constructor(
    private readonly config: Config,
    private readonly roles: RuntimeRoles,
    private readonly parts: DispatchParts,
  ) {}

  onApplicationBootstrap(): void {
    if (this.roles.worker) this.start();
  }

  start(): void {
    this.isStopping = false;
    const lane = (name: string, work: () => Promise<boolean>) => this.lane(name, work);
    this.lanes = [
      lane('plan', async () => (await this.parts.planner.work()) || (await this.parts.ladder.work())),
      lane('recover', () => this.parts.recovery.work()),
      lane('settle', () => this.parts.settler.work()),
      ...Array.from({ length: this.config.settings.dispatch.workers }, () => lane('send', () => this.sendOne())),
    ];
  }

  /** One round of everything; true where there was something to do. For the command line, the demo and tests, which drive the clock. */
  async round(): Promise<boolean> {
    const planned = await this.parts.planner.work();
    const escalated = await this.parts.ladder.work();
    const recovered = await this.parts.recovery.work();
    const lanes = Array.from({ length: Math.max(1, this.config.settings.dispatch.workers) }, () => this.sendOne());
    const sent = (await Promise.all(lanes)).some(Boolean);
    const settled = await this.parts.settler.work();
    return planned || escalated || recovered || sent || settled;
  }

  /** Rounds until nothing is due. */
  async drain(): Promise<void> {
    while (await this.round());
  }

  /** The next instant at which a batch or a ladder step is due. */
  async nextDueAt(): Promise<Instant | null> {
    const all = [await this.parts.batches.nextDueAt(), await this.parts.ladder.nextDueAt()].filter(
      (at): at is Instant => at !== null,
    );
    return all.length > 0 ? Math.min(...all) : null;
  }

  /** Stops claiming, finishes what is in hand, then answers. */
  async onApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    for (const wake of this.wake) wake();
    await Promise.all(this.lanes);
  }

  private async sendOne(): Promise<boolean> {
    const due = await this.parts.batches.due(this.config.settings.dispatch.workers * AHEAD);
    for (const id of due) {
      if (this.inHand.has(id)) continue;
      this.inHand.add(id);
      try {
        if (await this.parts.dispatcher.send(id)) return true;
      } finally {
        this.inHand.delete(id);
      }
    }
    return false;
  }

  private async lane(name: string, work: () => Promise<boolean>): Promise<void> {
    const pause = parseDuration(this.config.settings.dispatch.pollEvery) ?? 1000;
    while (!this.isStopping) {
      let worked = false;
      try {
        worked = await work();
      } catch (error) {
        this.log.error(
          `lane ${name}: ${error instanceof Error ? `${error.name}: ${error.message.slice(0, 300)}` : 'unknown'}`,
        );
      }
      if (!worked && !this.isStopping) await this.rest(pause);
    }
  }

  private rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.wake = this.wake.filter((w) => w !== done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.wake.push(done);
    });
  }
}
