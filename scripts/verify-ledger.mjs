#!/usr/bin/env node
// Verifies an export of Tidecall's ledger, away from Tidecall: this file and Node are all it takes.
//
//   node verify-ledger.mjs ledger.ndjson [--head HASH]
//
// The export (GET /api/v1/audit/export) has one JSON object a line:
//   1. a header: `after` is the entry before the first one below, `end` the last one, each with its number and hash;
//   2. checkpoints: {day, firstSeq, lastSeq, root}, a root over all entries from firstSeq to lastSeq;
//   3. entries in order: {seq, at, actorId, actor, action, subject, detail, previousHash, hash}; `at` is milliseconds since 1970.
//
// What must hold:
//   - the numbers go up by one, from `after` to `end`: none is removed, none is put in;
//   - hash = SHA-256(previousHash + "\n" + canonical JSON of {action, actor, actorId, at, detail, seq, subject}),
//     canonical meaning: keys sorted, no spaces; so that a changed letter gives another hash;
//   - previousHash is the hash of the entry before, so that a changed hash breaks the next entry;
//   - each checkpoint's root is the Merkle root of its entries' hashes (RFC 6962's tree, over hex text:
//     leaf = SHA-256("leaf " + hash), node = SHA-256("node " + left + " " + right)).
//
// A chain that holds in itself could still have been rebuilt as a whole. So compare: --head takes a hash that was printed or
// sent out earlier, and the ledger must contain it.
//
// Ends with 0 where all holds, 1 where something does not (the first such place is named), 2 on wrong words.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

function hashOf({ action, actor, actorId, at, detail, seq, subject, previousHash }) {
  return sha256(`${previousHash}\n${canonical({ action, actor, actorId, at, detail, seq, subject })}`);
}

/** Roots of full subtrees, the greatest first; two of one size become one of the next. */
class MerkleTree {
  peaks = [];
  add(hash) {
    let node = { size: 1, hash: sha256(`leaf ${hash}`) };
    while (this.peaks.at(-1)?.size === node.size) {
      const left = this.peaks.pop();
      node = { size: left.size * 2, hash: sha256(`node ${left.hash} ${node.hash}`) };
    }
    this.peaks.push(node);
  }
  root() {
    return this.peaks.map((p) => p.hash).reduceRight((right, left) => sha256(`node ${left} ${right}`));
  }
}

class Verifier {
  header = null;
  last = null;
  entries = 0;
  checkpoints = [];
  held = 0;
  heads = new Set();
  tree = null;

  constructor(wanted) {
    this.wanted = wanted;
  }

  /** Takes one line; answers what is wrong with it, or null. */
  take(line, number) {
    let object;
    try {
      object = JSON.parse(line);
    } catch {
      return `line ${number} is no JSON`;
    }
    if (!this.header) return this.takeHeader(object);
    if (object.checkpoint) return this.takeCheckpoint(object.checkpoint);
    return this.takeEntry(object);
  }

  takeHeader(header) {
    if (header.ledger !== 'tidecall' || header.version !== 1) return 'the first line is no header of a ledger export';
    this.header = header;
    this.last = header.after;
    if (this.last.seq === 0 && !/^0{64}$/.test(this.last.hash)) return 'the ledger does not begin at its beginning';
    return null;
  }

  takeCheckpoint(checkpoint) {
    const before = this.checkpoints.at(-1) ?? (this.header.after.seq === 0 ? { lastSeq: 0 } : null);
    if (before && checkpoint.firstSeq !== before.lastSeq + 1)
      return `the checkpoint of ${checkpoint.day} does not meet the one before`;
    this.checkpoints.push(checkpoint);
    return null;
  }

  takeEntry(entry) {
    const expected = this.last.seq + 1;
    const name = `entry ${entry.seq} (row ${entry.id}, ${entry.action})`;
    if (entry.seq > expected) return `entry ${expected} was removed: the next one is ${name}`;
    if (entry.seq !== expected) return `${name} is out of order: ${expected} should be here`;
    if (hashOf(entry) !== entry.hash) return `${name} was altered: its content does not give its hash`;
    if (entry.previousHash !== this.last.hash)
      return `${name} does not follow: the entry before it is not the one it was sealed to`;
    this.last = { seq: entry.seq, hash: entry.hash };
    this.entries += 1;
    if (entry.hash === this.wanted) this.heads.add(entry.hash);
    return this.checkRoot(entry);
  }

  checkRoot(entry) {
    const next = this.checkpoints[this.held];
    if (!next || entry.seq < next.firstSeq) return null;
    this.tree ??= new MerkleTree();
    this.tree.add(entry.hash);
    if (entry.seq < next.lastSeq) return null;
    const root = this.tree.root();
    this.tree = null;
    this.held += 1;
    return root === next.root ? null : `the checkpoint of ${next.day} does not fit its entries`;
  }

  finish() {
    if (!this.header) return 'the file is empty';
    if (this.last.seq < this.header.end.seq)
      return `entry ${this.last.seq + 1} was removed: the ledger ends at ${this.header.end.seq}`;
    if (this.last.hash !== this.header.end.hash) return 'the ledger does not end with the entry that its header names';
    if (this.held < this.checkpoints.length)
      return `the checkpoint of ${this.checkpoints[this.held].day} has no entries`;
    if (this.wanted && !this.heads.has(this.wanted))
      return `no entry has the hash ${this.wanted}: this is another ledger than the one it was taken from`;
    return null;
  }
}

const [file, option, wanted] = process.argv.slice(2);
if (!file || (option !== undefined && (option !== '--head' || !/^[0-9a-f]{64}$/.test(wanted ?? '')))) {
  console.error('usage: node verify-ledger.mjs FILE [--head HASH]');
  process.exit(2);
}

const verifier = new Verifier(wanted);
let wrong = null;
let number = 0;
try {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    number += 1;
    if (line.trim() === '') continue;
    wrong = verifier.take(line, number);
    if (wrong) break;
  }
} catch (error) {
  console.error(`${file} cannot be read: ${error.code ?? error.message}`);
  process.exit(2);
}
wrong ??= verifier.finish();
if (wrong) {
  console.log(`DOES NOT HOLD: ${wrong}`);
  console.log(`${verifier.entries} entries before it hold.`);
  process.exit(1);
}
const { unsealed, exportedAt } = verifier.header;
console.log(
  `HOLDS: ${verifier.entries} entries, ${verifier.held} checkpoints; the last is entry ${verifier.last.seq} with the hash`,
);
console.log(verifier.last.hash);
console.log(`Exported ${exportedAt}; ${unsealed} more were written then and not yet in the chain.`);
