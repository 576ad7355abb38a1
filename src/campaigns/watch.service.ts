import { Injectable } from '@nestjs/common';
import { Alarms, Clock, CountyTime, Database, days, parseDuration, type Instant } from '../platform/index.js';
import { CampaignRepository, type Campaign } from './campaign.repository.js';
import { Cadences } from './cadences.service.js';
import { Tide } from './tide.service.js';

interface Late {
  campaignId: string;
  name: string;
  late: unknown;
}

/** How long an approval holds where the campaign does not say. */
const DEFAULT_VALIDITY = 'P6M';
const WARNED_AHEAD = days(14);

/** Looks for what should have happened and did not: silence is an alarm. */
@Injectable()
export class TideWatch {
  private daySeen = 0;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly alarms: Alarms,
    private readonly tide: Tide,
    private readonly cadences: Cadences,
    private readonly campaigns: CampaignRepository,
    private readonly county: CountyTime,
  ) {}

  /** An alarm a campaign whose occurrence got its run and no planner has begun it within `missedAfter`; cleared when it has. */
  async look(): Promise<void> {
    const now = this.clock.now();
    const late = await this.lateStarts(now - this.tide.missedAfter);
    for (const { campaignId, name, late: times } of late) {
      await this.alarms.raise(
        'occurrence_missed',
        `campaign/${campaignId}`,
        `${name}: ${Number(times)} due, not started; is a worker running?`,
      );
    }
    const open = (await this.alarms.open()).filter((a) => a.kind === 'occurrence_missed');
    for (const alarm of open) {
      if (!late.some((l) => alarm.subject === `campaign/${l.campaignId}`))
        await this.alarms.clear(alarm.kind, alarm.subject);
    }
    await this.onceADay(now);
  }

  private lateStarts(before: Instant): Promise<Late[]> {
    return this.database.query<Late>(
      `SELECT o.campaignId AS campaignId, c.name AS name, COUNT(*) AS late FROM occurrences o JOIN campaigns c ON c.id = o.campaignId
        JOIN runs r ON r.id = o.runId
        WHERE o.at >= ? AND o.at < ? AND o.status = 'due' AND r.status = 'planning' GROUP BY o.campaignId, c.name`,
      [before - days(30), before],
    );
  }

  private async onceADay(now: Instant): Promise<void> {
    const day = this.county.dayNumber(now);
    if (day === this.daySeen) return;
    await this.cadences.watchHolidays();
    for (const campaign of await this.campaigns.inLife()) await this.approval(campaign, now);
    this.daySeen = day;
  }

  /** An approval that runs out is an alarm two weeks ahead, and one every day once it has. */
  private async approval(campaign: Campaign, now: Instant): Promise<void> {
    const version = await this.campaigns.version(campaign.id, campaign.approvedVersion!);
    const validFor = version?.definition.approvalValidFor ?? DEFAULT_VALIDITY;
    const until = validFor === 'never' ? Infinity : version!.reviewedAt! + parseDuration(validFor)!;
    const subject = `campaign/${campaign.id}`;
    const state = now >= until ? 'approval_expired' : now >= until - WARNED_AHEAD ? 'approval_expires' : null;
    for (const kind of ['approval_expired', 'approval_expires'])
      if (kind !== state) await this.alarms.clear(kind, subject);
    if (state === null) return;
    const day = this.county.at(until).toISODate();
    const text = state === 'approval_expired' ? `its approval ran out on ${day}` : `its approval runs out on ${day}`;
    await this.alarms.raise(state, subject, `${campaign.name}: ${text}; submit it again.`);
  }
}
