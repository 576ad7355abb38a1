import { Injectable } from '@nestjs/common';
import { ClosedDays, Database, type ClosedDay } from '../platform/index.js';

/** A day is closed when its entries have their root, and its settlement events theirs. */
@Injectable()
export class ClosedDaysReader extends ClosedDays {
  constructor(private readonly database: Database) {
    super();
  }

  override async latest(limit: number): Promise<ClosedDay[]> {
    const rows = await this.database.query<ClosedDay>(
      `SELECT c.day, c.root AS entriesRoot, s.root AS settlementRoot, e.seq, e.hash
        FROM ledger_checkpoints c JOIN ledger_entries e ON e.seq = c.lastSeq LEFT JOIN settlement_roots s ON s.day = c.day
        WHERE (s.day IS NOT NULL OR NOT EXISTS (SELECT 1 FROM settlement_leaves l WHERE l.day = c.day))
        ORDER BY c.day DESC LIMIT ${Math.trunc(limit)}`,
    );
    return rows.map((row) => ({ ...row, day: Number(row.day), seq: Number(row.seq) }));
  }
}
