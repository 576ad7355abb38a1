import { Injectable } from '@nestjs/common';
import { Clock, Database } from '../../platform/index.js';
import { PersonStore } from '../people/person.repository.js';
import { lastsLonger, oneRow, TAKEN_OVER } from './one-person.js';

/** What a person may have once of each: the other's are taken over where the kept one has none. */
const LISTS = [
  ['memberships', ['kind']],
  ['person_tags', ['tag']],
  ['person_events', ['type', 'occurredAt']],
  ['trick_facts', ['trick']],
] as const;

/** Makes one person of two, or takes a number away from one of them; inside the caller's transaction. */
@Injectable()
export class PersonJoining {
  constructor(
    private readonly database: Database,
    private readonly store: PersonStore,
    private readonly clock: Clock,
  ) {}

  /**
   * The other becomes a second id of the kept one: what the kept one has not is taken over, lists are added, what both have stays as
   * the kept one has it (of two memberships the one that lasts longer, of two birthdays the later), and a file that brings the
   * second id later adds to the kept person. Both are there, and held by the caller's transaction.
   */
  async join(keepId: number, otherId: number): Promise<void> {
    const held = await this.store.held([keepId, otherId]);
    const { row: keep, memberships } = held.get(keepId)!;
    const { row: other, memberships: theirs } = held.get(otherId)!;
    const outlasted = memberships.filter((m) => theirs.some((t) => t.kind === m.kind && lastsLonger(t, m)));
    await this.store.removeMemberships(outlasted);
    for (const [table, keys] of LISTS) await this.move(table, keys, keep.id, other.id);
    await this.facts(keep.id, other.id);
    await this.database.execute('UPDATE people SET guardianOf = ? WHERE guardianOf = ?', [
      keep.externalId,
      other.externalId,
    ]);
    const one = oneRow(keep, other);
    await this.database.execute(
      `UPDATE people SET ${TAKEN_OVER.map((column) => `${column} = ?`).join(', ')}, updatedAt = ? WHERE id = ?`,
      [...TAKEN_OVER.map((column) => one[column]), this.clock.now(), keep.id],
    );
    await this.database.execute('UPDATE person_aliases SET personId = ? WHERE personId = ?', [keep.id, other.id]);
    await this.database.execute('DELETE FROM people WHERE id = ?', [other.id]);
    await this.database.insert(
      'person_aliases',
      ['externalId', 'personId', 'formerId'],
      [[other.externalId, keep.id, other.id]],
    );
  }

  /** The number is the other's no more. The digest stays, so that the same old file changes nothing again. */
  async takeNumber(from: number): Promise<void> {
    await this.database.execute(
      'UPDATE people SET phone = NULL, phoneKey = NULL, phoneKind = NULL, phoneSourceId = NULL, updatedAt = ? WHERE id = ?',
      [this.clock.now(), from],
    );
  }

  private async move(table: string, keys: readonly string[], keep: number, other: number): Promise<void> {
    const held = await this.database.query<Record<string, string | number>>(
      `SELECT ${keys.join(', ')} FROM ${table} WHERE personId = ?`,
      [keep],
    );
    const same = keys.map((key) => `${key} = ?`).join(' AND ');
    for (const row of held)
      await this.database.execute(`DELETE FROM ${table} WHERE personId = ? AND ${same}`, [
        other,
        ...keys.map((key) => row[key]),
      ]);
    await this.database.execute(`UPDATE ${table} SET personId = ? WHERE personId = ?`, [keep, other]);
  }

  /** The later of both contacts counts, or somebody would be written to too soon. */
  private async facts(keep: number, other: number): Promise<void> {
    const columns = ['lastContactedAt', 'lastReachedAt', 'lastAttendedAt'];
    const row = await this.database.one<Record<string, number | null>>(
      `SELECT ${columns.join(', ')} FROM contact_facts WHERE personId = ?`,
      [other],
    );
    if (!row) return;
    for (const column of columns) {
      if (row[column] === null) continue;
      await this.database.insert('contact_facts', ['personId'], [[keep]], 'ignore');
      await this.database.execute(
        `UPDATE contact_facts SET ${column} = ? WHERE personId = ? AND (${column} IS NULL OR ${column} < ?)`,
        [row[column], keep, row[column]],
      );
    }
    const reached = '(SELECT COUNT(*) FROM trick_facts t WHERE t.personId = ? AND t.reachedAt IS NOT NULL)';
    await this.database.execute(`UPDATE contact_facts SET tricksReached = ${reached} WHERE personId = ?`, [keep, keep]);
    await this.database.execute('DELETE FROM contact_facts WHERE personId = ?', [other]);
  }
}
