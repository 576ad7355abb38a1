import { Injectable } from '@nestjs/common';
import type { CampaignDefinition } from '../../campaigns/index.js';
import { Library, type AssignmentOptions, type IncidentFactor, type WeightVersion } from '../../library/index.js';
import { Clock, CountyTime, Database, type Instant } from '../../platform/index.js';

export interface AssignedRun {
  readonly id: string;
  readonly campaignId: string;
  readonly occurrence: Instant;
  readonly seed: string;
}

/** What the assignment of a run is made of, beside the shelf. */
export interface RunAssignment {
  readonly run: AssignmentOptions['run'];
  readonly month: number;
  readonly matrix: WeightVersion;
  readonly factors: ReadonlyMap<string, IncidentFactor> | undefined;
}

interface Kept {
  readonly turn: number;
  readonly weightsVersion: number;
  readonly factors: string | null;
}

/** A daily campaign without gaps follows the county's days, so that all that runs on a day tells of the same trick. */
function followsDays({ assignment, cadence, workdaysOnly, onHoliday, specialDays }: CampaignDefinition): boolean {
  if (cadence.kind === 'event') return true;
  if (assignment.policy === 'fixed') return false;
  const hasGaps =
    specialDays !== undefined || workdaysOnly === true || (onHoliday !== undefined && onHoliday !== 'run');
  return cadence.kind === 'once' || (cadence.kind === 'daily' && !hasGaps);
}

/**
 * Keeps what a run's assignment is made of when its plan begins: whose turn it is, the version of the matrix, the incident
 * factors. Pages that are planned later, steps of a ladder, a plan that was begun again after a crash: all go by the same.
 */
@Injectable()
export class RunAssignments {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly library: Library,
  ) {}

  /** A run without an id (a pre-flight, a test) is worked out and not kept. */
  async of(run: AssignedRun, definition: CampaignDefinition): Promise<RunAssignment> {
    const kept = run.id === '' ? null : await this.kept(run.id);
    if (kept) return this.read(run, kept);
    const fresh = await this.fresh(run, definition);
    if (run.id === '') return this.read(run, fresh);
    await this.database.insert(
      'run_assignments',
      ['runId', 'turn', 'weightsVersion', 'factors', 'createdAt'],
      [[run.id, fresh.turn, fresh.weightsVersion, fresh.factors, this.clock.now()]],
      'ignore',
    );
    return this.read(run, (await this.kept(run.id)) ?? fresh);
  }

  /** Null where the run was never planned. */
  async find(run: AssignedRun): Promise<RunAssignment | null> {
    const kept = await this.kept(run.id);
    return kept && this.read(run, kept);
  }

  private kept(runId: string): Promise<Kept | null> {
    return this.database.one<Kept>('SELECT turn, weightsVersion, factors FROM run_assignments WHERE runId = ?', [
      runId,
    ]);
  }

  private async fresh(run: AssignedRun, definition: CampaignDefinition): Promise<Kept> {
    const isMoved = definition.assignment.policy === 'riskMatrix';
    return {
      turn: followsDays(definition) ? this.county.dayIndex(run.occurrence) : await this.ordinal(run),
      weightsVersion: (await this.library.shelf()).weights.version,
      factors: isMoved ? JSON.stringify([...(await this.library.riskWeights(run.occurrence))]) : null,
    };
  }

  /** How many occurrences of the campaign came before: a month's gap, or a skipped day, does not skip a trick. */
  private async ordinal(run: AssignedRun): Promise<number> {
    const row = await this.database.one<{ n: number }>(
      "SELECT COUNT(*) AS n FROM runs WHERE campaignId = ? AND occurrence < ? AND kind = 'scheduled'",
      [run.campaignId, run.occurrence],
    );
    return Number(row?.n ?? 0);
  }

  private async read(run: AssignedRun, kept: Kept): Promise<RunAssignment> {
    const version = Number(kept.weightsVersion);
    const matrix = await this.library.weights(version);
    if (!matrix) throw new Error(`version ${version} of the weights is gone`);
    const index = this.county.dayIndex(run.occurrence);
    return {
      run: { seed: run.seed, occurrence: run.occurrence, index, ordinal: Number(kept.turn) },
      month: this.county.at(run.occurrence).month,
      matrix,
      factors: kept.factors ? new Map(JSON.parse(kept.factors) as [string, IncidentFactor][]) : undefined,
    };
  }
}
