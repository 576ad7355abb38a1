import { Injectable } from '@nestjs/common';
import { Database, sha256, Vault } from '../platform/index.js';
import { ChainVerifier, GENESIS, NOT_OURS, type Bad, type Link } from './chain.js';
import { Checkpoints } from './checkpoints.service.js';
import { Entries, type Period } from './entries.service.js';
import { isHeadMarked, isMarked } from './ledger-mark.js';
import { SettlementRecords } from './settlement-records.service.js';
import { SettlementVerifier } from './settlement-verifier.service.js';

const PAGE = 1_000;
const EVERYTHING = Number.MAX_SAFE_INTEGER;

export interface Verification {
  readonly valid: boolean;
  /** How many entries hold, up to the first that does not. */
  readonly entries: number;
  readonly checkpoints: number;
  /** Written, not yet in the chain: the last seconds. */
  readonly unsealed: number;
  /** Settlement events under no day's root yet: those of today. */
  readonly unrooted: number;
  /** Days whose settlement events give the root that the chain carries. */
  readonly roots: number;
  /** The last entry of what was verified: print it, and tomorrow's ledger must still contain it. */
  readonly head: Link;
  readonly firstBad?: Bad;
}

/** Recomputes the chain from what the database holds now, a page at a time. */
@Injectable()
export class LedgerVerifier {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly entries: Entries,
    private readonly checkpoints: Checkpoints,
    private readonly settlements: SettlementVerifier,
    private readonly records: SettlementRecords,
  ) {}

  /**
   * The whole ledger with the roots of settlement, or the part of the chain from the first to the last entry of a period.
   * `contents`: also each settlement event against its delivery.
   */
  async verify(period: Period = {}, contents = false): Promise<Verification> {
    const whole = period.from === undefined && period.to === undefined;
    // Checkpoints before the head: what is sealed in the meantime must not look as if it fitted no entries.
    const checkpoints = whole ? await this.checkpoints.within(0, EVERYTHING) : [];
    const range = whole ? await this.wholeChain() : await this.chainOf(period);
    if ('why' in range) return this.answer(new ChainVerifier({ hash: sha256, after: GENESIS, checkpoints: [] }), range);
    const chain = new ChainVerifier({
      hash: sha256,
      after: range.after,
      checkpoints: whole ? checkpoints : await this.checkpoints.within(range.after.seq + 1, range.end.seq),
      genuine: (e) => isMarked(this.vault, e.mac, e),
    });
    await this.walk(chain, range.end.seq);
    const bad = chain.finish(range.end) ?? (whole ? await this.strangers() : null);
    if (bad || !whole) return this.answer(chain, bad);
    const settled = await this.settlements.verify(contents);
    return this.answer(chain, settled.bad, settled.roots);
  }

  private async walk(chain: ChainVerifier, lastSeq: number): Promise<void> {
    while (chain.firstBad === null && chain.at.seq < lastSeq) {
      const rows = await this.entries.sealed(chain.at.seq, lastSeq, PAGE);
      if (rows.length === 0) return;
      if (!rows.every((row) => chain.add(row))) return;
    }
  }

  private async answer(chain: ChainVerifier, firstBad: Bad | null, roots = 0): Promise<Verification> {
    return {
      valid: firstBad === null,
      entries: chain.entries,
      checkpoints: chain.checkpointsHeld,
      unsealed: await this.entries.countUnsealed(),
      unrooted: await this.records.unrooted(),
      roots,
      head: chain.at,
      ...(firstBad ? { firstBad } : {}),
    };
  }

  private async wholeChain(): Promise<{ after: Link; end: Link } | Bad> {
    const head = await this.entries.head();
    if (!head) return (await this.headless()) ?? { after: GENESIS, end: GENESIS };
    if (!isHeadMarked(this.vault, head)) return { seq: head.seq, id: null, why: 'the head of the ledger was altered' };
    return { after: GENESIS, end: head };
  }

  /** In one statement, so that the very first sealing in the meantime is no tampering. */
  private async headless(): Promise<Bad | null> {
    const row = await this.database.one<{ id: number; seq: number }>(
      'SELECT id, seq FROM ledger_entries WHERE seq > 0 AND NOT EXISTS (SELECT 1 FROM ledger_head) ORDER BY seq LIMIT 1',
    );
    return row && { seq: Number(row.seq), id: Number(row.id), why: 'the head of the ledger was removed' };
  }

  private async chainOf(period: Period): Promise<{ after: Link; end: Link } | Bad> {
    const { first, last } = await this.entries.bounds(period);
    if (first === null || last === null) return { after: GENESIS, end: GENESIS };
    const before = first === 1 ? GENESIS : await this.entries.link(first - 1);
    if (!before) return { seq: first - 1, id: null, why: 'removed: there is no entry with this number' };
    return { after: before, end: (await this.entries.link(last)) ?? before };
  }

  /** Rows beyond the head of the chain, and rows outside of it that the application did not write. */
  private async strangers(): Promise<Bad | null> {
    const beyond = await this.database.one<{ id: number; seq: number }>(
      `SELECT id, seq FROM ledger_entries WHERE seq > COALESCE((SELECT seq FROM ledger_head WHERE id = 1), 0) ORDER BY seq LIMIT 1`,
    );
    if (beyond)
      return { seq: Number(beyond.seq), id: Number(beyond.id), why: 'appended: it lies beyond the end of the chain' };
    for (let after = 0; ;) {
      const rows = await this.entries.unsealed(after, PAGE);
      const stranger = rows.find((row) => !isMarked(this.vault, row.mac, row));
      if (stranger) return { seq: null, id: stranger.id, why: NOT_OURS };
      const last = rows.at(-1);
      if (!last || rows.length < PAGE) return null;
      after = last.id;
    }
  }
}
