import { Injectable, type OnModuleInit } from '@nestjs/common';
import { People, Retention } from '../audience/index.js';
import { Clock, Database, marks, SettlementLog, type Instant } from '../platform/index.js';

const AT_ONCE = 5000;

/**
 * Who is erased, and what is older than its period, leaves the counts and nothing else: addresses and variables go from the
 * deliveries, inside the erasure's transaction. So they do from those that name nobody and went to an address of theirs (the
 * fixed answer to a cry for help).
 */
@Injectable()
export class Erasures implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly people: People,
    private readonly log: SettlementLog,
    private readonly retention: Retention,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.people.onErased(async (erased) => {
      const ids = erased.map((person) => person.id);
      const keys = erased.flatMap((person) => person.addressKeys);
      await this.clear(`personId IN (${marks(ids.length)})`, ids);
      if (keys.length > 0) await this.clear(`personId IS NULL AND addressKey IN (${marks(keys.length)})`, keys);
      await this.database.execute(
        `UPDATE tasks SET status = 'done', outcome = 'withdrawn', personId = NULL WHERE personId IN (${marks(ids.length)}) AND status = 'open'`,
        ids,
      );
      await this.log.forget(ids);
      await this.database.execute(
        `UPDATE tasks SET note = NULL, place = NULL, personId = NULL WHERE personId IN (${marks(ids.length)})`,
        ids,
      );
    });
    this.retention.register({
      kind: 'deliveryContents',
      count: (before) => this.count(before),
      forget: (before) => this.forget(before),
    });
  }

  private async count(before: Instant): Promise<number> {
    const row = await this.database.one<{ n: number }>(
      `SELECT COUNT(*) AS n FROM runs r JOIN deliveries d ON d.runId = r.id
        WHERE r.occurrence >= ? AND r.occurrence < ? AND d.address IS NOT NULL`,
      [await this.doneUntil(), before],
    );
    return Number(row?.n ?? 0);
  }

  /** Run after run, the oldest first; what is done is marked, so that nobody walks through years of deliveries each night. */
  private async forget(before: Instant): Promise<number> {
    for (;;) {
      const run = await this.database.one<{ id: string; occurrence: number }>(
        'SELECT id, occurrence FROM runs WHERE occurrence >= ? AND occurrence < ? ORDER BY occurrence, id LIMIT 1',
        [await this.doneUntil(), before],
      );
      if (!run) return 0;
      const same = await this.database.query<{ id: number }>(
        `SELECT d.id FROM deliveries d JOIN runs r ON r.id = d.runId WHERE r.occurrence = ? AND d.address IS NOT NULL LIMIT ${AT_ONCE}`,
        [Number(run.occurrence)],
      );
      if (same.length > 0) {
        return this.database.execute(
          `UPDATE deliveries SET address = NULL, addressKey = NULL, variables = NULL WHERE id IN (${marks(same.length)})`,
          same.map((d) => Number(d.id)),
        );
      }
      await this.database.upsert(
        'retention_marks',
        ['kind'],
        ['day', 'doneUntil', 'at'],
        [['deliveryContents', 0, Number(run.occurrence) + 1, this.clock.now()]],
        { greatest: ['doneUntil'], replace: ['at'] },
      );
    }
  }

  private async doneUntil(): Promise<Instant> {
    const mark = await this.database.one<{ doneUntil: number }>(
      "SELECT doneUntil FROM retention_marks WHERE kind = 'deliveryContents'",
    );
    return Number(mark?.doneUntil ?? 0);
  }

  private async clear(which: string, values: readonly (number | string)[]): Promise<void> {
    await this.database.execute(
      `UPDATE deliveries SET address = NULL, addressKey = NULL, variables = NULL WHERE ${which}`,
      values,
    );
  }
}
