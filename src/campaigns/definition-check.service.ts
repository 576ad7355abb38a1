import { Injectable } from '@nestjs/common';
import type { Scope } from '../accounts/index.js';
import { Segments } from '../audience/index.js';
import { assignmentMistakes, Library } from '../library/index.js';
import { Clock, Config, parseDuration, pointer, type InputMistake } from '../platform/index.js';
import { isLooser } from './cap.js';
import { PinnedScripts } from './pinned-scripts.service.js';
import { Windows } from './windows.service.js';
import type { CampaignDefinition } from './campaign.schemas.js';
import { Cadences } from './cadences.service.js';

/** What of a definition only the rest of the house can judge: segments, tricks, gateways, the calendar. */
@Injectable()
export class DefinitionCheck {
  constructor(
    private readonly segments: Segments,
    private readonly library: Library,
    private readonly cadences: Cadences,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly windows: Windows,
    private readonly pinned: PinnedScripts,
  ) {}

  /** Every mistake with its place; `scope` is the campaign's, whose segments alone it may use. */
  async mistakes(definition: CampaignDefinition, scope: Scope): Promise<InputMistake[]> {
    const { segmentId, groupSegmentId } = definition;
    return [
      ...(await this.segment('/segmentId', segmentId, { scope, subject: 'people' })),
      ...(groupSegmentId === undefined
        ? []
        : await this.segment('/groupSegmentId', groupSegmentId, { scope, subject: 'groupChats' })),
      ...assignmentMistakes(definition.assignment, await this.library.tricks()).map(({ path, code, message }) => ({
        path: pointer(['assignment', ...path]),
        code,
        message,
      })),
      ...(await this.pinned.mistakes(definition)),
      ...this.gateways(definition),
      ...this.cadences.unknownSpecialDays(definition),
      ...this.calendar(definition),
    ];
  }

  /** What may stand in a draft and not in a submission: a looser cap than the county's, messages that expire before any window. */
  beforeReview(definition: CampaignDefinition): InputMistake[] {
    return [...this.cap(definition), ...this.neverOpens(definition)];
  }

  /** The county's caps hold in any case; a campaign that writes down a looser one believes something that is not so. */
  private cap({ contactCap, channels, urgent }: CampaignDefinition): InputMistake[] {
    if (!contactCap || urgent) return [];
    const county = this.config.settings.campaigns.contactCaps;
    const isLoose = channels.every(({ channel }) => isLooser(contactCap, county[channel]));
    const message = 'a campaign may only be stricter than the county, unless it is urgent';
    return isLoose ? [{ path: '/contactCap', code: 'looser_than_county', message }] : [];
  }

  private neverOpens({ channels, window, expiresAfter, ...rhythm }: CampaignDefinition): InputMistake[] {
    const next = rhythm.cadence.kind === 'event' ? null : this.cadences.next(rhythm, this.clock.now());
    const lives = expiresAfter === undefined ? null : parseDuration(expiresAfter);
    if (next === null || lives === null) return [];
    const isShut = channels.some(
      ({ channel, after }) => !after && this.windows.opening(channel, window, next).opensAt >= next + lives,
    );
    const message = 'its messages expire before any window opens';
    return isShut ? [{ path: '/expiresAfter', code: 'expires_before_window', message }] : [];
  }

  /** A segment that selects nobody now; events bring their people later. Asked when a campaign is submitted. */
  async emptySegments(definition: CampaignDefinition, scope: Scope): Promise<InputMistake[]> {
    if (definition.cadence.kind === 'event') return [];
    const personal = definition.channels.some((c) => c.channel !== 'chat');
    const asked = [
      ...(personal ? [{ path: '/segmentId', id: definition.segmentId }] : []),
      ...(definition.groupSegmentId === undefined ? [] : [{ path: '/groupSegmentId', id: definition.groupSegmentId }]),
    ];
    const mistakes: InputMistake[] = [];
    for (const { path, id } of asked) {
      const segment = await this.segments.get(id, scope);
      if (!segment || (await this.segments.count(segment.rule, scope, this.clock.now(), segment.subject)) > 0) continue;
      mistakes.push({ path, code: 'matches_nobody', message: 'the segment selects nobody' });
    }
    return mistakes;
  }

  private async segment(
    path: string,
    id: string,
    want: { scope: Scope; subject: 'people' | 'groupChats' },
  ): Promise<InputMistake[]> {
    const found = await this.segments.get(id, want.scope);
    if (!found) return [{ path, code: 'unknown_segment', message: 'there is no such segment' }];
    if (found.subject === want.subject) return [];
    const message = want.subject === 'people' ? 'name a segment of people here' : 'name a segment of group chats here';
    return [{ path, code: 'wrong_subject', message }];
  }

  private gateways({ channels }: CampaignDefinition): InputMistake[] {
    const known = new Set(this.config.settings.gateways.map((g) => g.key));
    return channels.flatMap(({ gateways = [] }, i) =>
      gateways.flatMap((key, j) =>
        known.has(key)
          ? []
          : [{ path: `/channels/${i}/gateways/${j}`, code: 'unknown_gateway', message: `there is no gateway ${key}` }],
      ),
    );
  }

  private calendar(definition: CampaignDefinition): InputMistake[] {
    const now = this.clock.now();
    const { kind } = definition.cadence;
    const never =
      kind === 'event' ? this.cadences.isOver(definition, now) : this.cadences.next(definition, now) === null;
    if (!never) return [];
    const path = kind === 'once' ? '/cadence/at' : kind === 'event' ? '/endsOn' : '/cadence';
    return [{ path, code: 'never_occurs', message: 'from now on it never occurs' }];
  }
}
