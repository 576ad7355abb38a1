import { Injectable } from '@nestjs/common';
import type { Actor } from '../../accounts/index.js';
import { Campaigns, type CampaignDefinition } from '../../campaigns/index.js';
import { Gateways } from '../../gateways/index.js';
import { Clock, CountyTime, err, ok, type InputMistake, type Result } from '../../platform/index.js';
import { Unplannable } from './contexts.service.js';
import { Previews, type Preflight } from './preview.service.js';

export type PreflightRefusal = 'notFound' | 'cannotRun';

/** The pre-flight of a campaign's latest version, and the checks that a submission must pass. */
@Injectable()
export class Preflights {
  constructor(
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly campaigns: Campaigns,
    private readonly gateways: Gateways,
    private readonly previews: Previews,
  ) {}

  async of(campaignId: string, by: Actor): Promise<Result<Preflight, PreflightRefusal>> {
    const found = await this.campaigns.latest(campaignId, by.scope);
    if (!found) return err('notFound');
    const mistakes = this.gatewayMistakes(found.definition);
    if (mistakes.length > 0) return err('cannotRun', mistakes);
    try {
      return ok(await this.previews.of({ campaignId, definition: found.definition, township: found.township }, by));
    } catch (error) {
      if (error instanceof Unplannable)
        return err('cannotRun', [{ path: '/segmentId', code: 'unknown_segment', message: error.message }]);
      throw error;
    }
  }

  /** What goes with the submission and is read by the approver. */
  async forSubmission(campaignId: string, by: Actor): Promise<Result<Preflight & { at: string }, PreflightRefusal>> {
    const result = await this.of(campaignId, by);
    if (!result.ok) return result;
    return ok({ ...result.value, at: this.county.iso(this.clock.now()) });
  }

  private gatewayMistakes(definition: CampaignDefinition): InputMistake[] {
    return definition.channels.flatMap((entry, i) => {
      const unknown = (entry.gateways ?? []).filter((key) => !this.gateways.get(key));
      if (unknown.length > 0) {
        return [
          {
            path: `/channels/${i}/gateways`,
            code: 'unknown_gateway',
            message: `There is no gateway ${unknown.join(', ')}.`,
          },
        ];
      }
      return this.gateways.serving(entry.channel, undefined, entry.gateways).length > 0
        ? []
        : [
            {
              path: `/channels/${i}`,
              code: 'no_gateway_for_channel',
              message: `No gateway serves the channel ${entry.channel}.`,
            },
          ];
    });
  }
}
