import { Injectable } from '@nestjs/common';
import type { Actor } from '../../accounts/index.js';
import { Database, DISCREET_NAME, ok, type Result } from '../../platform/index.js';
import { GroupChats, type MaskedGroupChat } from '../group-chats/group-chats.service.js';
import { People, type MaskedPerson } from '../people/people.service.js';
import { RuleBook } from './rule-book.service.js';
import type { Rule, Subject } from './rule.js';
import { SegmentCounts } from './segment-counts.service.js';
import { SegmentRecords } from './segment-records.service.js';
import type { Segment, TownshipCount } from './segment.js';
import type { ShownCount } from './sensitive.js';

const SAMPLE = 20;

export interface SegmentView extends ShownCount {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly of: Subject;
  readonly rule: Rule;
  readonly version: number;
  readonly sensitive: boolean;
  readonly township: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Preview extends ShownCount {
  readonly byTownship: readonly TownshipCount[];
  /** Masked; empty for a sensitive rule. */
  readonly sample: readonly (MaskedPerson | MaskedGroupChat)[];
}

/** What a caller gets to see of a rule and of those whom it selects. */
@Injectable()
export class SegmentViews {
  constructor(
    private readonly database: Database,
    private readonly rules: RuleBook,
    private readonly counts: SegmentCounts,
    private readonly people: People,
    private readonly groupChats: GroupChats,
    private readonly records: SegmentRecords,
  ) {}

  /** A segment with its present count in the caller's scope. What is sensitive reads 重点提醒 to those without the right. */
  async view(segment: Segment, viewer: Actor): Promise<SegmentView> {
    const { rule, subject, sensitive } = segment;
    const count = await this.counts.shown({ rule, subject, scope: viewer.scope, at: this.records.now() });
    const isMasked = sensitive && !viewer.mayReadSensitive;
    return {
      id: segment.id,
      name: isMasked ? DISCREET_NAME : segment.name,
      description: isMasked ? null : segment.description,
      of: subject,
      rule: isMasked ? this.rules.masked(rule) : rule,
      version: segment.version,
      sensitive,
      township: segment.township,
      ...this.records.times(segment),
      ...count,
    };
  }

  async all(segments: readonly Segment[], viewer: Actor): Promise<SegmentView[]> {
    const views: SegmentView[] = [];
    for (const segment of segments) views.push(await this.view(segment, viewer));
    return views;
  }

  /** How many a rule would select now, where they live, and who the first are. A sensitive rule has no sample and leaves a ledger entry. */
  async preview(
    { rule: given, of: subject }: { rule: unknown; of: Subject },
    viewer: Actor,
  ): Promise<Result<Preview, 'badRule'>> {
    const read = this.rules.read(given, subject);
    if (!read.ok) return read;
    const rule = read.value;
    const question = { rule, subject, scope: viewer.scope, at: this.records.now() };
    const counts = await this.counts.byTownship(question);
    if (this.rules.isSensitive(rule)) {
      await this.database.transaction(() => this.records.sensitivePreview(rule, counts, viewer));
      return ok({ ...counts, sample: [] });
    }
    const sample = subject === 'people' ? await this.somePeople(question, viewer) : await this.someChats(question);
    return ok({ ...counts, sample });
  }

  private async somePeople(question: Parameters<SegmentCounts['first']>[0], viewer: Actor): Promise<MaskedPerson[]> {
    const ids = (await this.counts.first<number>(question, SAMPLE)).map(Number);
    const masked = await this.people.masked(ids, viewer);
    return ids.flatMap((id) => masked.get(id) ?? []);
  }

  private async someChats(question: Parameters<SegmentCounts['first']>[0]): Promise<MaskedGroupChat[]> {
    const ids = await this.counts.first<string>(question, SAMPLE);
    const masked = await this.groupChats.masked(ids);
    return ids.flatMap((id) => masked.get(id) ?? []);
  }
}
