import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { differences } from './diff.js';

const text = fc.array(fc.constantFrom('先', '停', '一', '😀', '\n', 'a'), { maxLength: 60 }).map((c) => c.join(''));

describe('differences', () => {
  it('give both texts back, and the same text is one piece', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const pieces = differences(before, after);
        const joined = (not: string) =>
          pieces
            .filter((p) => p.kind !== not)
            .map((p) => p.text)
            .join('');
        expect(joined('added')).toBe(before);
        expect(joined('removed')).toBe(after);
        expect(differences(before, before).filter((p) => p.kind !== 'same')).toEqual([]);
      }),
    );
  });

  it('compare long texts line by line', () => {
    const long = Array.from({ length: 400 }, (_, i) => `第${i}行，内容内容内容`).join('\n');
    const pieces = differences(long, long.replace('第200行', '第二百行'));
    expect(pieces.map((p) => p.kind)).toEqual(['same', 'removed', 'added', 'same']);
  });
});
