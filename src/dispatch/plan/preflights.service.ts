import { Injectable } from '@nestjs/common';
import type { Actor } from '../../accounts/index.js';
import { Campaigns, type CampaignDefinition } from '../../campaigns/index.js';
import { Gateways } from '../../gateways/index.js';
import { Clock, CountyTime, err, ok, type InputMistake, type Result } from '../../platform/index.js';
import { Drift } from './drift.service.js';
import { Unplannable } from './contexts.service.js';
import { Previews, type Preflight, type Progress } from './preview.service.js';

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
    private readonly drift: Drift,
  ) {}

  async of(
    campaignId: string,
    by: Actor,
    options: { isKept?: boolean; onProgress?: Progress } = {},
  ): Promise<Result<Preflight, PreflightRefusal>> {
    const found = await this.campaigns.latest(campaignId, by.scope);
    if (!found) return err('notFound');
    const mistakes = this.gatewayMistakes(found.definition);
    if (mistakes.length > 0) return err('cannotRun', mistakes);
    try {
      const { definition, township } = found;
      return ok(await this.previews.of({ campaignId, definition, township }, by, options));
    } catch (error) {
      if (error instanceof Unplannable)
        return err('cannotRun', [{ path: '/segmentId', code: 'unknown_segment', message: error.message }]);
      throw error;
    }
  }

  /** What goes with the submission and is read by the approver. */
  async forSubmission(
    campaignId: string,
    by: Actor,
  ): Promise<Result<Preflight & { at: string; rules: string }, PreflightRefusal>> {
    const result = await this.of(campaignId, by, { isKept: true });
    if (!result.ok) return result;
    const { definition } = (await this.campaigns.latest(campaignId, by.scope))!;
    return ok({ ...result.value, at: this.county.iso(this.clock.now()), rules: await this.drift.rules(definition) });
  }

  /** Gateways that are not there, or do not serve the channel that they are named for. */
  gatewayMistakes(definition: Pick<CampaignDefinition, 'channels'>): InputMistake[] {
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
      const path = `/channels/${i}`;
      const served = new Set(this.gateways.serving(entry.channel, undefined, entry.gateways).map((g) => g.key));
      const wrong = (entry.gateways ?? []).filter((key) => !served.has(key));
      if (wrong.length > 0) {
        const message = `${wrong.join(', ')} does not serve the channel ${entry.channel}.`;
        return [{ path: `${path}/gateways`, code: 'gateway_not_for_channel', message }];
      }
      const message = `No gateway serves the channel ${entry.channel}.`;
      return served.size > 0 ? [] : [{ path, code: 'no_gateway_for_channel', message }];
    });
  }
}
