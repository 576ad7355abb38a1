/** SHA-256 of a text, hex; given from outside, for a pure file knows no crypto library. */
export type Hash = (text: string) => string;

/** One neighbour on the way from a leaf to the root, and on which side it stands. */
export type Step = { readonly left: string } | { readonly right: string };

interface Node {
  readonly size: number;
  readonly hash: string;
  readonly isWatched: boolean;
}

/**
 * The root of a Merkle tree over hex hashes, fed one at a time: RFC 6962's shape (a leaf and a node are marked apart, the
 * left part of a node is the greatest power of two), with hex text in place of bytes so that any tool can repeat it:
 * leaf = hash('leaf ' + h), node = hash('node ' + left + ' ' + right). Memory grows with the logarithm of the leaves.
 */
export class MerkleTree {
  private readonly peaks: Node[] = [];
  private leaves = 0;
  private readonly steps: Step[] = [];

  /** `watched` is the place (from 0) of a leaf whose way to the root is wanted. */
  constructor(
    private readonly hash: Hash,
    private readonly watched: number | null = null,
  ) {}

  get size(): number {
    return this.leaves;
  }

  add(leaf: string): void {
    let node: Node = { size: 1, hash: this.hash(`leaf ${leaf}`), isWatched: this.leaves === this.watched };
    this.leaves += 1;
    for (let left = this.peaks.at(-1); left?.size === node.size; left = this.peaks.at(-1)) {
      this.peaks.pop();
      node = this.join(left, node);
    }
    this.peaks.push(node);
  }

  /** The root so far; adding may go on where no leaf is watched. An empty tree has the hash of the empty text. */
  root(): string {
    if (this.peaks.length === 0) return this.hash('');
    return this.peaks.reduceRight((right, left) => this.join(left, right)).hash;
  }

  /** The root, and the watched leaf's neighbours on the way up to it; ends the tree. */
  path(): { root: string; path: Step[] } {
    return { root: this.root(), path: [...this.steps] };
  }

  private join(left: Node, right: Node): Node {
    if (left.isWatched) this.steps.push({ right: right.hash });
    if (right.isWatched) this.steps.push({ left: left.hash });
    return {
      size: left.size + right.size,
      hash: this.hash(`node ${left.hash} ${right.hash}`),
      isWatched: left.isWatched || right.isWatched,
    };
  }
}
