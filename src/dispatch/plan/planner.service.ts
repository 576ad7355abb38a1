import { Injectable, Logger } from '@nestjs/common';
import { Runs, type Run } from '../../campaigns/index.js';
import { Alarms, Chance, CLOCK_ACTOR, Config, Database, Ledger, parseDuration } from '../../platform/index.js';
import { Ladder } from './ladder.service.js';
import { PlanContexts, Unplannable } from './contexts.service.js';
import { PageWriter, PlanLost } from './page-writer.service.js';
import { Pages } from './pages.service.js';
import { Drift } from './drift.service.js';
import { isProgressive } from './release.js';

/** Plans the runs that are due: page by page, each page one transaction, so that a kill costs a page and nothing else. */
@Injectable()
export class Planner {
  private readonly log = new Logger('Planner');
  private readonly owner: string;

  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly runs: Runs,
    private readonly contexts: PlanContexts,
    private readonly pages: Pages,
    private readonly writer: PageWriter,
    private readonly ladder: Ladder,
    private readonly alarms: Alarms,
    private readonly ledger: Ledger,
    private readonly drift: Drift,
    chance: Chance,
  ) {
    this.owner = chance.token(12);
  }

  /** Plans whatever waits for it; true where there was something. */
  async work(): Promise<boolean> {
    let worked = false;
    for (const run of await this.runs.toPlan()) {
      if (await this.runs.claimPlan(run.id, this.owner, this.lease)) {
        worked = (await this.planned(run)) || worked;
      }
    }
    return worked;
  }

  private get lease(): number {
    return parseDuration(this.config.settings.dispatch.lease) ?? 120_000;
  }

  /** One run that cannot be planned stops itself and no other. */
  private async planned(run: Run): Promise<boolean> {
    try {
      await this.plan(run);
      return true;
    } catch (error) {
      if (error instanceof PlanLost) return true;
      const why = error instanceof Error ? error.message.split('\n')[0]!.slice(0, 200) : 'unknown';
      this.log.error(`run ${run.id} cannot be planned: ${why}`);
      await this.alarms.raise(
        'run_unplannable',
        `run/${run.id}`,
        error instanceof Unplannable ? why : '批次规划失败，见日志',
      );
      if (error instanceof Unplannable) await this.drift.stop(run, `unplannable: ${why}`);
      return false;
    }
  }

  private async plan(run: Run): Promise<void> {
    const { run: fresh, definition, campaign } = (await this.runs.context(run.id))!;
    const context = await this.contexts.of({ run: fresh, definition, township: campaign.township });
    if (fresh.planCursor === null && !(await this.drift.mayPlan(fresh, { definition, campaign }))) return;
    const isHeld = isProgressive(definition);
    let cursor = fresh.planCursor;
    for (;;) {
      const page = await this.pages.first(context, cursor);
      const isLast = page.next === null;
      const from = cursor;
      const advance = async (): Promise<boolean> => {
        if (!(await this.runs.claimPlan(run.id, this.owner, this.lease))) return false;
        if (!isLast) return this.runs.advancePlan(run.id, { from, to: page.next! });
        if (!(await this.finish(run, from))) return false;
        await this.ladder.open(context);
        return true;
      };
      await this.writer.write(context, page.decisions, { advance, isHeld });
      if (isLast) return;
      cursor = page.next;
    }
  }

  private async finish(run: Run, from: string | null): Promise<boolean> {
    if (!(await this.runs.planned(run.id, from))) return false;
    const sum = await this.database.one<{ planned: number }>(
      'SELECT SUM(size) AS planned FROM batches WHERE runId = ?',
      [run.id],
    );
    await this.ledger.write({
      action: 'run.plan',
      subject: `run/${run.id}`,
      by: CLOCK_ACTOR,
      detail: {
        campaign: run.campaignId,
        occurrence: run.occurrence,
        plannedBeforeLastPage: Number(sum?.planned ?? 0),
      },
    });
    return true;
  }
}
