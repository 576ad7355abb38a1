import { createHash, createHmac } from 'node:crypto';

/** Percent-encoding of RFC 3986: `encodeURIComponent` leaves `! ' ( ) *` alone, this platform does not. */
export const percent = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

type Pairs = Readonly<Record<string, string>>;

/** Names in the order of their bytes: they are ASCII, so the order of their characters. */
const byName = ([one]: readonly [string, string], [other]: readonly [string, string]): number =>
  one < other ? -1 : one > other ? 1 : 0;

export const queryOf = (pairs: Pairs): string =>
  Object.entries(pairs)
    .sort(byName)
    .map(([name, value]) => `${percent(name)}=${percent(value)}`)
    .join('&');

/** POP RPC signature v1: Base64 of HMAC-SHA1 under the secret and an ampersand, over method, path and sorted parameters. */
export function popSignature(method: string, pairs: Pairs, secret: string): string {
  const text = [method, percent('/'), percent(queryOf(pairs))].join('&');
  return createHmac('sha1', `${secret}&`).update(text).digest('base64');
}

export const sha256Hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

export interface Acs3Request {
  readonly method: string;
  readonly query: Pairs;
  /** Those that are signed: host, content-type where there is one, and every x-acs-… */
  readonly headers: Pairs;
  readonly body: string;
}

/** ACS3-HMAC-SHA256, the value of the Authorization header. The path of an RPC call is `/`. */
export function acs3Authorization(request: Acs3Request, keyId: string, secret: string): string {
  const headers = Object.entries(request.headers).sort(byName);
  const signed = headers.map(([name]) => name).join(';');
  const canonical = [
    request.method,
    '/',
    queryOf(request.query),
    headers.map(([name, value]) => `${name}:${value.trim()}\n`).join(''),
    signed,
    sha256Hex(request.body),
  ].join('\n');
  const signature = createHmac('sha256', secret)
    .update(`ACS3-HMAC-SHA256\n${sha256Hex(canonical)}`)
    .digest('hex');
  return `ACS3-HMAC-SHA256 Credential=${keyId},SignedHeaders=${signed},Signature=${signature}`;
}
