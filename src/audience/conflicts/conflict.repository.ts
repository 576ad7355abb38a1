import { Injectable } from '@nestjs/common';
import type { Scope } from '../../accounts/index.js';
import { Database, marks, type Instant, type SqlValue } from '../../platform/index.js';
import type { ConflictKind, Decision } from './conflict.js';

/** Somebody who came with a number, and who has it already. */
export interface FoundConflict {
  readonly kind: ConflictKind;
  readonly phoneKey: string;
  readonly personId: number;
  readonly otherId: number;
}

export interface ConflictRow extends FoundConflict {
  readonly id: number;
  readonly sourceId: string | null;
  readonly raisedAt: Instant;
  readonly decision: Decision | null;
  readonly decidedAt: Instant | null;
}

export interface ConflictFilter {
  readonly status: 'open' | 'decided';
  readonly kind?: ConflictKind;
  readonly before?: number;
}

/** Both people are there and still have the number: what is no longer so needs no decision. */
const STANDS = `EXISTS (SELECT 1 FROM people p WHERE p.id = c.personId AND p.phoneKey = c.phoneKey)
  AND EXISTS (SELECT 1 FROM people o WHERE o.id = c.otherId AND o.phoneKey = c.phoneKey)`;

/** Whoever of the two is there belongs to the township now; where they differ, it is for the county to decide. */
const THEIRS = `EXISTS (SELECT 1 FROM people p WHERE p.id IN (c.personId, c.otherId) AND p.township = ?)
  AND NOT EXISTS (SELECT 1 FROM people p WHERE p.id IN (c.personId, c.otherId) AND (p.township IS NULL OR p.township <> ?))`;

const rowOf = (row: ConflictRow): ConflictRow => ({
  ...row,
  id: Number(row.id),
  personId: Number(row.personId),
  otherId: Number(row.otherId),
  raisedAt: Number(row.raisedAt),
  decidedAt: row.decidedAt === null ? null : Number(row.decidedAt),
});

/** The SQL of conflicts. */
@Injectable()
export class ConflictStore {
  constructor(private readonly database: Database) {}

  /**
   * Keeps conflicts, in the transaction that brings the people. A pair that was kept as a household stays so; one that was decided
   * otherwise and comes again under the same number is open again.
   */
  async raise(found: readonly FoundConflict[], from: { sourceId: string; at: Instant }): Promise<void> {
    if (found.length === 0) return;
    const people = found.map((f) => f.personId);
    await this.database.execute(
      `DELETE FROM person_conflicts WHERE decision IN ('samePerson', 'moved') AND personId IN (${marks(people.length)})
       AND phoneKey IN (${marks(people.length)})`,
      [...people, ...found.map((f) => f.phoneKey)],
    );
    await this.database.insert(
      'person_conflicts',
      ['kind', 'phoneKey', 'personId', 'otherId', 'sourceId', 'raisedAt'],
      found.map((f) => [f.kind, f.phoneKey, f.personId, f.otherId, from.sourceId, from.at]),
      'ignore',
    );
  }

  async page({ status, kind, before }: ConflictFilter, scope: Scope, limit: number): Promise<ConflictRow[]> {
    const { township } = scope;
    const parts: [string, readonly SqlValue[]][] = [
      [THEIRS, township === null ? [] : [township, township]],
      ['c.kind = ?', kind === undefined ? [] : [kind]],
      ['c.id < ?', before === undefined ? [] : [before]],
    ];
    const asked = parts.filter(([, values]) => values.length > 0);
    const state = status === 'open' ? `c.decision IS NULL AND ${STANDS}` : 'c.decision IS NOT NULL';
    const rows = await this.database.query<ConflictRow>(
      `SELECT c.* FROM person_conflicts c WHERE ${[state, ...asked.map(([sql]) => sql)].join(' AND ')} ORDER BY c.id DESC LIMIT ${limit}`,
      asked.flatMap(([, values]) => values),
    );
    return rows.map(rowOf);
  }

  async find(id: number, { township }: Scope): Promise<(ConflictRow & { stands: boolean }) | null> {
    const row = await this.database.one<ConflictRow & { stands: number }>(
      `SELECT c.*, CASE WHEN ${STANDS} THEN 1 ELSE 0 END AS stands FROM person_conflicts c WHERE c.id = ?${township === null ? '' : ` AND ${THEIRS}`}`,
      township === null ? [id] : [id, township, township],
    );
    return row && { ...rowOf(row), stands: Number(row.stands) === 1 };
  }

  /** False where somebody was faster. */
  async decide(id: number, decision: Decision, by: { id: string | null; at: Instant }): Promise<boolean> {
    const changed = await this.database.execute(
      'UPDATE person_conflicts SET decision = ?, decidedBy = ?, decidedAt = ? WHERE id = ? AND decision IS NULL',
      [decision, by.id, by.at, id],
    );
    return changed === 1;
  }
}
