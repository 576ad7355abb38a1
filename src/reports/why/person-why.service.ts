import { Injectable } from '@nestjs/common';
import type { Actor } from '../../accounts/index.js';
import { People, type MaskedPerson } from '../../audience/index.js';
import { DeliveryViews, type DeliveryView } from '../../dispatch/index.js';
import { CountyTime, Database, Ledger, marks, type Instant } from '../../platform/index.js';
import { ReportNames } from '../names.service.js';
import { whyCampaign } from './words.js';

/** From `from` until before `to`, by the occurrence of the runs. */
export interface WhyPeriod {
  readonly from: Instant;
  readonly to: Instant;
}

export interface WhySkip {
  readonly runId: string;
  readonly at: string;
  readonly channel: string;
  readonly reason: string;
}

/** An entry of the ledger without its detail, which is the auditors' to read (`GET /audit/entries`). */
export interface WhyEntry {
  readonly id: string;
  /** Its number in the chain; null while it is not sealed. */
  readonly seq: number | null;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
}

export interface WhyCampaign {
  readonly campaignId: string;
  readonly name: string;
  /** Runs of the period. */
  readonly runs: number;
  /** Null where a sensitive campaign neither wrote to the person nor may be read by the caller. */
  readonly inSegment: boolean | null;
  /** All of it in one Chinese sentence. */
  readonly words: string;
  readonly deliveries: readonly DeliveryView[];
  readonly skips: readonly WhySkip[];
  /** How the campaign, and the runs that concern the person, came about. */
  readonly ledger: readonly WhyEntry[];
}

export interface PersonWhyAnswer {
  readonly person: MaskedPerson;
  readonly from: string;
  readonly to: string;
  readonly campaigns: readonly WhyCampaign[];
}

interface SkipRow {
  readonly campaignId: string;
  readonly runId: string;
  readonly at: Instant;
  readonly channel: string;
  readonly reason: string;
}
interface RunsOfCampaign {
  readonly campaignId: string;
  readonly runs: number;
  readonly unplanned: number;
}

const AT_ONCE = 500;
const CAMPAIGN_ACTIONS = ['create', 'change', 'submit', 'approve', 'return', 'activate', 'pause', 'resume', 'suspend', 'end', 'cancel']
  .map((action) => `campaign.${action}`); // prettier-ignore
const RUN_ACTIONS = ['make', 'now', 'plan', 'release', 'pause', 'resume', 'cancel'].map((action) => `run.${action}`);

/**
 * "Why did this person get this, and why not that?" as one question: every campaign that ran in a period, with what it did
 * about one person. Whoever a run selected has a delivery or a skip of it, so that neither means outside of the segment.
 */
@Injectable()
export class PersonWhy {
  constructor(
    private readonly database: Database,
    private readonly county: CountyTime,
    private readonly ledger: Ledger,
    private readonly people: People,
    private readonly deliveries: DeliveryViews,
    private readonly names: ReportNames,
  ) {}

  /** Null where there is no such person, or not for this viewer. Each answer stands in the ledger with who asked. */
  async of(personId: number, period: WhyPeriod, by: Actor): Promise<PersonWhyAnswer | null> {
    const person = await this.people.find(personId, by);
    if (!person) return null;
    const ran = await this.ran(period, by);
    const deliveries = await this.sent(personId, period, by);
    const skips = await this.skipped(personId, period);
    const wrote = await this.wrote(personId, period);
    const ids = ran.map((r) => r.campaignId);
    const names = await this.names.load(ids, by);
    const hidden = new Set(by.mayReadSensitive ? [] : await this.names.sensitive(ids));
    const told = ran.map((one) => ({
      ...one,
      own: deliveries.filter((d) => d.campaignId === one.campaignId),
      not: hidden.has(one.campaignId) ? [] : skips.filter((s) => s.campaignId === one.campaignId),
    }));
    const entries = await this.entries(
      ids,
      told.flatMap(({ own, not }) => [...own, ...not].map((one) => one.runId)),
    );
    const campaigns = told.map(({ campaignId, runs, unplanned, own, not }): WhyCampaign => {
      const isHidden = hidden.has(campaignId);
      const inSegment = own.length + not.length > 0 ? true : isHidden ? null : wrote.has(campaignId);
      const subjects = new Set([`campaign/${campaignId}`, ...[...own, ...not].map((one) => `run/${one.runId}`)]);
      return {
        campaignId,
        name: names.campaign.get(campaignId) ?? campaignId,
        runs: Number(runs),
        inSegment,
        words: whyCampaign({
          runs: Number(runs),
          unplanned: Number(unplanned),
          inSegment,
          deliveries: own,
          skips: not,
        }),
        deliveries: own,
        skips: not.map(({ runId, at, channel, reason }) => ({ runId, at: this.county.iso(at), channel, reason })),
        ledger: entries.filter((entry) => subjects.has(entry.subject)),
      };
    });
    await this.ledger.write({
      action: 'person.why',
      subject: `person/${personId}`,
      by: { id: by.id, name: by.name },
      detail: { from: period.from, to: period.to, campaigns: campaigns.length },
    });
    return { person, from: this.county.iso(period.from), to: this.county.iso(period.to), campaigns };
  }

