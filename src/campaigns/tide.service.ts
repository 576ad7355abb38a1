import { Injectable } from '@nestjs/common';
import { COUNTY, type Scope } from '../accounts/index.js';
import { Clock, Config, Database, parseDuration, type Instant } from '../platform/index.js';
import type { Campaign } from './campaign.repository.js';
import { CampaignRepository } from './campaign.repository.js';
import type { Occasion } from './cadence.js';
import { Cadences } from './cadences.service.js';
import { leftOutGap, type Gap } from './due.js';
import type { OccurrenceStatus } from './run.js';

/** A line of the tide table. `lateMs` is how long after its time an occurrence started; null while it has not. */
export interface TideRow {
  readonly campaignId: string;
  /** Its name. */
  readonly campaign: string;
  readonly at: Instant;
  readonly status: OccurrenceStatus;
  readonly runId: string | null;
  readonly reason: string | null;
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
  readonly lateMs: number | null;
}

export interface Punctuality {
  /** Occurrences whose time has come and that no rule left out. */
  readonly due: number;
  /** Those of them that started within `campaigns.missedAfter`. */
  readonly onTime: number;
  /** onTime / due; null where nothing was due. */
  readonly share: number | null;
}

interface Raw {
  campaignId: string;
  campaign: string;
  at: unknown;
  status: OccurrenceStatus;
  runId: string | null;
  reason: string | null;
  startedAt: unknown;
  finishedAt: unknown;
}

const instant = (value: unknown): Instant | null => (value === null ? null : Number(value));
const rowOf = (raw: Raw): TideRow => {
  const startedAt = instant(raw.startedAt);
  const at = Number(raw.at);
  return {
    ...raw,
    at,
    startedAt,
    finishedAt: instant(raw.finishedAt),
    lateMs: startedAt === null ? null : Math.max(0, startedAt - at),
  };
};

const NOT_STARTED = { runId: null, startedAt: null, finishedAt: null, lateMs: null };
const COLUMNS = ['campaignId', 'at', 'status', 'runId', 'reason', 'startedAt', 'finishedAt']
  .map((c) => `o.${c} AS ${c}`)
  .join(', ');

