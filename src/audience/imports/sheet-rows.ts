import { UnreadableFile, type TableRow } from './table.js';
import { excelText, type Styles, type TextShelf } from './workbook-parts.js';
import { attribute, type XmlListener } from './xml.js';

/** Cells further to the right than this hold nothing of a person. */
const COLUMNS_AT_MOST = 512;
const LONGEST_CELL = 32_767;
const DAY_MS = 86_400_000;
const DAYS_1904 = 1462;

const columnOf = (reference: string): number => {
  let column = 0;
  for (const letter of reference) {
    const value = letter.charCodeAt(0) - 64;
    if (value < 1 || value > 26) break;
    column = column * 26 + value;
  }
  return column - 1;
};

/** A number as an officer typed it: no exponent, no trailing zeros. */
const plainNumber = (text: string): string => {
  if (/^-?\d+$/.test(text)) return text;
  const value = Number(text);
  return Number.isFinite(value) ? (Number.isInteger(value) ? value.toFixed(0) : String(value)) : text;
};

const dateOf = (text: string, from1904: boolean): string => {
  const serial = Number(text) + (from1904 ? DAYS_1904 : 0);
  if (!(serial >= 1 && serial < 2_958_466)) return plainNumber(text);
  const seconds = Math.round(serial * 86_400);
  const iso = new Date(Date.UTC(1899, 11, 30) + seconds * 1000).toISOString();
  return (seconds * 1000) % DAY_MS === 0 ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
};

/** A sheet's XML as rows of texts: dates as dates, numbers without exponents, formulas by their result. */
export class SheetRows implements XmlListener {
  private batch: TableRow[] = [];
  private line = 0;
  private cells: string[] | null = null;
  private column = -1;
  private type: string | undefined;
  private style: string | undefined;
  private value: string | null = null;
  private takesText = false;
  private guides = 0;

  constructor(
    private readonly shelf: TextShelf,
    private readonly styles: Styles,
    private readonly from1904: boolean,
  ) {}

  /** The rows that are complete by now. */
  take(): TableRow[] {
    const rows = this.batch;
    this.batch = [];
    return rows;
  }

  open(name: string, attributes: string): void {
    switch (name) {
      case 'row':
        this.line = Number(attribute(attributes, 'r') ?? this.line + 1);
        this.cells = [];
        this.column = -1;
        return;
      case 'c': {
        const reference = attribute(attributes, 'r');
        this.column = reference === undefined ? this.column + 1 : columnOf(reference);
        this.type = attribute(attributes, 't');
        this.style = attribute(attributes, 's');
        this.value = null;
        return;
      }
      case 'rPh':
        this.guides += 1;
        return;
      case 'v':
      case 't':
        this.takesText = this.guides === 0;
    }
  }

  text(text: string): void {
    if (!this.takesText) return;
    this.value = this.value === null ? text : this.value + text;
    if (this.value.length > LONGEST_CELL * 8) {
      throw new UnreadableFile('cell_too_long', `A cell in row ${this.line} is longer than any spreadsheet allows.`);
    }
  }

  close(name: string): void {
    switch (name) {
      case 'v':
      case 't':
        this.takesText = false;
        return;
      case 'rPh':
        this.guides -= 1;
        return;
      case 'c':
        this.putCell();
        return;
      case 'row':
        if (this.cells) this.batch.push({ line: this.line, cells: this.cells });
        this.cells = null;
    }
  }

  private putCell(): void {
    if (!this.cells || this.value === null || this.column < 0 || this.column >= COLUMNS_AT_MOST) return;
    while (this.cells.length < this.column) this.cells.push('');
    this.cells[this.column] = this.shown(this.value);
  }

  private shown(value: string): string {
    switch (this.type) {
      case 's':
        return this.shelf.at(Number(value));
      case 'inlineStr':
      case 'str':
      case 'e':
        return excelText(value);
      case 'b':
        return value.trim() === '1' ? 'TRUE' : 'FALSE';
      case 'd':
        return value.replace(/T00:00:00(\.0+)?Z?$/, '');
      case undefined:
      default:
        return this.styles.isDate(this.style) ? dateOf(value, this.from1904) : plainNumber(value.trim());
    }
  }
}
