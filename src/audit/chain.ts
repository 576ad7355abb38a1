import { MerkleTree, type Hash } from './merkle.js';

/** What an entry says, as it was written; `detail` is canonical JSON text. */
export interface EntryContent {
  readonly at: number;
  readonly actorId: string | null;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: string;
}

/** An entry with its place in the chain. */
export interface SealedEntry extends EntryContent {
  readonly id: number;
  readonly seq: number;
  readonly previousHash: string;
  readonly hash: string;
  /** The application's own mark (see ledger-mark.ts); an export has none. */
  readonly mac?: string;
}

/** The root over all entries from `firstSeq` to `lastSeq`, made when the county's day was over. */
export interface Checkpoint {
  readonly day: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly root: string;
}

/** A place in the chain: the last entry that is known to hold. */
export interface Link {
  readonly seq: number;
  readonly hash: string;
}

/** Before the first entry. */
export const GENESIS: Link = { seq: 0, hash: '0'.repeat(64) };

/** The first place that does not fit. `seq` is null for an entry that is not in the chain, `id` where there is no row. */
export interface Bad {
  readonly seq: number | null;
  readonly id: number | null;
  readonly why: string;
}

/** The part of an entry that its author wrote, as canonical JSON. */
export const contentText = (e: EntryContent): string =>
  `"action":${JSON.stringify(e.action)},"actor":${JSON.stringify(e.actor)},"actorId":${JSON.stringify(e.actorId)},"at":${e.at},"detail":${e.detail}`;

/** `canonical({action, actor, actorId, at, detail, seq, subject})`, put together from a detail that is canonical already. */
export const entryText = (e: EntryContent & { readonly seq: number }): string =>
  `{${contentText(e)},"seq":${e.seq},"subject":${JSON.stringify(e.subject)}}`;

/** hash = SHA-256(previous hash, a line feed, the entry's canonical JSON). */
export const entryHash = (hash: Hash, previousHash: string, e: EntryContent & { readonly seq: number }): string =>
  hash(`${previousHash}\n${entryText(e)}`);

export interface VerifierParts {
  readonly hash: Hash;
  /** Where the chain is taken up; GENESIS for the whole of it. */
  readonly after: Link;
  /** In order; those that begin before `after` are passed over, for their first entries are not at hand. */
  readonly checkpoints: readonly Checkpoint[];
  /** Whether the application wrote this; absent away from its keys. */
  readonly genuine?: (e: SealedEntry) => boolean;
}

/** Walks entries in order of `seq` and says which is the first that does not fit. Holds no more than one entry at a time. */
export class ChainVerifier {
  entries = 0;
  checkpointsHeld = 0;
  firstBad: Bad | null = null;
  private last: Link;
  private waiting: Checkpoint[];
  private tree: MerkleTree | null = null;

  constructor(private readonly parts: VerifierParts) {
    this.last = parts.after;
    this.waiting = parts.checkpoints.filter((c) => c.firstSeq > parts.after.seq);
    this.firstBad = gapBetween(parts.after.seq === 0 ? [BEGINNING, ...this.waiting] : this.waiting);
  }

  get at(): Link {
    return this.last;
  }

  /** Takes the next entry; false once something does not fit. */
  add(entry: SealedEntry): boolean {
    this.firstBad ??= this.mistakeOf(entry);
    if (this.firstBad) return false;
    this.entries += 1;
    this.last = { seq: entry.seq, hash: entry.hash };
    this.firstBad = this.checkpointMistake(entry);
    return this.firstBad === null;
  }

  /** The chain must end exactly at `end`. */
  finish(end: Link): Bad | null {
    if (this.firstBad) return this.firstBad;
    if (end.seq > this.last.seq) this.firstBad = missing(this.last.seq + 1);
    else if (end.hash !== this.last.hash)
      this.firstBad = bad(end.seq, null, 'the head of the ledger names another entry');
    else if (this.waiting[0]) {
      this.firstBad = bad(this.waiting[0].firstSeq, null, `the checkpoint of ${this.waiting[0].day} fits no entries`);
    }
    return this.firstBad;
  }

  private mistakeOf(entry: SealedEntry): Bad | null {
    const expected = this.last.seq + 1;
    if (entry.seq > expected) return missing(expected);
    if (entry.seq < expected) return bad(entry.seq, entry.id, 'out of order: its number has been there already');
    if (entryHash(this.parts.hash, entry.previousHash, entry) !== entry.hash) {
      return bad(entry.seq, entry.id, 'altered: its content does not give its hash');
    }
    if (entry.previousHash !== this.last.hash) {
      return bad(entry.seq, entry.id, 'does not follow: the entry before it is another than the one it was sealed to');
    }
    if (this.parts.genuine && !this.parts.genuine(entry)) return bad(entry.seq, entry.id, NOT_OURS);
    return null;
  }

  private checkpointMistake(entry: SealedEntry): Bad | null {
    const next = this.waiting[0];
    if (!next || entry.seq < next.firstSeq) return null;
    this.tree ??= new MerkleTree(this.parts.hash);
    this.tree.add(entry.hash);
    if (entry.seq < next.lastSeq) return null;
    const { tree } = this;
    this.tree = null;
    this.waiting = this.waiting.slice(1);
    if (tree.root() !== next.root || tree.size !== next.lastSeq - next.firstSeq + 1) {
      return bad(next.firstSeq, null, `the checkpoint of ${next.day} does not fit its entries`);
    }
    this.checkpointsHeld += 1;
    return null;
  }
}

export const NOT_OURS = 'appended: it was not written by this application';

const bad = (seq: number | null, id: number | null, why: string): Bad => ({ seq, id, why });
const missing = (seq: number): Bad => bad(seq, null, 'removed: there is no entry with this number');

const BEGINNING: Checkpoint = { day: 0, firstSeq: 0, lastSeq: 0, root: '' };

/** Each checkpoint begins where the one before it ended. */
function gapBetween(checkpoints: readonly Checkpoint[]): Bad | null {
  for (let i = 1; i < checkpoints.length; i += 1) {
    const [before, after] = [checkpoints[i - 1]!, checkpoints[i]!];
    if (after.firstSeq !== before.lastSeq + 1 || after.day <= before.day) {
      return bad(before.lastSeq + 1, null, `the checkpoints of ${before.day} and ${after.day} do not meet`);
    }
  }
  return null;
}
