import { describe, expect, it } from '@jest/globals';
import { Gate } from './gate.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the gate', () => {
  const commits: string[][] = [];
  let open: string[] = [];
  const made = () => {
    commits.length = 0;
    return new Gate(async (work) => {
      open = [];
      await work();
      commits.push(open);
    });
  };
  const step = (name: string) => async () => {
    await turn();
    open.push(name);
    return name;
  };

  it('lets the first go alone and those that waited share the next commit, in the order of arrival', async () => {
    const gate = made();
    expect(await Promise.all(['a', 'b', 'c'].map((name) => gate.run(step(name))))).toEqual(['a', 'b', 'c']);
    expect(commits).toEqual([['a'], ['b', 'c']]);
  });

  it('undoes a group where one fails and does each by itself, so that the others do not notice', async () => {
    const gate = made();
    const fails = async () => {
      await turn();
      throw new Error('no');
    };
    const all = [gate.run(step('a')), gate.run(step('b')), gate.run(fails), gate.run(step('c'))];
    const settled = await Promise.allSettled(all);
    expect(settled.map((s) => s.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(commits).toEqual([['a'], ['b'], ['c']]);
  });

  it('tells everybody where the commit itself fails, and goes on', async () => {
    let isFull = true;
    const gate = new Gate(async (work) => {
      await work();
      if (isFull) throw new Error('disk full');
    });
    const settled = await Promise.allSettled([gate.run(step('a')), gate.run(step('b'))]);
    expect(settled.map((s) => s.status)).toEqual(['rejected', 'rejected']);
    isFull = false;
    expect(await gate.run(step('c'))).toBe('c');
  });
});
