import { Injectable } from '@nestjs/common';
import type { Actor } from '../../accounts/index.js';
import { CountyTime, Database } from '../../platform/index.js';
import { PersonDirectory } from './person-directory.service.js';
import { shownTags } from './person-view.js';
import { SourceBook, type Source } from './source-book.service.js';

/** Which period of `retention.keptFor` holds, and what happens when it is over. */
export interface Keeping {
  readonly rule: 'arrivals' | 'formerPeople' | 'sensitiveTags';
  readonly then: 'personErased' | 'tagRemoved';
}

/** What brought a person's data, on which basis and for what, and what ends it (PIPL art. 13, 17, 19). */
export interface Provenance {
  readonly phone: Source | null;
  readonly populations: readonly { kind: string; source: Source | null; keeping: Keeping }[];
  readonly tags: readonly { tag: string; confirmedAt: string; source: Source | null; keeping: Keeping | null }[];
}

const keepingOf = (population: string): Keeping => ({
  rule: population === 'arrival' ? 'arrivals' : 'formerPeople',
  then: 'personErased',
});

/** Answers for each number, membership and tag of a person where it comes from. */
@Injectable()
export class PersonProvenance {
  constructor(
    private readonly database: Database,
    private readonly directory: PersonDirectory,
    private readonly sources: SourceBook,
    private readonly county: CountyTime,
  ) {}

  /** Null where there is no such person, or not for this viewer. */
  async of(id: number, viewer: Actor): Promise<Provenance | null> {
    const person = await this.directory.find(id, viewer.scope);
    if (!person) return null;
    const populations = await this.database.query<{ kind: string; sourceId: string | null }>(
      'SELECT kind, sourceId FROM memberships WHERE personId = ? ORDER BY kind',
      [id],
    );
    const tags = await this.database.query<{ tag: string; confirmedAt: number; sourceId: string | null }>(
      'SELECT tag, confirmedAt, sourceId FROM person_tags WHERE personId = ? ORDER BY tag',
      [id],
    );
    const known = await this.sources.byIds([person.phoneSourceId, ...[...populations, ...tags].map((r) => r.sourceId)]);
    const source = (of: string | null): Source | null => (of === null ? null : (known.get(of) ?? null));
    const shown = new Set(
      shownTags(
        tags.map((t) => t.tag),
        new Set(tags.map((t) => t.tag).filter((tag) => this.directory.isSensitive(tag))),
        viewer.mayReadSensitive,
      ),
    );
    return {
      phone: source(person.phoneSourceId),
      populations: populations.map((p) => ({
        kind: p.kind,
        source: source(p.sourceId),
        keeping: keepingOf(p.kind),
      })),
      tags: tags
        .filter((t) => shown.has(t.tag))
        .map((t) => ({
          tag: t.tag,
          confirmedAt: this.county.iso(Number(t.confirmedAt)),
          source: source(t.sourceId),
          keeping: this.directory.isSensitive(t.tag) ? { rule: 'sensitiveTags', then: 'tagRemoved' } : null,
        })),
    };
  }
}
