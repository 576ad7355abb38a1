import { describe, expect, it } from '@jest/globals';
import { shippedTricks } from '../../test/support/shelf.js';
import { search, searchIndex } from './search.js';
import { shippedTaxonomy } from './shipped.loader.js';

const index = searchIndex(shippedTricks, shippedTaxonomy.types);
const codes = (q: string): string[] => search(index, q).map((trick) => trick.code);

describe('the search in the library', () => {
  it.each(shippedTricks.map((trick) => [trick.nameZh, trick.code]))('finds %s by its name', (name, code) => {
    expect(codes(name)[0]).toBe(code);
  });

  it.each([
    ['dzgz', 'brush_like_task'],
    ['点 赞', 'brush_like_task'],
    ['ＤＺＧＺ', 'brush_like_task'],
    ['dianzanguanzhu', 'brush_like_task'],
    ['dzguanzhu', 'brush_like_task'],
    ['点赞员', 'brush_like_task'],
  ])('finds by %s', (q, code) => {
    expect(codes(q)).toContain(code);
  });

  it('takes both readings of a character', () => {
    const [trick] = shippedTricks;
    const own = searchIndex([{ ...trick!, code: 'x', nameZh: '重庆行长', variants: [] }], []);
    expect(['cqhz', 'zqxc', 'chongqing'].map((q) => search(own, q).length)).toEqual([1, 1, 1]);
    expect(search(own, 'cqzz')).toEqual([]);
  });

  it('puts names before texts, and finds a type with all of its tricks', () => {
    expect(codes('网络婚恋').length).toBeGreaterThanOrEqual(3);
    expect(codes('hunlian').length).toBeGreaterThanOrEqual(3);
    expect(codes('zzzzz')).toEqual([]);
    expect(codes("%' OR 1=1")).toEqual([]);
    expect(codes('')).toHaveLength(48);
  });
});
