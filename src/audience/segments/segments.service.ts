import { Injectable } from '@nestjs/common';
import type { Actor, Scope } from '../../accounts/index.js';
import {
  Chance, Clock, Database, err, Ledger, ok, pageOf, Vault, type Instant, type Page, type Result,
} from '../../platform/index.js'; // prettier-ignore
import { RuleBook } from './rule-book.service.js';
import type { Rule, Subject } from './rule.js';
import { SegmentCounts } from './segment-counts.service.js';
import { SegmentEntity } from './segment.entity.js';
import type { Segment } from './segment.js';

/** Answers the ids of the campaigns that use a segment. */
export type UsedBy = (segmentId: string) => Promise<string[]>;

export interface NewSegment {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly of: Subject;
  /** As it came from outside. */
  readonly rule: unknown;
}

/** Absent is unchanged. */
export interface SegmentChange {
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly of?: Subject | undefined;
  /** As it came from outside. */
  readonly rule?: unknown;
}

export type SegmentRefusal = 'notFound' | 'sensitive' | 'othersSegment';

const segmentOf = ({ isSensitive, deletedAt: _, ...row }: SegmentEntity): Segment => ({
  ...row,
  sensitive: isSensitive,
});
const rowOf = ({ sensitive, ...segment }: Segment): SegmentEntity => ({
  ...segment,
  isSensitive: sensitive,
  deletedAt: null,
});

/** Saved rules, and the questions that campaigns ask about them. */
@Injectable()
export class Segments {
  private readonly users: UsedBy[] = [];

  constructor(
    private readonly database: Database,
    private readonly rules: RuleBook,
    private readonly counts: SegmentCounts,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly ledger: Ledger,
    private readonly vault: Vault,
  ) {}

  /** Whoever uses segments says here how to ask: a segment in use is not deleted. */
  register(usedBy: UsedBy): void {
    this.users.push(usedBy);
  }

  async usedBy(segmentId: string): Promise<string[]> {
    const ids = await Promise.all(this.users.map((ask) => ask(segmentId)));
    return [...new Set(ids.flat())];
  }

  /** The county's segments and those of the scope's own township. */
  async get(id: string, scope: Scope): Promise<Segment | null> {
    const query = this.visible(scope).andWhere('s.id = :id', { id });
    const row = await query.getOne();
    return row && segmentOf(row);
  }

  /** How many people (or group chats, as the segment says) a rule selects at a moment. */
  count(rule: Rule, scope: Scope, at: Instant, subject: Subject = 'people'): Promise<number> {
    return this.counts.count({ rule, scope, at, subject });
  }

  async list(
    scope: Scope,
    { after, limit, subject }: { after: string; limit: number; subject?: Subject | undefined },
  ): Promise<Page<Segment>> {
    const query = this.visible(scope)
      .andWhere('s.id > :after', { after })
      .orderBy('s.id')
      .limit(limit + 1);
    if (subject) query.andWhere('s.subject = :subject', { subject });
    return pageOf(await query.getMany(), limit, (s) => s.id, segmentOf);
  }

  async create(segment: NewSegment, by: Actor): Promise<Result<Segment, 'badRule'>> {
    const rule = this.rules.read(segment.rule, segment.of);
    if (!rule.ok) return rule;
    const now = this.clock.now();
    const made: Segment = {
      id: this.chance.id(this.clock),
      name: segment.name,
      description: segment.description ?? null,
      subject: segment.of,
      rule: rule.value,
      version: 1,
      sensitive: this.rules.isSensitive(rule.value),
      township: by.scope.township,
      createdBy: by.id,
      createdAt: now,
      updatedAt: now,
    };
    return this.database.transaction(async () => {
      await this.database.manager.insert(SegmentEntity, rowOf(made));
      await this.write('segment.create', made, by);
      return ok(made);
    });
  }

  /** Changes a segment; a new rule makes a new version. What is sensitive is changed only by those who may read it. */
  async change(
    id: string,
    change: SegmentChange,
    by: Actor,
  ): Promise<Result<Segment, SegmentRefusal | 'badRule' | 'otherSubject'>> {
    return this.database.transaction(async () => {
      const held = await this.mine(id, by);
      if (!held.ok) return held;
      if (change.of !== undefined && change.of !== held.value.subject) return err('otherSubject');
      const rule = change.rule === undefined ? ok(held.value.rule) : this.rules.read(change.rule, held.value.subject);
      if (!rule.ok) return rule;
      const isNewRule = JSON.stringify(rule.value) !== JSON.stringify(held.value.rule);
      const changed: Segment = {
        ...held.value,
        name: change.name ?? held.value.name,
        description: change.description === undefined ? held.value.description : change.description,
        rule: rule.value,
        version: held.value.version + (isNewRule ? 1 : 0),
        sensitive: this.rules.isSensitive(rule.value),
        updatedAt: this.clock.now(),
      };
      await this.database.manager.save(SegmentEntity, rowOf(changed));
      await this.write('segment.change', changed, by);
      return ok(changed);
    });
  }

  async remove(id: string, by: Actor): Promise<Result<null, SegmentRefusal | 'inUse'>> {
    return this.database.transaction(async () => {
      const held = await this.mine(id, by);
      if (!held.ok) return held;
      const campaigns = await this.usedBy(id);
      if (campaigns.length > 0) return err('inUse', campaigns);
      await this.database.execute('UPDATE segments SET deletedAt = ? WHERE id = ?', [this.clock.now(), id]);
      await this.write('segment.delete', held.value, by);
      return ok(null);
    });
  }

  private async mine(id: string, by: Actor): Promise<Result<Segment, SegmentRefusal>> {
    // Held until the change is done, so that a version stands for one rule.
    await this.database.query(`SELECT id FROM segments WHERE id = ?${this.database.forUpdate}`, [id]);
    const held = await this.get(id, by.scope);
    if (!held) return err('notFound');
    if (by.scope.township !== null && held.township !== by.scope.township) return err('othersSegment');
    return held.sensitive && !by.mayReadSensitive ? err('sensitive') : ok(held);
  }

  private visible(scope: Scope) {
    const query = this.database.manager.createQueryBuilder(SegmentEntity, 's').where('s.deletedAt IS NULL');
    return scope.township === null
      ? query
      : query.andWhere('(s.township IS NULL OR s.township = :township)', { township: scope.township });
  }

  private write(action: string, { id, version, sensitive, rule }: Segment, by: Actor): Promise<void> {
    return this.ledger.write({
      action,
      subject: `segment/${id}`,
      by: { id: by.id, name: by.name },
      detail: { version, sensitive, rule: this.vault.index('rule', JSON.stringify(rule)) },
    });
  }
}
