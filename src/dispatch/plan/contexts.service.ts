import { Injectable } from '@nestjs/common';
import { COUNTY } from '../../accounts/index.js';
import { Segments } from '../../audience/index.js';
import { Windows, type CampaignDefinition } from '../../campaigns/index.js';
import { Gateways, type Channel } from '../../gateways/index.js';
import { assigner, Library } from '../../library/index.js';
import { Clock, Config, CountyTime, parseDuration, type Instant } from '../../platform/index.js';
import { namedPopulations, type Cap } from './guards.js';
import type { PlanContext, PlanStep } from './plan-context.js';

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

const CLASSES = { urgent: 0, special: 1, event: 2, other: 3 } as const;

/** Reads once all that a plan needs: segment, scripts, gateways, caps, windows. */
@Injectable()
export class PlanContexts {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly segments: Segments,
    private readonly library: Library,
    private readonly gateways: Gateways,
    private readonly windows: Windows,
  ) {}

  async of({ run, definition, township }: PlanSubject): Promise<PlanContext> {
    const segment = await this.segments.get(definition.segmentId, COUNTY);
    if (!segment) throw new Unplannable(`segment ${definition.segmentId} is gone`);
    const group = definition.groupSegmentId ? await this.segments.get(definition.groupSegmentId, COUNTY) : null;
    if (definition.groupSegmentId && !group) throw new Unplannable(`segment ${definition.groupSegmentId} is gone`);
    const named = namedPopulations(segment.rule);
    const isEvent = definition.cadence.kind === 'event';
    const rank = definition.urgent ? 'urgent' : named.includes('special') ? 'special' : isEvent ? 'event' : 'other';
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
      priority: CLASSES[rank] * 10 + (9 - (definition.priority ?? 0)),
      steps: await this.steps(definition, run),
    };
  }

  private async steps(definition: CampaignDefinition, run: PlanSubject['run']): Promise<PlanStep[]> {
    const shelf = await this.library.shelf();
    const weights =
      definition.assignment.policy === 'riskMatrix' ? await this.library.riskWeights(run.occurrence) : undefined;
    const now = this.clock.now();
    const month = this.county.at(run.occurrence).month;
    return definition.channels.map((entry, index): PlanStep => {
      return {
        index,
        channel: entry.channel,
        after: entry.after ? { channel: entry.after.unreachedBy, forMs: parseDuration(entry.after.for) ?? 0 } : null,
        gateways: this.gateways.serving(entry.channel, undefined, entry.gateways),
        caps: this.caps(entry.channel, definition),
        opensAt: this.windows.opening(entry.channel, definition.window, now).opensAt,
        expiresAt: definition.expiresAfter ? run.occurrence + (parseDuration(definition.expiresAfter) ?? 0) : null,
        assign: assigner({
          assignment: definition.assignment,
          run: { seed: run.seed, occurrence: run.occurrence, index: this.county.dayIndex(run.occurrence) },
          shelf,
          channel: entry.channel,
          month,
          weights,
        }),
      };
    });
  }

  /** The county's caps hold always; a campaign's own comes on top, so that it can only be stricter. */
  private caps(channel: Channel, definition: CampaignDefinition): Cap[] {
    const own = definition.contactCap ? [definition.contactCap] : [];
    return [...this.config.settings.campaigns.contactCaps[channel], ...own].map(({ max, per }) => ({
      max,
      perMs: parseDuration(per) ?? 0,
    }));
  }
}
