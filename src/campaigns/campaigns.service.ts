import { Injectable } from '@nestjs/common';
import type { Actor, Scope } from '../accounts/index.js';
import {
  Chance,
  Clock,
  Database,
  err,
  ok,
  pageOf,
  pointer,
  type InputMistake,
  type Instant,
  type Page,
  type Result,
} from '../platform/index.js';
import type { CampaignStatus } from './campaign.js';
import { CampaignLedger } from './campaign-ledger.service.js';
import { CampaignRepository, type Campaign, type CampaignVersion } from './campaign.repository.js';
import { campaignSchema, patched, type CampaignDefinition, type CampaignPatch } from './campaign.schemas.js';
import { CampaignViews, type CampaignInFull, type CampaignView } from './campaign-view.service.js';
import { DefinitionCheck } from './definition-check.service.js';
import { Differences } from './differences.service.js';

/** What the planner counted before anybody was asked to approve; `targeted` is what the approver has to have read. */
export type Preflight = Readonly<Record<string, unknown>> & { readonly targeted: number };

type Saved = Result<Campaign, 'notFound' | 'illegalMove' | 'invalid'>;

/** States in which a campaign has a version in force, so that a change begins the next one. */
const IN_FORCE: readonly CampaignStatus[] = ['approved', 'active', 'paused'];

const scopeOf = (campaign: Pick<Campaign, 'township'>): Scope => ({ township: campaign.township });

