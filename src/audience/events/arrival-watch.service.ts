import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Alarms, Clock, Config, CountyTime, minutes, parseDuration } from '../../platform/index.js';
import { RuntimeRoles } from '../../platform/roles.js';
import { PersonEvents } from './person-events.service.js';

const KIND = 'no_arrivals';
const SUBJECT = 'events/arrival';

/** Silence of the ferry's feed is a failure: nobody would be welcomed, and nobody would notice. */
@Injectable()
export class ArrivalWatch {
  private readonly log = new Logger('Arrivals');

  constructor(
    private readonly events: PersonEvents,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly alarms: Alarms,
    private readonly roles: RuntimeRoles,
  ) {}

  @Interval('arrival-watch', minutes(1))
  async watch(): Promise<void> {
    if (!this.roles.scheduler) return;
    await this.look().catch((error: unknown) =>
      this.log.error(`failed: ${error instanceof Error ? error.name : 'unknown'}`),
    );
  }

  /** An alarm where no arrival was told for `audience.noArrivalFor`; cleared by the next. Before the first one there is no feed to be silent. */
  async look(): Promise<void> {
    const { noArrivalFor } = this.config.settings.audience;
    const silence = noArrivalFor === null ? null : parseDuration(noArrivalFor);
    const last = silence === null ? null : await this.events.lastArrivalAt();
    if (silence !== null && last !== null && this.clock.now() - last > silence)
      await this.alarms.raise(KIND, SUBJECT, `自 ${this.county.iso(last)} 起没有入岛数据，请检查轮渡数据接口`);
    else await this.alarms.clear(KIND, SUBJECT);
  }
}
