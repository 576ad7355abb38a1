import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import ExcelJS from 'exceljs';
import iconv from 'iconv-lite';
import { readSheets, recordsOf, UnreadableSheet } from './index.js';

const names = { type: ['类型', 'type'], loss: ['损失', 'loss'] } as const;

/** A zip of one deflated entry that says of itself that it is small. */
function bomb(bytes: number): Buffer {
  const data = deflateRawSync(Buffer.alloc(bytes));
  const name = Buffer.from('xl/workbook.xml');
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(data.length, 18);
  local.writeUInt32LE(10, 22);
  local.writeUInt16LE(name.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(data.length, 20);
  entry.writeUInt32LE(10, 24);
  entry.writeUInt16LE(name.length, 28);
  const body = Buffer.concat([local, name, data]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + name.length, 12);
  end.writeUInt32LE(body.length, 16);
  return Buffer.concat([body, entry, name, end]);
}

const codeOf = (file: Buffer): Promise<string> =>
  readSheets(file).then(
    () => 'read',
    (error: unknown) => (error instanceof UnreadableSheet ? error.code : String(error)),
  );

describe('readSheets', () => {
  it.each([
    ['UTF-8', Buffer.from('类型,损失（元）\n刷单,100\n\n,\n理财,"1,5"\n')],
    ['UTF-8 with its mark', Buffer.from('\ufeff类型,损失（元）\n刷单,100\n\n,\n理财,"1,5"\n')],
    ['GB18030', iconv.encode('类型,损失（元）\n刷单,100\n\n,\n理财,"1,5"\n', 'gb18030')],
    [
      'UTF-16 and tabs',
      Buffer.concat([
        Buffer.from([0xff, 0xfe]),
        iconv.encode('类型\t损失（元）\n刷单\t100\n\n\t\n理财\t1,5\n', 'utf16le'),
      ]),
    ],
  ])('reads a text in %s', async (_, file) => {
    const [sheet] = await readSheets(file);
    expect(recordsOf(sheet!, names)).toEqual([
      { line: 2, record: { type: '刷单', loss: '100' } },
      { line: 5, record: { type: '理财', loss: '1,5' } },
    ]);
  });

  it('reads every visible sheet of a workbook, its dates by their wall clock', async () => {
    const book = new ExcelJS.Workbook();
    const sheet = book.addWorksheet('案件');
    sheet.addRow(['类型', '', '损失']);
    sheet.addRow(['刷单', new Date(Date.UTC(2026, 10, 1, 9, 30)), 12.5]);
    book.addWorksheet('暗', { state: 'hidden' }).addRow(['x']);
    const read = await readSheets(Buffer.from(await book.xlsx.writeBuffer()));
    expect(read).toEqual([
      {
        name: '案件',
        rows: [
          { line: 1, cells: ['类型', '', '损失'] },
          { line: 2, cells: ['刷单', '2026-11-01T09:30:00', '12.5'] },
        ],
      },
    ]);
  });

  it('refuses what is no small table', async () => {
    expect(await codeOf(Buffer.alloc(0))).toBe('empty_file');
    expect(await codeOf(Buffer.alloc(6 * 1024 * 1024, 'a'))).toBe('too_large');
    expect(await codeOf(Buffer.from('d0cf11e0a1b11ae1', 'hex'))).toBe('old_workbook');
    expect(await codeOf(Buffer.from('PK\u0003\u0004nonsense and more nonsense'))).toBe('not_a_table');
    expect(await codeOf(Buffer.from([1, 0, 2, 0]))).toBe('not_a_table');
    expect(await codeOf(Buffer.from('a,b\n"c,d'))).toBe('not_a_table');
  });

  it('does not unpack a workbook that is a bomb, whatever it says of itself', async () => {
    expect(bomb(100 * 1024 * 1024).length).toBeLessThan(200_000);
    expect(await codeOf(bomb(100 * 1024 * 1024))).toBe('not_a_table');
  });
});
