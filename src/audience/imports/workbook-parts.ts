import { UnreadableFile } from './table.js';
import { attribute, unescaped, type XmlListener } from './xml.js';

const BLOCK = 1_048_576;
const TEXTS_AT_MOST = 10_000_000;
const BYTES_AT_MOST = 512 * BLOCK;

/** Millions of short texts outside of the JavaScript heap: bytes in blocks, and where each begins. */
export class TextShelf {
  private readonly blocks: Buffer[] = [];
  private used = BLOCK;
  private starts = new Uint32Array(1024);
  private lengths = new Uint32Array(1024);
  private count = 0;

  get size(): number {
    return this.count;
  }

  push(text: string): void {
    const bytes = Buffer.byteLength(text);
    if (bytes > BLOCK || this.count >= TEXTS_AT_MOST || this.blocks.length * BLOCK > BYTES_AT_MOST) {
      throw new UnreadableFile(
        'workbook_too_large',
        'The workbook holds more text than can be read: split it, or save it as CSV.',
      );
    }
    if (this.used + bytes > BLOCK) {
      this.blocks.push(Buffer.allocUnsafeSlow(BLOCK));
      this.used = 0;
    }
    this.blocks.at(-1)!.write(text, this.used);
    if (this.count === this.starts.length) {
      this.starts = larger(this.starts);
      this.lengths = larger(this.lengths);
    }
    this.starts[this.count] = (this.blocks.length - 1) * BLOCK + this.used;
    this.lengths[this.count] = bytes;
    this.count += 1;
    this.used += bytes;
  }

  at(i: number): string {
    if (!(i >= 0 && i < this.count)) return '';
    const start = this.starts[i]!;
    const offset = start % BLOCK;
    return this.blocks[Math.floor(start / BLOCK)]!.toString('utf8', offset, offset + this.lengths[i]!);
  }
}

const larger = (array: Uint32Array): Uint32Array<ArrayBuffer> => {
  const grown = new Uint32Array(array.length * 2);
  grown.set(array);
  return grown;
};

/** Excel writes what XML forbids as `_x000D_`. */
export const excelText = (raw: string): string => {
  const text = unescaped(raw);
  return text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    : text;
};

/** `xl/sharedStrings.xml`: texts that cells point at; phonetic guides are no part of them. */
export class SharedStrings implements XmlListener {
  private parts: string | null = null;
  private isText = false;
  private guides = 0;

  constructor(private readonly shelf: TextShelf) {}

  open(name: string): void {
    if (name === 'si') this.parts = '';
    else if (name === 'rPh') this.guides += 1;
    else if (name === 't') this.isText = this.guides === 0;
  }

  text(text: string): void {
    if (this.isText && this.parts !== null) this.parts += text;
  }

  close(name: string): void {
    if (name === 't') this.isText = false;
    else if (name === 'rPh') this.guides -= 1;
    else if (name === 'si') {
      this.shelf.push(excelText(this.parts ?? ''));
      this.parts = null;
    }
  }
}

export interface SheetRef {
  readonly name: string;
  readonly relation: string;
  readonly isHidden: boolean;
}

/** `xl/workbook.xml`: the sheets in their order, and which epoch the dates count from. */
export class WorkbookPart implements XmlListener {
  readonly sheets: SheetRef[] = [];
  countsFrom1904 = false;

  open(name: string, attributes: string): void {
    if (name === 'workbookPr') this.countsFrom1904 = ['1', 'true'].includes(attribute(attributes, 'date1904') ?? '');
    if (name !== 'sheet') return;
    this.sheets.push({
      name: attribute(attributes, 'name') ?? '',
      relation: /\s[\w]+:id\s*=\s*["']([^"']*)["']/.exec(attributes)?.[1] ?? '',
      isHidden: (attribute(attributes, 'state') ?? 'visible') !== 'visible',
    });
  }
  close(): void {}
  text(): void {}
}

/** `xl/_rels/workbook.xml.rels`: which file a sheet is. */
export class Relations implements XmlListener {
  readonly targets = new Map<string, string>();

  open(name: string, attributes: string): void {
    if (name !== 'Relationship') return;
    const target = attribute(attributes, 'Target') ?? '';
    const path = target.startsWith('/') ? target.slice(1) : `xl/${target.replace(/^\.\//, '')}`;
    this.targets.set(attribute(attributes, 'Id') ?? '', path);
  }
  close(): void {}
  text(): void {}
}

const DATE_FORMATS = new Set([14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58]);

const isDateFormat = (code: string): boolean => {
  const bare = code.replace(/"[^"]*"|\\.|\[[^\]]*\]/g, '');
  return /[yd年日]/i.test(bare) && !/general/i.test(bare);
};

/** `xl/styles.xml`: which of the cells' styles show a number as a date. */
export class Styles implements XmlListener {
  private readonly custom = new Map<number, string>();
  private readonly dates: boolean[] = [];
  private inCells = false;

  isDate(style: string | undefined): boolean {
    return style !== undefined && this.dates[Number(style)] === true;
  }

  open(name: string, attributes: string): void {
    if (name === 'numFmt') {
      this.custom.set(Number(attribute(attributes, 'numFmtId')), attribute(attributes, 'formatCode') ?? '');
    } else if (name === 'cellXfs') this.inCells = true;
    else if (name === 'xf' && this.inCells) {
      const format = Number(attribute(attributes, 'numFmtId') ?? 0);
      const code = this.custom.get(format);
      this.dates.push(code === undefined ? DATE_FORMATS.has(format) : isDateFormat(code));
    }
  }
  close(name: string): void {
    if (name === 'cellXfs') this.inCells = false;
  }
  text(): void {}
}
