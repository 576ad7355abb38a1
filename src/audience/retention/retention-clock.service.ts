import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import {
  Alarms,
  Chance,
  Clock,
  CLOCK_ACTOR,
  Config,
  CountyTime,
  Database,
  hours,
  Leases,
  minutes,
} from '../../platform/index.js';
import { RuntimeRoles } from '../../platform/roles.js';
import { TagConfirmations } from '../people/tag-confirmations.service.js';
import { Retention } from './retention.service.js';

const LOOK_EVERY_MS = minutes(5);
const ROLE = 'retention';

/** Applies retention once a county day, from `retention.at` on; a day on which nothing ran is caught up by the next look. */
@Injectable()
export class RetentionClock {
  private readonly log = new Logger('Retention');
  private readonly owner: string;
  private isRunning = false;

  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly leases: Leases,
    private readonly roles: RuntimeRoles,
    private readonly alarms: Alarms,
    private readonly retention: Retention,
    private readonly confirmations: TagConfirmations,
    chance: Chance,
  ) {
    this.owner = chance.token(12);
  }

  @Interval(ROLE, LOOK_EVERY_MS)
  async watch(): Promise<void> {
    if (!this.roles.scheduler) return;
    try {
      if (await this.look()) await this.alarms.clear('retention_failed', ROLE);
    } catch (error) {
      this.log.error(`failed: ${error instanceof Error ? `${error.name} ${error.message.slice(0, 160)}` : 'unknown'}`);
      await this.alarms.raise('retention_failed', ROLE, '数据留存任务未能完成，请查看日志').catch(() => undefined);
    }
  }

  /** Runs where today's run is due and nobody has done or is doing it; true where it ran. */
  async look(): Promise<boolean> {
    // The lease keeps other processes away, not a second look of this one: a pass may last longer than the time to the next.
    if (this.isRunning) return false;
    this.isRunning = true;
    try {
      return await this.lookAlone();
    } finally {
      this.isRunning = false;
    }
  }

  private async lookAlone(): Promise<boolean> {
    const now = this.clock.now();
    const today = this.county.dayNumber(now);
    if (now < this.county.timeOfDay(now, this.config.settings.retention.at)) return false;
    if ((await this.lastDay()) >= today || !(await this.leases.take(ROLE, this.owner, hours(6)))) return false;
    try {
      if ((await this.lastDay()) >= today) return false;
      await this.retention.apply(CLOCK_ACTOR, ['database']);
      await this.confirmations.warn();
      await this.database.upsert(
        'retention_marks',
        ['kind'],
        ['day', 'doneUntil', 'at'],
        [['daily', today, now, this.clock.now()]],
        { replace: ['day', 'doneUntil', 'at'] },
      );
      return true;
    } finally {
      await this.leases.release(ROLE, this.owner);
    }
  }

  private async lastDay(): Promise<number> {
    const mark = await this.database.one<{ day: number }>("SELECT day FROM retention_marks WHERE kind = 'daily'");
    return Number(mark?.day ?? 0);
  }
}
