import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Alarms, Clock, Config, CountyTime, minutes, parseDuration, type Instant } from '../../platform/index.js';
import { RuntimeRoles } from '../../platform/roles.js';
import { PersonEvents } from './person-events.service.js';

const KIND = 'no_arrivals';
const SUBJECT = 'events/arrival';

/** Silence of the ferry's feed is a failure: nobody would be welcomed, and nobody would notice. */
@Injectable()
export class ArrivalWatch {
  private expectedSince: () => Promise<Instant | null> = async () => null;
  private readonly log = new Logger('Arrivals');

  constructor(
    private readonly events: PersonEvents,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly alarms: Alarms,
    private readonly roles: RuntimeRoles,
  ) {}

  /** Whoever waits for arrivals says here since when; null where nobody does. */
  register(expectedSince: () => Promise<Instant | null>): void {
    this.expectedSince = expectedSince;
  }

  @Interval('arrival-watch', minutes(1))
  async watch(): Promise<void> {
    if (!this.roles.scheduler) return;
    await this.look().catch((error: unknown) =>
      this.log.error(`failed: ${error instanceof Error ? error.name : 'unknown'}`),
    );
  }

  /**
   * An alarm where no arrival was told for `audience.noArrivalFor`; cleared by the next. A feed that never spoke is silent since
   * somebody waits for it: without an active campaign on arrivals there need be no feed.
   */
  async look(): Promise<void> {
    const { noArrivalFor } = this.config.settings.audience;
    const silence = noArrivalFor === null ? null : parseDuration(noArrivalFor);
    const last = silence === null ? null : await this.events.lastArrivalAt();
    const since = silence === null ? null : (last ?? (await this.expectedSince()));
    if (silence === null || since === null || this.clock.now() - since <= silence)
      return this.alarms.clear(KIND, SUBJECT);
    const from = this.county.iso(since);
    const what = last === null ? `自 ${from} 有入岛活动以来从未收到入岛数据` : `自 ${from} 起没有入岛数据`;
    await this.alarms.raise(KIND, SUBJECT, `${what}，请检查轮渡数据接口`);
  }
}
