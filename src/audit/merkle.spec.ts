import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sha256 } from '../platform/index.js';
import { MerkleTree } from './merkle.js';

describe('the way of a leaf to the root', () => {
  it('gives the root, for any number of leaves and any of them, and for no other leaf', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), (leaves, any) => {
        const watched = any % leaves;
        const [plain, watching] = [new MerkleTree(sha256), new MerkleTree(sha256, watched)];
        for (let i = 0; i < leaves; i += 1) for (const tree of [plain, watching]) tree.add(`h${i}`);
        const { root, path } = watching.path();
        const climb = (leaf: string) =>
          path.reduce(
            (hash, step) => sha256('left' in step ? `node ${step.left} ${hash}` : `node ${hash} ${step.right}`),
            sha256(`leaf ${leaf}`),
          );
        expect(root).toBe(plain.root());
        expect(climb(`h${watched}`)).toBe(root);
        expect(climb('another')).not.toBe(root);
        expect(path.length).toBeLessThanOrEqual(Math.ceil(Math.log2(leaves)));
      }),
    );
  });
});
