import { Injectable } from '@nestjs/common';
import { CountyTime } from '../platform/index.js';
import { changesBetween, type CampaignStatus, type Change, type VersionStatus } from './campaign.js';
import { CampaignRepository, type Campaign, type CampaignVersion } from './campaign.repository.js';
import type { CampaignDefinition } from './campaign.schemas.js';
import { Differences, type Difference } from './differences.service.js';

/** How one version went through review. */
export interface VersionView {
  readonly version: number;
  readonly status: VersionStatus;
  readonly digest: string;
  readonly editedBy: string;
  readonly editedAt: string;
  readonly submittedBy: string | null;
  readonly submittedAt: string | null;
  readonly reviewedBy: string | null;
  readonly reviewedAt: string | null;
  readonly remark: string | null;
  readonly preflight: Readonly<Record<string, unknown>> | null;
  /** Against the version that was approved before it; empty where it is the first. */
  readonly changes: readonly Change[];
}

/**
 * A campaign as the API shows it: the definition in force (of one never approved, the latest), its state, and where somebody
 * works on the next version, that one as `draft`.
 */
export interface CampaignView extends CampaignDefinition {
  readonly id: string;
  readonly version: number;
  readonly status: CampaignStatus;
  readonly nextRunAt: string | null;
  readonly activatedAt: string | null;
  readonly township: string | null;
  /** Why the clock suspended it. */
  readonly pausedReason: string | null;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly approvedVersion: number | null;
  readonly latestVersion: number;
  readonly review: VersionView;
  readonly draft: (VersionView & { readonly definition: CampaignDefinition }) | null;
}

/** A version with what people would read and who would be selected otherwise than by the version approved before it. */
export interface VersionInFull extends VersionView, Difference {}

/** One campaign with everything that its approver has to see. */
export interface CampaignInFull extends CampaignView {
  readonly review: VersionInFull;
  readonly draft: (VersionInFull & { readonly definition: CampaignDefinition }) | null;
}

/** The versions of a campaign that a view is made of; `earlier` was in force before `shown`. */
interface Versions {
  readonly shown: CampaignVersion;
  readonly next: CampaignVersion | null;
  readonly earlier: CampaignVersion | null;
}

@Injectable()
export class CampaignViews {
  constructor(
    private readonly campaigns: CampaignRepository,
    private readonly county: CountyTime,
    private readonly differences: Differences,
  ) {}

  async view(campaign: Campaign): Promise<CampaignView> {
    return (await this.all([campaign]))[0]!;
  }

  async all(campaigns: readonly Campaign[]): Promise<CampaignView[]> {
    return (await this.versions(campaigns)).map((of, i) => this.one(campaigns[i]!, of));
  }

  async inFull(campaign: Campaign): Promise<CampaignInFull> {
    const of = (await this.versions([campaign]))[0]!;
    const { review, draft, ...rest } = this.one(campaign, of);
    return {
      ...rest,
      review: { ...review, ...(await this.differences.between(of.earlier, of.shown)) },
      draft: draft && of.next && { ...draft, ...(await this.differences.between(of.shown, of.next)) },
    };
  }

  private async versions(campaigns: readonly Campaign[]): Promise<Versions[]> {
    const keys = campaigns.flatMap(({ id, approvedVersion, latestVersion }) =>
      [...new Set([approvedVersion ?? latestVersion, latestVersion])].map((version) => ({ campaignId: id, version })),
    );
    const versions = new Map((await this.campaigns.versions(keys)).map((v) => [`${v.campaignId}:${v.version}`, v]));
    const earlier = await this.campaigns.lastReplaced(
      campaigns.flatMap(({ id, approvedVersion }) =>
        (approvedVersion ?? 1) > 1 ? [{ campaignId: id, below: approvedVersion! }] : [],
      ),
    );
    return campaigns.map(({ id, approvedVersion, latestVersion }) => {
      const shown = versions.get(`${id}:${approvedVersion ?? latestVersion}`)!;
      const next =
        approvedVersion !== null && latestVersion > approvedVersion ? versions.get(`${id}:${latestVersion}`)! : null;
      return { shown, next, earlier: earlier.get(id) ?? null };
    });
  }

  private one(campaign: Campaign, { shown, next, earlier }: Versions): CampaignView {
    const { county } = this;
    return {
      ...shown.definition,
      id: campaign.id,
      version: shown.version,
      status: campaign.status,
      nextRunAt: county.isoOrNull(campaign.nextRunAt),
      activatedAt: county.isoOrNull(campaign.activatedAt),
      township: campaign.township,
      pausedReason: campaign.pausedReason,
      createdBy: campaign.createdBy,
      createdAt: county.iso(campaign.createdAt),
      updatedAt: county.iso(campaign.updatedAt),
      approvedVersion: campaign.approvedVersion,
      latestVersion: campaign.latestVersion,
      review: this.review(shown, earlier?.definition ?? null),
      draft: next && { ...this.review(next, shown.definition), definition: next.definition },
    };
  }

  private review(version: CampaignVersion, before: CampaignDefinition | null): VersionView {
    return {
      version: version.version,
      status: version.status,
      digest: version.digest,
      editedBy: version.editedBy,
      editedAt: this.county.iso(version.editedAt),
      submittedBy: version.submittedBy,
      submittedAt: this.county.isoOrNull(version.submittedAt),
      reviewedBy: version.reviewedBy,
      reviewedAt: this.county.isoOrNull(version.reviewedAt),
      remark: version.remark,
      preflight: version.preflight,
      changes: before === null ? [] : changesBetween(before, version.definition),
    };
  }
}
