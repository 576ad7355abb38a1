import { Injectable } from '@nestjs/common';
import { Clock, Config, parseDuration, type Instant } from '../platform/index.js';
import { approvalState, validUntil, type ApprovalState } from './approval.js';
import { CampaignRepository, type Campaign } from './campaign.repository.js';

/** How long an approval holds where the campaign does not say. */
const DEFAULT_VALIDITY = 'P6M';

/** How the approval of a campaign stands. What runs once needs none beyond its run. */
@Injectable()
export class ApprovalTermsBook {
  constructor(
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly campaigns: CampaignRepository,
  ) {}

  async of(campaign: Campaign): Promise<{ readonly state: ApprovalState; readonly until: Instant }> {
    const version =
      campaign.approvedVersion === null ? null : await this.campaigns.version(campaign.id, campaign.approvedVersion);
    if (!version || version.reviewedAt === null || version.definition.cadence.kind === 'once')
      return { state: 'valid', until: Infinity };
    const { approvalValidFor = DEFAULT_VALIDITY } = version.definition;
    const terms = {
      reviewedAt: version.reviewedAt,
      validFor: approvalValidFor === 'never' ? null : parseDuration(approvalValidFor),
      grace: parseDuration(this.config.settings.campaigns.approvalGrace)!,
    };
    return { state: approvalState(terms, this.clock.now()), until: validUntil(terms) };
  }
}
