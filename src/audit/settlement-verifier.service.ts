import { Injectable } from '@nestjs/common';
import { Database, sha256 } from '../platform/index.js';
import type { Bad } from './chain.js';
import { MerkleTree } from './merkle.js';
import type { DayRoot } from './settlement-leaf.js';
import { SettlementRecords, type EventRow, type LeafRow } from './settlement-records.service.js';

/** The root of a day as the chain carries it. */
interface Carried extends DayRoot {
  readonly seq: number | null;
  readonly id: number;
}

/** Recomputes the days' roots from their leaves, and the leaves from what they commit to. */
@Injectable()
export class SettlementVerifier {
  constructor(
    private readonly database: Database,
    private readonly records: SettlementRecords,
  ) {}

  /** The first that does not fit; null where all does. `contents`: also each leaf against its delivery, which takes longer. */
  async verify(contents: boolean): Promise<{ roots: number; bad: Bad | null }> {
    const carried = await this.carried();
    // Read after the entries: a day that is closed in the meantime is left to the next verification.
    const kept = (await this.records.roots()).filter((root) => root.day <= (carried.at(-1)?.day ?? 0));
    const lost = carried.find((c) => !kept.some((root) => root.day === c.day));
    if (lost) return { roots: 0, bad: bad(lost, `the root of ${lost.day} was removed`) };
    for (const root of kept) {
      const entry = carried.find((c) => c.day === root.day);
      if (!entry) return { roots: 0, bad: bad(null, `the root of ${root.day} stands in no entry`) };
      if (entry.root !== root.root || entry.leaves !== root.leaves)
        return { roots: 0, bad: bad(entry, `the root of ${root.day} is another than the one in the ledger`) };
    }
    let roots = 0;
    for (const entry of carried) {
      const wrong = await this.dayMistake(entry, contents);
      if (wrong) return { roots, bad: bad(entry, wrong) };
      roots += 1;
    }
    return { roots, bad: null };
  }

  private async carried(): Promise<Carried[]> {
    const rows = await this.database.query<{ id: number; seq: number | null; detail: string }>(
      "SELECT id, seq, detail FROM ledger_entries WHERE action = 'ledger.day' ORDER BY id",
    );
    return rows.map(({ id, seq, detail }) => ({
      ...(JSON.parse(detail) as DayRoot),
      id: Number(id),
      seq: seq === null ? null : Number(seq),
    }));
  }

  private async dayMistake(root: DayRoot, contents: boolean): Promise<string | null> {
    const tree = new MerkleTree(sha256);
    for await (const rows of this.records.pagesOf(root.day)) {
      const before = tree.size;
      const gap = rows.findIndex((row, i) => row.place !== before + i + 1);
      if (gap >= 0) return `settlement event ${before + gap + 1} of ${root.day} was removed`;
      for (const row of rows) tree.add(row.leaf);
      const wrong = contents ? await this.contentMistake(rows) : null;
      if (wrong) return wrong;
    }
    if (tree.size < root.leaves) return `settlement event ${tree.size + 1} of ${root.day} was removed`;
    if (tree.size > root.leaves) return `settlement event ${root.leaves + 1} of ${root.day} was appended`;
    if (tree.root() === root.root) return null;
    return contents
      ? `the settlement events of ${root.day} do not give its root: one of them was replaced`
      : this.altered(root);
  }

  /** The root says only that a leaf is wrong; which one, its content tells. */
  private async altered(root: DayRoot): Promise<string> {
    for await (const rows of this.records.pagesOf(root.day)) {
      const wrong = await this.contentMistake(rows);
      if (wrong) return wrong;
    }
    return `the settlement events of ${root.day} do not give its root: one of them was replaced`;
  }

  private async contentMistake(rows: readonly LeafRow[]): Promise<string | null> {
    for (const row of await this.misfits(rows)) {
      // Whoever was erased between two reads took salt and content along: looked at again, nothing is wrong.
      const now = await this.records.leafAt(row);
      if (now && (await this.misfits([now])).length > 0)
        return `settlement event ${row.place} of ${row.day} (delivery ${row.deliveryId}) was altered: it does not give its leaf`;
    }
    return null;
  }

  private async misfits(rows: readonly LeafRow[]): Promise<LeafRow[]> {
    const held = rows.flatMap((row) => (row.status === null ? [] : [row as EventRow & LeafRow]));
    const hashed = await this.records.hasher(held, await this.records.salts(held));
    return held.filter((row) => hashed(row)?.leaf !== row.leaf);
  }
}

const bad = (entry: Pick<Carried, 'seq' | 'id'> | null, why: string): Bad => ({
  seq: entry?.seq ?? null,
  id: entry?.id ?? null,
  why,
});
