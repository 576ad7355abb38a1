import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { buildConnector, Pool, ProxyAgent, type Dispatcher } from 'undici';
import { publicLookup } from './private-addresses.js';

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * No timer of undici's own beyond connecting: the wire bounds the whole exchange. A connection carries one exchange and is
 * closed: on a kept one an answer that is said twice would be read as the answer to the next request.
 */
const pooling = {
  connections: 64,
  pipelining: 0,
  headersTimeout: 0,
  bodyTimeout: 0,
  allowH2: false,
};

/** What a request wants of its connection. */
export interface Route {
  readonly origin: string;
  readonly proxy?: string;
  readonly certificateSha256?: string;
  /** The origin's name may lead into this house's own network. */
  readonly allowPrivate?: boolean;
}

/** A pool for each origin, or a proxy agent for each proxy. */
export class Dispatchers {
  private readonly kept = new Map<string, Dispatcher>();

  for(route: Route): Dispatcher {
    const name = JSON.stringify(
      route.proxy
        ? [route.proxy, isPlain(route.origin)]
        : [route.origin, route.certificateSha256, route.allowPrivate === true],
    );
    const known = this.kept.get(name);
    if (known) return known;
    const made = route.proxy
      ? throughProxy(route, route.proxy)
      : new Pool(route.origin, { ...pooling, connect: connectorOf(route) });
    this.kept.set(name, made);
    return made;
  }

  async close(): Promise<void> {
    const all = [...this.kept.values()];
    this.kept.clear();
    await Promise.all(all.map((dispatcher) => dispatcher.destroy()));
  }
}

const isPlain = (origin: string): boolean => origin.startsWith('http:');

/**
 * Plain HTTP is relayed by the proxy (many refuse CONNECT to ports other than 443), HTTPS goes through a tunnel, where the
 * usual chain of trust is asked for: a fingerprint cannot be checked there.
 */
const throughProxy = (route: Route, uri: string): Dispatcher =>
  new ProxyAgent({
    ...pooling,
    uri,
    proxyTunnel: !isPlain(route.origin),
    proxyTls: { timeout: CONNECT_TIMEOUT_MS },
  });

const plainHex = (fingerprint: string): string => fingerprint.replaceAll(':', '').toLowerCase();

/** Where a fingerprint is given it takes the place of the chain of trust; a connection with another certificate is closed before a byte is sent. */
function connectorOf({ certificateSha256, allowPrivate = false }: Route): buildConnector.connector {
  const common = { timeout: CONNECT_TIMEOUT_MS, ...(allowPrivate ? {} : { lookup: publicLookup }) };
  if (certificateSha256 === undefined) return buildConnector(common);
  const connect = buildConnector({ ...common, rejectUnauthorized: false, maxCachedSessions: 0 });
  return (options, done) => {
    connect(options, (...[error, socket]) => {
      if (error) return done(error, null);
      if (isPinned(socket, certificateSha256)) return done(null, socket);
      socket.destroy();
      return done(
        Object.assign(new Error('the certificate is not the pinned one'), { code: 'CERTIFICATE_NOT_PINNED' }),
        null,
      );
    });
  };
}

const isPinned = (socket: Socket | TLSSocket, fingerprint: string): boolean =>
  'getPeerCertificate' in socket &&
  plainHex(socket.getPeerCertificate().fingerprint256 ?? '') === plainHex(fingerprint);
