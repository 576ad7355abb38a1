import { Injectable } from '@nestjs/common';
import { Database, marks, type Instant } from '../../platform/index.js';

export interface PlannedTrick {
  readonly personId: number;
  readonly trick: string;
  readonly type: string;
  readonly at: Instant;
}
export interface ReachedTrick extends PlannedTrick {
  /** Heard for five seconds, answered, visited: more than delivered. */
  readonly attended: boolean;
}

/** Rows of one key side by side and in one order everywhere: two writers wait for each other instead of locking crosswise. */
const inOrder = <T extends { personId: number }>(rows: readonly T[]): T[] =>
  [...rows].sort((a, b) => a.personId - b.personId);

const chunked = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));

const STATEMENT = 5000;

/**
 * What planning and settlement tell the audience about people, for segments to ask. Every method is called inside the
 * transaction of what it tells of, takes any number of rows and writes them with a handful of statements. Rows may come in any
 * order and out of time: of instants the latest stays.
 */
@Injectable()
export class ContactFacts {
  constructor(private readonly database: Database) {}

  /** Deliveries were planned: the trick counts as given until it turns out that it was not. */
  async planned(rows: readonly PlannedTrick[]): Promise<void> {
    await this.database.upsert(
      'trick_facts',
      ['personId', 'trick'],
      ['type', 'plannedAt', 'times'],
      inOrder(rows).map((r) => [r.personId, r.trick, r.type, r.at, 0]),
      { greatest: ['plannedAt'] },
    );
  }

  /** Planned deliveries will not leave (cancelled, expired, refused): what was really reached is what remains. */
  async notGiven(rows: readonly { readonly personId: number; readonly trick: string }[]): Promise<void> {
    await this.database.transaction(async () => {
      for (const trick of [...new Set(rows.map((r) => r.trick))].sort()) {
        const people = inOrder(rows.filter((r) => r.trick === trick)).map((r) => r.personId);
        for (const part of chunked(people, STATEMENT)) {
          await this.database.execute(
            `UPDATE trick_facts SET plannedAt = reachedAt WHERE trick = ? AND personId IN (${marks(part.length)})`,
            [trick, ...part],
          );
        }
      }
    });
  }

  /** A message was handed over. */
  async contacted(rows: readonly { readonly personId: number; readonly at: Instant }[]): Promise<void> {
    await this.latest('lastContactedAt', rows);
  }

  /** A message arrived, or was even attended. A row counts once more each time it is told. */
  async reached(rows: readonly ReachedTrick[]): Promise<void> {
    if (rows.length === 0) return;
    const ordered = inOrder(rows);
    await this.database.transaction(async () => {
      // First the person's own row: whoever holds it counts alone, so that tricksReached cannot miss another's trick.
      await this.latest('lastReachedAt', ordered);
      await this.latest(
        'lastAttendedAt',
        ordered.filter((r) => r.attended),
      );
      await this.database.upsert(
        'trick_facts',
        ['personId', 'trick'],
        ['type', 'reachedAt', 'times'],
        ordered.map((r) => [r.personId, r.trick, r.type, r.at, 1]),
        { greatest: ['reachedAt'], add: ['times'] },
      );
      await this.recount([...new Set(ordered.map((r) => r.personId))]);
    });
  }

  /** Counted anew rather than added to: a trick that was reached before adds nothing, whoever tells of it and how often. */
  private async recount(people: readonly number[]): Promise<void> {
    for (const part of chunked(people, STATEMENT)) {
      await this.database.execute(
        `UPDATE contact_facts SET tricksReached = (SELECT COUNT(*) FROM trick_facts t
          WHERE t.personId = contact_facts.personId AND t.reachedAt IS NOT NULL) WHERE personId IN (${marks(part.length)})`,
        part,
      );
    }
  }

  private latest(
    column: string,
    rows: readonly { readonly personId: number; readonly at: Instant }[],
  ): Promise<number> {
    return this.database.upsert(
      'contact_facts',
      ['personId'],
      [column],
      inOrder(rows).map((r) => [r.personId, r.at]),
      { greatest: [column] },
    );
  }
}
