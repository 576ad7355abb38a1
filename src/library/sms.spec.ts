import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { composeSms, DoubleSignature, smsCuts, smsParts } from './sms.js';

/** The cases of the vector `sms-parts`. */
const vectors: [label: string, text: string, units: number, parts: number][] = [
  ['the signature alone', '【示例局】', 5, 1],
  ['70', '字'.repeat(70), 70, 1],
  ['71', '字'.repeat(71), 71, 2],
  ['134', '字'.repeat(134), 134, 2],
  ['135', '字'.repeat(135), 135, 3],
  ['201', '字'.repeat(201), 201, 3],
  ['202', '字'.repeat(202), 202, 4],
  ['an emoji counts two', '😀' + '字'.repeat(68), 70, 1],
  ['36 emoji', '😀'.repeat(36), 72, 2],
];

const text = fc
  .array(fc.constantFrom('字', 'a', '，', '😀', '𠮷', '\ud83d', '\ude00'), { maxLength: 300 })
  .map((units) => units.join(''));

describe('smsParts', () => {
  it.each(vectors)('%s', (_, message, characters, parts) => {
    expect(smsParts(message)).toEqual({ characters, parts, encoding: 'ucs2' });
  });

  it('needs one part more where a pair would be split at every cut', () => {
    expect(smsParts('字' + '😀'.repeat(66) + '字')).toMatchObject({ characters: 134, parts: 2 });
    expect(smsParts('😀'.repeat(67))).toMatchObject({ characters: 134, parts: 3 });
  });

  it('cuts into parts that are short enough, lose nothing and split no pair', () => {
    fc.assert(
      fc.property(text, (message) => {
        const cuts = smsCuts(message);
        expect(cuts.join('')).toBe(message);
        expect(cuts.length).toBe(smsParts(message).parts);
        if (cuts.length > 1) for (const cut of cuts) expect(cut.length).toBeLessThanOrEqual(67);
        for (let i = 1; i < cuts.length; i += 1) {
          expect(/[\ud800-\udbff]$/.test(cuts[i - 1]!) && /^[\udc00-\udfff]/.test(cuts[i]!)).toBe(false);
        }
      }),
    );
  });

  it('is the rule of the bill wherever no pair is in the way', () => {
    fc.assert(
      fc.property(fc.nat(700), (n) => {
        expect(smsParts('字'.repeat(n)).parts).toBe(n <= 70 ? 1 : Math.ceil(n / 67));
      }),
    );
  });
});

describe('smsParts of a gateway that says that it counts ASCII', () => {
  const ascii = { countsAscii: true };
  it.each([
    [160, 1],
    [161, 2],
    [306, 2],
    [307, 3],
    [459, 3],
    [460, 4],
  ])('bills %i letters as %i parts', (n, parts) => {
    expect(smsParts('a'.repeat(n), ascii)).toEqual({ characters: n, parts, encoding: 'ascii' });
  });

  it('bills the same by 70/67 where the gateway says nothing, or where one character is not ASCII', () => {
    expect(smsParts('a'.repeat(160))).toEqual({ characters: 160, parts: 3, encoding: 'ucs2' });
    expect(smsParts(`【Office】${'a'.repeat(152)}`, ascii)).toEqual({ characters: 160, parts: 3, encoding: 'ucs2' });
    expect(smsParts(`${'a'.repeat(100)}{`, ascii)).toMatchObject({ parts: 2, encoding: 'ucs2' });
  });

  it('cuts nothing away', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 600 }), (message) => {
        const cuts = smsCuts(message, ascii);
        expect(cuts.join('')).toBe(message);
        expect(cuts).toHaveLength(smsParts(message, ascii).parts);
      }),
    );
  });
});

describe('composeSms', () => {
  it('puts the signature first and the suffix last', () => {
    expect(composeSms({ signature: '【示例公安】', body: '先核实。', suffix: '拒收回T' })).toBe(
      '【示例公安】先核实。拒收回T',
    );
  });

  it.each(['【示例公安】先核实。', '先核实。【示例公安】', ' 【别的局】先核实。', '先核实。【别的局】\n'])(
    'refuses a second signature in %j',
    (body) => {
      expect(() => composeSms({ signature: '【示例公安】', body, suffix: '' })).toThrow(DoubleSignature);
      expect(() => composeSms({ signature: '', body, suffix: '' })).toThrow(DoubleSignature);
    },
  );
});
