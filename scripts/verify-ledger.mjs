#!/usr/bin/env node
// Verifies an export of Tidecall's ledger, away from Tidecall: this file and Node are all it takes.
//
//   node verify-ledger.mjs ledger.ndjson [--head HASH] [--proof proof.json]
// The export (GET /api/v1/audit/export) has one JSON object a line:
//   1. a header: `after` is the entry before the first one below, `end` the last one, each with its number and hash;
//   2. checkpoints: {day, firstSeq, lastSeq, root}, a root over all entries from firstSeq to lastSeq;
//   3. entries in order: {seq, at, actorId, actor, action, subject, detail, previousHash, hash}; `at` is milliseconds since 1970.
// What must hold (canonical JSON: keys sorted, no spaces):
//   - the numbers go up by one, from `after` to `end`: none is removed, none is put in;
//   - hash = SHA-256(previousHash + "\n" + canonical JSON of {action, actor, actorId, at, detail, seq, subject});
//   - previousHash is the hash of the entry before, so that a changed hash breaks the next entry;
//   - each checkpoint's root is the Merkle root of its entries' hashes (RFC 6962's tree, over hex text:
//     leaf = SHA-256("leaf " + hash), node = SHA-256("node " + left + " " + right)).
//
// --proof takes the answer of GET /api/v1/audit/proof/:deliveryId and shows that the delivery's settlement events are in the
// ledger. An entry `ledger.day` carries a day's root. For each event of the proof:
//   - leaf = SHA-256("event " + opening + "\n" + canonical JSON of content); of an erased person both are gone, the leaf stays;
//   - from the leaf up its path, by the tree's rule, the day's root comes out.
//
// A chain that holds in itself could still have been rebuilt as a whole: --head takes a hash that was sent out earlier, and
// the ledger must contain it.
//
// Ends with 0 where all holds, 1 where something does not (the first such place is named), 2 on wrong words.

import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

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
  days = new Map();
  wanted;
  tree = null;

  /** Takes one line; answers what is wrong with it, or null. */
  take(line, number) {
    const object = parsed(line);
    if (!object) return `line ${number} is no JSON`;
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
    if (entry.action === 'ledger.day') this.days.set(entry.detail.day, { ...entry.detail, seq: entry.seq });
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

/** What is wrong with a proof, given the days' roots of the ledger; else lines that say what it proves. */
function readProof(proof, days) {
  if (proof?.proof !== 'tidecall' || proof.version !== 1) return { wrong: 'this is no proof of a delivery' };
  const lines = [];
  for (const { day, place, leaf, content, opening, root, path } of proof.leaves) {
    const name = `settlement event ${place} of ${day}`;
    if (content && content.delivery !== proof.deliveryId) return { wrong: `${name} is of another delivery` };
    if (content && sha256(`event ${opening}\n${canonical(content)}`) !== leaf)
      return { wrong: `${name} was altered: it does not give its leaf` };
    const what = content ? `${content.status} at ${new Date(content.at).toISOString()}` : 'erased with its person';
    const carried = days.get(day);
    const climb = (hash, { left, right }) => sha256(left ? `node ${left} ${hash}` : `node ${hash} ${right}`);
    const hash = path.reduce(climb, sha256(`leaf ${leaf}`));
    if (!root) lines.push(`${name}: ${what}; its day has no root yet, so nothing proves it`);
    else if (!carried) return { wrong: `no entry of this export carries the root of ${day}` };
    else if (hash !== carried.root) return { wrong: `${name} is not under the root of its day (entry ${carried.seq})` };
    else lines.push(`${name}: ${what}; under the root in entry ${carried.seq}`);
  }
  return { lines };
}

const [file, ...words] = process.argv.slice(2);
const options = new Map(words.flatMap((word, i) => (i % 2 === 0 ? [[word, words[i + 1] ?? '']] : [])));
const [wanted, proofFile] = [options.get('--head'), options.get('--proof')];
const isKnown = [...options.keys()].every((name) => name === '--head' || name === '--proof');
if (!file || !isKnown || proofFile === '' || (wanted !== undefined && !/^[0-9a-f]{64}$/.test(wanted))) {
  console.error('usage: node verify-ledger.mjs FILE [--head HASH] [--proof PROOF]');
  process.exit(2);
}

const verifier = Object.assign(new Verifier(), { wanted });
let [wrong, number] = [null, 0];
try {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    number += 1;
    wrong = line.trim() === '' ? null : verifier.take(line, number);
    if (wrong) break;
  }
} catch (error) {
  console.error(`${file} cannot be read: ${error.code ?? error.message}`);
  process.exit(2);
}
wrong ??= verifier.finish();
if (wrong) {
  console.log(`DOES NOT HOLD: ${wrong}\n${verifier.entries} entries before it hold.`);
  process.exit(1);
}
const { header, entries, held, last } = verifier;
console.log(
  `HOLDS: ${entries} entries, ${held} checkpoints; the last is entry ${last.seq} with the hash\n${last.hash}`,
);
console.log(`Exported ${header.exportedAt}; ${header.unsealed} more were written then and not yet in the chain.`);
if (proofFile) {
  const { wrong: mistake, lines } = readProof(parsed(readFileSync(proofFile, 'utf8')), verifier.days);
  console.log(mistake ? `THE PROOF DOES NOT HOLD: ${mistake}` : ['THE PROOF HOLDS:', ...lines].join('\n'));
  if (mistake) process.exit(1);
}
