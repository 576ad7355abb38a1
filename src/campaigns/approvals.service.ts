import { Injectable } from '@nestjs/common';
import type { Actor } from '../accounts/index.js';
import { Clock, Config, Database, err, ok, type Instant, type Result } from '../platform/index.js';
import { isOwnWork, withinMagnitude } from './campaign.js';
import { CampaignLedger } from './campaign-ledger.service.js';
import { CampaignRepository, frozen, type Campaign, type CampaignVersion } from './campaign.repository.js';
import { ReviewRooms } from './pinned-scripts.service.js';
import { Replacement } from './replacement.service.js';
import { UrgentStart } from './urgent-start.service.js';

export type ApprovalRefusal =
  | 'notFound'
  | 'illegalMove'
  | 'ownCampaign'
  | 'targetedRequired'
  | 'magnitudeMismatch'
  | 'needsSensitiveRight'
  | 'neverOccurs'
  | 'scriptNotReady'
  | 'altered'
  | 'changed';

/** Four eyes: what is sent has been read by somebody who neither made nor edited nor submitted it. */
@Injectable()
export class Approvals {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly campaigns: CampaignRepository,
    private readonly rooms: ReviewRooms,
    private readonly replacement: Replacement,
    private readonly ledger: CampaignLedger,
    private readonly urgent: UrgentStart,
  ) {}

  /**
   * `targeted` is the number that the approver read in the pre-flight, `digest` the one of the version that was before them, so that
   * nobody approves a page that they did not see.
   */
  async approve(
    id: string,
    by: Actor,
    read: { targeted?: number | undefined; digest?: string | undefined; remark?: string | undefined },
  ): Promise<Result<Campaign, ApprovalRefusal>> {
    return this.database.transaction(async () => {
      const found = await this.inReview(id, by);
      if (!found.ok) return found;
      const { campaign, version } = found.value;
      const refusal = await this.refusal(campaign, version, { ...read, by });
      if (refusal) return refusal;
      const scripts = await this.rooms.pinned.toApprove(version.definition, by);
      if (!scripts.ok) return scripts;
      const now = this.clock.now();
      const reviewed = { status: 'approved' as const, reviewedBy: by.id, reviewedAt: now, remark: read.remark ?? null };
      await this.rooms.pinned.approve(scripts.value, by, read.remark);
      await this.replacement.putInForce(campaign, version, { reviewed, now });
      await this.ledger.write('campaign.approve', campaign, by, {
        version: version.version,
        digest: version.digest,
        targeted: read.targeted,
        ...(scripts.value.length > 0 ? { scripts: scripts.value } : {}),
        ...(read.remark ? { remark: read.remark } : {}),
      });
      const approved = (await this.campaigns.find(id, by.scope))!;
      if (approved.startsOnApproval === 1 && approved.status === 'approved') await this.urgent.start(approved, by);
      return ok((await this.campaigns.find(id, by.scope))!);
    });
  }

  /** Back to its author, with a remark that says why. */
  async return(
    id: string,
    by: Actor,
    remark: string | undefined,
  ): Promise<Result<Campaign, 'notFound' | 'illegalMove' | 'remarkRequired'>> {
    if (!remark?.trim()) return err('remarkRequired');
    return this.database.transaction(async () => {
      const found = await this.inReview(id, by);
      if (!found.ok) return found;
      const { campaign, version } = found.value;
      const now: Instant = this.clock.now();
      await this.campaigns.changeVersion(id, version.version, {
        status: 'draft',
        reviewedBy: by.id,
        reviewedAt: now,
        remark,
      });
      await this.campaigns.change(id, {
        updatedAt: now,
        ...(campaign.status === 'inReview' ? { status: 'draft' as const } : {}),
      });
      await this.ledger.write('campaign.return', campaign, by, { version: version.version, remark });
      return ok((await this.campaigns.find(id, by.scope))!);
    });
  }

  private async inReview(
    id: string,
    by: Actor,
  ): Promise<Result<{ campaign: Campaign; version: CampaignVersion }, 'notFound' | 'illegalMove'>> {
    const campaign = await this.campaigns.lock(id, by.scope);
    if (!campaign) return err('notFound');
    const version = (await this.campaigns.version(id, campaign.latestVersion))!;
    const open = !['ended', 'cancelled'].includes(campaign.status);
    return version.status === 'inReview' && open
      ? ok({ campaign, version })
      : err('illegalMove', { status: campaign.status });
  }

  private async refusal(
    campaign: Campaign,
    version: CampaignVersion,
    { by, targeted, digest }: { by: Actor; targeted?: number | undefined; digest?: string | undefined },
  ) {
    if (isOwnWork(by.id, { createdBy: campaign.createdBy, editors: version.editors, submittedBy: version.submittedBy }))
      return err('ownCampaign');
    if ((await this.rooms.isSensitive(version.definition)) && !by.mayReadSensitive) return err('needsSensitiveRight');
    if (digest !== undefined && digest !== version.digest) return err('changed');
    if (targeted === undefined) return err('targetedRequired');
    const counted = Number(version.preflight?.targeted);
    if (!withinMagnitude(targeted, counted, this.config.settings.campaigns.magnitudeTolerance))
      return err('magnitudeMismatch', { targeted: counted });
    if (!this.replacement.occurs(version.definition, this.clock.now())) return err('neverOccurs');
    return frozen(version.definition).digest === version.digest ? null : err('altered');
  }
}
