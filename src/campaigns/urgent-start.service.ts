import { Injectable } from '@nestjs/common';
import type { Actor } from '../accounts/index.js';
import { Clock } from '../platform/index.js';
import { CampaignLedger } from './campaign-ledger.service.js';
import { CampaignRepository, type Campaign } from './campaign.repository.js';
import { RunRepository } from './run.repository.js';

/** A new scam this morning: the approval of an urgent campaign that was made in one step is its start. */
@Injectable()
export class UrgentStart {
  constructor(
    private readonly clock: Clock,
    private readonly campaigns: CampaignRepository,
    private readonly runs: RunRepository,
    private readonly ledger: CampaignLedger,
  ) {}

  /** Makes its one run, now; the campaign has nothing to come after it. Inside the approval's transaction. */
  async start(campaign: Campaign, by: Actor): Promise<string> {
    const now = this.clock.now();
    const version = campaign.approvedVersion!;
    const { urgent } = await this.campaigns.approvedDefinition(campaign.id, version);
    const run = {
      id: this.runs.newId(),
      campaignId: campaign.id,
      version,
      kind: 'manual' as const,
      reason: urgent?.reason,
      startedBy: campaign.createdBy,
    };
    let occurrence = now % 1000 === 0 ? now + 1 : now;
    while (!(await this.runs.insert({ ...run, occurrence }))) occurrence += 1;
    await this.campaigns.change(campaign.id, {
      status: 'ended',
      activatedAt: now,
      nextRunAt: null,
      startsOnApproval: 0,
      updatedAt: now,
    });
    await this.ledger.write('campaign.start', campaign, by, { version, run: run.id, reason: urgent?.reason });
    return run.id;
  }
}
