import type { Asked } from './gateway.js';
import {
  acs3Signature,
  isBodyDigest,
  isSame,
  popSignature,
  readAcs3,
  unsignedHeaders,
  type Params,
} from './aliyun-signature.js';

/** A call whose signature is right, with all that is needed to refuse it for other reasons. */
export interface Caller {
  action: string;
  version: string;
  nonce: string;
  /** Epoch ms, NaN when unreadable. */
  signedAt: number;
  params: Params;
}

export interface Refusal {
  code: string;
  message: string;
  isForged?: boolean;
}

const forged: Refusal = {
  code: 'SignatureDoesNotMatch',
  message: 'Specified signature is not matched with our calculation.',
  isForged: true,
};
const incomplete = (what: string): Refusal => ({
  code: 'IncompleteSignature',
  message: `The request signature does not conform to Aliyun standards: ${what}.`,
  isForged: true,
});

/** Authenticates a request in either of the two signature versions; the endpoint takes both. */
export function authenticate(asked: Asked, secret: string): Caller | Refusal {
  const header = asked.headers.authorization;
  return header === undefined ? byPop(asked, secret) : byAcs3(asked, header, secret);
}

const formOf = ({ headers, body }: Asked): URLSearchParams =>
  /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '')
    ? new URLSearchParams(body.toString('utf8'))
    : new URLSearchParams();

function byPop(asked: Asked, secret: string): Caller | Refusal {
  const params = new Map([...asked.query, ...formOf(asked)]);
  const word = (name: string): string => params.get(name) ?? '';
  if (word('AccessKeyId') === '')
    return { code: 'MissingAccessKeyId', message: 'AccessKeyId is mandatory for this action.' };
  if (word('SignatureMethod') !== 'HMAC-SHA1' || word('SignatureVersion') !== '1.0') {
    return incomplete('SignatureMethod must be HMAC-SHA1 and SignatureVersion 1.0');
  }
  if (word('SignatureNonce') === '' || word('Signature') === '')
    return incomplete('Signature or SignatureNonce is missing');
  if (!isSame(word('Signature'), popSignature(asked.method, params, secret))) return forged;
  return {
    action: word('Action'),
    version: word('Version'),
    nonce: `${word('AccessKeyId')} ${word('SignatureNonce')}`,
    signedAt: instantOf(word('Timestamp')),
    params,
  };
}

function byAcs3(asked: Asked, header: string, secret: string): Caller | Refusal {
  const { headers, body, method } = asked;
  const authorization = readAcs3(header);
  if (!authorization)
    return incomplete('Authorization is not ACS3-HMAC-SHA256 with Credential, SignedHeaders and Signature');
  const unsigned = unsignedHeaders(headers, authorization.signedHeaders);
  if (unsigned.length > 0) return incomplete(`not signed: ${unsigned.join(', ')}`);
  const word = (name: string): string => String(headers[name] ?? '');
  if (!isBodyDigest(body, word('x-acs-content-sha256'))) return forged;
  const query = new Map(asked.query);
  // An RPC call is signed for "/"; a client that signs the path that it really calls means the same.
  const uris = ['/', `/aliyun-voice${asked.path}`, '/aliyun-voice'];
  const isRight = uris.some((uri) =>
    isSame(
      authorization.signature,
      acs3Signature({ method, uri, query, headers, body }, authorization.signedHeaders, secret),
    ),
  );
  if (!isRight) return forged;
  return {
    action: word('x-acs-action'),
    version: word('x-acs-version'),
    nonce: `${authorization.accessKeyId} ${word('x-acs-signature-nonce')}`,
    signedAt: instantOf(word('x-acs-date')),
    params: new Map([...query, ...formOf(asked)]),
  };
}

const instantOf = (text: string): number => (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : NaN);
