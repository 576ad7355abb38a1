import { canMove, states, type Instant } from '../platform/kernel/index.js';

/** The life of a run. A paused run goes back to planning where its plan was not finished. */
export const runStates = states({
  initial: 'planning',
  moves: {
    planning: ['sending', 'paused', 'cancelled'],
    sending: ['paused', 'settled', 'cancelled'],
    paused: ['planning', 'sending', 'cancelled'],
    // What may have left is sent again on a person's word; late cries for help open the day's run of answers.
    settled: ['sending'],
    cancelled: [],
  },
});
export type RunStatus = keyof typeof runStates.moves;
/** `test`: one message to the officer's own phone; `answer`: the fixed answers of a county day to cries for help. Neither is in any count. */
export type RunKind = 'scheduled' | 'manual' | 'event' | 'test' | 'answer';

/** One occurrence of a campaign, with where its plan stands. Instants are milliseconds. */
export interface Run {
  readonly id: string;
  readonly campaignId: string;
  readonly version: number;
  readonly occurrence: Instant;
  readonly kind: RunKind;
  readonly status: RunStatus;
  /** The county day of the occurrence, 20261123. */
  readonly day: number;
  /** What draws the assignment: the same run always draws the same. */
  readonly seed: string;
  readonly planCursor: string | null;
  readonly plannedAt: Instant | null;
  readonly planOwner: string | null;
  readonly planUntil: Instant | null;
  readonly reason: string | null;
  readonly startedBy: string | null;
  readonly pausedBy: 'run' | 'campaign' | null;
  readonly createdAt: Instant;
  readonly startedAt: Instant | null;
  readonly settledAt: Instant | null;
}

/** What a paused run becomes when it goes on. */
export const resumedStatus = (run: { readonly plannedAt: Instant | null }): RunStatus =>
  run.plannedAt === null ? 'planning' : 'sending';

export const runMayBecome = (run: { readonly status: RunStatus }, status: RunStatus): boolean =>
  canMove(runStates, run.status, status);

/** What the tide table says of an occurrence. */
export type OccurrenceStatus = 'due' | 'running' | 'done' | 'caughtUp' | 'skipped' | 'missed';

/** How a run that has settled stands on the tide table: caught up where it began more than `missedAfter` ms late. */
export const settledOccurrence = (at: Instant, startedAt: Instant, missedAfter: number): 'done' | 'caughtUp' =>
  startedAt - at > missedAfter ? 'caughtUp' : 'done';
