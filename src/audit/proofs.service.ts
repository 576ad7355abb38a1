import { Injectable } from '@nestjs/common';
import { Clock, CountyTime, Database, sha256 } from '../platform/index.js';
import { MerkleTree, type Step } from './merkle.js';
import type { LeafProof } from './settlement-leaf.js';
import { SettlementRecords, type EventRow, type LeafRow } from './settlement-records.service.js';

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
    const paths = await this.paths(rows.filter((row) => roots.has(row.day)));
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
        path: paths.get(row) ?? [],
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

  /** Each leaf's way to its day's root; a day of a million events is read once for all of them. */
  private async paths(rows: readonly LeafRow[]): Promise<Map<LeafRow, readonly Step[]>> {
    const paths = new Map<LeafRow, readonly Step[]>();
    for (const day of new Set(rows.map((row) => row.day))) {
      const own = rows.filter((row) => row.day === day);
      const trees = own.map((row) => ({ row, tree: new MerkleTree(sha256, row.place - 1) }));
      for await (const page of this.records.pagesOf(day))
        for (const { leaf } of page) for (const { tree } of trees) tree.add(leaf);
      for (const { row, tree } of trees) paths.set(row, tree.path().path);
    }
    return paths;
  }
}
