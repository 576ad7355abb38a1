import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import axios, { type AxiosInstance } from 'axios';
import { Database } from '../database/index.js';
import { Dispatchers } from './dispatchers.js';
import { codeOf, type WireOptions, type WireOutcome, type WireRequest } from './exchange.js';
import { isPrivateAddress, PRIVATE_ADDRESS } from './private-addresses.js';
import { undiciAdapter, WireFailure } from './undici-adapter.js';

const MAX_REPLY_BYTES = 1024 * 1024;

/** A request inside a transaction would hold its locks for as long as a gateway pleases. It is a mistake of ours and stops loudly. */
export class WireInTransaction extends Error {
  constructor() {
    super('nothing may be sent while a transaction is open: claim, commit, call, settle');
  }
}

/**
 * The one HTTP client of the product. Everything about a request that could be personal or secret (address, headers,
 * body) stays out of logs and errors: they carry codes only.
 */
@Injectable()
export class Wire implements OnApplicationShutdown {
  private readonly dispatchers = new Dispatchers();
  private readonly client: AxiosInstance;

  constructor(private readonly database: Database) {
    this.client = axios.create({
      adapter: undiciAdapter(this.dispatchers),
      maxRedirects: 0,
      decompress: false,
      proxy: false,
      responseType: 'text',
      maxContentLength: MAX_REPLY_BYTES,
      validateStatus: () => true,
      transformRequest: [(data: unknown) => data],
      transformResponse: [(data: unknown) => data],
    });
  }

  /**
   * Sends one request and says what came of it; it never throws for what the network does.
   * Throws WireInTransaction inside a transaction. A host that is not in `hosts` is not called (`hostNotDeclared`), nor one in
   * a private network that the options do not allow (`privateAddress`).
   */
  async send(request: WireRequest, options: WireOptions): Promise<WireOutcome> {
    if (this.database.inTransaction) throw new WireInTransaction();
    const refusal = refusalOf(request.url, options);
    if (refusal) return { kind: 'notSent', why: refusal };
    try {
      const { status, headers, data } = await this.client.request<string>({
        method: request.method,
        url: request.url,
        // Axios would otherwise name a content type of its own for a POST without one, and a signature may cover it.
        headers: { 'user-agent': 'tidecall', accept: '*/*', 'content-type': false, ...request.headers },
        ...(request.body === undefined ? {} : { data: request.body }),
        timeout: options.timeoutMs,
        wire: {
          ...(options.mayLeave === undefined ? {} : { mayLeave: options.mayLeave }),
          allowPrivate: options.allowPrivate ?? false,
          ...(options.proxy === undefined ? {} : { proxyUrl: options.proxy }),
          ...(options.certificateSha256 === undefined ? {} : { certificateSha256: options.certificateSha256 }),
        },
      });
      return { kind: 'reply', status, headers: flat(headers), body: data };
    } catch (error) {
      if (error instanceof WireFailure) return { kind: error.hasLeft ? 'noAnswer' : 'notSent', why: error.code };
      // Axios itself refused the request before the adapter saw it.
      return { kind: 'notSent', why: codeOf(error) };
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.dispatchers.close();
  }
}

const refusalOf = (text: string, { hosts, allowPrivate = false }: WireOptions): string | null => {
  if (!URL.canParse(text)) return 'badAddress';
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'badAddress';
  if (url.username !== '' || url.password !== '') return 'badAddress';
  const allowed = hosts.map((host) => host.toLowerCase());
  if (!allowed.includes(url.host)) return 'hostNotDeclared';
  return !allowPrivate && isPrivateAddress(url.hostname) ? PRIVATE_ADDRESS : null;
};

const flat = (headers: object): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
