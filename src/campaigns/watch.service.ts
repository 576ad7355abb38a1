import { Injectable } from '@nestjs/common';
import { Alarms, Clock, CountyTime, Database, days, type Instant } from '../platform/index.js';
import { ApprovalWatch } from './approval-watch.service.js';
import { Cadences } from './cadences.service.js';
import { Tide } from './tide.service.js';

interface Late {
  campaignId: string;
  name: string;
  late: unknown;
}

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
    private readonly county: CountyTime,
    private readonly approvals: ApprovalWatch,
  ) {}

  /** An alarm a campaign whose occurrence got its run and no planner has begun it within `missedAfter`; cleared when it has. */
  async look(): Promise<void> {
    const now = this.clock.now();
    const late = await this.lateStarts(now - this.tide.missedAfter);
    for (const { campaignId, name, late: times } of late) {
      await this.alarms.raise(
        'occurrence_missed',
        `campaign/${campaignId}`,
        `${name}：${Number(times)} 期已到点未开始，请检查工作进程是否在运行`,
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
    await this.approvals.look();
    this.daySeen = day;
  }
}