/** Making, changing and submitting campaigns. What review and life make of them is in `Approvals` and `Lifecycle`. */
@Injectable()
export class Campaigns {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly campaigns: CampaignRepository,
    private readonly check: DefinitionCheck,
    private readonly views: CampaignViews,
    private readonly ledger: CampaignLedger,
    private readonly differences: Differences,
  ) {}

  find(id: string, scope: Scope): Promise<Campaign | null> {
    return this.campaigns.find(id, scope);
  }

  async list(q: {
    scope: Scope;
    status?: CampaignStatus | undefined;
    after?: string | undefined;
    limit: number;
  }): Promise<Page<Campaign>> {
    const rows = await this.campaigns.list({ ...q, limit: q.limit + 1 });
    return pageOf(
      rows,
      q.limit,
      (c) => c.id,
      (c) => c,
    );
  }

  view(campaign: Campaign): Promise<CampaignView> {
    return this.views.view(campaign);
  }

  /** With what its latest version changes for people: dear, so for one campaign at a time. */
  viewInFull(campaign: Campaign): Promise<CampaignInFull> {
    return this.views.inFull(campaign);
  }

  viewAll(campaigns: readonly Campaign[]): Promise<CampaignView[]> {
    return this.views.all(campaigns);
  }

  /** The version that is edited or in force last, with its definition: what a preview and a test are made of. */
  async latest(
    id: string,
    scope: Scope,
  ): Promise<{ version: number; definition: CampaignDefinition; township: string | null } | null> {
    const campaign = await this.campaigns.find(id, scope);
    if (!campaign) return null;
    const definition = await this.definition(id, campaign.latestVersion);
    return { version: campaign.latestVersion, definition, township: campaign.township };
  }

  /** The definition of any version, approved or not. Throws where there is none. */
  async definition(id: string, version: number): Promise<CampaignDefinition> {
    const found = await this.campaigns.version(id, version);
    if (!found) throw new Error(`campaign ${id} has no version ${version}`);
    return found.definition;
  }

  /** Null where there is no such campaign. */
  name(id: string): Promise<string | null> {
    return this.campaigns.name(id);
  }

  /** What was counted before the version was approved; null where nothing was. */
  async preflight(id: string, version: number): Promise<Preflight | null> {
    return ((await this.campaigns.version(id, version))?.preflight ?? null) as Preflight | null;
  }

  /** Active campaigns that run by `until`, with the definition in force; events say themselves when theirs do. */
  async dueUntil(
    until: Instant,
  ): Promise<{ id: string; name: string; nextRunAt: Instant; definition: CampaignDefinition }[]> {
    const due: { id: string; name: string; nextRunAt: Instant; definition: CampaignDefinition }[] = [];
    for (const { id, name, nextRunAt, approvedVersion } of await this.campaigns.active()) {
      if (nextRunAt === null || nextRunAt > until || approvedVersion === null) continue;
      due.push({ id, name, nextRunAt, definition: await this.campaigns.approvedDefinition(id, approvedVersion) });
    }
    return due;
  }

  /** Names by id, of those that there are. */
  names(ids: readonly string[]): Promise<Map<string, string>> {
    return this.campaigns.names(ids);
  }

  /** A new draft. It belongs to the caller's township, or to the county. Refusal `invalid` carries the mistakes. */
  async create(
    definition: CampaignDefinition,
    by: Actor,
    { startsOnApproval = false }: { startsOnApproval?: boolean } = {},
  ): Promise<Result<Campaign, 'invalid'>> {
    const mistakes = await this.check.mistakes(definition, by.scope);
    if (mistakes.length > 0) return err('invalid', mistakes);
    const now = this.clock.now();
    const campaign: Campaign = {
      id: this.chance.id(this.clock),
      name: definition.name,
      status: 'draft',
      latestVersion: 1,
      approvedVersion: null,
      nextRunAt: null,
      activatedAt: null,
      township: by.scope.township,
      pausedReason: null,
      startsOnApproval: startsOnApproval ? 1 : 0,
      createdBy: by.id,
      createdAt: now,
      updatedAt: now,
    };
    return this.database.transaction(async () => {
      await this.campaigns.insert(campaign);
      const version = await this.begin(campaign.id, 1, { definition, by });
      await this.ledger.write('campaign.create', campaign, by, { version: 1, digest: version.digest });
      return ok(campaign);
    });
  }

  /** Changes a draft in place, or begins the next version of a campaign that has one in force. */
  async change(id: string, patch: CampaignPatch, by: Actor): Promise<Saved> {
    return this.database.transaction(async () => {
      const campaign = await this.campaigns.lock(id, by.scope);
      if (!campaign) return err('notFound');
      const latest = (await this.campaigns.version(id, campaign.latestVersion))!;
      const beginsNext = latest.status === 'approved' && IN_FORCE.includes(campaign.status);
      const inPlace = latest.status === 'draft' && (campaign.status === 'draft' || IN_FORCE.includes(campaign.status));
      if (!beginsNext && !inPlace) return err('illegalMove', { status: inReviewOr(campaign.status, latest) });
      const read = await this.read(patched(latest.definition, patch), scopeOf(campaign));
      if (!read.ok) return read;
      const version = beginsNext ? latest.version + 1 : latest.version;
      const made = beginsNext
        ? await this.begin(id, version, { definition: read.value, by })
        : await this.edit(latest, read.value, by);
      await this.campaigns.change(id, {
        latestVersion: version,
        updatedAt: this.clock.now(),
        // The name in force is that of the version in force.
        ...(campaign.approvedVersion === null ? { name: read.value.name } : {}),
      });
      await this.ledger.write('campaign.change', campaign, by, { version, before: latest.digest, after: made.digest });
      return ok((await this.campaigns.find(id, by.scope))!);
    });
  }

  /** Gives the latest version to review with its pre-flight. Refusal `invalid` carries what the rest of the house finds wrong. */
  async submit(id: string, by: Actor, preflight: Preflight): Promise<Saved> {
    return this.database.transaction(async () => {
      const campaign = await this.campaigns.lock(id, by.scope);
      if (!campaign) return err('notFound');
      const latest = (await this.campaigns.version(id, campaign.latestVersion))!;
      if (latest.status !== 'draft' || ['ended', 'cancelled'].includes(campaign.status)) {
        return err('illegalMove', { status: inReviewOr(campaign.status, latest) });
      }
      const scope = scopeOf(campaign);
      const mistakes = [
        ...(await this.check.mistakes(latest.definition, scope)),
        ...this.check.beforeReview(latest.definition),
        ...(await this.check.emptySegments(latest.definition, scope)),
      ];
      if (mistakes.length > 0) return err('invalid', mistakes);
      const now = this.clock.now();
      await this.campaigns.changeVersion(id, latest.version, {
        status: 'inReview',
        submittedBy: by.id,
        submittedAt: now,
        // Who submitted it once is never its approver, also where somebody else submits it again.
        editors: [...new Set([...latest.editors, by.id])],
        preflight: { ...preflight, segments: await this.differences.marks(latest.definition) },
        reviewedBy: null,
        reviewedAt: null,
        remark: null,
      });
      await this.campaigns.change(id, {
        updatedAt: now,
        ...(campaign.status === 'draft' ? { status: 'inReview' as const } : {}),
      });
      await this.ledger.write('campaign.submit', campaign, by, {
        version: latest.version,
        digest: latest.digest,
        targeted: preflight.targeted,
      });
      return ok((await this.campaigns.find(id, by.scope))!);
    });
  }

  private async read(whole: Record<string, unknown>, scope: Scope): Promise<Result<CampaignDefinition, 'invalid'>> {
    const read = campaignSchema.safeParse(whole);
    if (!read.success) {
      const mistakes: InputMistake[] = read.error.issues.map((issue) => ({
        path: pointer(issue.path),
        code: issue.code === 'custom' ? String(issue.params?.code ?? issue.code) : issue.code,
        message: issue.message,
      }));
      return err('invalid', mistakes);
    }
    const mistakes = await this.check.mistakes(read.data, scope);
    return mistakes.length > 0 ? err('invalid', mistakes) : ok(read.data);
  }

  private async begin(
    campaignId: string,
    version: number,
    { definition, by }: { definition: CampaignDefinition; by: Actor },
  ): Promise<CampaignVersion> {
    await this.campaigns.insertVersion({
      campaignId,
      version,
      status: 'draft',
      definition,
      digest: '',
      editedBy: by.id,
      editors: [by.id],
      editedAt: this.clock.now(),
      submittedBy: null,
      submittedAt: null,
      reviewedBy: null,
      reviewedAt: null,
      remark: null,
      preflight: null,
    });
    return (await this.campaigns.version(campaignId, version))!;
  }

  private async edit(latest: CampaignVersion, definition: CampaignDefinition, by: Actor): Promise<CampaignVersion> {
    const editors = [...new Set([...latest.editors, by.id])];
    await this.campaigns.changeVersion(latest.campaignId, latest.version, {
      definition,
      editors,
      editedBy: by.id,
      editedAt: this.clock.now(),
      preflight: null,
    });
    return (await this.campaigns.version(latest.campaignId, latest.version))!;
  }
}

/** The state that a refusal names: where a next version is in review, that is what stands in the way. */
const inReviewOr = (status: CampaignStatus, latest: CampaignVersion): string =>
  latest.status === 'inReview' ? 'inReview' : status;
