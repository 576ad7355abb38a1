import { Injectable } from '@nestjs/common';
import { Alarms, Clock, CountyTime, Database, days, marks, type Alarm, type Instant } from '../platform/index.js';
import { ApprovalWatch } from './approval-watch.service.js';
import { Cadences } from './cadences.service.js';
import { Tide } from './tide.service.js';

const MISSED = 'occurrence_missed';
const SUBJECT = 'campaign/';
const subjectOf = (campaignId: string): string => `${SUBJECT}${campaignId}`;

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

  /**
   * An alarm a campaign whose occurrence got its run and no planner has begun it within `missedAfter`. What was missed stays an
   * alarm until an occurrence of the campaign starts in time again.
   */
  async look(): Promise<void> {
    const now = this.clock.now();
    const late = await this.lateStarts(now - this.tide.missedAfter);
    for (const { campaignId, name, late: times } of late) {
      await this.alarms.raise(
        MISSED,
        subjectOf(campaignId),
        `${name}：${Number(times)} 期已到点未开始，请检查工作进程是否在运行`,
      );
    }
    await this.clear(await this.alarms.open(), now);
    await this.onceADay(now);
  }

  private async clear(open: readonly Alarm[], now: Instant): Promise<void> {
    const about = open.filter((alarm) => alarm.subject.startsWith(SUBJECT));
    if (about.length === 0) return;
    const ended = await this.ended(about);
    for (const alarm of about) {
      const status = ended.get(alarm.subject);
      const isOver =
        alarm.kind === MISSED
          ? (await this.isInTimeAgain(alarm)) ||
            status === 'cancelled' ||
            // Nothing of it starts any more: who was to see the miss has had a week.
            (status === 'ended' && now - alarm.lastAt > days(7))
          : status !== undefined;
      if (isOver) await this.alarms.clear(alarm.kind, alarm.subject);
    }
  }

  /** By subject: campaigns that nothing is to come of. */
  private async ended(about: readonly Alarm[]): Promise<Map<string, string>> {
    const ids = [...new Set(about.map(({ subject }) => subject.slice(SUBJECT.length)))];
    const rows = await this.database.query<{ id: string; status: string }>(
      `SELECT id, status FROM campaigns WHERE status IN ('ended', 'cancelled') AND id IN (${marks(ids.length)})`,
      ids,
    );
    return new Map(rows.map(({ id, status }) => [subjectOf(id), status]));
  }

  private async isInTimeAgain({ subject, lastAt }: Alarm): Promise<boolean> {
    const row = await this.database.one(
      'SELECT at FROM occurrences WHERE campaignId = ? AND at > ? AND startedAt >= at AND startedAt - at <= ? LIMIT 1',
      [subject.slice(SUBJECT.length), Number(lastAt), this.tide.missedAfter],
    );
    return row !== null;
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
