import { Injectable } from '@nestjs/common';
import type { Scope } from '../../accounts/index.js';
import { Campaigns, Runs, type Run } from '../../campaigns/index.js';
import { CountyTime } from '../../platform/index.js';
import type { Counts } from '../counts.js';
import { compared, type Compared } from './planned-against-actual.js';
import { Releases } from './releases.service.js';
import { RunCounts } from './run-counts.service.js';

export interface RunView {
  readonly id: string;
  readonly campaignId: string;
  /** Null for the run of fixed answers, which belongs to no campaign. */
  readonly campaignName: string | null;
  readonly version: number;
  readonly kind: string;
  readonly occurrence: string;
  readonly status: string;
  readonly reason: string | null;
  readonly counts: Counts;
  /** Of the uncertain ones, those about which nobody has decided yet. */
  readonly undecided: number;
  /** 0..1: how much of what was planned has left or ended. */
  readonly progress: number;
  /** The numbers of the approval's pre-flight beside what came of them; null where nothing was approved. */
  readonly preflight: Compared | null;
  /** How a progressive release stands; null where everything went at once. */
  readonly release: { status: string; first: number; total: number; why: string | null } | null;
  readonly startedAt: string | null;
  readonly settledAt: string | null;
}

@Injectable()
export class RunViews {
  constructor(
    private readonly county: CountyTime,
    private readonly runs: Runs,
    private readonly counts: RunCounts,
    private readonly campaigns: Campaigns,
    private readonly releases: Releases,
  ) {}

  async find(id: string, scope: Scope): Promise<RunView | null> {
    const run = await this.runs.find(id, scope);
    return run ? this.view(run) : null;
  }

  async view(run: Run): Promise<RunView> {
    const counts = await this.counts.of(run.id);
    const isPlanned = run.plannedAt !== null;
    return {
      id: run.id,
      campaignId: run.campaignId,
      campaignName: await this.campaigns.name(run.campaignId),
      version: run.version,
      kind: run.kind,
      occurrence: this.county.iso(run.occurrence),
      status: run.status,
      reason: run.reason,
      counts,
      undecided: counts.uncertain === 0 ? 0 : await this.counts.undecided(run.id),
      progress: counts.planned === 0 ? (isPlanned ? 1 : 0) : (counts.planned - counts.pending) / counts.planned,
      preflight: compared(await this.campaigns.preflight(run.campaignId, run.version), counts),
      release: await this.releases.of(run.id),
      startedAt: this.county.isoOrNull(run.startedAt),
      settledAt: this.county.isoOrNull(run.settledAt),
    };
  }
}
