import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ExcelJS from 'exceljs';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { headerAt, plainHeader, readHeader } from './header.js';
import { openPeopleTable, type Mapping } from './people-table.reader.js';
import { SealedFile, sealFile } from './sealed-file.service.js';
import type { TableRow } from './table.js';
import { InflateBudget } from './zip.reader.js';
import { unescaped, XmlScanner } from './xml.js';

const secret = Buffer.alloc(32, 7);
let folder: string;
let made = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidecall-reading-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const nextPath = () => join(folder, `f${(made += 1)}`);

async function* pieces(content: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let i = 0; i < content.length; i += size) yield await Promise.resolve(content.subarray(i, i + size));
}

async function sealed(content: Buffer | string, size = 1000): Promise<SealedFile> {
  const path = nextPath();
  await sealFile(path, secret, pieces(Buffer.from(content), size));
  return SealedFile.open(path, secret);
}

async function rowsOf(
  content: Buffer | string,
  mapping: Mapping = {},
): Promise<{ header: readonly string[]; rows: TableRow[]; unknown: readonly string[] }> {
  const file = await sealed(content);
  try {
    const table = await openPeopleTable(file, mapping);
    const rows: TableRow[] = [];
    for await (const batch of table.rows()) rows.push(...batch);
    expect(table.done()).toBeCloseTo(1);
    return { header: table.header, rows, unknown: table.unknown };
  } finally {
    await file.close();
  }
}

describe('a sealed file', () => {
  it('reads back what was written, from any place', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 200_000 }),
        fc.integer({ min: 1, max: 70_000 }),
        fc.nat(),
        async (size, piece, seed) => {
          const content = Buffer.alloc(size, `${seed}潮信`);
          const file = await sealed(content, piece);
          const start = size === 0 ? 0 : seed % size;
          expect(file.size).toBe(size);
          expect((await file.read(0, size)).equals(content)).toBe(true);
          expect((await file.read(start, 5000)).equals(content.subarray(start, start + 5000))).toBe(true);
          await file.close();
        },
      ),
      { numRuns: 25 },
    );
  });

  it('holds nothing in clear, and notices what was altered or cut off', async () => {
    const path = nextPath();
    await sealFile(path, secret, pieces(Buffer.alloc(150_000, '张三13800138000'), 9999));
    const bytes = readFileSync(path);
    expect(bytes.includes('13800138000')).toBe(false);
    bytes[70_000]! ^= 1;
    writeFileSync(path, bytes);
    const altered = await SealedFile.open(path, secret);
    await expect(altered.read(0, 150_000)).rejects.toThrow();
    await altered.close();
    truncateSync(path, 20 + 65_552);
    const cut = await SealedFile.open(path, secret);
    await expect(cut.read(0, 150_000)).rejects.toThrow();
    await cut.close();
    await expect(SealedFile.open(import.meta.filename, secret)).rejects.toThrow('not a sealed file');
  });
});

describe('headers', () => {
  it('are known in both languages, with what stands around them', () => {
    expect(['手机号（必填）', ' Phone_Number ', '姓名*', 'external id', '登记 日期'].map(plainHeader)).toEqual([
      '手机号',
      'phonenumber',
      '姓名',
      'externalid',
      '登记日期',
    ]);
    const reading = readHeader(['人员编号', '姓名', '联系电话', '手机', '身份证号', '镇街']);
    expect(reading).toMatchObject({ ok: true, unknown: ['身份证号'] });
    expect(reading.ok && [...reading.columns]).toEqual(
      expect.arrayContaining([
        ['phone', [3, 2]],
        ['externalId', [0]],
        ['township', [5]],
      ]),
    );
  });

  it('may stand below a title, and may be named by hand', () => {
    expect(headerAt([['菜园镇流动人口登记表'], ['填表人：'], ['编号', '姓名', '手机']])).toBe(2);
    expect(headerAt([['a', 'b']])).toBeNull();
    expect(headerAt([['x'], ['工号', '谁']], { externalId: '工号', name: '谁' })).toBe(1);
    expect(readHeader(['工号'], { externalId: '没有' })).toEqual({ ok: false, missing: ['没有'] });
  });
});

