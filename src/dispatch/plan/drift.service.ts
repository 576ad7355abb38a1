import { Injectable } from '@nestjs/common';
import { Segments } from '../../audience/index.js';
import { Campaigns, Lifecycle, RunControl, type CampaignDefinition, type Run } from '../../campaigns/index.js';
import { Alarms, Clock, Config } from '../../platform/index.js';
import { audienceOf, driftOf, type Audience } from './drift.js';

const MARK = 'audience_drift';

/** Stops what nobody approved: a campaign whose segment selects far more people than on the day of its approval. */
@Injectable()
export class Drift {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly segments: Segments,
    private readonly campaigns: Campaigns,
    private readonly lifecycle: Lifecycle,
    private readonly control: RunControl,
    private readonly alarms: Alarms,
  ) {}

  async audience(definition: CampaignDefinition, township: string | null): Promise<Audience> {
    const personal = definition.channels.some((c) => c.channel !== 'chat');
    return {
      people: personal ? await this.count(definition.segmentId, township) : 0,
      chats: definition.groupSegmentId ? await this.count(definition.groupSegmentId, township) : 0,
    };
  }

  private async count(segmentId: string, township: string | null): Promise<number> {
    const segment = await this.segments.get(segmentId, { township: null });
    return segment ? this.segments.count(segment.rule, { township }, this.clock.now(), segment.subject) : 0;
  }

  /**
   * False where the run was stopped. Events are no drift: the tourist season comes. A run that a person lets go on after it was
   * stopped goes on.
   */
  async mayPlan(
    run: Run,
    { definition, campaign }: { definition: CampaignDefinition; campaign: { name: string; township: string | null } },
  ): Promise<boolean> {
    if (definition.cadence.kind === 'event' || run.reason?.includes(MARK)) return true;
    const approved = audienceOf(await this.campaigns.preflight(run.campaignId, run.version));
    if (!approved) return true;
    const now = await this.audience(definition, campaign.township);
    const drift = driftOf(approved, now, this.config.settings.campaigns.drift);
    const subject = `campaign/${run.campaignId}`;
    if (drift === 'within') {
      await this.alarms.clear(MARK, subject);
      return true;
    }
    const told = `approved for ${inWords(approved)}, now ${inWords(now)}`;
    const then = drift === 'beyond' ? '; it is suspended, look at its segment and have it approved anew' : '';
    await this.alarms.raise(MARK, subject, `${campaign.name}: ${told}${then}.`);
    if (drift !== 'beyond') return true;
    await this.control.pauseByClock(run.id, `${MARK}: ${told}`);
    await this.lifecycle.suspend(run.campaignId, `${MARK}: ${told}`);
    return false;
  }
}

const inWords = ({ people, chats }: Audience): string =>
  chats > 0 ? `${people} people and ${chats} chats` : `${people} people`;
