import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SMS_CAPABLE } from '../../platform/kernel/index.js';
import { readWritten } from '../people/person-dates.js';
import type { PersonRules } from '../people/person.js';
import { readHeader } from './header.js';
import { rejectsHeader, rejectsRows } from './rejects-csv.js';
import { readRow } from './row.js';
import { Seen } from './seen.js';
import { withoutGuard } from './table.js';
import { NumberRun, withWarnings } from './warnings.js';

const rules: PersonRules = {
  smsCapable: SMS_CAPABLE,
  tagAliases: new Map([['学生', 'student']]),
  township: (word) => (word === '菜园镇' ? '330922100' : null),
  instant: (text) => {
    const w = readWritten(text);
    return w && Date.UTC(w.year, w.month - 1, w.day);
  },
  today: () => '2026-11-24',
  startOfDay: (at) => Math.floor(at / 86_400_000) * 86_400_000,
};

describe('a row', () => {
  const day = (d: number) => Date.UTC(2026, 10, d);
  const read = (fields: Record<string, string>) => {
    const header = readHeader(Object.keys(fields));
    if (!header.ok) throw new Error('header');
    const reading = readRow(Object.values(fields), header.columns, rules);
    return reading.ok ? reading.person : reading.problems.map((p) => `${p.path} ${p.code}`);
  };

  it('leaves blank cells as they are', () => {
    expect(read({ 编号: 'A1', 姓名: ' ', 手机: '' })).toMatchObject({
      externalId: 'A1',
      name: undefined,
      phone: undefined,
    });
  });

  it('takes the surest column, and another where it is blank', () => {
    expect(read({ 编号: 'A1', 联系电话: '13900139000', 手机号: '13800138000' })).toMatchObject({
      phone: { number: '13800138000' },
    });
    expect(read({ 编号: 'A1', 联系电话: '13900139000', 手机号: '' })).toMatchObject({
      phone: { number: '13900139000' },
    });
  });

  it('gives dates to their memberships', () => {
    const populations = (fields: Record<string, string>) =>
      (read({ 编号: 'A1', ...fields }) as { populations?: unknown }).populations;
    expect(populations({ 人群: '流动人口;特殊', 登记日期: '2026-11-03' })).toEqual([
      { kind: 'migrant', since: day(3) },
      { kind: 'special' },
    ]);
    expect(populations({ 登记日期: '2026-11-03' })).toEqual([{ kind: 'migrant', since: day(3) }]);
    expect(populations({ 人群: '本地', 登记日期: '2026-11-03' })).toEqual([{ kind: 'local' }]);
    expect(populations({ 人群: '本地', 入岛时间: '2026-11-03' })).toEqual([
      { kind: 'arrival', since: day(3) },
      { kind: 'local' },
    ]);
    expect(populations({ 入岛时间: '2026-11-03', 离岛时间: '2026/11/5' })).toEqual([
      { kind: 'arrival', since: day(3), until: day(5) },
    ]);
    expect(populations({ 姓名: 'x' })).toBeUndefined();
  });

  it('names every mistake', () => {
    expect(read({ 编号: '', 手机: '1', 乡镇: '远方', 人群: '天外', 标签: '无', 登记日期: '昨天' })).toEqual([
      '/externalId missing_external_id',
      '/phone invalid_phone',
      '/township unknown_township',
      '/tags/0 unknown_tag',
      '/populations unknown_population',
      '/registeredAt invalid_date',
    ]);
    expect(read({ 编号: 'A1', 入岛时间: '2026-11-05', 离岛时间: '2026-11-03' })).toEqual(['/departsAt invalid_date']);
    expect(read({ 编号: '330922199001011234' })).toEqual(['/externalId identity_number']);
  });
});

describe('rejects', () => {
  const problems = [
    { path: '/phone', code: 'invalid_phone', message: 'no' },
    { path: '/tags/0', code: 'unknown_tag', message: 'why' },
  ];

  it('come back with their line, codes and meaning, and defused', () => {
    const csv =
      rejectsHeader(['编号', '手机']) +
      rejectsRows(['编号', '手机'], [{ line: 7, cells: ['=1+1', '+86 1'], problems }]);
    expect(csv).toBe(
      "\ufeff编号,手机,line,code,message\r\n'=1+1,'+86 1,7,invalid_phone;unknown_tag,phone: no; tags/0: why\r\n",
    );
  });

  it('can be corrected and come again, as often as it takes', () => {
    const header = ['编号', '手机', 'line', 'code', 'message'];
    expect(rejectsHeader(header)).toBe('\ufeff编号,手机,line,code,message\r\n');
    expect(rejectsRows(header, [{ line: 3, cells: ['A', '1', '7', 'old', 'old'], problems }])).toContain(
      'A,1,3,invalid_phone',
    );
    expect(withoutGuard("'+86 13800138000")).toBe('+86 13800138000');
    expect(withoutGuard("'t Hooft")).toBe("'t Hooft");
  });
});

describe('what a file has brought', () => {
  it('is compared as a map would', () => {
    const ids = fc.array(
      fc.tuple(fc.constantFrom(...Array.from({ length: 4000 }, (_, i) => `ZX${i}`)), fc.constantFrom('a', 'b')),
      { maxLength: 6000 },
    );
    fc.assert(
      fc.property(ids, (list) => {
        const seen = new Seen();
        const map = new Map<string, string>();
        for (const [id, content] of list) {
          const held = map.get(id);
          expect(seen.compare(id, content)).toBe(held === undefined ? 'first' : held === content ? 'same' : 'other');
          seen.remember(id, content);
          if (held === undefined) map.set(id, content);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('is watched for made-up numbers, and warned of in a few lines', () => {
    const run = new NumberRun();
    const alarms = Array.from({ length: 600 }, (_, i) =>
      run.isMadeUp(String(13800000000 + i + (i > 300 ? 5 : 0))),
    ).flatMap((is, i) => (is ? [i] : []));
    expect(alarms).toEqual([249, 550]);
    const many = withWarnings(
      [],
      Array.from({ length: 80 }, (_, i) => ({ code: 'phone_shared' as const, line: i })),
    );
    expect(many).toEqual([expect.objectContaining({ code: 'phone_shared', count: 80 })]);
    expect(many[0]!.lines).toHaveLength(50);
  });
});
