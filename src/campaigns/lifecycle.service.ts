import { Injectable } from '@nestjs/common';
import { COUNTY, type Actor, type Scope } from '../accounts/index.js';
import {
  canMove,
  CLOCK_ACTOR,
  Clock,
  Database,
  err,
  ok,
  type Instant,
  type LedgerActor,
  type Result,
} from '../platform/index.js';
import { ApprovalTermsBook } from './approval-terms.service.js';
import { Cadences } from './cadences.service.js';
import { campaignStates, type CampaignStatus } from './campaign.js';
import { CampaignLedger } from './campaign-ledger.service.js';
import { CampaignRepository, type Campaign } from './campaign.repository.js';
import { RunControl } from './run-control.service.js';
import { Tide } from './tide.service.js';

type Moved = Result<Campaign, 'notFound' | 'illegalMove' | 'neverOccurs' | 'approvalExpired'>;

interface Move {
  readonly action: string;
  readonly to: CampaignStatus;
  /** Only from here, where the table would allow more. */
  readonly from?: CampaignStatus;
  readonly remark: string | undefined;
  /** Where the clock suspends it: why. */
  readonly suspended?: string;
}

type Mover = LedgerActor & { readonly scope: Scope };

/** What becomes of an approved campaign: it is launched, paused, goes on, is cancelled. */
@Injectable()
export class Lifecycle {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly campaigns: CampaignRepository,
    private readonly cadences: Cadences,
    private readonly tide: Tide,
    private readonly runs: RunControl,
    private readonly ledger: CampaignLedger,
    private readonly approvals: ApprovalTermsBook,
  ) {}

  activate(id: string, by: Actor, remark?: string): Promise<Moved> {
    return this.move(id, by, { action: 'campaign.activate', to: 'active', from: 'approved', remark });
  }

  /** Its open runs stop with it. */
  pause(id: string, by: Actor, remark?: string): Promise<Moved> {
    return this.move(id, by, { action: 'campaign.pause', to: 'paused', remark });
  }

  /** The clock pauses it with its open runs and says why; false where it is not active. */
  async suspend(id: string, why: string): Promise<boolean> {
    const by = { ...CLOCK_ACTOR, scope: COUNTY };
    const suspended = why.slice(0, 160);
    const moved = await this.move(id, by, { action: 'campaign.suspend', to: 'paused', remark: why, suspended });
    return moved.ok;
  }

  /** Goes on with what is still to come; what fell due meanwhile is on the tide table as skipped, not caught up. */
  resume(id: string, by: Actor, remark?: string): Promise<Moved> {
    return this.move(id, by, { action: 'campaign.resume', to: 'active', from: 'paused', remark });
  }

  /** For good, with its open runs. */
  cancel(id: string, by: Actor, remark?: string): Promise<Moved> {
    return this.move(id, by, { action: 'campaign.cancel', to: 'cancelled', remark });
  }

  private move(id: string, by: Mover, move: Move): Promise<Moved> {
    return this.database.transaction(async () => {
      const campaign = await this.campaigns.lock(id, by.scope);
      if (!campaign) return err('notFound');
      const allowed =
        canMove(campaignStates, campaign.status, move.to) && (move.from === undefined || campaign.status === move.from);
      if (!allowed) return err('illegalMove', { status: campaign.status });
      if (move.to === 'active' && (await this.approvals.of(campaign)).state === 'over') return err('approvalExpired');
      const now = this.clock.now();
      const nextRunAt = move.to === 'active' ? await this.ahead(campaign, now) : null;
      if (nextRunAt === 'never') return err('neverOccurs');
      await this.account(campaign, move.to, now);
      await this.campaigns.change(id, {
        status: move.to,
        nextRunAt,
        pausedReason: move.suspended ?? null,
        updatedAt: now,
        ...(campaign.status === 'approved' && move.to === 'active' ? { activatedAt: now } : {}),
      });
      await this.runsFollow(campaign, move.to, by);
      await this.ledger.write(move.action, campaign, by, {
        version: campaign.approvedVersion ?? campaign.latestVersion,
        from: campaign.status,
        to: move.to,
        ...(move.remark ? { remark: move.remark } : {}),
      });
      return ok((await this.campaigns.find(id, by.scope))!);
    });
  }

  /** When it runs next; null for events, which say so themselves; 'never' where nothing is to come. */
  private async ahead(campaign: Campaign, now: Instant): Promise<Instant | null | 'never'> {
    const definition = await this.campaigns.approvedDefinition(campaign.id, campaign.approvedVersion!);
    if (definition.cadence.kind === 'event') return this.cadences.isOver(definition, now) ? 'never' : null;
    return this.cadences.next(definition, now - 1) ?? 'never';
  }

  /** What fell due and did not take place gets its row before the state changes. */
  private async account(campaign: Campaign, to: CampaignStatus, now: Instant): Promise<void> {
    if (campaign.status === 'paused') await this.tide.close(campaign, now - 1, { status: 'skipped', reason: 'paused' });
    else if (campaign.status === 'active' && to === 'cancelled')
      await this.tide.close(campaign, now, { status: 'skipped', reason: 'cancelled' });
  }

  private async runsFollow(campaign: Campaign, to: CampaignStatus, by: LedgerActor): Promise<void> {
    if (to === 'paused') await this.runs.pauseAllOf(campaign.id, by);
    if (to === 'active') await this.runs.resumeAllOf(campaign.id, by);
    if (to === 'cancelled') await this.runs.cancelAllOf(campaign.id, by);
  }
}
