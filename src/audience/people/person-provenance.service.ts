import { Injectable } from '@nestjs/common';
import type { Actor } from '../../accounts/index.js';
import { Config, CountyTime, Database, parseDuration, type Instant } from '../../platform/index.js';
import { membershipKeptUntil, personKeptUntil, type Periods, type Stay } from './keeping.js';
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
  /** Until when the person is kept, the number and plain tags with it; null: while a membership lasts. */
  readonly keptUntil: string | null;
  readonly populations: readonly {
    kind: string;
    source: Source | null;
    keeping: Keeping;
    /** Null while it lasts. */
    keptUntil: string | null;
  }[];
  readonly tags: readonly {
    tag: string;
    confirmedAt: string;
    source: Source | null;
    keeping: Keeping | null;
    /** A sensitive tag ends by itself, or earlier with the person. */
    keptUntil: string | null;
  }[];
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
    private readonly config: Config,
  ) {}

  /** Null where there is no such person, or not for this viewer. */
  async of(id: number, viewer: Actor): Promise<Provenance | null> {
    const person = await this.directory.find(id, viewer.scope);
    if (!person) return null;
    const populations = await this.database.query<
      Record<keyof Stay, string | number | null> & { sourceId: string | null }
    >('SELECT kind, since, until, createdAt, sourceId FROM memberships WHERE personId = ? ORDER BY kind', [id]);
    const tags = await this.database.query<{ tag: string; confirmedAt: number; sourceId: string | null }>(
      'SELECT tag, confirmedAt, sourceId FROM person_tags WHERE personId = ? ORDER BY tag',
      [id],
    );
    const known = await this.sources.byIds([person.phoneSourceId, ...[...populations, ...tags].map((r) => r.sourceId)]);
    const source = (of: string | null): Source | null => (of === null ? null : (known.get(of) ?? null));
    const periods = this.periods;
    const stays = populations.map(stayOf);
    const whole = personKeptUntil(stays, numberOrNull(person.leftAt), periods);
    const shown = new Set(
      shownTags(
        tags.map((t) => t.tag),
        new Set(tags.map((t) => t.tag).filter((tag) => this.directory.isSensitive(tag))),
        viewer.mayReadSensitive,
      ),
    );
    return {
      phone: source(person.phoneSourceId),
      keptUntil: this.told(whole),
      populations: stays.map((stay, i) => ({
        kind: stay.kind,
        source: source(populations[i]!.sourceId),
        keeping: keepingOf(stay.kind),
        keptUntil: this.told(membershipKeptUntil(stay, periods)),
      })),
      tags: tags
        .filter((t) => shown.has(t.tag))
        .map((t) => ({
          tag: t.tag,
          confirmedAt: this.county.iso(Number(t.confirmedAt)),
          source: source(t.sourceId),
          keeping: this.directory.isSensitive(t.tag) ? { rule: 'sensitiveTags', then: 'tagRemoved' } : null,
          keptUntil: this.told(
            this.directory.isSensitive(t.tag)
              ? Math.min(Number(t.confirmedAt) + periods.sensitiveTags, whole ?? Number.MAX_SAFE_INTEGER)
              : whole,
          ),
        })),
    };
  }

  private told(instant: Instant | null): string | null {
    return instant === null ? null : this.county.iso(instant);
  }

  private get periods(): Periods {
    const { keptFor, stayWithoutDeparture } = this.config.settings.retention;
    return {
      arrivals: parseDuration(keptFor.arrivals)!,
      formerPeople: parseDuration(keptFor.formerPeople)!,
      sensitiveTags: parseDuration(keptFor.sensitiveTags)!,
      stayWithoutDeparture: parseDuration(stayWithoutDeparture)!,
    };
  }
}

const numberOrNull = (value: string | number | null): number | null => (value === null ? null : Number(value));

const stayOf = (row: Record<keyof Stay, string | number | null>): Stay => ({
  kind: String(row.kind),
  since: numberOrNull(row.since),
  until: numberOrNull(row.until),
  createdAt: Number(row.createdAt),
});
