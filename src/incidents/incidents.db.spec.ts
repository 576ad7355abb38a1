import { beforeAll, describe, expect, it } from '@jest/globals';
import iconv from 'iconv-lite';
import { testVault } from '../../test/support/accounts.js';
import { dialects, withDatabase } from '../../test/support/database.js';
import { LIBRARY_NOW, libraryRoom, officer, type LibraryRoom } from '../../test/support/library.js';
import { UnreadableSheet } from '../platform/sheets/index.js';
import { incidentInstant, yuan } from './incident.js';

const CSV = [
  '案件类型,作案手段,乡镇,标签,发案时间,损失（元）,受害人电话',
  '刷单返利类,,示例镇,学生;家长,2026-11-01,"12,000",138 0000 0001',
  ',romance_invest,330000101,,2026/11/2 09:30,3.5万,',
  'fake_loan,,,,2026年11月3日,,',
  'fake_loan,,,,2026年11月3日,,',
  '没有这类,,,,2026-11-01,,',
  'fake_loan,romance_invest,,,2026-11-01,,',
  'fake_loan,,,,2999-01-01,,',
  'fake_loan,,,,昨天,多,',
  'fake_loan,,外地,,2026-11-01,,12',
].join('\n');

describe.each(dialects())('a file of cases on %s', (dialect) => {
  const held = withDatabase(dialect);
  const room = {} as LibraryRoom;
  const county = { by: officer, township: null };
  beforeAll(async () => {
    Object.assign(room, libraryRoom(held.database));
    await room.seed.seed();
  });

  it('is checked in a dry run and then recorded, the bad lines named', async () => {
    const dry = await room.imports.import(Buffer.from(CSV), { dryRun: true, reporter: county });
    expect(dry).toMatchObject({ dryRun: true, total: 9, accepted: 4, duplicates: 0, rejected: 5 });
    expect(dry.rejects.map((r) => [r.line, r.field, r.code])).toEqual([
      [6, 'type', 'unknown_type'],
      [7, 'trick', 'trick_of_other_type'],
      [8, 'occurredAt', 'in_future'],
      [9, 'occurredAt', 'invalid_date'],
      [9, 'loss', 'invalid_amount'],
      [10, 'township', 'unknown_township'],
      [10, 'victimPhone', 'invalid_phone'],
    ]);
    expect(await room.incidents.between(0, LIBRARY_NOW)).toEqual([]);
    const gb = iconv.encode(CSV, 'gb18030');
    expect(await room.imports.import(gb, { dryRun: false, reporter: county })).toMatchObject({ accepted: 4 });
    const cases = await room.incidents.between(0, LIBRARY_NOW);
    expect(cases).toMatchObject([
      {
        type: 'brushing_rebate',
        trick: null,
        township: '330000100',
        tags: ['学生', '家长'],
        loss: 1_200_000,
        occurredAt: Date.parse('2026-11-01T00:00:00+08:00'),
        victimKey: testVault().index('phone', '13800000001'),
      },
      { type: 'romance', trick: 'romance_invest', township: '330000101', loss: 3_500_000, victimKey: null },
      { type: 'fake_loan', loss: null },
      { type: 'fake_loan', loss: null },
    ]);
    expect(JSON.stringify(await room.database.query('SELECT * FROM incidents'))).not.toContain('13800000001');
    expect(JSON.stringify(room.ledger.records)).not.toContain('138');
  });

  it('records nothing twice: as many of a kind as the file holds more', async () => {
    const again = await room.imports.import(Buffer.from(CSV), { dryRun: false, reporter: county });
    expect(again).toMatchObject({ accepted: 0, duplicates: 4 });
    const more = Buffer.from('类型,发案时间\nfake_loan,2026-11-03\nfake_loan,2026-11-03\nfake_loan,2026-11-03\n');
    expect(await room.imports.import(more, { dryRun: false, reporter: county })).toMatchObject({
      accepted: 1,
      duplicates: 2,
    });
  });

  it("holds a township's officer to the township", async () => {
    const reporter = { by: officer, township: '330000100' };
    const file = Buffer.from('类型,发案时间,乡镇\nromance,2026-11-05,邻镇\nromance,2026-11-05,\n');
    expect(await room.imports.import(file, { dryRun: false, reporter })).toMatchObject({
      accepted: 1,
      rejects: [{ line: 2, code: 'unknown_township' }],
    });
    expect((await room.incidents.between(0, LIBRARY_NOW)).at(-1)).toMatchObject({ township: '330000100' });
  });

  it('refuses a file without a header that it knows', async () => {
    for (const file of ['a,b\n1,2\n', '类型,发案时间\n'])
      await expect(room.imports.import(Buffer.from(file), { dryRun: true, reporter: county })).rejects.toThrow(
        UnreadableSheet,
      );
  });
});

describe('the cells of a file of cases', () => {
  const midnight = (date: string) => {
    const at = Date.parse(`${date}T00:00:00+08:00`);
    return Number.isNaN(at) ? null : at;
  };
  it.each([
    ['2026-11-02T09:30:00+08:00', '2026-11-02T09:30:00+08:00'],
    ['2026-11-02T09:30:15', '2026-11-02T09:30:15+08:00'],
    ['2026/11/2 9:30', '2026-11-02T09:30:00+08:00'],
    ['2026年11月2日9时30分', '2026-11-02T09:30:00+08:00'],
    ['2026.11.02', '2026-11-02T00:00:00+08:00'],
  ])('reads %s', (text, iso) => {
    expect(incidentInstant(text, midnight)).toBe(Date.parse(iso));
  });
  it.each(['', '11-02', '2026-11-02 25:00', '2026-13-02'])('does not read %j', (text) => {
    expect(incidentInstant(text, midnight)).toBeNull();
  });
  it('reads amounts', () => {
    expect(['1,234.5', '100元', '3.5万', '3万元'].map(yuan)).toEqual([1234.5, 100, 35_000, 30_000]);
    expect(['', '-1', '多'].map(yuan)).toEqual([null, null, null]);
  });
});
