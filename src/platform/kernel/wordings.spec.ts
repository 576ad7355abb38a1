import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fill, placesOf, wordingFault } from './wordings.js';

describe('registered wordings', () => {
  it.each([
    ['尊敬的{name}，近期{trick}高发。', '尊敬的张先生，近期刷单返利高发。', ['张先生', '刷单返利']],
    ['不转账', '不转账', []],
    ['不转账', '不转账！', null],
    ['{a}：{b}', '提醒：不转账：不扫码', ['提醒', '不转账：不扫码']],
    ['提醒{a}', '提醒', ['']],
    ['aa{x}aa', 'aaa', null],
    ['aa{x}aa', 'aaaa', ['']],
  ])('%j in %j is %j', (wording, text, places) => {
    expect(fill(wording, text)).toEqual(places);
  });

  it('names its places', () => {
    expect(placesOf('尊敬的{name}，近期{trick}高发')).toEqual(['name', 'trick']);
  });

  it.each(['', ' ', '{a}{b}', '提醒{a}{b}', '{text}'])('refuses %j', (wording) => {
    expect(wordingFault(wording)).not.toBeNull();
  });

  it('finds again, in what was written by it, places that make the same text', () => {
    const literal = fc.stringMatching(/^[甲乙丙]{1,4}$/);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(literal, fc.stringMatching(/^[甲丁]{0,4}$/)), { maxLength: 4 }),
        literal,
        (parts, end) => {
          const wording = parts.map(([one]) => `${one}{x}`).join('') + end;
          const text = parts.map(([one, value]) => one + value).join('') + end;
          expect(wordingFault(wording)).toBeNull();
          const filled = fill(wording, text);
          expect(filled).not.toBeNull();
          expect(parts.map(([one], i) => one + filled![i]!).join('') + end).toBe(text);
        },
      ),
    );
  });
});