describe('text files', () => {
  const text = '人员编号,姓名,手机号,备注\r\nA1,张三,13800138000,"两行\r\n备注"\r\n\r\n,,,\r\nA2,𠮷野,13900139000,\r\n';

  it.each<[string, Buffer]>([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with BOM', Buffer.from('\ufeff' + text)],
    ['GB18030', iconv.encode(text, 'gb18030')],
    ['UTF-16', iconv.encode(text, 'utf16le', { addBOM: true })],
    ['TSV', iconv.encode(text.replaceAll(',', '\t'), 'gb18030')],
    ['semicolons', Buffer.from(text.replaceAll(',', ';'))],
  ])('are read in %s', async (_, content) => {
    const { header, rows, unknown } = await rowsOf(content);
    expect(header).toEqual(['人员编号', '姓名', '手机号', '备注']);
    expect(unknown).toEqual(['备注']);
    expect(rows).toEqual([
      { line: 2, cells: ['A1', '张三', '13800138000', '两行\r\n备注'] },
      { line: 6, cells: ['A2', '𠮷野', '13900139000', ''] },
    ]);
  });

  it('may turn to Chinese only after much ASCII', async () => {
    const ascii = Array.from({ length: 3000 }, (_, i) => `A${i},Smith,13800138000`).join('\n');
    const { rows } = await rowsOf(iconv.encode(`externalId,name,phone\n${ascii}\nB1,王五,13900139000\n`, 'gb18030'));
    expect(rows.at(-1)).toEqual({ line: 3002, cells: ['B1', '王五', '13900139000'] });
  });

  it('count lines of old Macs, and forgive a lone quotation mark', async () => {
    expect((await rowsOf('externalId,name\rA1,x\rA2,y"z\r')).rows).toEqual([
      { line: 2, cells: ['A1', 'x'] },
      { line: 3, cells: ['A2', 'y"z'] },
    ]);
  });

  it.each<[string, Buffer | string, string]>([
    ['nothing', '', 'empty'],
    ['blank lines', '\n\n , ,\n', 'no rows'],
    ['no known header', 'a,b\n1,2\n', 'No known header'],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1]), 'neither CSV nor XLSX'],
    ['an old workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'old .xls'],
    ['a cell of 10 MB', `externalId,name\nA1,${'长'.repeat(3_500_000)}\n`, 'longer than 128 KB'],
    ['an open quotation mark', `externalId,name\nA1,"${'x\n'.repeat(100_000)}`, 'longer than 128 KB'],
    ['a zip that is none', 'PK\u0003\u0004 and so on', 'damaged'],
  ])('are refused where they hold %s', async (_, content, reason) => {
    await expect(rowsOf(content)).rejects.toThrow(reason);
  });

  it('are refused where a mapped column is missing', async () => {
    await expect(rowsOf('工号,谁\nA1,x\n', { externalId: '工号', name: '姓甚' })).rejects.toThrow('姓甚');
  });
});

async function workbook(fill: (book: ExcelJS.Workbook) => void): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  fill(book);
  return Buffer.from(await book.xlsx.writeBuffer());
}

/** A zip with one entry, as a malicious or another writer would make it. */
function zipOf(files: Record<string, Buffer | string>): Buffer {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const packed = deflateRawSync(Buffer.from(content));
    const local = Buffer.alloc(30 + name.length);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt16LE(name.length, 26);
    local.write(name, 30);
    const entry = Buffer.alloc(46 + name.length);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(100, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    entry.write(name, 46);
    parts.push(local, packed);
    central.push(entry);
    at += local.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, directory, end]);
}

const BOOK = '<workbook><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>';
const RELS = '<Relationships><Relationship Id="rId1" Target="worksheets/people.xml"/></Relationships>';

