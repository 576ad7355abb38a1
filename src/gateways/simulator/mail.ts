/** What a person sees of a mail. */
export interface Mail {
  subject: string;
  text: string;
}

/** Reads subject and plain text out of a mail's bytes (given as latin1); never throws, at worst it shows the raw text. */
export function readMail(raw: string): Mail {
  const { headers, body } = part(raw);
  return { subject: decodeWords(headers.get('subject') ?? ''), text: textOf(headers, body, 0).trim() };
}

function part(raw: string): { headers: Map<string, string>; body: string } {
  const end = raw.indexOf('\r\n\r\n');
  const head = end < 0 ? raw : raw.slice(0, end);
  const headers = new Map<string, string>();
  for (const line of head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (colon > 0 && !headers.has(name)) headers.set(name, line.slice(colon + 1).trim());
  }
  return { headers, body: end < 0 ? '' : raw.slice(end + 4) };
}

function textOf(headers: Map<string, string>, body: string, depth: number): string {
  const type = headers.get('content-type') ?? 'text/plain';
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (/^multipart\//i.test(type) && boundary && depth < 5) {
    const parts = body
      .split(`--${boundary}`)
      .slice(1)
      .filter((one) => !one.startsWith('--'));
    const read = parts.map((one) => part(one.replace(/^\r\n/, '')));
    const isPlain = (one: { headers: Map<string, string> }): boolean =>
      /^(text\/plain|multipart\/)/i.test(one.headers.get('content-type') ?? 'text/plain');
    const chosen = read.find(isPlain) ?? read[0];
    return chosen ? textOf(chosen.headers, chosen.body, depth + 1) : '';
  }
  return decodeBody(body, headers.get('content-transfer-encoding') ?? '');
}

/** Mail here is UTF-8; other charsets are shown as they come. */
function decodeBody(body: string, encoding: string): string {
  switch (encoding.toLowerCase()) {
    case 'base64':
      return Buffer.from(body, 'base64').toString('utf8');
    case 'quoted-printable':
      return quotedPrintable(body.replace(/=\r\n/g, ''));
    default:
      return Buffer.from(body, 'latin1').toString('utf8');
  }
}

const quotedPrintable = (text: string): string =>
  Buffer.from(
    text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

/** RFC 2047 words, `=?UTF-8?B?…?=` and `=?UTF-8?Q?…?=`; the blank between two of them does not count. */
function decodeWords(text: string): string {
  const joined = text.replace(/\?=\s+=\?/g, '?==?');
  const decoded = joined.replace(/=\?[^?]+\?([BQ])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
    kind.toUpperCase() === 'B'
      ? Buffer.from(word, 'base64').toString('utf8')
      : quotedPrintable(word.replace(/_/g, ' ')),
  );
  // Words may also stand in the header as plain UTF-8 bytes (SMTPUTF8).
  return decoded === text ? Buffer.from(text, 'latin1').toString('utf8') : decoded;
}
