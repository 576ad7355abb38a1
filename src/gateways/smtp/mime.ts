const MAX_PARTS = 20;
const MAX_DEPTH = 5;

export type Fields = ReadonlyMap<string, string>;

export interface Part {
  readonly fields: Fields;
  readonly body: string;
}

/** Header fields, unfolded; of a name that stands twice the first counts. */
export function fieldsIn(head: string): Fields {
  const fields = new Map<string, string>();
  for (const line of head.replace(/\n[ \t]+/g, ' ').split('\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    if (colon > 0 && /^[!-9;-~]+$/.test(name) && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
}

export function split(text: string): Part {
  const end = text.indexOf('\n\n');
  return end < 0
    ? { fields: fieldsIn(text), body: '' }
    : { fields: fieldsIn(text.slice(0, end)), body: text.slice(end + 2) };
}

export const boundaryIn = (type: string): string | undefined =>
  /boundary="([^"]{1,200})"/i.exec(type)?.[1] ?? /boundary=([^\s;"]{1,200})/i.exec(type)?.[1];

export const partsOf = (body: string, boundary: string): Part[] =>
  body
    .split(`--${boundary}`, MAX_PARTS)
    .slice(1)
    .map((part) => split(part.replace(/^[ \t]*\n/, '')));

/** Bytes in the charset that a mail names; undefined where nobody knows it. */
function textIn(bytes: Buffer, charset: string): string | undefined {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return undefined;
  }
}

const quotedBytes = (text: string): Buffer =>
  Buffer.from(
    text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );

/** A header's words in the two encodings of RFC 2047, for UTF-8 and the charsets of China. */
export function decoded(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?([\w-]{1,20})\?([BQ])\?([^?]{0,400})\?=/gi, (whole, charset: string, kind: string, word: string) => {
      const bytes = kind.toUpperCase() === 'B' ? Buffer.from(word, 'base64') : quotedBytes(word.replaceAll('_', ' '));
      return textIn(bytes, charset) ?? whole;
    });
}

/** The plain text of a mail: its first part of that kind, out of its transfer encoding and charset. Empty where it has none. */
export function plainText({ fields, body }: Part, depth = 0): string {
  const type = fields.get('content-type') ?? 'text/plain';
  const boundary = boundaryIn(type);
  if (/^multipart\//i.test(type)) {
    if (boundary === undefined || depth >= MAX_DEPTH) return '';
    for (const part of partsOf(body, boundary)) {
      const text = plainText(part, depth + 1);
      if (text !== '') return text;
    }
    return '';
  }
  if (!/^text\/plain\b/i.test(type) || /^attachment\b/i.test(fields.get('content-disposition') ?? '')) return '';
  const charset = /charset="?([\w-]{1,20})/i.exec(type)?.[1] ?? 'utf-8';
  const encoding = (fields.get('content-transfer-encoding') ?? '').trim().toLowerCase();
  if (encoding === 'base64')
    return (textIn(Buffer.from(body, 'base64'), charset) ?? '').replaceAll('\r\n', '\n').trim();
  if (encoding === 'quoted-printable')
    return (textIn(quotedBytes(body.replace(/=[ \t]*\n/g, '')), charset) ?? '').trim();
  return body.trim();
}
