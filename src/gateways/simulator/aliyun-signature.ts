import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export type Params = ReadonlyMap<string, string>;

/** Percent-encoding of RFC 3986: encodeURIComponent leaves `! ' ( ) *` alone, Aliyun does not. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

const byBytes = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));

function canonicalQuery(params: Params): string {
  const names = [...params.keys()].sort(byBytes);
  return names.map((name) => `${encode(name)}=${encode(params.get(name) ?? '')}`).join('&');
}

/**
 * POP RPC signature v1: Base64 HMAC-SHA1 under `secret&` (vector aliyun-pop-v1-singlecallbytts).
 * `params` are those of query and form together, decoded; `Signature` itself is left out.
 */
export function popSignature(method: string, params: Params, secret: string): string {
  const signed = new Map([...params].filter(([name]) => name !== 'Signature'));
  const text = `${method.toUpperCase()}&${encode('/')}&${encode(canonicalQuery(signed))}`;
  return createHmac('sha1', `${secret}&`).update(text).digest('base64');
}

export interface Acs3Request {
  method: string;
  /** The canonical URI: `/` for RPC calls. */
  uri: string;
  query: Params;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Acs3Authorization {
  accessKeyId: string;
  signedHeaders: string[];
  signature: string;
}

/** Reads `ACS3-HMAC-SHA256 Credential=…,SignedHeaders=…,Signature=…`; undefined when it is anything else. */
export function readAcs3(header: string): Acs3Authorization | undefined {
  const match = /^ACS3-HMAC-SHA256\s+(.+)$/.exec(header);
  const fields = new Map((match?.[1] ?? '').split(',').map((part) => splitOnce(part.trim(), '=')));
  const accessKeyId = fields.get('Credential');
  const signature = fields.get('Signature');
  const signedHeaders = fields.get('SignedHeaders')?.split(';');
  return accessKeyId && signature && signedHeaders ? { accessKeyId, signature, signedHeaders } : undefined;
}

const splitOnce = (text: string, at: string): [string, string] => {
  const index = text.indexOf(at);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
};

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

/** ACS3-HMAC-SHA256: lower-case hex (vector aliyun-acs3-singlecallbytts). */
export function acs3Signature(request: Acs3Request, signedHeaders: readonly string[], secret: string): string {
  const names = signedHeaders.map((name) => name.toLowerCase()).sort();
  const headers = names.map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`).join('');
  const canonical = [
    request.method.toUpperCase(),
    request.uri,
    canonicalQuery(request.query),
    headers,
    names.join(';'),
    sha256(request.body),
  ].join('\n');
  return createHmac('sha256', secret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest('hex');
}

/** The headers that a V3 signature must cover: without them somebody could change the action under a good signature. */
export function unsignedHeaders(headers: IncomingHttpHeaders, signedHeaders: readonly string[]): string[] {
  const signed = new Set(signedHeaders.map((name) => name.toLowerCase()));
  const present = Object.keys(headers).filter((name) => name.startsWith('x-acs-'));
  const needed = [
    'host',
    'x-acs-action',
    'x-acs-version',
    'x-acs-date',
    'x-acs-signature-nonce',
    'x-acs-content-sha256',
  ];
  return [...new Set([...needed, ...present])].filter((name) => !signed.has(name) || headers[name] === undefined);
}

export const isBodyDigest = (body: Buffer, digest: string): boolean => sha256(body) === digest.toLowerCase();

/** Compares two signatures in constant time. */
export function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
