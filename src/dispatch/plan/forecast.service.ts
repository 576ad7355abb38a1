import { Injectable } from '@nestjs/common';
import { Gateways, type Gateway } from '../../gateways/index.js';
import { Cadences, Windows, type CampaignDefinition, type Channel } from '../../campaigns/index.js';
import { Clock, Config, CountyTime, parseDuration, type Instant } from '../../platform/index.js';
import { Limits } from '../send/limits.service.js';
import { finishOf } from './finish.js';
import { isProgressive } from './release.js';

/** What one gateway would carry on one channel. */
export interface Carried {
  readonly gateway: string;
  readonly channel: Channel;
  readonly recipients: number;
  /** Recipients a call. */
  readonly perCall: number;
}

export interface Quota {
  readonly gateway: string;
  readonly perDay: number | null;
  readonly leftToday: number | null;
  readonly needed: number;
}

/** When a campaign will begin and when its last message will have left, under windows and limits. */
@Injectable()
export class Forecasts {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly cadences: Cadences,
    private readonly windows: Windows,
    private readonly gateways: Gateways,
    private readonly limits: Limits,
  ) {}

  /** The next occurrence; now for what follows events, for what is urgent, and where nothing is to come. */
  startsAt(definition: CampaignDefinition): Instant {
    const now = this.clock.now();
    return definition.urgent || definition.cadence.kind === 'event'
      ? now
      : (this.cadences.next(definition, now) ?? now);
  }

  async of(
    definition: CampaignDefinition,
    carried: readonly Carried[],
  ): Promise<{ startsAt: Instant; finishesAt: Instant | null; quota: Quota[] }> {
    const startsAt = this.startsAt(definition);
    const quota: Quota[] = [];
    const ends: (Instant | null)[] = [];
    for (const load of carried) {
      const gateway = this.gateways.get(load.gateway);
      if (!gateway) continue;
      const perDay = gateway.limits.perDay ?? null;
      const leftToday = perDay === null ? null : Math.max(0, (await this.limits.dayQuota(gateway)).left);
      quota.push({ gateway: gateway.key, perDay, leftToday, needed: load.recipients });
      ends.push(
        this.finish({ definition, load, gateway, from: startsAt + this.held(definition, carried), perDay, leftToday }),
      );
    }
    const finishesAt = ends.some((at) => at === null) ? null : Math.max(startsAt, ...(ends as Instant[]));
    return { startsAt, finishesAt, quota };
  }

  /** A progressive release waits before the most of it goes. */
  private held(definition: CampaignDefinition, carried: readonly Carried[]): number {
    const { from, hold } = this.config.settings.campaigns.release;
    const n = carried.reduce((sum, c) => sum + c.recipients, 0);
    return isProgressive(definition) && n >= from ? (parseDuration(hold) ?? 0) : 0;
  }

  private finish(of: {
    definition: CampaignDefinition;
    load: Carried;
    gateway: Gateway;
    from: Instant;
    perDay: number | null;
    leftToday: number | null;
  }): Instant | null {
    const { perSecond, perMinute } = of.gateway.limits;
    const calls = Math.min(
      perSecond === undefined ? Infinity : perSecond / 1000,
      perMinute === undefined ? Infinity : perMinute / 60_000,
    );
    const load = {
      recipients: of.load.recipients,
      rate: calls * of.load.perCall,
      perDay: of.perDay,
      leftToday: of.leftToday ?? Infinity,
    };
    return finishOf(load, of.from, {
      today: this.county.dayNumber(this.clock.now()),
      dayOf: (at) => this.county.dayNumber(at),
      endOfDay: (at) => this.county.timeOfDay(at, '24:00'),
      opening: (at) => this.windows.opening(of.load.channel, of.definition.window, at),
    });
  }
}