  /** The campaigns that ran: the county's, and those of the viewer's own township. */
  private ran({ from, to }: WhyPeriod, { scope }: Actor): Promise<RunsOfCampaign[]> {
    const within = scope.township === null ? '' : ' AND (c.township IS NULL OR c.township = ?)';
    return this.database.query<RunsOfCampaign>(
      `SELECT r.campaignId, COUNT(*) AS runs, SUM(CASE WHEN r.plannedAt IS NULL THEN 1 ELSE 0 END) AS unplanned
        FROM runs r JOIN campaigns c ON c.id = r.campaignId
        WHERE r.occurrence >= ? AND r.occurrence < ? AND r.kind NOT IN ('test', 'answer')${within}
        GROUP BY r.campaignId ORDER BY MIN(r.occurrence), r.campaignId`,
      [from, to, ...(scope.township === null ? [] : [scope.township])],
    );
  }

  private async sent(personId: number, period: WhyPeriod, by: Actor): Promise<DeliveryView[]> {
    const found: DeliveryView[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await this.deliveries.list(
        { personId, ...period, limit: AT_ONCE, ...(cursor === '' ? {} : { cursor }) },
        by,
      );
      found.push(...page.items);
      cursor = page.nextCursor;
    }
    return found;
  }

  /** Campaigns that wrote to the person, also while they lived in another township, whose messages are not for this viewer. */
  private async wrote(personId: number, { from, to }: WhyPeriod): Promise<Set<string>> {
    const rows = await this.database.query<{ campaignId: string }>(
      `SELECT DISTINCT d.campaignId FROM deliveries d JOIN runs r ON r.id = d.runId
        WHERE d.personId = ? AND r.occurrence >= ? AND r.occurrence < ? AND r.kind NOT IN ('test', 'answer')`,
      [personId, from, to],
    );
    return new Set(rows.map((row) => row.campaignId));
  }

  private async skipped(personId: number, { from, to }: WhyPeriod): Promise<SkipRow[]> {
    const rows = await this.database.query<SkipRow>(
      `SELECT s.campaignId, s.runId, s.at, s.channel, s.reason FROM skips s JOIN runs r ON r.id = s.runId
        WHERE s.personId = ? AND r.occurrence >= ? AND r.occurrence < ? AND r.kind NOT IN ('test', 'answer') ORDER BY s.id`,
      [personId, from, to],
    );
    return rows.map((row) => ({ ...row, at: Number(row.at) }));
  }

  private async entries(campaignIds: readonly string[], runIds: readonly string[]): Promise<WhyEntry[]> {
    const found = [
      ...(await this.read(
        CAMPAIGN_ACTIONS,
        campaignIds.map((id) => `campaign/${id}`),
      )),
      ...(await this.read(
        RUN_ACTIONS,
        [...new Set(runIds)].map((id) => `run/${id}`),
      )),
    ];
    return found.sort((a, b) => Number(a.id) - Number(b.id));
  }

  private async read(actions: readonly string[], subjects: readonly string[]): Promise<WhyEntry[]> {
    if (subjects.length === 0) return [];
    const rows = await this.database.query<Omit<WhyEntry, 'at'> & { at: Instant }>(
      `SELECT id, seq, at, actor, action, subject FROM ledger_entries
        WHERE action IN (${marks(actions.length)}) AND subject IN (${marks(subjects.length)}) ORDER BY id`,
      [...actions, ...subjects],
    );
    return rows.map((row) => ({
      ...row,
      id: String(row.id),
      seq: row.seq === null ? null : Number(row.seq),
      at: this.county.iso(Number(row.at)),
    }));
  }
}
