import { Injectable } from '@nestjs/common';
import type { Actor } from '../../accounts/index.js';
import { Segments } from '../../audience/index.js';
import { Campaigns, campaignSchema, type Campaign, type CampaignDefinition } from '../../campaigns/index.js';
import { Scripts } from '../../library/index.js';
import {
  Clock, Config, CountyTime, Database, err, hours, ok, type InputMistake, type Result,
} from '../../platform/index.js'; // prettier-ignore
import { Preflights } from './preflights.service.js';
import type { Preflight } from './preview.service.js';

export interface UrgentAsk {
  readonly trick: string;
  readonly channel: CampaignDefinition['channels'][number]['channel'] & ('sms' | 'voice' | 'email');
  readonly script?: { readonly title?: string | undefined; readonly body: string } | undefined;
  readonly townships?: readonly string[] | undefined;
  readonly name?: string | undefined;
  readonly reason: string;
}

export interface UrgentMade {
  readonly campaign: Campaign;
  readonly segmentId: string;
  readonly scriptId: string | null;
  readonly preflight: Preflight;
}

/** An approval that comes later than this finds nothing to start: yesterday's scam is not this morning's. */
const WAITS = hours(24);

/** What an urgent campaign asks of other rooms. */
@Injectable()
export class UrgentRooms {
  constructor(
    readonly segments: Segments,
    readonly scripts: Scripts,
    readonly campaigns: Campaigns,
    readonly preflights: Preflights,
  ) {}
}

/** A refusal that takes back all that was made on the way to it. */
class Refused extends Error {
  constructor(readonly mistakes: readonly InputMistake[]) {
    super('refused');
  }
}

/**
 * New scam this morning: a segment, a wording where one is given, and a campaign, made and given to review in one step. Its
 * approval approves the wording too and starts it.
 */
@Injectable()
export class Urgent {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly database: Database,
    private readonly rooms: UrgentRooms,
  ) {}

  async make(ask: UrgentAsk, by: Actor): Promise<Result<UrgentMade, 'invalid'>> {
    const townships = this.townships(ask.townships, by);
    if (!townships.ok) return townships;
    const wrong = this.rooms.preflights.gatewayMistakes({ channels: [{ channel: ask.channel }] });
    if (wrong.length > 0) return err('invalid', [{ ...wrong[0]!, path: '/channel' }]);
    try {
      const made = await this.database.transaction(() => this.draft(ask, townships.value, by));
      return await this.submitted(made, by);
    } catch (error) {
      if (error instanceof Refused) return err('invalid', error.mistakes);
      throw error;
    }
  }

  /** Codes of what was named; the caller's own township where nothing was; null for the whole county. */
  private townships(named: readonly string[] | undefined, by: Actor): Result<string[] | null, 'invalid'> {
    if (!named) return ok(by.scope.township === null ? null : [by.scope.township]);
    const codes = named.map((text) => this.config.township(text)?.code ?? null);
    const mistakes = codes.flatMap((code, i) =>
      code !== null && (by.scope.township === null || code === by.scope.township)
        ? []
        : [{ path: `/townships/${i}`, code: 'unknown_township', message: `${named[i]} is no township of yours` }],
    );
    return mistakes.length > 0 ? err('invalid', mistakes) : ok(codes as string[]);
  }

  private async draft(ask: UrgentAsk, townships: string[] | null, by: Actor) {
    const name = ask.name ?? `紧急预警 ${this.county.at(this.clock.now()).toFormat('yyyy-MM-dd HH:mm')}`;
    const rule =
      townships === null
        ? { combinator: 'and', rules: [] }
        : { combinator: 'and', rules: [{ field: 'township', operator: 'in', value: townships }] };
    const segment = await this.rooms.segments.create({ name, of: 'people', rule }, by);
    if (!segment.ok) throw new Refused(this.mistakes(segment.detail, '/townships'));
    if ((await this.rooms.segments.count(segment.value.rule, by.scope, this.clock.now())) === 0)
      throw new Refused([{ path: '/townships', code: 'matches_nobody', message: 'there is nobody in them' }]);
    const script = ask.script ? await this.script(ask, by) : null;
    const definition = campaignSchema.parse({
      name,
      segmentId: segment.value.id,
      channels: [{ channel: ask.channel }],
      assignment: { policy: 'fixed', tricks: [ask.trick] },
      cadence: { kind: 'once', at: this.county.iso(this.clock.now() + WAITS) },
      urgent: { reason: ask.reason, ...(script ? { scripts: { [ask.channel]: script.versionId } } : {}) },
    });
    const campaign = await this.rooms.campaigns.create(definition, by, { startsOnApproval: true });
    if (!campaign.ok) throw new Refused(this.mistakes(campaign.detail, '/trick', { '/assignment/tricks/0': '/trick' }));
    return { campaign: campaign.value, segmentId: segment.value.id, scriptId: script?.id ?? null };
  }

  private async script(ask: UrgentAsk, by: Actor): Promise<{ id: string; versionId: number }> {
    const { trick, channel, script } = ask;
    const made = await this.rooms.scripts.create(
      { trick, channel, language: 'zh', title: script!.title ?? null, body: script!.body },
      by,
    );
    if (!made.ok)
      throw new Refused(this.mistakes(made.detail, '/script', { '/body': '/script/body', '/title': '/script/title' }));
    const inReview = await this.rooms.scripts.submit(made.value.id, by);
    if (!inReview.ok) throw new Error(`script ${made.value.id} cannot be submitted: ${inReview.error}`);
    return { id: made.value.id, versionId: made.value.versions[0]!.id };
  }

  private mistakes(detail: unknown, otherwise: string, places: Readonly<Record<string, string>> = {}): InputMistake[] {
    const found = Array.isArray(detail) ? (detail as InputMistake[]) : [];
    if (found.length === 0) return [{ path: otherwise, code: 'invalid', message: 'this cannot be used' }];
    return found.map((mistake) => ({ ...mistake, path: places[mistake.path] ?? mistake.path }));
  }

  private async submitted(
    made: { campaign: Campaign; segmentId: string; scriptId: string | null },
    by: Actor,
  ): Promise<Result<UrgentMade, 'invalid'>> {
    const preflight = await this.rooms.preflights.forSubmission(made.campaign.id, by);
    if (!preflight.ok) return err('invalid', preflight.detail ?? []);
    const submitted = await this.rooms.campaigns.submit(made.campaign.id, by, { ...preflight.value });
    if (!submitted.ok) return err('invalid', submitted.detail ?? []);
    return ok({ ...made, campaign: submitted.value, preflight: preflight.value });
  }
}
