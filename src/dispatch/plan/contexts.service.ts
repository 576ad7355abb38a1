import { Injectable } from '@nestjs/common';
import { COUNTY } from '../../accounts/index.js';
import { Segments } from '../../audience/index.js';
import { Runs, Windows, type CampaignDefinition } from '../../campaigns/index.js';
import { Gateways, type Channel } from '../../gateways/index.js';
import { assigner, Library, type AssignmentOptions, type Script } from '../../library/index.js';
import { Clock, Config, CountyTime, parseDuration, type Instant } from '../../platform/index.js';
import { capsOf, namedPopulations, rankOf } from './guards.js';
import type { PlanContext, PlanStep, Slot } from './plan-context.js';
import { RunAssignments } from './run-assignments.service.js';

export interface PlanSubject {
  readonly run: {
    readonly id: string;
    readonly campaignId: string;
    readonly occurrence: Instant;
    readonly seed: string;
  };
  readonly definition: CampaignDefinition;
  readonly township: string | null;
}

/** A definition that cannot be planned, for what it names is gone. */
export class Unplannable extends Error {}

/** The words of a plan: what may be said, and whose turn is what. */
@Injectable()
export class PlanWords {
  constructor(
    readonly library: Library,
    readonly assignments: RunAssignments,
  ) {}
}

/** When a campaign may send, and what of it went before. */
@Injectable()
export class CampaignDoor {
  constructor(
    readonly windows: Windows,
    readonly runs: Runs,
  ) {}
}

/** Reads once all that a plan needs: segment, scripts, gateways, caps, windows. */
@Injectable()
export class PlanContexts {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly segments: Segments,
    private readonly words: PlanWords,
    private readonly gateways: Gateways,
    private readonly campaigns: CampaignDoor,
  ) {}

  async of({ run, definition, township }: PlanSubject): Promise<PlanContext> {
    const segment = await this.segments.get(definition.segmentId, COUNTY);
    if (!segment) throw new Unplannable(`segment ${definition.segmentId} is gone`);
    const group = definition.groupSegmentId ? await this.segments.get(definition.groupSegmentId, COUNTY) : null;
    if (definition.groupSegmentId && !group) throw new Unplannable(`segment ${definition.groupSegmentId} is gone`);
    const named = namedPopulations(segment.rule);
    const isEvent = definition.cadence.kind === 'event';
    return {
      run: {
        id: run.id,
        campaignId: run.campaignId,
        day: this.county.dayNumber(run.occurrence),
        occurrence: run.occurrence,
        isEvent,
      },
      definition,
      township,
      rule: segment.rule,
      groupRule: group?.rule ?? null,
      isSensitive: segment.sensitive,
      named,
      spread: definition.spread ? { over: definition.spread.over, day: this.county.dayIndex(run.occurrence) } : null,
      deferredIn:
        definition.onCapConflict === 'nextSlot'
          ? await this.campaigns.runs.before(run.campaignId, run.occurrence)
          : undefined,
      priority: rankOf(definition, named),
      steps: await this.steps(definition, run),
    };
  }

  private async steps(definition: CampaignDefinition, run: PlanSubject['run']): Promise<PlanStep[]> {
    const now = this.clock.now();
    const shelf = await this.words.library.shelf();
    const of = await this.words.assignments.of(run, definition);
    const { assignment } = definition;
    const pinned = await this.pinned(definition);
    const laterBy = assignment.holdOut ? (parseDuration(assignment.holdOut.delay) ?? 0) : null;
    return definition.channels.map((entry, index): PlanStep => {
      return {
        index,
        channel: entry.channel,
        after: entry.after ? { channel: entry.after.unreachedBy, forMs: parseDuration(entry.after.for) ?? 0 } : null,
        gateways: this.gateways.serving(entry.channel, undefined, entry.gateways),
        caps: capsOf(this.config.settings.campaigns, entry.channel, definition),
        slot: this.slot(entry.channel, { definition, run, now, laterBy: 0 }),
        laterSlot: laterBy === null ? null : this.slot(entry.channel, { definition, run, now, laterBy }),
        assign: this.pinnedOr(pinned.get(entry.channel), {
          assignment,
          run: of.run,
          shelf,
          shelfAt: now,
          channel: entry.channel,
          month: of.month,
          matrix: of.matrix,
          ...(of.factors ? { weights: of.factors } : {}),
        }),
      };
    });
  }

  private slot(
    channel: Channel,
    about: { definition: CampaignDefinition; run: PlanSubject['run']; now: Instant; laterBy: number },
  ): Slot {
    const { definition, run, now, laterBy } = about;
    const { opensAt } = this.campaigns.windows.opening(channel, definition.window, now + laterBy);
    const { year, month } = this.county.at(opensAt);
    const expiresAfter = definition.expiresAfter ? (parseDuration(definition.expiresAfter) ?? 0) : null;
    return {
      opensAt,
      expiresAt: expiresAfter === null ? null : run.occurrence + laterBy + expiresAfter,
      month: year * 100 + month,
    };
  }

  /** Wordings that an urgent campaign names itself. One that is gone stops the plan; what is not approved never gets here. */
  private async pinned({ urgent }: CampaignDefinition): Promise<Map<string, Script>> {
    const found = new Map<string, Script>();
    for (const [channel, versionId] of Object.entries(urgent?.scripts ?? {})) {
      const script = await this.words.library.version(versionId);
      if (!script) throw new Unplannable(`script version ${versionId} is gone`);
      found.set(channel, script);
    }
    return found;
  }

  /** Everybody gets the wording that the campaign names; without one the assignment decides. */
  private pinnedOr(script: Script | undefined, options: AssignmentOptions): PlanStep['assign'] {
    if (!script) return assigner(options);
    const given = { script, why: JSON.stringify({ p: 'fixed', n: 1, i: 0 }), sentence: null, isLater: false };
    return () => given;
  }
}
