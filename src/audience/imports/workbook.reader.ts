import { headerAt, type Field } from './header.js';
import type { SealedFile } from './sealed-file.service.js';
import { SheetRows } from './sheet-rows.js';
import { isBlank, UnreadableFile, type Table, type TableRow } from './table.js';
import { Relations, SharedStrings, Styles, TextShelf, WorkbookPart } from './workbook-parts.js';
import { scanned, type XmlListener } from './xml.js';
import { InflateBudget, readZip, unpacked, type ZipEntry } from './zip.reader.js';

const SHEETS_TRIED = 20;
const ROWS_TRIED = 20;

/**
 * An XLSX workbook, row by row. It is read from the sealed upload itself: nothing of it is ever unpacked onto the disk, no
 * entry may unpack to more than its budget, and the entries may stand in any order.
 */
class Workbook {
  private readonly shelf = new TextShelf();
  private readonly styles = new Styles();
  private readonly part = new WorkbookPart();
  private readonly relations = new Relations();

  private constructor(
    private readonly file: SealedFile,
    private readonly entries: ReadonlyMap<string, ZipEntry>,
    private readonly budget: InflateBudget,
  ) {}

  static async open(file: SealedFile): Promise<Workbook> {
    const book = new Workbook(file, await readZip(file), new InflateBudget(file.size));
    if (!book.entries.has('xl/workbook.xml')) {
      throw new UnreadableFile('not_a_table', 'This zip file is no XLSX workbook.');
    }
    await book.readPart('xl/workbook.xml', book.part);
    await book.readPart('xl/_rels/workbook.xml.rels', book.relations);
    await book.readPart('xl/styles.xml', book.styles);
    await book.readPart('xl/sharedStrings.xml', new SharedStrings(book.shelf));
    return book;
  }

  private async readPart(name: string, listener: XmlListener): Promise<void> {
    const entry = this.entries.get(name);
    if (!entry) return;
    for await (const _ of scanned(unpacked(this.file, entry, this.budget), listener)) void _;
  }

  /** The visible sheets, in the order in which the officer sees them. */
  sheets(): ZipEntry[] {
    return this.part.sheets
      .filter((sheet) => !sheet.isHidden)
      .flatMap((sheet) => this.entries.get(this.relations.targets.get(sheet.relation) ?? '') ?? [])
      .slice(0, SHEETS_TRIED);
  }

  async *rows(sheet: ZipEntry, note?: (packedBytes: number) => void): AsyncGenerator<TableRow[]> {
    const rows = new SheetRows(this.shelf, this.styles, this.part.countsFrom1904);
    for await (const _ of scanned(unpacked(this.file, sheet, this.budget, note), rows)) {
      void _;
      const batch = rows.take().filter((row) => !isBlank(row.cells));
      if (batch.length > 0) yield batch;
    }
  }

  async firstRows(sheet: ZipEntry): Promise<TableRow[]> {
    const first: TableRow[] = [];
    for await (const batch of this.rows(sheet)) {
      first.push(...batch);
      if (first.length >= ROWS_TRIED) break;
    }
    return first.slice(0, ROWS_TRIED);
  }
}

/** The first visible sheet whose first rows hold a header that is known; where none does, the first sheet. */
export async function workbookTable(
  file: SealedFile,
  mapping: Readonly<Partial<Record<Field, string>>>,
): Promise<Table> {
  const book = await Workbook.open(file);
  const sheets = book.sheets();
  let chosen = sheets[0];
  if (!chosen) throw new UnreadableFile('empty_file', 'The workbook has no sheet.');
  for (const sheet of sheets) {
    if (
      headerAt(
        (await book.firstRows(sheet)).map((row) => row.cells),
        mapping,
      ) === null
    )
      continue;
    chosen = sheet;
    break;
  }
  const sheet = chosen;
  let read = 0;
  return {
    done: () => (sheet.packed === 0 ? 1 : read / sheet.packed),
    rows: () => book.rows(sheet, (bytes) => (read += bytes)),
  };
}
