import { UnreadableFile } from './table.js';

/** What a reader of XML is told, in order. Names come without their prefix. */
export interface XmlListener {
  open(name: string, attributes: string): void;
  close(name: string): void;
  text(text: string): void;
}

/** No cell of a spreadsheet holds more than 32,767 characters; what goes on far beyond is no cell. */
const LONGEST_PIECE = 1_000_000;

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Resolves the five entities and numbers; others stay as they stand, for no entity is ever defined or fetched. */
export const unescaped = (text: string): string =>
  text.includes('&')
    ? text.replace(
        /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w{1,8}));/g,
        (whole, hex?: string, decimal?: string, name?: string) => {
          if (name !== undefined) return ENTITIES[name] ?? whole;
          const code = hex === undefined ? Number(decimal) : parseInt(hex, 16);
          return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
        },
      )
    : text;

/** The value of an attribute in the raw text of a tag. */
export function attribute(attributes: string, name: string): string | undefined {
  for (let at = attributes.indexOf(name); at !== -1; at = attributes.indexOf(name, at + 1)) {
    const before = at === 0 ? ' ' : attributes[at - 1]!;
    const quote = attributes[at + name.length + 1];
    if (!/\s/.test(before) || attributes[at + name.length] !== '=' || (quote !== '"' && quote !== "'")) continue;
    const end = attributes.indexOf(quote, at + name.length + 2);
    return end === -1 ? undefined : unescaped(attributes.slice(at + name.length + 2, end));
  }
  return undefined;
}

const localName = (name: string): string => {
  const colon = name.indexOf(':');
  return colon === -1 ? name : name.slice(colon + 1);
};

/**
 * Reads XML as it comes, holding no more than one tag or one text. It knows what spreadsheets are made of and nothing else:
 * no document types, no entities of one's own.
 */
export class XmlScanner {
  private rest = '';

  constructor(private readonly listener: XmlListener) {}

  push(chunk: string): void {
    const text = this.rest + chunk;
    let at = 0;
    for (;;) {
      const tag = text.indexOf('<', at);
      if (tag === -1) break;
      if (tag > at) this.listener.text(text.slice(at, tag));
      const end = this.endOf(text, tag);
      if (end === -1) {
        at = tag;
        break;
      }
      this.tag(text, tag, end);
      at = end + 1;
    }
    this.rest = text.slice(at);
    if (this.rest.length > LONGEST_PIECE) {
      throw new UnreadableFile('cell_too_long', 'A cell of the workbook is longer than any spreadsheet allows.');
    }
  }

  /** Where the tag that begins at `tag` ends; -1 where that has not come yet. */
  private endOf(text: string, tag: number): number {
    const [opening, closing] = text.startsWith('<!--', tag)
      ? [4, '-->']
      : text.startsWith('<![CDATA[', tag)
        ? [9, ']]>']
        : [1, '>'];
    const end = text.indexOf(closing, tag + opening);
    return end === -1 ? -1 : end + closing.length - 1;
  }

  private tag(text: string, tag: number, end: number): void {
    const second = text[tag + 1];
    if (second === '/') {
      this.listener.close(localName(text.slice(tag + 2, end).trim()));
    } else if (second === '!') {
      if (text.startsWith('<![CDATA[', tag)) this.listener.text(text.slice(tag + 9, end - 2));
    } else if (second !== '?') {
      const isEmpty = text[end - 1] === '/';
      const inside = text.slice(tag + 1, isEmpty ? end - 1 : end);
      const space = inside.search(/\s/);
      const name = localName(space === -1 ? inside : inside.slice(0, space));
      this.listener.open(name, space === -1 ? '' : inside.slice(space));
      if (isEmpty) this.listener.close(name);
    }
  }
}

/** Feeds packed XML through a scanner, piece by piece; after each piece the caller may take what has come of it. */
export async function* scanned(chunks: AsyncIterable<Buffer>, listener: XmlListener): AsyncGenerator<void> {
  const decoder = new TextDecoder('utf-8');
  const scanner = new XmlScanner(listener);
  for await (const chunk of chunks) {
    scanner.push(decoder.decode(chunk, { stream: true }));
    yield;
  }
}
