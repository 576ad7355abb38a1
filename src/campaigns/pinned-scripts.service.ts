import { Injectable } from '@nestjs/common';
import type { Actor } from '../accounts/index.js';
import { Segments } from '../audience/index.js';
import { Library, Scripts } from '../library/index.js';
import { err, ok, pointer, type InputMistake, type Result } from '../platform/index.js';
import type { CampaignDefinition } from './campaign.schemas.js';

interface Pinned {
  readonly scriptId: string;
  readonly versionId: number;
  readonly status: string;
  readonly createdBy: string | null;
}

/** Wordings that an urgent campaign names itself: they are read and approved together with it. */
@Injectable()
export class PinnedScripts {
  constructor(
    private readonly library: Library,
    private readonly scripts: Scripts,
  ) {}

  /** Each pinned version is there, on its channel, and of a channel that the campaign uses. */
  async mistakes({ urgent, channels }: CampaignDefinition): Promise<InputMistake[]> {
    const mistakes: InputMistake[] = [];
    for (const [channel, versionId] of Object.entries(urgent?.scripts ?? {})) {
      const path = pointer(['urgent', 'scripts', channel]);
      const script = await this.library.version(versionId);
      if (!channels.some((c) => c.channel === channel))
        mistakes.push({ path, code: 'channel_not_used', message: 'the campaign does not use this channel' });
      else if (script?.channel !== channel)
        mistakes.push({ path, code: 'unknown_script', message: `there is no such script on the channel ${channel}` });
    }
    return mistakes;
  }

  /** Those that are not on the shelf yet; refused where the approver wrote one, or one was not given to review. */
  async toApprove(
    { urgent }: CampaignDefinition,
    by: Actor,
  ): Promise<Result<string[], 'ownCampaign' | 'scriptNotReady'>> {
    const open: string[] = [];
    for (const versionId of Object.values(urgent?.scripts ?? {})) {
      const pinned = await this.find(versionId);
      if (pinned?.status === 'approved') continue;
      if (pinned?.status !== 'inReview') return err('scriptNotReady', { script: pinned?.scriptId ?? null });
      if (pinned.createdBy === by.id) return err('ownCampaign');
      open.push(pinned.scriptId);
    }
    return ok(open);
  }

  /** Inside the campaign's approval; `toApprove` has looked. Throws where a script moved meanwhile. */
  async approve(scriptIds: readonly string[], by: Actor, remark: string | undefined): Promise<void> {
    for (const id of scriptIds) {
      const approved = await this.scripts.approve(id, by, remark);
      if (!approved.ok) throw new Error(`script ${id} cannot be approved: ${approved.error}`);
    }
  }

  private async find(versionId: number): Promise<Pinned | null> {
    const script = await this.library.version(versionId);
    const record = script && (await this.scripts.find(script.scriptId));
    const version = record?.versions.find((v) => v.id === versionId);
    // `approve` takes the newest that is in review: an older one is not what was pinned.
    const isNewest = record?.versions.find((v) => v.status === 'inReview')?.id === versionId;
    if (!record || !version) return null;
    const status = version.status === 'inReview' && !isNewest ? 'overtaken' : version.status;
    return { scriptId: record.id, versionId, status, createdBy: version.createdBy };
  }
}

/** What a review asks of other rooms. */
@Injectable()
export class ReviewRooms {
  constructor(
    private readonly segments: Segments,
    readonly pinned: PinnedScripts,
  ) {}

  /** True where a definition's segments select by a sensitive tag. */
  async isSensitive(definition: CampaignDefinition): Promise<boolean> {
    for (const id of [definition.segmentId, definition.groupSegmentId]) {
      if (id !== undefined && (await this.segments.get(id, { township: null }))?.sensitive) return true;
    }
    return false;
  }
}
