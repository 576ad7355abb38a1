import { delimitedTable } from './delimited.reader.js';
import { headerAt, readHeader, type Columns, type Field } from './header.js';
import type { SealedFile } from './sealed-file.service.js';
import { UnreadableFile, type Table, type TableRow } from './table.js';
import { workbookTable } from './workbook.reader.js';

export type Mapping = Readonly<Partial<Record<Field, string>>>;

/** A file of people: its header understood, its rows ready to be read. */
export interface PeopleTable {
  readonly header: readonly string[];
  readonly columns: Columns;
  readonly unknown: readonly string[];
  rows(): AsyncGenerator<readonly TableRow[]>;
  done(): number;
}

const ROWS_BEFORE_HEADER = 20;
const ZIP = Buffer.from('PK\u0003\u0004');
const OLE = Buffer.from('d0cf11e0', 'hex');

async function tableOf(file: SealedFile, mapping: Mapping): Promise<Table> {
  if (file.size === 0) throw new UnreadableFile('empty_file', 'The file is empty.');
  const magic = await file.read(0, 4);
  if (magic.equals(ZIP)) return workbookTable(file, mapping);
  if (magic.equals(OLE)) {
    throw new UnreadableFile(
      'old_workbook',
      'This is an old .xls workbook, or one that is protected by a password: save it as .xlsx without a password.',
    );
  }
  return delimitedTable(file);
}

/** Opens whatever an officer brings: finds out the format, the encoding, the delimiter and the header. */
export async function openPeopleTable(file: SealedFile, mapping: Mapping): Promise<PeopleTable> {
  const table = await tableOf(file, mapping);
  const batches = table.rows()[Symbol.asyncIterator]();
  const first: TableRow[] = [];
  while (first.length < ROWS_BEFORE_HEADER) {
    const next = await batches.next();
    if (next.done) break;
    first.push(...next.value);
  }
  if (first.length === 0) throw new UnreadableFile('empty_file', 'The file holds no rows.');
  const candidates = first.slice(0, ROWS_BEFORE_HEADER);
  const at = headerAt(
    candidates.map((row) => row.cells),
    mapping,
  );
  if (at === null) throw noHeader(candidates, mapping);
  const header = candidates[at]!.cells;
  const reading = readHeader(header, mapping);
  if (!reading.ok) throw noHeader(candidates, mapping);
  return {
    header,
    columns: reading.columns,
    unknown: reading.unknown,
    done: () => table.done(),
    async *rows() {
      try {
        if (first.length > at + 1) yield first.slice(at + 1);
        for (let next = await batches.next(); !next.done; next = await batches.next()) yield next.value;
      } finally {
        await batches.return?.(undefined);
      }
    },
  };
}

const noHeader = (rows: readonly TableRow[], mapping: Mapping): UnreadableFile => {
  const missing = rows.map((row) => readHeader(row.cells, mapping)).flatMap((r) => (r.ok ? [] : [r.missing]));
  const named = Object.values(mapping);
  if (named.length > 0 && missing.length === rows.length) {
    const least = missing.reduce((a, b) => (b.length < a.length ? b : a));
    return new UnreadableFile('unknown_header', `The file has no column called ${least.join(', ')}.`);
  }
  return new UnreadableFile(
    'unknown_header',
    'No known header was found in the first rows: name the columns externalId/人员编号, name/姓名, phone/手机号, township/乡镇 …, or give a mapping.',
  );
};
