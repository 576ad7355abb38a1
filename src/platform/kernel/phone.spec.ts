import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { withoutNumbers } from './phone.js';

const FULL_WIDTH = '０１２３４５６７８９';
const CHINESE = '零一二三四五六七八九';

const digits = (length: number) => fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length });
const mobile = digits(9).map((rest) => [1, 3, ...rest]);
const spelling = fc.constantFrom(
  (d: number) => String(d),
  (d: number) => FULL_WIDTH[d]!,
  (d: number) => CHINESE[d]!,
);
const between = fc.constantFrom('', ' ', '-', '－', '—', '　', '.', '\u200b', ' - ', '(', '（');
const before = fc.constantFrom('', '+86', '0086', '86', '＋８６ ', '+86-');

/** What is left of the number for whoever tries to read it: its digits in a row, whatever stands between. */
const readable = (text: string): string =>
  [...text.normalize('NFKC')]
    .map((c) => (CHINESE.includes(c) ? String(CHINESE.indexOf(c)) : c))
    .join('')
    .replace(/[^\d*]/g, '');

describe('a text without numbers', () => {
  it('keeps no phone, however it is typed', () =>
    fc.assert(
      fc.property(
        mobile,
        spelling,
        fc.array(between, { minLength: 10, maxLength: 10 }),
        before,
        (number, spell, gaps, code) => {
          const typed = number.map((d, i) => spell(d) + (gaps[i] ?? '')).join('');
          const left = withoutNumbers(`群众来电${code}${typed}，询问`);
          expect(readable(left)).not.toContain(number.slice(3, 7).join('') + number.slice(7).join(''));
          expect(left).toContain(`${number.slice(0, 3).join('')}****${number.slice(-4).join('')}`);
        },
      ),
    ));

  it.each([
    ['来电 13800138000 询问', '来电 138****8000 询问'],
    ['座机0580-5081110', '座机058****1110'],
    // Of a landline without its area code nothing would be masked by the same three and four.
    ['座机 5081110', '座机 ****10'],
    ['110 转 96110，见 2026-11-23 的 3 条', '110 转 96110，见 2026-11-23 的 3 条'],
    ['13800138000、13900139000', '138****8000、139****9000'],
    ['', ''],
  ])('%s reads %s', (typed, left) => expect(withoutNumbers(typed)).toBe(left));
});
