import { Injectable } from '@nestjs/common';
import { CountyTime, Database, days, type Instant } from '../../platform/index.js';
import type { Side } from './compare.js';

/** A batch without a reference of the gateway's: its answer named none. */
const NO_REF = '-';

/** What a gateway accepted on a day, by its references, and how many are in doubt. */
export interface Held {
  readonly batches: ReadonlyMap<string, Side>;
  readonly uncertain: number;
}

/** Both sides of a county day: what we hold as accepted, and what the receipts name. */
@Injectable()
export class ReconciliationBooks {
  constructor(
    private readonly database: Database,
    private readonly county: CountyTime,
  ) {}

  private bounds(day: number): { from: Instant; to: Instant } {
    const text = String(day);
    const from = this.county.midnight(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`);
    if (from === null) throw new Error(`${day} is no day`);
    return { from, to: this.county.timeOfDay(from, '24:00') };
  }

  /** Tests count: they are billed. */
  async ours(gateway: string, day: number): Promise<Held> {
    const { from, to } = this.bounds(day);
    const rows = await this.database.query<{ ref: string; state: string; n: number; parts: number }>(
      `SELECT COALESCE(d.ref, c.ref, '${NO_REF}') AS ref, CASE WHEN d.status = 'uncertain' THEN 'uncertain' ELSE 'sent' END AS state, COUNT(*) AS n, SUM(d.parts) AS parts
        FROM calls c JOIN deliveries d ON d.callId = c.id
        WHERE c.gateway = ? AND c.openedAt >= ? AND c.openedAt < ? AND d.status IN ('awaiting', 'delivered', 'undelivered', 'uncertain')
        GROUP BY 1, 2`,
      [gateway, from, to],
    );
    const batches = new Map<string, Side>();
    let uncertain = 0;
    for (const { ref, state, n, parts } of rows) {
      if (state === 'uncertain') uncertain += Number(n);
      else batches.set(ref, { recipients: Number(n), parts: Number(parts) });
    }
    return { batches, uncertain };
  }

  /**
   * What the receipts of a gateway that name its references say of the batches of a day, each recipient once: of those that we
   * hold (`ours`), and of those that nobody here knows.
   */
  async reported(gateway: string, day: number, ours: ReadonlyMap<string, Side>): Promise<Map<string, Side>> {
    const { from, to } = this.bounds(day);
    const rows = await this.database.query<{ ref: string; n: number; isLost: number }>(
      `SELECT ref, COUNT(DISTINCT addressKey) AS n, MIN(CASE WHEN status = 'unmatched' AND at < ? THEN 1 ELSE 0 END) AS isLost
        FROM receipts WHERE gateway = ? AND ref IS NOT NULL AND addressKey IS NOT NULL AND at >= ? AND at < ? GROUP BY ref`,
      // A phone that was off is reported up to two days later.
      [to, gateway, from, to + days(2)],
    );
    return new Map(
      rows
        .filter(({ ref, isLost }) => ours.has(ref) || Number(isLost) === 1)
        .map(({ ref, n }) => [ref, { recipients: Number(n), parts: null }]),
    );
  }
}
