import { Injectable } from '@nestjs/common';
import { Clock, Database, type Instant } from '../platform/index.js';
import { CampaignRepository } from './campaign.repository.js';
import { DueRuns } from './due-runs.service.js';
import { EventClockwork } from './event-clockwork.service.js';

export interface Tick {
  /** Ids of the runs that this tick made. */
  readonly runs: string[];
  /** Campaigns that the tick could not look at, and why; the others were looked at all the same. */
  readonly failed: { readonly campaignId: string; readonly error: unknown }[];
}

/**
 * Makes the due occurrences into runs. Any number of schedulers may tick at once: whoever locks the campaign first makes the
 * run and moves `nextRunAt` on in the same transaction; the others find nothing due. A clock that jumps back finds `nextRunAt`
 * ahead of it and does nothing; `(campaign, occurrence)` is unique for ever besides.
 */
@Injectable()
export class Clockwork {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly campaigns: CampaignRepository,
    private readonly dueRuns: DueRuns,
    private readonly events: EventClockwork,
  ) {}

  /** Everything due up to `at`, now where it is not given. */
  async tick(at?: Instant): Promise<Tick> {
    const now = at ?? this.clock.now();
    const runs: string[] = [];
    const failed: Tick['failed'] = [];
    const attempt = async (campaignId: string, work: () => Promise<string | null>): Promise<void> => {
      try {
        const run = await work();
        if (run !== null) runs.push(run);
      } catch (error) {
        failed.push({ campaignId, error });
      }
    };
    for (const id of await this.campaigns.due(now)) {
      await attempt(id, () => this.database.transaction(() => this.dueRuns.make(id, now)));
    }
    for (const campaign of await this.campaigns.active()) {
      if (campaign.nextRunAt === null) await attempt(campaign.id, () => this.events.make(campaign, now));
    }
    return { runs, failed };
  }

  /** When the next thing falls due, in the past where it is overdue; null where nothing is to come. */
  async nextDueAt(): Promise<Instant | null> {
    const moments: Instant[] = [];
    for (const campaign of await this.campaigns.active()) {
      const next = campaign.nextRunAt ?? (await this.events.nextDueAt(campaign));
      if (next !== null) moments.push(next);
    }
    return moments.length === 0 ? null : Math.min(...moments);
  }
}