describe('workbooks', () => {
  it('are read as an officer sees them: dates, numbers, formulas, rich text, gaps', async () => {
    const content = await workbook((book) => {
      book.addWorksheet('说明').addRow(['请先阅读']);
      book.addWorksheet('hidden', { state: 'hidden' }).addRow(['编号', '姓名', '手机']);
      const sheet = book.addWorksheet('名单');
      sheet.addRow(['流动人口登记表']);
      sheet.addRow(['编号', '姓名', '手机', '登记日期', '入岛时间', '备注']);
      sheet.addRow([
        1001,
        '张三',
        13800138000,
        new Date(Date.UTC(2026, 10, 23)),
        new Date(Date.UTC(2026, 10, 23, 8, 30)),
        true,
      ]);
      sheet.addRow([]);
      sheet.addRow([
        'A2',
        { richText: [{ text: '李' }, { text: '四 & <子>' }] },
        { formula: 'A1', result: '13900139000' },
        46349,
        undefined,
        'x',
      ]);
      sheet.getCell('D3').numFmt = 'yyyy"年"m"月"d"日"';
      sheet.getCell('E3').numFmt = 'yyyy-mm-dd hh:mm';
    });
    const { header, rows } = await rowsOf(content);
    expect(header).toEqual(['编号', '姓名', '手机', '登记日期', '入岛时间', '备注']);
    expect(rows).toEqual([
      { line: 3, cells: ['1001', '张三', '13800138000', '2026-11-23', '2026-11-23 08:30:00', 'TRUE'] },
      { line: 5, cells: ['A2', '李四 & <子>', '13900139000', '46349', '', 'x'] },
    ]);
  });

  it('are read from other writers: prefixes, inline text, no references, phonetic guides', async () => {
    const sheet = `<?xml version="1.0"?><x:worksheet><x:sheetData>
      <x:row><x:c t="inlineStr"><x:is><x:t>externalId</x:t></x:is></x:c><x:c t="inlineStr"><x:is><x:t>name</x:t></x:is></x:c><x:c t="s"><x:v>0</x:v></x:c></x:row>
      <x:row><x:c t="str"><x:v>A1</x:v></x:c><x:c t="inlineStr"><x:is><x:r><x:t>张</x:t></x:r><x:r><x:t xml:space="preserve"> 三</x:t></x:r></x:is></x:c><x:c><x:v>1.38001380E10</x:v></x:c></x:row>
      <x:row r="9"><x:c r="C9" t="s"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>`;
    const strings =
      '<sst><si><t>phone</t></si><si><r><t>13</t></r><r><t>9&#x4e00;_x0041_</t></r><rPh><t>nope</t></rPh></si></sst>';
    const files = {
      'xl/worksheets/people.xml': sheet,
      'xl/sharedStrings.xml': strings,
      'xl/_rels/workbook.xml.rels': RELS,
      'xl/workbook.xml': BOOK,
    };
    expect((await rowsOf(zipOf(files))).rows).toEqual([
      { line: 2, cells: ['A1', '张 三', '13800138000'] },
      { line: 9, cells: ['', '', '139一A'] },
    ]);
  });

  it('are refused by what really comes out, whatever they say of themselves', () => {
    const budget = new InflateBudget(10);
    budget.foresee(64_000_000);
    budget.take(64_000_000);
    expect(() => budget.take(1)).toThrow('unpacks to far more');
  });

  it('are refused where they are bombs, locked, or no workbooks', async () => {
    const bomb = `<worksheet><sheetData><row><c t="inlineStr"><is><t>externalId</t></is></c></row>${'<row><c><v>1</v></c></row>'.repeat(3_000_000)}`;
    const files = { 'xl/workbook.xml': BOOK, 'xl/_rels/workbook.xml.rels': RELS };
    await expect(rowsOf(zipOf({ ...files, 'xl/worksheets/people.xml': bomb }))).rejects.toThrow('unpacks to far more');
    const cell = `<worksheet><sheetData><row><c t="inlineStr"><is><t>${'x'.repeat(10_000_000)}</t></is></c></row>`;
    await expect(rowsOf(zipOf({ ...files, 'xl/worksheets/people.xml': cell }))).rejects.toThrow(
      'longer than any spreadsheet',
    );
    await expect(rowsOf(zipOf({ 'word/document.xml': 'x' }))).rejects.toThrow('no XLSX');
    const locked = zipOf(files);
    locked.writeUInt16LE(1, locked.lastIndexOf(Buffer.from('504b0102', 'hex')) + 8);
    await expect(rowsOf(locked)).rejects.toThrow('password');
  });
});

describe('XML', () => {
  it('comes out the same however it is cut', () => {
    const xml = '<?xml version="1.0"?><!-- <no> --><a:b c="1 &gt; 0"><![CDATA[x<y]]>t&amp;<d/></a:b>';
    const told = (cut: number) => {
      const heard: string[] = [];
      const scanner = new XmlScanner({
        open: (name, attributes) => heard.push(`<${name}${attributes}`),
        close: (name) => heard.push(`/${name}`),
        text: (text) => heard.push(text),
      });
      scanner.push(xml.slice(0, cut));
      scanner.push(xml.slice(cut));
      return heard.join('|').replace(/\|(?=t?&?amp;)/g, '|');
    };
    const whole = told(xml.length);
    expect(whole).toBe('<b c="1 &gt; 0"|x<y|t&amp;|<d|/d|/b');
    for (let cut = 0; cut < xml.length; cut += 1) expect(told(cut)).toBe(whole);
  });
  it('resolves what is defined and leaves the rest', () =>
    expect(unescaped('&lt;&#65;&#x4e00;&nope;&')).toBe('<A一&nope;&'));
});
