import { PassThrough, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import ExcelJS from 'exceljs';
import { countsOf, emptyMeasure } from '../dispatch/index.js';
import { csvOf, xlsxOf } from './export.service.js';
import type { SendsReport } from './report.js';
import { definitions, sendsSheet } from './sheet.js';

const counts = countsOf({ ...emptyMeasure(), skipped: { opted_out: 2, odd_reason: 1 } });
const report = (campaignName: string): SendsReport => ({
  period: { from: '2026-11-01T00:00:00+08:00', to: '2026-12-01T00:00:00+08:00' },
  asOf: null,
  groupBy: ['campaign'],
  notes: [{ zh: '说明一句。', en: 'A note.' }],
  ledger: { seq: 7, hash: 'abc123', day: null, root: null, settlementRoot: null },
  rows: [{ campaign: 'C1', campaignName, ...counts, sent: 1234, cost: 0.035 }],
  totals: { ...counts, sent: 1234, cost: 0.035 },
});
const textOf = async (stream: Readable): Promise<string> => (await buffer(stream)).toString('utf8');

describe('an export', () => {
  it('is CSV with a byte order mark, Chinese headers beside the names, and one column a reason', async () => {
    const [header, row, end] = (await textOf(csvOf(sendsSheet(report('本地居民日@'))))).split('\r\n');
    expect(
      header!.startsWith(
        '\ufeff活动编号(campaign),宣传活动(campaignName),目标数(targeted),跳过·odd_reason(skipped.odd_reason),跳过·已退订(skipped.opted_out),计划数(planned)',
      ),
    ).toBe(true);
    expect(row!.startsWith('C1,本地居民日@,3,1,2,0,')).toBe(true);
    expect(end).toBe('');
  });

  it.each(['=1+1', '+86', '-2', '@cmd', '\tx', '=HYPERLINK("x","y")'])('defuses %j', async (name) => {
    const [, row] = (await textOf(csvOf(sendsSheet(report(name))))).split('\r\n');
    expect(
      row!
        .slice(3)
        .replace(/^"/, '')
        .startsWith(`'${name.slice(0, 2)}`),
    ).toBe(true);
  });

  it('is XLSX with typed cells, a frozen header, totals, and a second sheet that explains', async () => {
    const sheet = sendsSheet(report('=1+1'));
    const book = new ExcelJS.Workbook();
    const stream = xlsxOf(sheet, definitions(report(''), sheet, '2026-12-01T08:00:00+08:00'));
    await book.xlsx.read(stream.pipe(new PassThrough()));
    const [page, notes] = book.worksheets;
    expect(page!.views[0]).toMatchObject({ state: 'frozen', ySplit: 1 });
    const sent = sheet.columns.findIndex((column) => column.key === 'sent') + 1;
    expect(page!.getRow(2).getCell(sent).value).toBe(1234);
    expect(page!.getRow(2).getCell(2).type).toBe(ExcelJS.ValueType.String);
    expect(page!.getRow(2).getCell(2).value).toBe('=1+1');
    expect(page!.getRow(3).getCell(1).value).toBe('合计');
    const told = notes!
      .getSheetValues()
      .map((row) => JSON.stringify(row))
      .join('\n');
    expect(told).toContain('abc123');
    expect(told).toContain('2026-11-01T00:00:00+08:00');
    expect(told).toContain('发送数(sent)');
  });
});
