import { Injectable } from '@nestjs/common';
import type { Scope } from '../accounts/index.js';
import { Clock, Database, pageOf, type Instant, type LedgerActor, type Page } from '../platform/index.js';
import { CampaignRepository } from './campaign.repository.js';
import type { CampaignDefinition } from './campaign.schemas.js';
import { RunRepository, type RunQuery } from './run.repository.js';
import { runMayBecome, settledOccurrence, type Run } from './run.js';
import { Tide } from './tide.service.js';

/** All that a planner needs of a run beside its people. */
export interface RunContext {
  readonly run: Run;
  /** As it was approved: its digest was checked. */
  readonly definition: CampaignDefinition;
  readonly campaign: { readonly id: string; readonly name: string; readonly township: string | null };
}

/** Stands where a campaign's id stands, for answers that belong to none. */
const ANSWERS = 'ANSWERS';

/** Runs: what is to be planned and sent, and how far each has come. */
@Injectable()
export class Runs {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly runs: RunRepository,
    private readonly campaigns: CampaignRepository,
    private readonly tide: Tide,
  ) {}

  find(id: string, scope?: Scope): Promise<Run | null> {
    return this.runs.find(id, scope);
  }

  async list(q: RunQuery): Promise<Page<Run>> {
    const rows = await this.runs.list({ ...q, limit: q.limit + 1 });
    return pageOf(
      rows,
      q.limit,
      (run) => run.id,
      (run) => run,
    );
  }

  /** The run of a campaign before an instant, whatever became of it; null where there was none. */
  async before(campaignId: string, occurrence: Instant): Promise<string | null> {
    const row = await this.database.one<{ id: string }>(
      "SELECT id FROM runs WHERE campaignId = ? AND occurrence < ? AND kind IN ('scheduled', 'manual', 'event') ORDER BY occurrence DESC LIMIT 1",
      [campaignId, occurrence],
    );
    return row?.id ?? null;
  }

  /** Those whose plan is not finished, the oldest occurrence first. */
  toPlan(): Promise<Run[]> {
    return this.runs.withStatus('planning');
  }

  /** Those that are neither settled nor cancelled. */
  openRuns(): Promise<Run[]> {
    return this.runs.withStatus('planning', 'sending', 'paused');
  }

  sending(): Promise<Run[]> {
    return this.runs.withStatus('sending');
  }

  async context(runId: string): Promise<RunContext | null> {
    const run = await this.runs.find(runId);
    if (!run) return null;
    const campaign = await this.campaigns.find(run.campaignId, { township: null });
    const definition = await this.campaigns.approvedDefinition(run.campaignId, run.version);
    return (
      campaign && { run, definition, campaign: { id: campaign.id, name: campaign.name, township: campaign.township } }
    );
  }

  /**
   * Takes or renews the lease on a run's plan for `ms` milliseconds; false where another owner holds it or there is nothing to
   * plan. The first claim is when the occurrence starts.
   */
  async claimPlan(runId: string, owner: string, ms: number): Promise<boolean> {
    const now = this.clock.now();
    return this.database.transaction(async () => {
      const run = await this.runs.lock(runId);
      if (run?.status !== 'planning') return false;
      if (run.planOwner !== null && run.planOwner !== owner && (run.planUntil ?? 0) >= now) return false;
      await this.runs.change(runId, { planOwner: owner, planUntil: now + ms, startedAt: run.startedAt ?? now });
      if (run.startedAt === null) await this.occurrence(run, `status = 'running', startedAt = ?`, [now]);
      return true;
    });
  }

  /**
   * Moves the plan's cursor, in the transaction of the page that it tells of. Compare and set: of two planners that stand on the
   * same page one moves it. False, and the page is to be given up, where the cursor is not at `from` or the run is not being
   * planned any more.
   */
  async advancePlan(runId: string, { from, to }: { from: string | null; to: string }): Promise<boolean> {
    return this.database.transaction(async () => {
      const run = await this.runs.lock(runId);
      if (run?.status !== 'planning' || run.planCursor !== from) return false;
      await this.runs.change(runId, { planCursor: to });
      return true;
    });
  }

  /**
   * The plan is complete behind the page at `from`: the run sends; one that was paused meanwhile will send when it goes on.
   * False where it was cancelled, or where somebody else has moved the cursor.
   */
  async planned(runId: string, from: string | null): Promise<boolean> {
    return this.database.transaction(async () => {
      const run = await this.runs.lock(runId);
      if (run?.planCursor !== from || (run.status !== 'planning' && run.status !== 'paused')) return false;
      const status = run.status === 'planning' ? ('sending' as const) : run.status;
      await this.runs.change(runId, { plannedAt: this.clock.now(), planOwner: null, planUntil: null, status });
      return true;
    });
  }

  /** Everything of the run has ended: `done` on the tide table, or `caughtUp` where it began late. False where it may not settle. */
  async settle(runId: string): Promise<boolean> {
    const now = this.clock.now();
    return this.database.transaction(async () => {
      const run = await this.runs.lock(runId);
      if (!run || !runMayBecome(run, 'settled')) return false;
      await this.runs.change(runId, { status: 'settled', settledAt: now });
      const status = settledOccurrence(run.occurrence, run.startedAt ?? now, this.tide.missedAfter);
      await this.occurrence(run, `status = ?, finishedAt = ?`, [status, now]);
      return true;
    });
  }

  /**
   * A run for one test message, planned already. It is on no tide table and in no count. Inside the transaction that writes
   * its delivery.
   */
  async startTest(campaignId: string, version: number, by: LedgerActor): Promise<Run> {
    const now = this.clock.now();
    const id = this.runs.newId();
    let occurrence = now % 1000 === 0 ? now + 1 : now;
    const run = { id, campaignId, version, kind: 'test' as const, startedBy: by.id ?? undefined };
    while (!(await this.runs.insert({ ...run, occurrence }))) occurrence += 1;
    await this.runs.change(id, { status: 'sending', plannedAt: now, startedAt: now });
    return (await this.runs.find(id))!;
  }

  /**
   * The run of a county day that carries the fixed answers to cries for help, open again for each new one. It belongs to no
   * campaign. Inside the transaction that writes the answer.
   */
  async forAnswers(dayStart: Instant): Promise<Run> {
    const now = this.clock.now();
    const fresh = {
      id: this.runs.newId(),
      campaignId: ANSWERS,
      version: 0,
      kind: 'answer' as const,
      occurrence: dayStart,
    };
    await this.runs.insert(fresh);
    const run = (await this.runs.atOccurrence(ANSWERS, dayStart))!;
    await this.runs.change(run.id, {
      status: 'sending',
      plannedAt: run.plannedAt ?? now,
      startedAt: run.startedAt ?? now,
      settledAt: null,
    });
    return run;
  }

  /** A settled run sends again what a person decided to send again. */
  async reopen(runId: string): Promise<void> {
    const run = await this.runs.lock(runId);
    if (run?.status === 'settled') await this.runs.change(runId, { status: 'sending', settledAt: null });
  }

  /** A run that somebody started by hand has no row on the tide table: then nothing changes here. */
  private async occurrence(run: Run, sets: string, values: readonly (string | Instant)[]): Promise<void> {
    await this.database.execute(`UPDATE occurrences SET ${sets} WHERE campaignId = ? AND at = ? AND runId = ?`, [
      ...values,
      run.campaignId,
      run.occurrence,
      run.id,
    ]);
  }
}
