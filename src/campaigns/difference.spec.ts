import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { segmentChanges, wordingChanges, type SegmentMark, type Wording } from './difference.js';

const wording = (over: Partial<Wording> = {}): Wording => ({
  channel: 'sms',
  trick: 'a',
  audience: null,
  language: 'zh',
  title: null,
  body: '一',
  ...over,
});

describe('what people read otherwise', () => {
  it('stands by channel, trick, group and language, with what went and what came', () => {
    const before = [wording(), wording({ body: '二' }), wording({ trick: 'b', body: '三' })];
    const after = [wording({ body: '二' }), wording({ body: '四' }), wording({ audience: 'elderly', body: '五' })];
    expect(wordingChanges(before, after)).toEqual([
      {
        channel: 'sms',
        trick: 'a',
        audience: 'elderly',
        language: 'zh',
        before: [],
        after: [{ title: null, body: '五' }],
      },
      {
        channel: 'sms',
        trick: 'a',
        audience: null,
        language: 'zh',
        before: [{ title: null, body: '一' }],
        after: [{ title: null, body: '四' }],
      },
      { channel: 'sms', trick: 'b', audience: null, language: 'zh', before: [{ title: null, body: '三' }], after: [] },
    ]);
  });

  it('is a change where only the title differs', () => {
    expect(wordingChanges([wording({ title: '甲' })], [wording({ title: '乙' })])).toHaveLength(1);
  });

  it('is nothing where the same is said, and the other way round in reverse', () => {
    const some = fc.array(
      fc.record({
        channel: fc.constantFrom('sms', 'voice'),
        trick: fc.constantFrom('a', 'b'),
        audience: fc.constantFrom(null, 'elderly'),
        language: fc.constantFrom('zh', 'en'),
        title: fc.constant(null),
        body: fc.constantFrom('一', '二', '三'),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(some, some, (a, b) => {
        expect(wordingChanges(a, [...a].reverse())).toEqual([]);
        const back = wordingChanges(b, a).map(({ before, after, ...place }) => ({
          ...place,
          before: after,
          after: before,
        }));
        expect(back).toEqual(wordingChanges(a, b));
      }),
    );
  });
});

describe('whom a version selects otherwise', () => {
  const mark = (over: Partial<SegmentMark> = {}): SegmentMark => ({
    field: 'segmentId',
    id: 'A',
    name: '甲',
    version: 1,
    rule: {},
    ...over,
  });

  it('is another segment, another rule, or one that came or went', () => {
    expect(segmentChanges([mark()], [mark({ name: '新名' })])).toEqual([]);
    expect(segmentChanges([mark()], [mark({ version: 2 })])).toEqual([
      { field: 'segmentId', before: mark(), after: mark({ version: 2 }) },
    ]);
    expect(segmentChanges([mark()], [mark({ id: 'B' })])).toHaveLength(1);
    const chats = mark({ field: 'groupSegmentId', id: 'C' });
    expect(segmentChanges([mark()], [mark(), chats])).toEqual([
      { field: 'groupSegmentId', before: null, after: chats },
    ]);
  });
});
