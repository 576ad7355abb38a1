import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { parse, CsvError, type Parser } from 'csv-parse';
import iconv from 'iconv-lite';
import { headerFields } from './header.js';
import { isBlank, UnreadableFile, type Table, type TableRow } from './table.js';
import type { SealedFile } from './sealed-file.service.js';

export type Encoding = 'utf8' | 'utf16le' | 'gb18030';

/** No row of people is longer; what is, is no list of people, and must not fill the memory. */
const MAX_ROW = 131_072;
const DELIMITERS = [',', '\t', ';', '|'];
const SAMPLE = 65_536;
const ROWS_SNIFFED = 20;

/**
 * The encoding, found out by reading the whole file: what is UTF-8 from end to end is UTF-8, all else that holds text is
 * GB18030, the one that Chinese office programs write. Throws where it is no text at all.
 */
export async function encodingOf(file: SealedFile): Promise<Encoding> {
  const start = await file.read(0, 4096);
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf16le';
  if (start.includes(0)) throw new UnreadableFile('not_a_table', 'This file is neither CSV nor XLSX.');
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of file.bytes()) utf8.decode(chunk, { stream: true });
    utf8.decode();
    return 'utf8';
  } catch {
    return 'gb18030';
  }
}

async function* decoded(
  file: SealedFile,
  encoding: Encoding,
  note: (bytes: number) => void,
): AsyncGenerator<string | Buffer> {
  const decoder = encoding === 'utf8' ? null : iconv.getDecoder(encoding);
  for await (const chunk of file.bytes()) {
    note(chunk.length);
    yield decoder ? decoder.write(chunk) : chunk;
  }
  const rest = decoder?.end();
  if (rest) yield rest;
}

const options = (delimiter: string) => ({
  delimiter,
  bom: true,
  relax_quotes: true,
  relax_column_count: true,
  skip_empty_lines: true,
  max_record_size: MAX_ROW,
  record_delimiter: ['\r\n', '\n', '\r'],
});

/** The first rows of a text under each delimiter; the one that shows most known headers is meant. */
async function delimiterOf(sample: string): Promise<string> {
  let best = { delimiter: ',', known: 0, width: 0 };
  for (const delimiter of DELIMITERS) {
    const rows = await firstRows(sample, delimiter);
    const known = Math.max(0, ...rows.map((cells) => headerFields(cells).length));
    const width = Math.max(0, ...rows.map((cells) => cells.length));
    if (known > best.known || (known === best.known && known === 0 && width > best.width))
      best = { delimiter, known, width };
  }
  return best.delimiter;
}

async function firstRows(sample: string, delimiter: string): Promise<string[][]> {
  const rows: string[][] = [];
  // Collected as they are read: a sample may end inside a quoted cell, and the rows before it are what is wanted.
  const collect = (cells: string[]): null => {
    rows.push(cells);
    return null;
  };
  const parser = parse({ ...options(delimiter), to: ROWS_SNIFFED, on_record: collect });
  await finished(Readable.from([sample]).pipe(parser).resume()).catch(() => undefined);
  return rows;
}

/** Tells on which line a row begins. The parser counts the line on which it ends, and takes CR LF inside a quoted cell for two. */
class LineCounter {
  private surplus = 0;

  startOf(record: readonly string[], endsOn: number): number {
    let breaks = 0;
    for (const cell of record) {
      if (!cell.includes('\n') && !cell.includes('\r')) continue;
      breaks += cell.match(/\r\n|\n|\r/g)!.length;
      this.surplus += cell.match(/\r\n/g)?.length ?? 0;
    }
    return endsOn - this.surplus - breaks;
  }
}

const unreadable = (error: unknown): unknown => {
  if (!(error instanceof CsvError)) return error;
  const line = /line (\d+)/.exec(error.message)?.[1];
  const where = line === undefined ? '' : ` (near line ${line})`;
  return error.code === 'CSV_MAX_RECORD_SIZE'
    ? new UnreadableFile(
        'row_too_long',
        `A row is longer than 128 KB: a quotation mark is missing, or this is no list of people${where}.`,
      )
    : new UnreadableFile(
        'not_a_table',
        `The file cannot be read as CSV${where}: a quotation mark is missing or stands in the wrong place.`,
      );
};

/** CSV or TSV in whatever encoding, row by row; the file is never held in memory. */
export async function delimitedTable(file: SealedFile): Promise<Table> {
  const encoding = await encodingOf(file);
  const sample = await file.read(0, SAMPLE);
  const delimiter = await delimiterOf(encoding === 'utf8' ? sample.toString('utf8') : iconv.decode(sample, encoding));
  let read = 0;
  return {
    done: () => (file.size === 0 ? 1 : read / file.size),
    async *rows() {
      const lines = new LineCounter();
      let batch: TableRow[] = [];
      // Taken as they are parsed: a promise for each of a million rows costs more than parsing them.
      const collect = (cells: string[], { lines: endsOn }: { lines: number }): null => {
        const line = lines.startOf(cells, endsOn);
        if (!isBlank(cells)) batch.push({ line, cells });
        return null;
      };
      const parser = parse({ ...options(delimiter), on_record: collect }).resume();
      const ended = finished(parser);
      ended.catch(() => undefined);
      const taken = (): TableRow[] => {
        const rows = batch;
        batch = [];
        return rows;
      };
      try {
        for await (const chunk of decoded(file, encoding, (bytes) => (read += bytes))) {
          await written(parser, chunk);
          if (batch.length > 0) yield taken();
        }
        parser.end();
        await ended;
      } catch (error) {
        throw unreadable(error);
      } finally {
        parser.destroy();
      }
      if (batch.length > 0) yield taken();
    },
  };
}

const written = (parser: Parser, chunk: string | Buffer): Promise<void> =>
  new Promise((resolve, reject) => parser.write(chunk, (error) => (error ? reject(error) : resolve())));
