import { Injectable } from '@nestjs/common';
import { Clock, CountyTime, Database, sha256 } from '../platform/index.js';
import { MerkleTree } from './merkle.js';
import type { DayRoot, LeafProof } from './settlement-leaf.js';
import { SettlementRecords, type EventRow, type LeafRow } from './settlement-records.service.js';

const PAGE = 5_000;

/** A proof as it is handed out; `scripts/verify-ledger.mjs --proof` checks it against an export. */
export interface Proof {
  readonly proof: 'tidecall';
  readonly version: 1;
  readonly deliveryId: number;
  readonly madeAt: string;
  /** The delivery's events, each a leaf. A day that is still open has no root yet. */
  readonly leaves: readonly LeafProof[];
  /** Events of the last seconds that are no leaves yet. */
  readonly pending: number;
}

/** Shows that the settlement events of one delivery are in their days' roots. */
@Injectable()
export class Proofs {
  constructor(
    private readonly database: Database,
    private readonly records: SettlementRecords,
    private readonly clock: Clock,
    private readonly county: CountyTime,
  ) {}

  /** Null where there is no such delivery. */
  async of(deliveryId: number): Promise<Proof | null> {
    if (!(await this.database.one('SELECT id FROM deliveries WHERE id = ?', [deliveryId]))) return null;
    const rows = await this.records.ofDelivery(deliveryId);
    const held = rows.flatMap((row) => (row.status === null ? [] : [row as EventRow & LeafRow]));
    const hashed = await this.records.hasher(held, await this.records.salts(held));
    const roots = new Map((await this.records.roots()).map((r) => [r.day, r]));
    const leaves: LeafProof[] = [];
    for (const row of rows) {
      const made = row.status === null ? null : hashed(row as EventRow & LeafRow);
      const root = roots.get(row.day) ?? null;
      leaves.push({
        day: row.day,
        place: row.place,
        leaf: row.leaf,
        content: made?.content ?? null,
        opening: made?.opening ?? null,
        root,
        path: root ? await this.path(root, row.place) : [],
      });
    }
    const pending = await this.database.one<{ n: number }>(
      'SELECT COUNT(*) AS n FROM settlement_events WHERE deliveryId = ?',
      [deliveryId],
    );
    return {
      proof: 'tidecall',
      version: 1,
      deliveryId,
      madeAt: this.county.iso(this.clock.now()),
      leaves,
      pending: Number(pending?.n ?? 0),
    };
  }

  private async path({ day }: DayRoot, place: number) {
    const tree = new MerkleTree(sha256, place - 1);
    for (let after = 0, full = true; full;) {
      const rows = await this.records.ofDay(day, after, PAGE);
      for (const row of rows) tree.add(row.leaf);
      after = rows.at(-1)?.place ?? after;
      full = rows.length === PAGE;
    }
    return tree.path().path;
  }
}
