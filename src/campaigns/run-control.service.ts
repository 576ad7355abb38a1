import { Injectable } from '@nestjs/common';
import type { Actor } from '../accounts/index.js';
import {
  CLOCK_ACTOR,
  Clock,
  Config,
  Database,
  err,
  Ledger,
  ok,
  parseDuration,
  withoutNumbers,
  type LedgerActor,
  type Result,
} from '../platform/index.js';
import { canonicalJson } from './campaign.js';
import { CampaignRepository, type Campaign } from './campaign.repository.js';
import type { CampaignDefinition } from './campaign.schemas.js';
import { RunRepository } from './run.repository.js';
import { resumedStatus, runMayBecome, type Run, type RunStatus } from './run.js';

type Refusal = 'notFound' | 'illegalMove';

/** What is sent and to whom: two definitions with the same key send the same content to the same segment. */
const contentKey = ({ segmentId, groupSegmentId, channels, assignment }: CampaignDefinition): string =>
  canonicalJson({ segmentId, groupSegmentId, channels: channels.map((c) => c.channel).sort(), assignment });

/** Pausing, resuming and cancelling runs, and starting one by hand. */
@Injectable()
export class RunControl {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly runs: RunRepository,
    private readonly campaigns: CampaignRepository,
    private readonly ledger: Ledger,
  ) {}

  pause(runId: string, by: Actor, reason?: string): Promise<Result<Run, Refusal>> {
    return this.byHand(runId, by, { action: 'run.pause', reason, to: () => 'paused', changes: { pausedBy: 'run' } });
  }

  resume(runId: string, by: Actor, reason?: string): Promise<Result<Run, Refusal>> {
    return this.byHand(runId, by, {
      action: 'run.resume',
      reason,
      to: resumedStatus,
      from: 'paused',
      changes: { pausedBy: null },
    });
  }

  cancel(runId: string, by: Actor, reason?: string): Promise<Result<Run, Refusal>> {
    return this.byHand(runId, by, { action: 'run.cancel', reason, to: () => 'cancelled' });
  }

  private async byHand(runId: string, by: Actor, move: RunMove): Promise<Result<Run, Refusal>> {
    return this.database.transaction(async () => {
      const run = await this.runs.lock(runId, by.scope);
      if (!run) return err('notFound');
      if (!(await this.move(run, by, move))) return err('illegalMove', { status: run.status });
      return ok((await this.runs.find(runId))!);
    });
  }

  private async move(run: Run, by: LedgerActor, move: RunMove): Promise<boolean> {
    const status = move.to(run);
    if (!runMayBecome(run, status) || (move.from !== undefined && run.status !== move.from)) return false;
    // Whoever plans it learns at the next page that it is theirs no more.
    await this.runs.change(run.id, { status, planOwner: null, planUntil: null, ...move.changes });
    if (status === 'cancelled') await this.closeOccurrence(run);
    await this.ledger.write({
      action: move.action,
      subject: `run/${run.id}`,
      by: { id: by.id, name: by.name },
      detail: {
        campaign: run.campaignId,
        from: run.status,
        to: status,
        ...(move.reason ? { reason: move.reason } : {}),
      },
    });
    return true;
  }

  private async closeOccurrence(run: Run): Promise<void> {
    await this.database.execute(
      `UPDATE occurrences SET status = ?, reason = 'cancelled', finishedAt = ? WHERE campaignId = ? AND at = ? AND runId = ?`,
      [run.startedAt === null ? 'skipped' : 'done', this.clock.now(), run.campaignId, run.occurrence, run.id],
    );
  }

  /** The clock stops a run and says why: a row of the ledger and the run's reason; people decide whether it goes on. */
  async pauseByClock(runId: string, reason: string): Promise<boolean> {
    return this.database.transaction(async () => {
      const run = await this.runs.lock(runId);
      if (!run) return false;
      const changes = { pausedBy: 'run' as const, reason: run.reason ? `${run.reason} | ${reason}` : reason };
      return this.move(run, CLOCK_ACTOR, { action: 'run.pause', reason, to: () => 'paused', changes });
    });
  }

  /** A campaign pauses: so do its open runs. */
  async pauseAllOf(campaignId: string, by: LedgerActor): Promise<void> {
    for (const run of await this.runs.openOf(campaignId)) {
      if (run.status !== 'paused')
        await this.move(run, by, { action: 'run.pause', to: () => 'paused', changes: { pausedBy: 'campaign' } });
    }
  }

  /** A campaign goes on: so do the runs that its pause stopped, not those that somebody stopped one by one. */
  async resumeAllOf(campaignId: string, by: LedgerActor): Promise<void> {
    for (const run of await this.runs.openOf(campaignId)) {
      if (run.pausedBy === 'campaign')
        await this.move(run, by, {
          action: 'run.resume',
          to: resumedStatus,
          from: 'paused',
          changes: { pausedBy: null },
        });
    }
  }

  async cancelAllOf(campaignId: string, by: LedgerActor): Promise<void> {
    for (const run of await this.runs.openOf(campaignId))
      await this.move(run, by, { action: 'run.cancel', to: () => 'cancelled' });
  }

  /**
   * Starts a run by hand, of the version in force. The same content to the same segment within
   * `campaigns.repeatNeedsReasonWithin` needs a typed reason. It is not on the tide table, for it was not due.
   */
  async runNow(
    campaignId: string,
    by: Actor,
    reason?: string,
  ): Promise<Result<{ runId: string }, 'notFound' | 'notActive' | 'repeatNeedsReason'>> {
    return this.database.transaction(async () => {
      const campaign = await this.campaigns.lock(campaignId, by.scope);
      if (!campaign) return err('notFound');
      if (campaign.status !== 'active') return err('notActive', { status: campaign.status });
      if (!reason?.trim() && (await this.isRepeat(campaign))) return err('repeatNeedsReason');
      const runId = this.runs.newId();
      const version = campaign.approvedVersion!;
      const run = { id: runId, campaignId, version, kind: 'manual' as const, reason: reason?.trim(), startedBy: by.id };
      // Cadences occur at whole seconds; a run by hand never takes one of those moments away.
      let occurrence = this.clock.now();
      if (occurrence % 1000 === 0) occurrence += 1;
      while (!(await this.runs.insert({ ...run, occurrence }))) occurrence += 1;
      await this.ledger.write({
        action: 'run.now',
        subject: `run/${runId}`,
        by: { id: by.id, name: by.name },
        detail: { campaign: campaignId, version, ...(run.reason ? { reason: withoutNumbers(run.reason) } : {}) },
      });
      return ok({ runId });
    });
  }

  private async isRepeat(campaign: Campaign): Promise<boolean> {
    const since = this.clock.now() - parseDuration(this.config.settings.campaigns.repeatNeedsReasonWithin)!;
    const key = contentKey(await this.campaigns.approvedDefinition(campaign.id, campaign.approvedVersion!));
    // An occurrence that was caught up two days late reached people when its run was made, not when it was due.
    const recent = await this.database.query<{ campaignId: string; version: number }>(
      `SELECT DISTINCT campaignId, version FROM runs WHERE createdAt >= ? AND status <> 'cancelled' AND kind NOT IN ('test', 'answer')`,
      [since],
    );
    for (const { campaignId, version } of recent) {
      if (contentKey(await this.campaigns.approvedDefinition(campaignId, version)) === key) return true;
    }
    return false;
  }
}

interface RunMove {
  readonly action: string;
  readonly to: (run: Run) => RunStatus;
  readonly from?: RunStatus;
  readonly reason?: string | undefined;
  readonly changes?: Partial<Omit<Run, 'id'>>;
}
