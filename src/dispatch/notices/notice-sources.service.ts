import { Injectable } from '@nestjs/common';
import { Segments } from '../../audience/index.js';
import { Alarms, Clock, ClosedDays, Config, CountyTime, Database } from '../../platform/index.js';
import { alarmed, askedFor, closed, reminded, returned, type Notice } from './notice.js';

interface VersionRow {
  readonly campaignId: string;
  readonly version: number;
  readonly definition: string;
  readonly preflight: string | null;
  readonly submittedAt: number;
  readonly reviewedAt: number | null;
  readonly remark: string | null;
  readonly username: string | null;
  readonly submittedBy: string | null;
  readonly editors: string;
  readonly createdBy: string;
  readonly township: string | null;
}
interface Kept {
  readonly targeted?: number;
  readonly estimate?: { readonly cost?: number };
}
interface Named {
  readonly name: string;
  readonly segmentId: string;
  readonly groupSegmentId?: string;
}

/** Days back whose roots are told, where nobody could be told earlier. */
const ROOTS_TOLD = 3;
/** Who works in the field reads it before setting out. */
const REMINDED_FROM = '08:30';

/** What there is to be told now: everything that waits for somebody. Who was told already is not asked here. */
@Injectable()
export class NoticeSources {
  constructor(
    private readonly database: Database,
    private readonly segments: Segments,
    private readonly alarms: Alarms,
    private readonly days: ClosedDays,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly county: CountyTime,
  ) {}

  async of(about: Notice['about']): Promise<Notice[]> {
    switch (about) {
      case 'approvals':
        return this.approvals();
      case 'returns':
        return this.returns();
      case 'alarms':
        return this.raised();
      case 'roots':
        return (await this.days.latest(ROOTS_TOLD)).map(closed);
      case 'tasks':
        return this.reminders();
      default:
        return about satisfies never;
    }
  }

  private async approvals(): Promise<Notice[]> {
    const rows = await this.versions("v.status = 'inReview' AND v.submittedAt IS NOT NULL");
    return rows.map(({ row, isSensitive, name }) => {
      const kept = row.preflight === null ? null : (JSON.parse(row.preflight) as Kept);
      const numbers = { targeted: kept?.targeted ?? null, cost: kept?.estimate?.cost ?? null };
      const at = { submittedAt: Number(row.submittedAt) };
      return askedFor({
        campaignId: row.campaignId,
        version: Number(row.version),
        name,
        isSensitive,
        by: row.username ?? '',
        concerns: {
          right: 'campaigns.approve',
          township: row.township,
          isSensitive,
          not: [row.createdBy, ...(JSON.parse(row.editors) as string[])],
        },
        ...at,
        ...numbers,
      });
    });
  }

  private async returns(): Promise<Notice[]> {
    const rows = await this.versions("v.status = 'draft' AND v.reviewedAt IS NOT NULL");
    return rows.map(({ row, isSensitive, name }) =>
      returned({
        campaignId: row.campaignId,
        version: Number(row.version),
        name,
        isSensitive,
        by: row.username ?? '',
        concerns: { users: [row.submittedBy ?? row.createdBy] },
        reviewedAt: Number(row.reviewedAt),
        remark: row.remark ?? '',
      }),
    );
  }

  private async raised(): Promise<Notice[]> {
    const notices: Notice[] = [];
    for (const { id, kind, text, subject } of await this.alarms.open()) {
      const about = await this.campaignOf(subject);
      const isSensitive = about !== null && (about.definition === null || (await this.isSensitive(about.definition)));
      const concerns = { users: about?.createdBy ? [about.createdBy] : [], right: 'uncertain' as const };
      notices.push(alarmed({ id, kind, text, isSensitive, concerns }));
    }
    return notices;
  }

  /** From the morning on, on days with something to do. */
  private async reminders(): Promise<Notice[]> {
    const now = this.clock.now();
    if (now < this.county.timeOfDay(now, REMINDED_FROM)) return [];
    const rows = await this.database.query<{ township: string | null; n: number; overdue: number }>(
      "SELECT township, COUNT(*) AS n, SUM(CASE WHEN dueAt < ? THEN 1 ELSE 0 END) AS overdue FROM tasks WHERE status = 'open' AND dueAt < ? GROUP BY township ORDER BY township",
      [now, this.county.timeOfDay(now, '24:00')],
    );
    if (rows.length === 0) return [];
    const names = new Map(this.config.settings.townships.map((t) => [t.code, t.name]));
    const townships = rows.map(({ township, n, overdue }) => ({
      name: (township === null ? undefined : names.get(township)) ?? '未定乡镇',
      due: Number(n) - Number(overdue),
      overdue: Number(overdue),
    }));
    return [reminded(this.county.dayNumber(now), townships)];
  }

  private async versions(where: string): Promise<{ row: VersionRow; name: string; isSensitive: boolean }[]> {
    const rows = await this.database.query<VersionRow>(
      `SELECT v.campaignId, v.version, v.definition, v.preflight, v.submittedAt, v.reviewedAt, v.remark, v.submittedBy, v.editors, c.createdBy, c.township, u.username
        FROM campaigns c JOIN campaign_versions v ON v.campaignId = c.id AND v.version = c.latestVersion LEFT JOIN users u ON u.id = v.submittedBy
        WHERE ${where} AND c.status NOT IN ('ended', 'cancelled') ORDER BY v.campaignId`,
    );
    const found: { row: VersionRow; name: string; isSensitive: boolean }[] = [];
    for (const row of rows) {
      const named = JSON.parse(row.definition) as Named;
      found.push({ row, name: named.name, isSensitive: await this.isSensitive(named) });
    }
    return found;
  }

  /** The campaign that an alarm is about, by itself or by its run; null where it is about none, without a definition where it is gone. */
  private async campaignOf(subject: string): Promise<{ definition: Named | null; createdBy: string | null } | null> {
    const [kind, id] = subject.split('/');
    if ((kind !== 'campaign' && kind !== 'run') || !id) return null;
    const of = kind === 'campaign' ? 'c.id = ?' : 'c.id = (SELECT r.campaignId FROM runs r WHERE r.id = ?)';
    const row = await this.database.one<{ definition: string; createdBy: string }>(
      `SELECT v.definition, c.createdBy FROM campaigns c JOIN campaign_versions v ON v.campaignId = c.id AND v.version = COALESCE(c.approvedVersion, c.latestVersion) WHERE ${of}`,
      [id],
    );
    return row
      ? { definition: JSON.parse(row.definition) as Named, createdBy: row.createdBy }
      : { definition: null, createdBy: null };
  }

  private async isSensitive({ segmentId, groupSegmentId }: Named): Promise<boolean> {
    for (const id of [segmentId, groupSegmentId])
      if (id !== undefined && (await this.segments.get(id, { township: null }))?.sensitive) return true;
    return false;
  }
}
