import { Injectable } from '@nestjs/common';
import { Database, type Instant } from '../platform/index.js';
import { checkSums } from '../dispatch/index.js';
import type { Cut } from './cut.js';
import { exampleSql } from './measure-sql.js';
import type { ReachReport, SendsReport, TrickCoverage } from './report.js';
import { Reports } from './report.service.js';
import type { Viewer } from './viewer.js';

export interface Example {
  readonly deliveryId: string;
  readonly channel: string;
  readonly campaignId: string;
  readonly trick: string;
  /** Why this person got this script, as dispatch kept it. */
  readonly why: string;
}

export interface Summary {
  readonly sends: SendsReport;
  readonly reachByPopulation: ReachReport;
  readonly tricks: Pick<TrickCoverage, 'most' | 'least' | 'segmentSize' | 'reachedPeople'>;
  /** Their texts are dispatch's to recompute. */
  readonly examples: readonly Example[];
  /** Each sum that does not hold, in words; empty where all do. */
  readonly violations: readonly string[];
}

const WHOLE_COUNTY: Viewer = { scope: { township: null }, mayReadSensitive: true };
const TOLD = ['sms', 'voice', 'chat'];

/** A period in one look: what the demo prints and what somebody in a hurry reads. */
@Injectable()
export class MonthSummary {
  constructor(
    private readonly reports: Reports,
    private readonly database: Database,
  ) {}

  /** The runs whose occurrence is in [from, to). Texts of the examples are left to dispatch, which can recompute them. */
  async of(from: Instant, to: Instant, viewer: Viewer = WHOLE_COUNTY): Promise<Summary> {
    const township = viewer.scope.township;
    const cut: Cut = { from, to, asOf: null, groupBy: [], filters: township === null ? {} : { township: [township] } };
    const sends = await this.reports.sends({ ...cut, groupBy: ['campaign', 'channel'] }, viewer);
    const reachByPopulation = await this.reports.reach({ ...cut, groupBy: ['population'] }, viewer);
    const { most, least, segmentSize, reachedPeople } = await this.reports.trickCoverage(cut, viewer);
    const examples = await Promise.all(TOLD.map((channel) => this.example(cut, channel)));
    return {
      sends,
      reachByPopulation,
      tricks: { most, least, segmentSize, reachedPeople },
      examples: examples.filter((example) => example !== null),
      violations: [...sends.rows, sends.totals].flatMap(checkSums),
    };
  }

  private async example(cut: Cut, channel: string): Promise<Example | null> {
    const { text, values } = exampleSql({ ...cut, filters: { ...cut.filters, channel: [channel] } });
    const row = await this.database.one<Omit<Example, 'deliveryId'> & { id: number }>(text, values);
    return (
      row && {
        deliveryId: String(row.id),
        channel: row.channel,
        campaignId: row.campaignId,
        trick: row.trick,
        why: row.why,
      }
    );
  }
}
