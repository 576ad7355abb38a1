import { describe, expect, it } from '@jest/globals';
import { Grouped } from './grouped.js';

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('Grouped', () => {
  it('does together what comes in meanwhile, in order and no more than it may, and answers each', async () => {
    const groups: number[][] = [];
    const grouped = new Grouped<number>(async (items) => {
      groups.push([...items]);
      await pause();
    }, 3);
    await Promise.all([1, 2, 3, 4, 5].map((n) => grouped.add(n)));
    expect(groups).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it('lets one that is at fault fail alone', async () => {
    const done: number[] = [];
    const grouped = new Grouped<number>(async (items) => {
      await pause();
      if (items.includes(3)) throw new Error('three');
      done.push(...items);
    }, 10);
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map((n) => grouped.add(n)));
    expect(outcomes.map((o) => o.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(done).toEqual([1, 2, 4]);
    await expect(grouped.add(5)).resolves.toBeUndefined();
  });
});
