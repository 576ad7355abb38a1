import { Injectable } from '@nestjs/common';
import { Segments } from '../../audience/index.js';
import { Alarms, ClosedDays, Database } from '../../platform/index.js';
import { alarmed, askedFor, closed, returned, type Notice } from './notice.js';

interface VersionRow {
  readonly campaignId: string;
  readonly version: number;
  readonly definition: string;
  readonly preflight: string | null;
  readonly submittedAt: number;
  readonly reviewedAt: number | null;
  readonly remark: string | null;
  readonly username: string | null;
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

/** What there is to be told now: everything that waits for somebody. Who was told already is not asked here. */
@Injectable()
export class NoticeSources {
  constructor(
    private readonly database: Database,
    private readonly segments: Segments,
    private readonly alarms: Alarms,
    private readonly days: ClosedDays,
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
        reviewedAt: Number(row.reviewedAt),
        remark: row.remark ?? '',
      }),
    );
  }

  private async raised(): Promise<Notice[]> {
    const notices: Notice[] = [];
    for (const { id, kind, text, subject } of await this.alarms.open())
      notices.push(alarmed({ id, kind, text, isSensitive: await this.isAboutSensitive(subject) }));
    return notices;
  }

  private async versions(where: string): Promise<{ row: VersionRow; name: string; isSensitive: boolean }[]> {
    const rows = await this.database.query<VersionRow>(
      `SELECT v.campaignId, v.version, v.definition, v.preflight, v.submittedAt, v.reviewedAt, v.remark, u.username
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

  private async isAboutSensitive(subject: string): Promise<boolean> {
    const [kind, id] = subject.split('/');
    if ((kind !== 'campaign' && kind !== 'run') || !id) return false;
    const of = kind === 'campaign' ? 'c.id = ?' : 'c.id = (SELECT r.campaignId FROM runs r WHERE r.id = ?)';
    const row = await this.database.one<{ definition: string }>(
      `SELECT v.definition FROM campaigns c JOIN campaign_versions v ON v.campaignId = c.id AND v.version = COALESCE(c.approvedVersion, c.latestVersion) WHERE ${of}`,
      [id],
    );
    return row === null || this.isSensitive(JSON.parse(row.definition) as Named);
  }

  private async isSensitive({ segmentId, groupSegmentId }: Named): Promise<boolean> {
    for (const id of [segmentId, groupSegmentId])
      if (id !== undefined && (await this.segments.get(id, { township: null }))?.sensitive) return true;
    return false;
  }
}
