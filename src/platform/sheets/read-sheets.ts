import { parse } from 'csv-parse/sync';
import type ExcelJS from 'exceljs';
import iconv from 'iconv-lite';
import { unpacksWithin } from './zip-guard.js';

/** A small table as people write it: the rows that hold anything, each with the line or row on which it stands, from 1. */
export interface Sheet {
  /** Empty for a text file. */
  readonly name: string;
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
}

/** The whole file cannot be taken. The message is for the person who brought it. */
export class UnreadableSheet extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Lists of this size are read whole; what is larger is no list that a person keeps by hand. */
export const SHEET_MAX_BYTES = 5 * 1024 * 1024;
const UNPACKED_MAX_BYTES = 60 * 1024 * 1024;
const ROWS_MAX = 20_000;

const two = (n: number): string => String(n).padStart(2, '0');

/** A workbook's date has no zone: it is written as its wall clock shows it. */
const wallClock = (date: Date): string =>
  `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}T${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;

function cellText(cell: ExcelJS.Cell): string {
  const { value } = cell;
  const shown = value !== null && typeof value === 'object' && 'result' in value ? value.result : value;
  if (shown instanceof Date) return wallClock(shown);
  if (typeof shown === 'number' || typeof shown === 'boolean') return String(shown);
  return cell.text.trim();
}

async function workbook(file: Buffer): Promise<Sheet[]> {
  if (!unpacksWithin(file, UNPACKED_MAX_BYTES)) {
    throw new UnreadableSheet('not_a_table', 'This file is no XLSX workbook, or it unpacks to more than 60 MB.');
  }
  // Loaded when somebody asks for a workbook: it costs every start a fifth of a second.
  const { default: Excel } = await import('exceljs');
  const book = new Excel.Workbook();
  try {
    await book.xlsx.load(file as unknown as ArrayBuffer);
  } catch {
    throw new UnreadableSheet('not_a_table', 'This file is no XLSX workbook that can be read.');
  }
  return book.worksheets
    .filter((sheet) => sheet.state === 'visible')
    .map((sheet) => {
      const rows: { line: number; cells: string[] }[] = [];
      sheet.eachRow((row, line) => {
        const cells: string[] = [];
        row.eachCell({ includeEmpty: true }, (cell, column) => (cells[column - 1] = cellText(cell)));
        rows.push({ line, cells: Array.from(cells, (cell) => cell ?? '') });
      });
      return { name: sheet.name.trim(), rows };
    });
}

/** UTF-8 where it is that from end to end, else what Chinese office programs write. */
function decoded(file: Buffer): string {
  if (file[0] === 0xff && file[1] === 0xfe) return iconv.decode(file, 'utf16le');
  if (file.subarray(0, 4096).includes(0))
    throw new UnreadableSheet('not_a_table', 'This file is neither CSV nor XLSX.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(file);
  } catch {
    return iconv.decode(file, 'gb18030');
  }
}

function delimited(file: Buffer): Sheet {
  const text = decoded(file).replace(/^\ufeff/, '');
  const first = text.split(/\r?\n/, 1)[0] ?? '';
  const delimiter = [',', '\t', ';'].reduce((best, d) => (first.split(d).length > first.split(best).length ? d : best));
  try {
    const read = parse(text, {
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      to: ROWS_MAX + 1,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return { name: '', rows: read.map(({ record, info }) => ({ line: info.lines, cells: record })) };
  } catch {
    throw new UnreadableSheet('not_a_table', 'The file cannot be read as CSV: a quotation mark is missing.');
  }
}

/** Reads a small CSV (UTF-8, GB18030, UTF-16) or XLSX file whole. Throws UnreadableSheet. */
export async function readSheets(file: Buffer): Promise<Sheet[]> {
  if (file.length === 0) throw new UnreadableSheet('empty_file', 'The file is empty.');
  if (file.length > SHEET_MAX_BYTES) throw new UnreadableSheet('too_large', 'The file is larger than 5 MB.');
  if (file.subarray(0, 4).equals(Buffer.from('d0cf11e0', 'hex'))) {
    throw new UnreadableSheet('old_workbook', 'This is an old .xls workbook: save it as .xlsx without a password.');
  }
  const isZip = file.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004'));
  const sheets = isZip ? await workbook(file) : [delimited(file)];
  const filled = sheets.map((sheet) => ({
    ...sheet,
    rows: sheet.rows.filter((row) => row.cells.some((cell) => cell.trim() !== '')),
  }));
  if (filled.some((sheet) => sheet.rows.length > ROWS_MAX))
    throw new UnreadableSheet('too_large', 'A sheet holds more than 20,000 rows.');
  return filled;
}

/** Rows under a header as records of our field names. `names` says what each field may be called; others are passed over. */
export function recordsOf<F extends string>(
  sheet: Sheet,
  names: Readonly<Record<F, readonly string[]>>,
): { line: number; record: Partial<Record<F, string>> }[] {
  const [header, ...rows] = sheet.rows;
  if (!header) return [];
  const fields = Object.entries(names) as [F, readonly string[]][];
  const plain = (text: string): string => text.replace(/\s|[（(].*?[)）]/g, '').toLowerCase();
  const columns = header.cells.map((cell) => fields.find(([, called]) => called.map(plain).includes(plain(cell)))?.[0]);
  return rows.map(({ line, cells }) => {
    const record: Partial<Record<F, string>> = {};
    cells.forEach((cell, i) => {
      const field = columns[i];
      if (field && cell.trim() !== '') record[field] = cell.trim();
    });
    return { line, record };
  });
}
