import { PassThrough, Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify';
import { Clock, CountyTime, Database, Ledger, type LedgerActor } from '../platform/index.js';
import type { Cut } from './cut.js';
import type { ReportHead } from './report.js';
import { definitions, type CellKind, type Sheet, type SheetColumn, type SheetRow } from './sheet.js';

export type ExportFormat = 'csv' | 'xlsx';

export interface ExportFile {
  readonly stream: Readable;
  readonly type: string;
  readonly fileName: string;
}

export interface ExportOrder {
  /** `sends`, `reach` or `trick-coverage`. */
  readonly report: string;
  readonly format: ExportFormat;
  readonly cut: Cut;
  readonly head: ReportHead;
  readonly sheet: Sheet;
  readonly by: LedgerActor;
}

const TYPES: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};
const FORMATS: Record<CellKind, string> = { text: '@', count: '#,##0', money: '#,##0.0000', share: '0.0%' };

const cellsOf = (columns: readonly SheetColumn[], row: SheetRow): (string | number)[] =>
  columns.map(({ key, kind }) => row[key] ?? (kind === 'text' ? '' : 0));

/** UTF-8 with a byte order mark, for spreadsheets; a text that would be read as a formula gets an apostrophe in front. */
export function csvOf({ columns, rows }: Sheet): Readable {
  const lines = function* () {
    yield columns.map((column) => column.header);
    for (const row of rows) yield cellsOf(columns, row);
  };
  return Readable.from(lines()).pipe(stringify({ bom: true, escape_formulas: true, record_delimiter: 'windows' }));
}

/** Typed cells, a frozen header, the totals in bold at the end, and a second sheet that says what it all means. */
export function xlsxOf(sheet: Sheet, meanings: readonly (readonly [string, string])[]): Readable {
  const stream = new PassThrough();
  write(stream, sheet, meanings).catch((error: unknown) =>
    stream.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return stream;
}

async function write(
  stream: PassThrough,
  sheet: Sheet,
  meanings: readonly (readonly [string, string])[],
): Promise<void> {
  // Loaded when somebody asks for a workbook: it costs every start a fifth of a second.
  const { default: ExcelJS } = await import('exceljs');
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useStyles: true });
  const page = book.addWorksheet(sheet.name, { views: [{ state: 'frozen', ySplit: 1 }] });
  page.columns = sheet.columns.map(({ header, kind }) => ({
    header,
    width: kind === 'text' ? 18 : 14,
    style: { numFmt: FORMATS[kind] },
  }));
  page.getRow(1).font = { bold: true };
  page.getRow(1).commit();
  for (const row of sheet.rows) page.addRow(cellsOf(sheet.columns, row)).commit();
  if (sheet.totals && sheet.columns[0]?.kind === 'text') {
    const total = page.addRow(['合计', ...cellsOf(sheet.columns, sheet.totals).slice(1)]);
    total.font = { bold: true };
    total.commit();
  }
  page.commit();
  const notes = book.addWorksheet('口径与台账', { views: [{ state: 'frozen', ySplit: 1 }] });
  notes.columns = [
    { header: '项目', width: 30 },
    { header: '内容', width: 100 },
  ];
  for (const [name, meaning] of meanings) notes.addRow([name, meaning]).commit();
  notes.commit();
  await book.commit();
}

/** Makes files of reports. Each export is a decision of somebody and stands in the ledger before its first byte leaves. */
@Injectable()
export class Exports {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly clock: Clock,
    private readonly county: CountyTime,
  ) {}

  async make(order: ExportOrder): Promise<ExportFile> {
    const { report, format, cut, head, sheet } = order;
    await this.database.transaction(() =>
      this.ledger.write({
        action: 'report.export',
        subject: `report/${report}`,
        by: order.by,
        detail: {
          format,
          period: head.period,
          asOf: head.asOf,
          groupBy: cut.groupBy,
          filters: cut.filters,
          rows: sheet.rows.length,
        },
      }),
    );
    const days = `${this.county.dayNumber(cut.from)}-${this.county.dayNumber(cut.to)}`;
    return {
      stream:
        format === 'csv' ? csvOf(sheet) : xlsxOf(sheet, definitions(head, sheet, this.county.iso(this.clock.now()))),
      type: TYPES[format],
      fileName: `${report}-${days}.${format}`,
    };
  }
}
