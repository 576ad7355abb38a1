import { Injectable, Logger } from '@nestjs/common';
import { COUNTY } from '../../accounts/index.js';
import { OptOuts, Recipients, type PlanPerson, type Rule } from '../../audience/index.js';
import { Runs, type RunContext } from '../../campaigns/index.js';
import { Clock, Config, Database, marks, parseDuration, type Instant } from '../../platform/index.js';
import { PlanContexts } from './contexts.service.js';
import { ADDRESS_REASONS } from './guards.js';
import { PageWriter, PlanLost } from './page-writer.service.js';
import { Pages } from './pages.service.js';
import type { PlanContext, PlanStep } from './plan-context.js';

interface StepRow {
  readonly runId: string;
  readonly step: number;
  readonly dueAt: Instant | null;
  readonly planCursor: string | null;
}

interface Unreached {
  readonly personId: number;
  /** The address that the earlier channel used; null where it had none. */
  readonly addressKey: string | null;
}

/**
 * The escalation ladder: a later channel for those whom an earlier one has not reached in time. A step falls due `for` after
 * the earlier channel has nothing pending any more; only then is anybody targeted by it.
 */
@Injectable()
export class Ladder {
  private readonly log = new Logger('Ladder');

  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly runs: Runs,
    private readonly contexts: PlanContexts,
    private readonly pages: Pages,
    private readonly recipients: Recipients,
    private readonly optOuts: OptOuts,
    private readonly writer: PageWriter,
  ) {}

  /** Notes the later steps of a run, inside the transaction that ends its plan. */
  async open(context: PlanContext): Promise<void> {
    const later = context.steps.filter((s) => s.after);
    await this.database.insert(
      'ladder_steps',
      ['runId', 'step', 'status'],
      later.map((s) => [context.run.id, s.index, 'waiting']),
      'ignore',
    );
  }

  /** Sets what can fall due, plans what is due; true where there was something. */
  async work(): Promise<boolean> {
    const waiting = await this.database.query<StepRow>(
      "SELECT l.runId, l.step, l.dueAt, l.planCursor FROM ladder_steps l JOIN runs r ON r.id = l.runId WHERE l.status = 'waiting' AND r.status = 'sending' AND (l.dueAt IS NULL OR l.dueAt <= ?) ORDER BY l.runId, l.step",
      [this.clock.now()],
    );
    let worked = false;
    for (const row of waiting) {
      worked = (await this.step(row)) || worked;
    }
    return worked;
  }

  /** One step that cannot be planned stops no other; it is tried again at the next look. */
  private async step(row: StepRow): Promise<boolean> {
    try {
      const found = await this.runs.context(row.runId);
      const after = found?.definition.channels[row.step]?.after;
      if (!found || !after) return false;
      if (row.dueAt === null) return await this.fallDue(row, after);
      await this.plan(found, row);
      return true;
    } catch (error) {
      const why = error instanceof Error ? error.message.split('\n')[0]!.slice(0, 200) : 'unknown';
      this.log.error(`ladder step ${row.step} of run ${row.runId} cannot be planned: ${why}`);
      return false;
    }
  }

  /** The next instant at which a step is due; null where none is set. */
  async nextDueAt(): Promise<Instant | null> {
    const row = await this.database.one<{ at: number | null }>(
      "SELECT MIN(l.dueAt) AS at FROM ladder_steps l JOIN runs r ON r.id = l.runId WHERE l.status = 'waiting' AND r.status = 'sending'",
    );
    return row?.at ?? null;
  }

  /**
   * The earlier channel is done with when no batch of it is open and no earlier step is still to come. Asked at every look, for
   * days: so by the few batches, and the deliveries are looked at only when they are done.
   */
  private async fallDue(row: StepRow, after: { unreachedBy: string; for: string }): Promise<boolean> {
    const open = await this.database.one(
      `SELECT 1 AS open FROM batches WHERE runId = ? AND channel = ? AND status <> 'done'
       UNION ALL SELECT 1 FROM ladder_steps WHERE runId = ? AND step < ? AND status = 'waiting' LIMIT 1`,
      [row.runId, after.unreachedBy, row.runId, row.step],
    );
    if (open) return false;
    const earlier = await this.database.one<{ last: number | null }>(
      'SELECT MAX(settledAt) AS last FROM deliveries WHERE runId = ? AND channel = ?',
      [row.runId, after.unreachedBy],
    );
    const from = earlier?.last ?? this.clock.now();
    await this.database.execute('UPDATE ladder_steps SET dueAt = ? WHERE runId = ? AND step = ? AND dueAt IS NULL', [
      from + (parseDuration(after.for) ?? 0),
      row.runId,
      row.step,
    ]);
    return true;
  }

  private async plan({ run, definition, campaign }: RunContext, row: StepRow): Promise<void> {
    const context = await this.contexts.of({ run, definition, township: campaign.township });
    const step = context.steps[row.step]!;
    let cursor = row.planCursor;
    const limit = this.config.settings.dispatch.pageSize;
    for (;;) {
      const unreached = await this.unreached(run.id, step, Number(cursor ?? 0), limit);
      const people = await this.load(await this.willing(unreached, step));
      const decisions = await this.pages.decide(context, step, people);
      const next = unreached.length === limit ? String(unreached.at(-1)!.personId) : null;
      const before = cursor;
      try {
        await this.writer.write(context, decisions, { advance: () => this.advance(row, before, next) });
      } catch (error) {
        if (error instanceof PlanLost) return;
        throw error;
      }
      if (next === null) return;
      cursor = next;
    }
  }

  /** Compare and set: of two planners one moves the cursor, the other's page is rolled back. */
  private async advance(row: StepRow, before: string | null, next: string | null): Promise<boolean> {
    const changed = await this.database.execute(
      `UPDATE ladder_steps SET planCursor = ?, status = ? WHERE runId = ? AND step = ? AND status = 'waiting' AND COALESCE(planCursor, '') = ?`,
      [next ?? before, next === null ? 'done' : 'waiting', row.runId, row.step, before ?? ''],
    );
    return changed === 1;
  }

  /**
   * Whom the earlier channel has not reached: sent but not confirmed, refused, or without an address on it. A call that was
   * not attended to (hung up at once) has not reached anybody. Who was cancelled is left in peace.
   */
  private async unreached(runId: string, step: PlanStep, after: number, limit: number): Promise<Unreached[]> {
    const { channel } = step.after!;
    const notReached = channel === 'voice' ? "(status <> 'delivered' OR attended = 0)" : "status <> 'delivered'";
    return this.database.query<Unreached>(
      `SELECT personId, addressKey FROM deliveries WHERE runId = ? AND channel = ? AND personId > ? AND status <> 'cancelled' AND ${notReached}
       UNION ALL SELECT personId, NULL FROM skips WHERE runId = ? AND channel = ? AND personId > ? AND reason IN (${marks(ADDRESS_REASONS.length)})
       ORDER BY personId LIMIT ${limit}`,
      [runId, channel, after, runId, channel, after, ...ADDRESS_REASONS],
    );
  }

  /**
   * Without those who have refused the earlier channel since it was used (a gateway's blacklist, a word at the desk): to
   * go on by another one would be no way to take a no. Who refused before its plan never gets here.
   */
  private async willing(unreached: readonly Unreached[], step: PlanStep): Promise<number[]> {
    const keys = unreached.flatMap(({ addressKey }) => (addressKey === null ? [] : [addressKey]));
    const refused = await this.optOuts.of(keys, step.after!.channel);
    return unreached
      .filter(({ addressKey }) => addressKey === null || !refused.has(addressKey))
      .map(({ personId }) => personId);
  }

  private async load(ids: readonly number[]): Promise<PlanPerson[]> {
    if (ids.length === 0) return [];
    const rows = await this.database.query<{ externalId: string }>(
      `SELECT externalId FROM people WHERE id IN (${marks(ids.length)})`,
      ids,
    );
    const rule: Rule = {
      combinator: 'and',
      rules: [{ field: 'externalId', operator: 'in', value: rows.map((r) => r.externalId) }],
    };
    return this.recipients.page({ rule, at: this.clock.now(), scope: COUNTY, after: 0, limit: ids.length });
  }
}
