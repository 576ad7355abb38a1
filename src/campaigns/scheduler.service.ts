import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Alarms, Clock, seconds } from '../platform/index.js';
import { RuntimeRoles } from '../platform/roles.js';
import { Clockwork } from './clockwork.service.js';
import { TideWatch } from './watch.service.js';

const TICK_MS = 1000;
const LOOK_EVERY = seconds(30);

/** Ticks once a second in every process that has the scheduler's role. A tick that fails is logged, is an alarm, and the next one comes. */
@Injectable()
export class Scheduler {
  private readonly log = new Logger('Scheduler');
  private isTicking = false;
  private lookedAt = -Infinity;

  constructor(
    private readonly roles: RuntimeRoles,
    private readonly clockwork: Clockwork,
    private readonly watch: TideWatch,
    private readonly alarms: Alarms,
    private readonly clock: Clock,
  ) {}

  @Interval('tide', TICK_MS)
  async tick(): Promise<void> {
    if (!this.roles.scheduler || this.isTicking) return;
    this.isTicking = true;
    try {
      const { failed } = await this.clockwork.tick();
      for (const { campaignId, error } of failed) await this.report(`campaign/${campaignId}`, error);
      await this.look();
    } catch (error) {
      await this.report('scheduler', error);
    } finally {
      this.isTicking = false;
    }
  }

  private async look(): Promise<void> {
    const now = this.clock.now();
    if (Math.abs(now - this.lookedAt) < LOOK_EVERY) return;
    this.lookedAt = now;
    await this.watch.look();
  }

  private async report(subject: string, error: unknown): Promise<void> {
    const what = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]!.slice(0, 200)}` : 'unknown';
    this.log.error(`tick failed for ${subject}: ${what}`, error instanceof Error ? error.stack : undefined);
    try {
      await this.alarms.raise('scheduler_failed', subject, `定时任务未能完成：${what}`);
    } catch {
      this.log.error('the alarm of a failed tick could not be stored either; the database may be away');
    }
  }
}
