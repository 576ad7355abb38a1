import { Injectable } from '@nestjs/common';
import { Segments } from '../../audience/index.js';
import { Campaigns, Lifecycle, RunControl, type CampaignDefinition, type Run } from '../../campaigns/index.js';
import { Alarms, Clock, Config, sha256 } from '../../platform/index.js';
import { audienceOf, driftOf, type Audience } from './drift.js';

const MARK = 'audience_drift';
const CHANGED = 'segment_changed';

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

  /** What the segments of a campaign select, as a digest: whoever approves it approves these rules. */
  async rules(definition: CampaignDefinition): Promise<string> {
    const ids = [definition.segmentId, ...(definition.groupSegmentId ? [definition.groupSegmentId] : [])];
    const segments = await Promise.all(ids.map((id) => this.segments.get(id, { township: null })));
    return sha256(JSON.stringify(segments.map((segment) => segment?.rule ?? null)));
  }

  /** Stops one run, and says why. */
  async stop(run: Run, why: string): Promise<void> {
    await this.control.pauseByClock(run.id, why);
  }

  /** Stops the run and suspends its campaign, and tells somebody. */
  private async suspend(run: Run, alarm: { kind: string; text: string }, why: string): Promise<void> {
    await this.alarms.raise(alarm.kind, `campaign/${run.campaignId}`, alarm.text);
    await this.stop(run, why);
    await this.lifecycle.suspend(run.campaignId, why);
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
    const preflight = await this.campaigns.preflight(run.campaignId, run.version);
    const rules = (preflight as { rules?: unknown } | null)?.rules;
    if (typeof rules === 'string' && rules !== (await this.rules(definition))) {
      const text = `${campaign.name}：批准后客群规则有改动，已暂停，请重新报批`;
      await this.suspend(run, { kind: CHANGED, text }, `${CHANGED}: a segment was changed after the approval`);
      return false;
    }
    if (definition.cadence.kind === 'event' || run.reason?.includes(MARK)) return true;
    const approved = audienceOf(preflight);
    if (!approved) return true;
    const now = await this.audience(definition, campaign.township);
    const drift = driftOf(approved, now, this.config.settings.campaigns.drift);
    const subject = `campaign/${run.campaignId}`;
    if (drift === 'within') {
      await this.alarms.clear(MARK, subject);
      return true;
    }
    const told = `approved for ${inWords(approved)}, now ${inWords(now)}`;
    const text = `${campaign.name}：批准时${counted(approved)}，现在${counted(now)}`;
    if (drift === 'alarm') {
      await this.alarms.raise(MARK, subject, text);
      return true;
    }
    await this.suspend(run, { kind: MARK, text: `${text}，已暂停，请核对客群后重新报批` }, `${MARK}: ${told}`);
    return false;
  }
}

const counted = ({ people, chats }: Audience): string => (chats > 0 ? `${people} 人、${chats} 个群` : `${people} 人`);

const inWords = ({ people, chats }: Audience): string =>
  chats > 0 ? `${people} people and ${chats} chats` : `${people} people`;
