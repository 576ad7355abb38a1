import { Injectable } from '@nestjs/common';
import { COUNTY } from '../accounts/index.js';
import { Alarms, CLOCK_ACTOR, Ledger, parseDuration, type Instant } from '../platform/index.js';
import { CampaignRepository, type Campaign } from './campaign.repository.js';
import type { CampaignDefinition } from './campaign.schemas.js';
import { Cadences } from './cadences.service.js';
import { decideDue, type LatenessRule } from './due.js';
import { RunRepository } from './run.repository.js';
import { Tide } from './tide.service.js';

/** Turns what is due of one campaign into its run, its rows and its next moment; called inside a transaction. */
@Injectable()
export class DueRuns {
  constructor(
    private readonly campaigns: CampaignRepository,
    private readonly runs: RunRepository,
    private readonly tide: Tide,
    private readonly cadences: Cadences,
    private readonly alarms: Alarms,
    private readonly ledger: Ledger,
  ) {}

  /** The run of what is due of a campaign up to `now`, with a row for each occurrence that does not take place; null where none runs. */
  async make(id: string, now: Instant): Promise<string | null> {
    const campaign = await this.campaigns.lock(id, COUNTY);
    if (campaign?.status !== 'active' || campaign.nextRunAt === null || campaign.nextRunAt > now) return null;
    const version = campaign.approvedVersion!;
    const definition = await this.campaigns.approvedDefinition(id, version);
    const { run: occurrence, gaps } = decideDue(
      await this.tide.unrecorded(campaign, { until: now }),
      this.lateness(definition),
      now,
    );
    await this.tide.record(id, gaps);
    const run = occurrence === null ? null : await this.makeRun(campaign, version, occurrence);
    await this.moveOn(campaign, definition, now);
    const lost = gaps.filter((g) => g.status === 'missed' || g.reason === 'skipped_by_rule');
    if (lost.length > 0) {
      const text = `${campaign.name}：错过 ${lost.length} 期，${run === null ? '不补发' : '现补发最近一期'}`;
      await this.alarms.raise('occurrence_missed', `campaign/${id}`, text);
    }
    return run;
  }

  private lateness(definition: CampaignDefinition): LatenessRule {
    const { missed, maxLateness } = definition;
    return {
      missed,
      maxLateness: maxLateness === undefined ? null : parseDuration(maxLateness),
      missedAfter: this.tide.missedAfter,
    };
  }

  private async makeRun(campaign: Campaign, version: number, occurrence: Instant): Promise<string | null> {
    const runId = this.runs.newId();
    const made = await this.runs.insert({ id: runId, campaignId: campaign.id, version, occurrence, kind: 'scheduled' });
    if (!made || !(await this.tide.recordDue(campaign.id, occurrence, runId))) return null;
    await this.ledger.write({
      action: 'run.make',
      subject: `run/${runId}`,
      by: CLOCK_ACTOR,
      detail: { campaign: campaign.id, version, occurrence, kind: 'scheduled' },
    });
    return runId;
  }

  private async moveOn(campaign: Campaign, definition: CampaignDefinition, now: Instant): Promise<void> {
    const nextRunAt = this.cadences.next(definition, now);
    await this.campaigns.change(campaign.id, {
      nextRunAt,
      updatedAt: now,
      ...(nextRunAt === null ? { status: 'ended' as const } : {}),
    });
    if (nextRunAt !== null) return;
    await this.ledger.write({ action: 'campaign.end', subject: `campaign/${campaign.id}`, by: CLOCK_ACTOR });
  }
}
