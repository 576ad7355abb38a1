import { Injectable } from '@nestjs/common';
import { COUNTY } from '../accounts/index.js';
import type { Instant } from '../platform/index.js';
import { Cadences } from './cadences.service.js';
import { CampaignRepository, type Campaign, type CampaignVersion } from './campaign.repository.js';
import type { CampaignDefinition } from './campaign.schemas.js';
import { DueRuns } from './due-runs.service.js';
import { Tide } from './tide.service.js';

type Reviewed = Pick<CampaignVersion, 'status' | 'reviewedBy' | 'reviewedAt' | 'remark'>;

/** Puts an approved version in force, the first one or one that replaces another; inside the approval's transaction. */
@Injectable()
export class Replacement {
  constructor(
    private readonly campaigns: CampaignRepository,
    private readonly dueRuns: DueRuns,
    private readonly tide: Tide,
    private readonly cadences: Cadences,
  ) {}

  /** False where nothing of the definition is to come any more: there is nothing to approve. */
  occurs(definition: CampaignDefinition, now: Instant): boolean {
    return definition.cadence.kind === 'event'
      ? !this.cadences.isOver(definition, now)
      : this.cadences.next(definition, now) !== null;
  }

  async putInForce(
    campaign: Campaign,
    version: CampaignVersion,
    { reviewed, now }: { reviewed: Reviewed; now: Instant },
  ): Promise<void> {
    // What fell due under the old version is still the old version's, also where the scheduler has not come by yet.
    if (campaign.status === 'active') await this.dueRuns.make(campaign.id, now);
    await this.tide.close(
      campaign,
      now,
      campaign.status === 'paused' ? { status: 'skipped', reason: 'paused' } : { status: 'missed', reason: 'replaced' },
    );
    if (campaign.approvedVersion !== null) {
      await this.campaigns.changeVersion(campaign.id, campaign.approvedVersion, { status: 'replaced' });
    }
    await this.campaigns.changeVersion(campaign.id, version.version, reviewed);
    const current = (await this.campaigns.find(campaign.id, COUNTY))!;
    await this.campaigns.change(campaign.id, {
      approvedVersion: version.version,
      name: version.definition.name,
      updatedAt: now,
      ...(current.status === 'inReview' ? { status: 'approved' as const } : {}),
      ...(current.status === 'active' ? { nextRunAt: this.cadences.next(version.definition, now) } : {}),
    });
  }
}
