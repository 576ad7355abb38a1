import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.js';
import { COUNTED, countsOf, emptyMeasure, type Counts } from '../counts.js';
import { WRITTEN_OFF } from '../delivery.js';

const TEXTS = ['sms', 'chat', 'email'];

/** The counts of one run, from the counters; they hold their sums at every moment, also while it sends. */
@Injectable()
export class RunCounts {
  constructor(private readonly database: Database) {}

  async of(runId: string): Promise<Counts> {
    const measure = emptyMeasure();
    // People first: while the run sends, what is counted after them can only have grown, so they never exceed it.
    measure.people = await this.people(runId);
    const rows = await this.database.query<Record<string, number | string>>(
      `SELECT channel, ${COUNTED.map((name) => `SUM(${name}) AS ${name}`).join(', ')} FROM counters WHERE runId = ? GROUP BY channel`,
      [runId],
    );
    for (const row of rows) {
      for (const name of COUNTED) measure.tally[name] += Number(row[name] ?? 0);
      if (TEXTS.includes(String(row.channel)))
        measure.tally.messages += Number(row.awaiting) + Number(row.delivered) + Number(row.undelivered);
    }
    const skips = await this.database.query<{ reason: string; n: number }>(
      'SELECT reason, SUM(skipped) AS n FROM skip_counters WHERE runId = ? GROUP BY reason',
      [runId],
    );
    for (const { reason, n } of skips) measure.skipped[reason] = Number(n);
    return countsOf(measure);
  }

  /** Uncertain deliveries that were neither written off nor sent again. */
  async undecided(runId: string): Promise<number> {
    const row = await this.database.one<{ n: number }>(
      "SELECT COUNT(*) AS n FROM deliveries WHERE runId = ? AND status = 'uncertain' AND (code IS NULL OR code <> ?)",
      [runId, WRITTEN_OFF],
    );
    return Number(row?.n ?? 0);
  }

  private async people(runId: string) {
    const row = await this.database.one<{ reached: number; attended: number; handedOver: number }>(
      `SELECT COUNT(DISTINCT CASE WHEN status = 'delivered' THEN personId END) AS reached,
              COUNT(DISTINCT CASE WHEN attended = 1 AND status = 'delivered' THEN personId END) AS attended,
              COUNT(DISTINCT CASE WHEN status IN ('awaiting', 'delivered', 'undelivered') THEN personId END) AS handedOver
       FROM deliveries WHERE runId = ?`,
      [runId],
    );
    const targeted = await this.database.one<{ n: number }>(
      `SELECT COUNT(*) AS n FROM (SELECT personId FROM deliveries WHERE runId = ? AND personId IS NOT NULL
        UNION SELECT personId FROM skips WHERE runId = ? AND personId IS NOT NULL) t`,
      [runId, runId],
    );
    return {
      targeted: Number(targeted?.n ?? 0),
      handedOver: Number(row?.handedOver ?? 0),
      reached: Number(row?.reached ?? 0),
      attended: Number(row?.attended ?? 0),
      fresh: Number(row?.reached ?? 0),
    };
  }
}
