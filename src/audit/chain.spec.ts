import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sha256 } from '../platform/index.js';
import { canonical } from './canonical.js';
import { ChainVerifier, entryHash, entryText, GENESIS, type Checkpoint, type Link, type SealedEntry } from './chain.js';
import { MerkleTree } from './merkle.js';

const entry = (seq: number, before: Link): SealedEntry => {
  const content = {
    id: seq * 2,
    at: 1000 + seq,
    actorId: null,
    actor: 'clock',
    action: 'run.settle',
    subject: `run/${seq}`,
    detail: '{"n":1}',
    seq,
  };
  return { ...content, previousHash: before.hash, hash: entryHash(sha256, before.hash, content) };
};
const chainOf = (n: number): SealedEntry[] => {
  const entries: SealedEntry[] = [];
  for (let seq = 1; seq <= n; seq += 1) entries.push(entry(seq, entries.at(-1) ?? GENESIS));
  return entries;
};
const rootOf = (entries: readonly SealedEntry[]): string => {
  const tree = new MerkleTree(sha256);
  for (const e of entries) tree.add(e.hash);
  return tree.root();
};
const verify = (
  entries: readonly SealedEntry[],
  checkpoints: readonly Checkpoint[] = [],
  end: Link = chainOf(6).at(-1)!,
) => {
  const chain = new ChainVerifier({ hash: sha256, after: GENESIS, checkpoints });
  for (const e of entries) if (!chain.add(e)) break;
  chain.finish({ seq: end.seq, hash: end.hash });
  return chain;
};

describe('canonical JSON', () => {
  it('sorts keys at every depth, leaves out what is not there, and keeps lists in order', () => {
    expect(canonical({ b: [{ z: 1, a: null }, 'x'], a: 0.1, c: undefined })).toBe(
      '{"a":0.1,"b":[{"a":null,"z":1},"x"]}',
    );
  });
  it('gives the same text after any number of readings', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => expect(canonical(JSON.parse(canonical(value)))).toBe(canonical(value))),
    );
  });
  it.each([[NaN], [1n], [() => 1]])('refuses %s', (value) => {
    expect(() => canonical({ value })).toThrow(TypeError);
  });
  it('is what an entry is hashed as', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.dictionary(fc.string(), fc.jsonValue()), (actor, subject, detail) => {
        const e = { at: 5, actorId: 'x', actor, action: 'a.b', subject, seq: 7 };
        expect(entryText({ ...e, detail: canonical(detail) })).toBe(canonical({ ...e, detail }));
      }),
    );
  });
});

describe('the Merkle root', () => {
  const naive = (hashes: readonly string[]): string => {
    if (hashes.length === 1) return sha256(`leaf ${hashes[0]}`);
    let half = 1;
    while (half * 2 < hashes.length) half *= 2;
    return sha256(`node ${naive(hashes.slice(0, half))} ${naive(hashes.slice(half))}`);
  };
  it('is that of RFC 6962 for any number of leaves', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 70 }), (leaves) => {
        const tree = new MerkleTree(sha256);
        for (const leaf of leaves) tree.add(leaf);
        expect(tree.root()).toBe(naive(leaves));
        expect(tree.size).toBe(leaves.length);
      }),
    );
  });
});

describe('a chain', () => {
  const good = chainOf(6);
  const days = [
    { day: 20261123, firstSeq: 1, lastSeq: 4, root: rootOf(good.slice(0, 4)) },
    { day: 20261124, firstSeq: 5, lastSeq: 6, root: rootOf(good.slice(4)) },
  ];

  it('holds as it was made', () => {
    const chain = verify(good, days);
    expect([chain.firstBad, chain.entries, chain.checkpointsHeld]).toEqual([null, 6, 2]);
  });

  it('can be taken up anywhere', () => {
    const chain = new ChainVerifier({ hash: sha256, after: good[2]!, checkpoints: days });
    for (const e of good.slice(3)) chain.add(e);
    expect([chain.finish(good[5]!), chain.entries, chain.checkpointsHeld]).toEqual([null, 3, 1]);
  });

  it.each<[string, (e: SealedEntry[]) => SealedEntry[], object]>([
    [
      'altered',
      (e) => e.with(2, { ...e[2]!, detail: '{"n":2}' }),
      { seq: 3, id: 6, why: expect.stringContaining('altered') },
    ],
    [
      'altered and hashed anew',
      (e) => e.with(2, rehashed({ ...e[2]!, detail: '{"n":2}' })),
      { seq: 4, why: expect.stringContaining('does not follow') },
    ],
    ['removed', (e) => e.filter((x) => x.seq !== 3), { seq: 3, id: null, why: expect.stringContaining('removed') }],
    ['removed at the end', (e) => e.slice(0, 5), { seq: 6, id: null, why: expect.stringContaining('removed') }],
    ['swapped', (e) => swapped(e), { seq: 2, why: expect.stringContaining('altered') }],
    [
      'told twice',
      (e) => [...e.slice(0, 3), e[2]!, ...e.slice(3)],
      { seq: 3, why: expect.stringContaining('out of order') },
    ],
  ])('with an entry %s does not', (_, tamper, firstBad) => {
    expect(verify(tamper([...good]), days).firstBad).toMatchObject(firstBad);
  });

  it('rebuilt as a whole does not fit its head and its checkpoints', () => {
    const rebuilt: SealedEntry[] = [];
    for (const e of good)
      rebuilt.push(
        rehashed({ ...e, actor: e.seq === 2 ? 'nobody' : e.actor, previousHash: (rebuilt.at(-1) ?? GENESIS).hash }),
      );
    expect(verify(rebuilt).firstBad).toMatchObject({ seq: 6 });
    expect(verify(rebuilt, days, rebuilt.at(-1)!).firstBad).toMatchObject({
      seq: 1,
      why: expect.stringContaining('20261123'),
    });
    expect(verify(rebuilt, [], rebuilt.at(-1)!).firstBad).toBeNull();
  });

  it.each([
    [[{ ...days[0]!, root: sha256('x') }, days[1]!]],
    [[days[0]!, { ...days[1]!, firstSeq: 6 }]],
    [[days[1]!]],
    [[...days, { day: 20261125, firstSeq: 7, lastSeq: 9, root: sha256('x') }]],
  ])('with a checkpoint that does not fit does not hold', (wrong) => {
    expect(verify(good, wrong).firstBad).not.toBeNull();
  });
});

const rehashed = (e: SealedEntry): SealedEntry => ({ ...e, hash: entryHash(sha256, e.previousHash, e) });
const swapped = (e: SealedEntry[]): SealedEntry[] => e.with(1, { ...e[4]!, seq: 2 }).with(4, { ...e[1]!, seq: 5 });
