import { Injectable } from '@nestjs/common';
import type { Scope } from '../../accounts/index.js';
import { Runs } from '../../campaigns/index.js';
import { Library, recomputed, shelfInstant, type AssignmentOptions } from '../../library/index.js';
import { Database, type Instant } from '../../platform/index.js';
import { RunAssignments } from './run-assignments.service.js';

interface Choice {
  readonly trick: string;
  readonly scriptVersionId: number;
  readonly sentenceId: number | null;
  readonly why: string;
}

export interface RecomputedReason {
  readonly deliveryId: number;
  readonly stored: Choice;
  /** What comes out when the choice is made again from what is stored; null where it gives nobody anything. */
  readonly recomputed: Choice | null;
  /** True where trick, script, sentence and reason came out the same. */
  readonly agrees: boolean;
}

interface Row extends Choice {
  readonly runId: string;
  readonly recipient: string;
  readonly township: string;
  readonly channel: AssignmentOptions['channel'];
  readonly plannedAt: Instant;
}

/**
 * Makes the choice of a delivery again from what is stored and compares: the run's seed, turn, version of the matrix and
 * incident factors; the list and the scripts as they were; the bits of the reason itself.
 */
@Injectable()
export class Reasons {
  constructor(
    private readonly database: Database,
    private readonly runs: Runs,
    private readonly library: Library,
    private readonly assignments: RunAssignments,
  ) {}

  /** Null: there is no such delivery, it is not the caller's to see, or no assignment stands behind it (a test, a fixed answer). */
  async recompute(deliveryId: number, scope: Scope = { township: null }): Promise<RecomputedReason | null> {
    const row = await this.database.one<Row>(
      `SELECT runId, recipient, township, channel, trick, scriptVersionId, sentenceId, why, plannedAt FROM deliveries WHERE id = ?`,
      [deliveryId],
    );
    if (!row || (scope.township !== null && row.township !== scope.township)) return null;
    const found = await this.runs.context(row.runId);
    const of = found && (await this.assignments.find(found.run));
    if (!found || !of) return null;
    const options: AssignmentOptions = {
      assignment: found.definition.assignment,
      run: of.run,
      shelf: await this.library.shelfAsOf(shelfInstant(row.why) ?? Number(row.plannedAt)),
      channel: row.channel,
      month: of.month,
      matrix: of.matrix,
      ...(of.factors ? { weights: of.factors } : {}),
    };
    const again = recomputed(row, options);
    const stored = choiceOf({
      trick: row.trick,
      scriptVersionId: Number(row.scriptVersionId),
      sentenceId: row.sentenceId === null ? null : Number(row.sentenceId),
      why: row.why,
    });
    const given =
      again && 'script' in again
        ? choiceOf({
            trick: again.script.trick,
            scriptVersionId: again.script.versionId,
            sentenceId: again.sentence?.id ?? null,
            why: again.why,
          })
        : null;
    return { deliveryId, stored, recomputed: given, agrees: JSON.stringify(stored) === JSON.stringify(given) };
  }
}

const choiceOf = ({ trick, scriptVersionId, sentenceId, why }: Choice): Choice => ({
  trick,
  scriptVersionId,
  sentenceId,
  why,
});
