import { Injectable } from '@nestjs/common';
import { COUNTY } from '../accounts/index.js';
import { Segments } from '../audience/index.js';
import { Library } from '../library/index.js';
import { DISCREET_NAME, type Instant } from '../platform/index.js';
import type { CampaignVersion } from './campaign.repository.js';
import type { CampaignDefinition } from './campaign.schemas.js';
import {
  segmentChanges,
  wordingChanges,
  type SegmentChange,
  type SegmentMark,
  type Wording,
  type WordingChange,
} from './difference.js';

/** What a version changes for people beside its fields. */
export interface Difference {
  readonly wordings: readonly WordingChange[];
  readonly segments: readonly SegmentChange[];
}

const NONE: Difference = { wordings: [], segments: [] };

/** What would be read and who would be selected otherwise than what was approved last: fields alone do not say it. */
@Injectable()
export class Differences {
  constructor(
    private readonly segments: Segments,
    private readonly library: Library,
  ) {}

  /** The segments of a definition as they stand now; kept with a submission, for a segment changes in place. */
  async marks(definition: CampaignDefinition): Promise<SegmentMark[]> {
    const marks: SegmentMark[] = [];
    for (const field of ['segmentId', 'groupSegmentId'] as const) {
      const id = definition[field];
      const segment = id === undefined ? null : await this.segments.get(id, COUNTY);
      if (!segment) continue;
      const { name, version, rule, sensitive } = segment;
      marks.push({
        field,
        id: segment.id,
        name: sensitive ? DISCREET_NAME : name,
        version,
        rule: sensitive ? null : rule,
      });
    }
    return marks;
  }

  /** Against what was approved, with the wordings of the moment of that approval; nothing where there was none. */
  async between(before: CampaignVersion | null, now: CampaignVersion): Promise<Difference> {
    if (before?.reviewedAt == null) return NONE;
    const isDecided = now.status === 'approved' || now.status === 'replaced';
    const kept = marksIn(before);
    const current = isDecided ? marksIn(now) : await this.marks(now.definition);
    return {
      wordings: wordingChanges(
        await this.wordings(before.definition, before.reviewedAt),
        await this.wordings(now.definition, isDecided ? now.reviewedAt : null),
      ),
      segments: kept && current ? segmentChanges(kept, current) : [],
    };
  }

  /** Every wording that a definition may give anybody, by what was on the shelf at `at`; null: by now. */
  private async wordings({ channels, assignment, urgent }: CampaignDefinition, at: Instant | null): Promise<Wording[]> {
    const found: Wording[] = [];
    for (const { channel } of channels) {
      const pinned = urgent?.scripts?.[channel];
      const script = pinned === undefined ? null : await this.library.version(pinned);
      const scripts = script ? [script] : await this.library.mayGive(assignment, channel, at);
      for (const { trick, audience, language, title, body } of scripts)
        found.push({ channel, trick, audience, language, title, body });
    }
    return found;
  }
}

const marksIn = ({ preflight }: CampaignVersion): SegmentMark[] | null =>
  (preflight?.segments as SegmentMark[] | undefined) ?? null;
