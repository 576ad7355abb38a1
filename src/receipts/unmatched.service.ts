import { Injectable } from '@nestjs/common';
import { CountyTime, Database, pageOf } from '../platform/index.js';
import type { Stored } from './received.js';

/** Receipts that fit no delivery: kept and shown, never applied. */
@Injectable()
export class Unmatched {
  constructor(
    private readonly database: Database,
    private readonly county: CountyTime,
  ) {}

  async list(cursor: string | undefined, limit: number) {
    const rows = await this.database.query<Stored>(
      `SELECT id, gateway, ref, outcome, code, at, receivedAt FROM receipts WHERE status = 'unmatched' AND id < ? ORDER BY id DESC LIMIT ${limit + 1}`,
      [Number(cursor ?? Number.MAX_SAFE_INTEGER)],
    );
    return pageOf(
      rows,
      limit,
      (row) => row.id,
      (row) => ({
        id: String(row.id),
        gateway: row.gateway,
        ref: row.ref,
        outcome: row.outcome,
        code: row.code,
        at: this.county.iso(row.at),
        receivedAt: this.county.iso(row.receivedAt),
      }),
    );
  }
}
