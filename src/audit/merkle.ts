/** SHA-256 of a text, hex; given from outside, for a pure file knows no crypto library. */
export type Hash = (text: string) => string;

/**
 * The root of a Merkle tree over hex hashes, fed one at a time: RFC 6962's shape (a leaf and a node are marked apart, the
 * left part of a node is the greatest power of two), with hex text in place of bytes so that any tool can repeat it:
 * leaf = hash('leaf ' + h), node = hash('node ' + left + ' ' + right). Memory grows with the logarithm of the leaves.
 */
export class MerkleTree {
  private readonly peaks: { size: number; hash: string }[] = [];
  private leaves = 0;

  constructor(private readonly hash: Hash) {}

  get size(): number {
    return this.leaves;
  }

  add(leaf: string): void {
    this.leaves += 1;
    let node = { size: 1, hash: this.hash(`leaf ${leaf}`) };
    for (let left = this.peaks.at(-1); left?.size === node.size; left = this.peaks.at(-1)) {
      this.peaks.pop();
      node = { size: left.size * 2, hash: this.join(left.hash, node.hash) };
    }
    this.peaks.push(node);
  }

  /** The root so far; adding may go on. An empty tree has the hash of the empty text. */
  root(): string {
    const hashes = this.peaks.map((p) => p.hash);
    return hashes.length === 0 ? this.hash('') : hashes.reduceRight((right, left) => this.join(left, right));
  }

  private join(left: string, right: string): string {
    return this.hash(`node ${left} ${right}`);
  }
}