/** The tide table: every occurrence that was due, and what became of it. No gap is without a row that says why. */
@Injectable()
export class Tide {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly campaigns: CampaignRepository,
    private readonly cadences: Cadences,
  ) {}

  get missedAfter(): number {
    return parseDuration(this.config.settings.campaigns.missedAfter)!;
  }

  /** From when on the table has no rows of an active campaign yet. */
  private async unrecordedFrom(campaign: Campaign): Promise<Instant> {
    const last = await this.database.one<{ last: unknown }>(
      'SELECT MAX(at) AS last FROM occurrences WHERE campaignId = ?',
      [campaign.id],
    );
    const version =
      campaign.approvedVersion === null ? null : await this.campaigns.version(campaign.id, campaign.approvedVersion);
    const recorded = last?.last === null || last === null ? 0 : Number(last.last) + 1;
    return Math.max(recorded, campaign.activatedAt ?? Infinity, version?.reviewedAt ?? 0);
  }

  /**
   * Occasions of the version in force that have no row yet, up to and including `until`. Who asks for far years names `from`:
   * nothing before it is worked out.
   */
  async unrecorded(campaign: Campaign, { from = 0, until }: { from?: Instant; until: Instant }): Promise<Occasion[]> {
    if (campaign.approvedVersion === null || campaign.activatedAt === null) return [];
    const definition = await this.campaigns.approvedDefinition(campaign.id, campaign.approvedVersion);
    return this.cadences.between(definition, Math.max(from, await this.unrecordedFrom(campaign)), until + 1);
  }

  /** Rows for everything up to `until` that will not take place any more: a pause, a replacement, an end. */
  async close(campaign: Campaign, until: Instant, gap: Omit<Gap, 'at'>): Promise<void> {
    const occasions = await this.unrecorded(campaign, { until });
    await this.record(
      campaign.id,
      occasions.map((o) => leftOutGap(o) ?? { ...gap, at: o.at }),
    );
  }

  /** Adds rows of what did not take place; one that is there already stays as it is. */
  async record(campaignId: string, gaps: readonly Gap[]): Promise<void> {
    await this.database.insert(
      'occurrences',
      ['campaignId', 'at', 'status', 'reason'],
      gaps.map((g) => [campaignId, g.at, g.status, g.reason]),
      'ignore',
    );
  }

  /** Adds the row of an occurrence that gets its run; false where somebody else did. */
  async recordDue(campaignId: string, at: Instant, runId: string): Promise<boolean> {
    return (
      (await this.database.insert(
        'occurrences',
        ['campaignId', 'at', 'status', 'runId'],
        [[campaignId, at, 'due', runId]],
        'ignore',
      )) > 0
    );
  }

  /** Rows of [from, to) as they are stored. */
  private async stored(q: {
    from: Instant;
    to: Instant;
    campaignId?: string | undefined;
    scope: Scope;
  }): Promise<TideRow[]> {
    const one = q.campaignId === undefined ? '' : ' AND o.campaignId = ?';
    const within = q.scope.township === null ? '' : ' AND c.township = ?';
    const rows = await this.database.query<Raw>(
      `SELECT ${COLUMNS}, c.name AS campaign FROM occurrences o JOIN campaigns c ON c.id = o.campaignId
        WHERE o.at >= ? AND o.at < ?${one}${within} ORDER BY o.at, o.campaignId`,
      [
        q.from,
        q.to,
        ...(q.campaignId === undefined ? [] : [q.campaignId]),
        ...(q.scope.township === null ? [] : [q.scope.township]),
      ],
    );
    return rows.map(rowOf);
  }

  /** What has no row yet in [from, to): what is to come of an active campaign, what a paused one let pass. */
  private async ahead(campaign: Campaign, from: Instant, to: Instant): Promise<TideRow[]> {
    const isPaused = campaign.status === 'paused';
    if (campaign.status !== 'active' && !isPaused) return [];
    const until = isPaused ? Math.min(to - 1, this.clock.now()) : to - 1;
    const occasions = await this.unrecorded(campaign, { from, until });
    return occasions.map((o) => {
      const gap = leftOutGap(o) ?? (isPaused ? { status: 'skipped' as const, reason: 'paused' as const } : null);
      return {
        ...NOT_STARTED,
        campaignId: campaign.id,
        campaign: campaign.name,
        at: o.at,
        status: gap?.status ?? 'due',
        reason: gap?.reason ?? null,
      };
    });
  }

  /** The occurrences of one campaign in [from, to): stored ones, and those that are to come. */
  async occurrences(campaign: Campaign, from: Instant, to: Instant): Promise<TideRow[]> {
    const past = await this.stored({ from, to, campaignId: campaign.id, scope: COUNTY });
    return [...past, ...(await this.ahead(campaign, from, to))].sort((a, b) => a.at - b.at);
  }

  /** The tide table of all campaigns that the scope shows, with its punctuality up to now. */
  async table(from: Instant, to: Instant, scope: Scope): Promise<{ rows: TideRow[]; punctuality: Punctuality }> {
    const rows = await this.stored({ from, to, scope });
    for (const campaign of await this.campaigns.inLife()) {
      if (scope.township === null || campaign.township === scope.township)
        rows.push(...(await this.ahead(campaign, from, to)));
    }
    rows.sort((a, b) => a.at - b.at || (a.campaignId < b.campaignId ? -1 : 1));
    return { rows, punctuality: this.punctuality(rows) };
  }

  private punctuality(rows: readonly TideRow[]): Punctuality {
    const now = this.clock.now();
    // What `missed: skip` gave up was due all the same; a holiday or a pause was not.
    const due = rows.filter((r) => r.at <= now && (r.status !== 'skipped' || r.reason === 'skipped_by_rule'));
    const onTime = due.filter((r) =>
      r.lateMs === null ? r.status === 'due' && now - r.at <= this.missedAfter : r.lateMs <= this.missedAfter,
    );
    return { due: due.length, onTime: onTime.length, share: due.length === 0 ? null : onTime.length / due.length };
  }
}
