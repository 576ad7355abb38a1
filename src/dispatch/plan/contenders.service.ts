import { Injectable } from '@nestjs/common';
import { Segments, type Segment } from '../../audience/index.js';
import { Campaigns, type CampaignDefinition } from '../../campaigns/index.js';
import { Clock, Config, type Instant } from '../../platform/index.js';
import { namedPopulations, rankOf } from './guards.js';

/** A campaign that goes first, when it next runs, and how many people both select at most. */
export interface Contender {
  readonly to: string;
  readonly at: Instant;
  readonly people: number;
}

/**
 * Who will have to yield, told before launch: campaigns of a higher rank that run before this one on a channel whose contacts
 * are counted, and how many people both want. Segments that select by a sensitive tag are not compared.
 */
@Injectable()
export class Contenders {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly segments: Segments,
    private readonly campaigns: Campaigns,
  ) {}

  async of(
    subject: { campaignId: string; definition: CampaignDefinition; township: string | null },
    until: Instant,
  ): Promise<Contender[]> {
    const mine = await this.segment(subject.definition);
    if (!mine || subject.definition.urgent) return [];
    const rank = rankOf(subject.definition, namedPopulations(mine.rule));
    const found: Contender[] = [];
    for (const other of await this.campaigns.dueUntil(until)) {
      if (
        other.id === subject.campaignId ||
        other.definition.urgent ||
        !this.shareBudget(subject.definition, other.definition)
      )
        continue;
      const theirs = await this.segment(other.definition);
      if (!theirs || rankOf(other.definition, namedPopulations(theirs.rule)) >= rank) continue;
      const people = await this.both(mine, theirs, subject.township);
      const share = Math.ceil(people / (other.definition.spread?.over ?? 1));
      if (share > 0) found.push({ to: other.name, at: other.nextRunAt, people: share });
    }
    return found;
  }

  private async segment({ segmentId }: CampaignDefinition): Promise<Segment | null> {
    const segment = await this.segments.get(segmentId, { township: null });
    return segment && !segment.sensitive ? segment : null;
  }

  private shareBudget(one: CampaignDefinition, other: CampaignDefinition): boolean {
    const { contactCaps } = this.config.settings.campaigns;
    return one.channels.some(
      ({ channel }) =>
        (contactCaps[channel].length > 0 || one.contactCap !== undefined) &&
        channel !== 'chat' &&
        other.channels.some((c) => c.channel === channel && !c.after),
    );
  }

  private both(one: Segment, other: Segment, township: string | null): Promise<number> {
    const rule = { combinator: 'and' as const, rules: [one.rule, other.rule] };
    return this.segments.count(rule, { township }, this.clock.now());
  }
}
