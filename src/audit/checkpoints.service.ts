import { Injectable } from '@nestjs/common';
import { Clock, CountyTime, Database, sha256 } from '../platform/index.js';
import type { Checkpoint } from './chain.js';
import { MerkleTree } from './merkle.js';

const PAGE = 5_000;

/** Entries since the last checkpoint. `day` is the latest county day among them, 0 while there are none. */
interface Open {
  readonly tree: MerkleTree;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly day: number;
  readonly closedDay: number;
}

/**
 * Closes each county day with a root over its entries. The chain has one order and days overlap at midnight, so a checkpoint
 * covers a run of the chain: from where the last one ended to before the first entry of a later day. An entry that was
 * sealed after its day was closed belongs to the next checkpoint.
 */
@Injectable()
export class Checkpoints {
  private open: Open | null = null;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly county: CountyTime,
  ) {}

  /** Reads on from where it stopped and closes the days that are over. Only the sealer calls it. */
  async advance(): Promise<void> {
    let open: Open | null = this.open ?? (await this.load());
    this.open = null;
    for (let full = true; full;) {
      const rows = await this.database.query<{ seq: number; at: number; hash: string }>(
        `SELECT seq, at, hash FROM ledger_entries WHERE seq > ? ORDER BY seq LIMIT ${PAGE}`,
        [open.lastSeq],
      );
      for (const row of rows) {
        open = await this.take(open, row);
        if (!open) return;
      }
      full = rows.length === PAGE;
    }
    const today = this.county.dayNumber(this.clock.now());
    this.open = open.day > open.closedDay && today > open.day ? await this.close(open) : open;
  }

  /** Another process has the role: what is remembered here is out of date. */
  forget(): void {
    this.open = null;
  }

  /** The checkpoints that lie within these places of the chain, in order. */
  async within(fromSeq: number, toSeq: number): Promise<Checkpoint[]> {
    const rows = await this.database.query<Checkpoint>(
      'SELECT day, firstSeq, lastSeq, root FROM ledger_checkpoints WHERE firstSeq >= ? AND lastSeq <= ? ORDER BY day',
      [fromSeq, toSeq],
    );
    return rows.map((c) => ({ ...c, day: Number(c.day), firstSeq: Number(c.firstSeq), lastSeq: Number(c.lastSeq) }));
  }

  private async take(open: Open, row: { seq: number; at: number; hash: string }): Promise<Open | null> {
    const day = this.county.dayNumber(Number(row.at));
    const at = day > open.day && open.day > open.closedDay ? await this.close(open) : open;
    if (!at) return null;
    at.tree.add(row.hash);
    return { ...at, lastSeq: Number(row.seq), day: Math.max(at.day, day) };
  }

  /** Null where another process closed the day first: what is remembered here is dropped, and the next round reads anew. */
  private async close({ tree, firstSeq, lastSeq, day }: Open): Promise<Open | null> {
    const made = await this.database.insert(
      'ledger_checkpoints',
      ['day', 'firstSeq', 'lastSeq', 'root', 'sealedAt'],
      [[day, firstSeq, lastSeq, tree.root(), this.clock.now()]],
      'ignore',
    );
    return made > 0 ? this.after(lastSeq, day) : null;
  }

  private async load(): Promise<Open> {
    const last = await this.database.one<{ day: number; lastSeq: number }>(
      'SELECT day, lastSeq FROM ledger_checkpoints ORDER BY day DESC LIMIT 1',
    );
    return this.after(Number(last?.lastSeq ?? 0), Number(last?.day ?? 0));
  }

  private after(lastSeq: number, closedDay: number): Open {
    return { tree: new MerkleTree(sha256), firstSeq: lastSeq + 1, lastSeq, day: 0, closedDay };
  }
}
