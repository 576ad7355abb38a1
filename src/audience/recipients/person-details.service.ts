import { Injectable } from '@nestjs/common';
import { Database, marks, type Instant } from '../../platform/index.js';
import type { PlanGuardian, PlanMembership } from './recipient.js';

const add = <K, V>(lists: Map<K, V[]>, key: K, value: V): void => {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
};

const orNull = (value: number | null): number | null => (value === null ? null : Number(value));

/** What belongs to the people of one page; each question is one statement for all of them. */
@Injectable()
export class PersonDetails {
  constructor(private readonly database: Database) {}

  /** Memberships that have not ended at `at`: whoever has left the island is no arrival any more. */
  async memberships(ids: readonly number[], at: Instant): Promise<Map<number, PlanMembership[]>> {
    const rows = await this.database.query<{
      personId: number;
      kind: string;
      since: number | null;
      until: number | null;
    }>(
      `SELECT m.personId, m.kind, m.since, m.until FROM memberships m WHERE m.personId IN (${marks(ids.length)}) AND (m.until IS NULL OR m.until > ?)`,
      [...ids, at],
    );
    const found = new Map<number, PlanMembership[]>();
    for (const { personId, kind, since, until } of rows)
      add(found, Number(personId), { kind, since: orNull(since), until: orNull(until) });
    return found;
  }

  async tags(ids: readonly number[]): Promise<Map<number, string[]>> {
    const rows = await this.database.query<{ personId: number; tag: string }>(
      `SELECT t.personId, t.tag FROM person_tags t WHERE t.personId IN (${marks(ids.length)})`,
      ids,
    );
    const found = new Map<number, string[]>();
    for (const { personId, tag } of rows) add(found, Number(personId), tag);
    return found;
  }

  /** When each trick was last planned for or reached each person, whichever is later. */
  async heard(ids: readonly number[]): Promise<Map<number, Map<string, Instant>>> {
    const rows = await this.database.query<{ personId: number; trick: string; at: number }>(
      `SELECT t.personId, t.trick, CASE WHEN t.plannedAt > COALESCE(t.reachedAt, 0) THEN t.plannedAt ELSE t.reachedAt END AS at
        FROM trick_facts t WHERE t.personId IN (${marks(ids.length)}) AND (t.plannedAt IS NOT NULL OR t.reachedAt IS NOT NULL)`,
      ids,
    );
    const found = new Map<number, Map<string, Instant>>();
    let last = -1;
    let tricks = new Map<string, Instant>();
    for (const { personId, trick, at } of rows) {
      // The rows of one person mostly come together; with 48 tricks each, every look-up that is saved counts.
      if (personId !== last) {
        last = personId;
        tricks = found.get(Number(personId)) ?? new Map<string, Instant>();
        found.set(Number(personId), tricks);
      }
      tricks.set(trick, Number(at));
    }
    return found;
  }

  /** The guardian of each: of several the one with a mobile, then the first entered. By a join, for MariaDB is slow with long lists of texts. */
  async guardians(ids: readonly number[]): Promise<Map<number, PlanGuardian>> {
    const rows = await this.database.query<PlanGuardian & { personId: number }>(
      `SELECT c.id AS personId, g.phone, g.phoneKey, g.phoneKind FROM people c JOIN people g ON g.guardianOf = c.externalId
        WHERE c.id IN (${marks(ids.length)}) AND g.phone IS NOT NULL AND g.phoneKey IS NOT NULL ORDER BY g.id`,
      ids,
    );
    const found = new Map<number, PlanGuardian>();
    for (const { personId, phone, phoneKey, phoneKind } of rows) {
      const held = found.get(Number(personId));
      if (!held || (held.phoneKind !== 'mobile' && phoneKind === 'mobile')) {
        found.set(Number(personId), { phone, phoneKey, phoneKind });
      }
    }
    return found;
  }
}
