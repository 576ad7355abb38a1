import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config, Database, marks, parseDuration, type Instant, type RetentionKind } from '../../platform/index.js';
import { PersonErasure } from '../people/person-erasure.service.js';
import { PersonStore } from '../people/person.repository.js';
import { Retention } from './retention.service.js';

const AT_ONCE = 500;

/** `arrival` has a period of its own: 30 days after departure, then counts only. */
const POPULATIONS_OF = { arrivals: "= 'arrival'", formerPeople: "<> 'arrival'" } as const;

const NONE_LEFT = 'p.leftAt < ? AND NOT EXISTS (SELECT 1 FROM memberships m WHERE m.personId = p.id)';

/**
 * People who are no longer here: a membership is forgotten its period after it ended, and with the last one the person, as by
 * an erasure; but who comes again is welcome, so no erasure is noted. Opt-outs stay as keyed hashes.
 */
@Injectable()
export class PeopleRetention implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly store: PersonStore,
    private readonly erasure: PersonErasure,
    private readonly config: Config,
    private readonly retention: Retention,
  ) {}

  onModuleInit(): void {
    this.retention.register(
      this.memberships('arrivals'),
      this.formerPeople(),
      { kind: 'events', count: (before) => this.countEvents(before), forget: (before) => this.forgetEvents(before) },
      { kind: 'sensitiveTags', count: (before) => this.countTags(before), forget: (before) => this.lapse(before) },
    );
  }

  private memberships(kind: keyof typeof POPULATIONS_OF) {
    const of = POPULATIONS_OF[kind];
    return {
      kind: kind satisfies RetentionKind,
      count: (before: Instant) => {
        const ended = this.ended(kind, before);
        return this.count(`memberships WHERE kind ${of} AND ${ended.sql}`, ended.values);
      },
      forget: (before: Instant) => this.forgetMemberships(of, this.ended(kind, before)),
    };
  }

  /** Ended memberships first, then those who have none left: theirs were taken away, and nothing of them ends any more. */
  private formerPeople() {
    const rule = this.memberships('formerPeople');
    return {
      ...rule,
      count: async (before: Instant) =>
        (await rule.count(before)) + (await this.count(`people p WHERE ${NONE_LEFT}`, [before])),
      forget: async (before: Instant) => (await rule.forget(before)) || this.forgetWithout(before),
    };
  }

  private async forgetWithout(before: Instant): Promise<number> {
    const rows = await this.database.query<{ id: number }>(
      `SELECT p.id FROM people p WHERE ${NONE_LEFT} ORDER BY p.id LIMIT ${AT_ONCE}${this.database.forUpdate}`,
      [before],
    );
    await this.erasure.remove(rows.map((row) => Number(row.id)));
    return rows.length;
  }

  /** A stay whose departure was never told ends `retention.stayWithoutDeparture` after the arrival (`keptUntil` says the same). */
  private ended(kind: keyof typeof POPULATIONS_OF, before: Instant): { sql: string; values: number[] } {
    if (kind !== 'arrivals') return { sql: 'until < ?', values: [before] };
    const stay = parseDuration(this.config.settings.retention.stayWithoutDeparture)!;
    return {
      sql: '(until < ? OR (until IS NULL AND COALESCE(since, createdAt) < ?))',
      values: [before, before - stay],
    };
  }

  private async forgetMemberships(of: string, ended: { sql: string; values: number[] }): Promise<number> {
    const rows = await this.database.query<{ personId: number; kind: string }>(
      `SELECT personId, kind FROM memberships WHERE kind ${of} AND ${ended.sql} ORDER BY until, personId LIMIT ${AT_ONCE}${this.database.forUpdate}`,
      ended.values,
    );
    if (rows.length === 0) return 0;
    const people = [...new Set(rows.map((r) => Number(r.personId)))].sort((a, b) => a - b);
    // Whoever writes about a person holds the person's row: a new arrival that comes in now is seen, or waits.
    await this.store.lock(people);
    let forgotten = 0;
    for (const kind of new Set(rows.map((r) => r.kind))) {
      const ids = rows.filter((r) => r.kind === kind).map((r) => Number(r.personId));
      forgotten += await this.database.execute(
        `DELETE FROM memberships WHERE kind = ? AND ${ended.sql} AND personId IN (${marks(ids.length)})`,
        [kind, ...ended.values, ...ids],
      );
      // A file that names them again says what is not known any more.
      await this.database.execute(`UPDATE people SET digest = '' WHERE id IN (${marks(ids.length)})`, ids);
    }
    const left = await this.database.query<{ personId: number }>(
      `SELECT DISTINCT personId FROM memberships WHERE personId IN (${marks(people.length)})`,
      people,
    );
    const stay = new Set(left.map((r) => Number(r.personId)));
    await this.erasure.remove(people.filter((id) => !stay.has(id)));
    return forgotten;
  }

  private countEvents(before: Instant): Promise<number> {
    return this.count('person_events WHERE occurredAt < ?', [before]);
  }

  private async forgetEvents(before: Instant): Promise<number> {
    const rows = await this.database.query<{ id: number }>(
      `SELECT id FROM person_events WHERE occurredAt < ? ORDER BY id LIMIT 5000`,
      [before],
    );
    if (rows.length === 0) return 0;
    return this.database.execute(
      `DELETE FROM person_events WHERE id IN (${marks(rows.length)})`,
      rows.map((r) => Number(r.id)),
    );
  }

  private get sensitive(): readonly string[] {
    return this.config.settings.audience.sensitiveTags;
  }

  private countTags(before: Instant): Promise<number> {
    if (this.sensitive.length === 0) return Promise.resolve(0);
    return this.count(`person_tags WHERE tag IN (${marks(this.sensitive.length)}) AND confirmedAt < ?`, [
      ...this.sensitive,
      before,
    ]);
  }

  /** A sensitive tag that nobody confirmed lapses; a file that names it gives it again. */
  private async lapse(before: Instant): Promise<number> {
    if (this.sensitive.length === 0) return 0;
    const rows = await this.database.query<{ personId: number }>(
      `SELECT DISTINCT personId FROM person_tags WHERE tag IN (${marks(this.sensitive.length)}) AND confirmedAt < ? ORDER BY personId LIMIT ${AT_ONCE}`,
      [...this.sensitive, before],
    );
    if (rows.length === 0) return 0;
    const ids = rows.map((r) => Number(r.personId));
    await this.database.execute(`UPDATE people SET digest = '' WHERE id IN (${marks(ids.length)})`, ids);
    return this.database.execute(
      `DELETE FROM person_tags WHERE tag IN (${marks(this.sensitive.length)}) AND confirmedAt < ? AND personId IN (${marks(ids.length)})`,
      [...this.sensitive, before, ...ids],
    );
  }

  private async count(from: string, values: readonly (string | number)[]): Promise<number> {
    return Number((await this.database.one<{ n: number }>(`SELECT COUNT(*) AS n FROM ${from}`, values))?.n ?? 0);
  }
}
