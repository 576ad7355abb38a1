import { AxiosHeaders, type AxiosAdapter, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import type { Dispatcher } from 'undici';
import { codeOf, TOO_LATE } from './exchange.js';
import type { Dispatchers } from './dispatchers.js';

/** The part of a request that only this adapter reads. */
export interface WireConfig {
  readonly proxyUrl?: string;
  readonly certificateSha256?: string;
  readonly allowPrivate?: boolean;
  readonly mayLeave?: () => boolean;
}

declare module 'axios' {
  interface AxiosRequestConfig {
    wire?: WireConfig;
  }
}

/** An exchange without an answer. `hasLeft` says whether a byte of the request may have reached the other side. */
export class WireFailure extends Error {
  constructor(
    readonly code: string,
    readonly hasLeft: boolean,
  ) {
    super(`no answer: ${code}`);
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly bytes: Buffer;
}

/**
 * Collects one exchange. Undici calls `onRequestStart` right before it writes the first byte, so an exchange that fails
 * earlier has certainly not left, whatever the error is called.
 */
class Exchange implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | null = null;
  private isOver = false;
  private status = 0;
  private headers: Record<string, string> = {};
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly limits: {
      readonly timeoutMs: number;
      readonly maxBytes: number;
      readonly mayLeave: () => boolean;
    },
    private readonly done: (result: Answer | WireFailure) => void,
  ) {
    this.timer = setTimeout(() => this.giveUp('timeout'), limits.timeoutMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Given up while it waited for a connection: it is reported as not sent, so it must not leave now.
    if (this.isOver) return controller.abort(new Error('given up'));
    if (!this.limits.mayLeave()) {
      this.finish(new WireFailure(TOO_LATE, false));
      return controller.abort(new Error(TOO_LATE));
    }
    this.controller = controller;
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.status = status;
    this.headers = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name.toLowerCase(),
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    );
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.isOver) return;
    this.size += chunk.length;
    if (this.size > this.limits.maxBytes) return this.giveUp('replyTooLong');
    this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.finish({ status: this.status, headers: this.headers, bytes: Buffer.concat(this.chunks) });
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    // The proxy refused us: the gateway has seen nothing.
    if (error.message.includes('(407)')) return this.finish(new WireFailure('proxyRefused', false));
    this.finish(new WireFailure(codeOf(error), this.controller !== null));
  }

  private giveUp(code: string): void {
    const { controller } = this;
    this.finish(new WireFailure(code, controller !== null));
    controller?.abort(new Error(code));
  }

  private finish(result: Answer | WireFailure): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.timer);
    this.done(result);
  }
}

/** Text in the charset that the answer names (GBK is still met), UTF-8 otherwise. */
const textOf = ({ headers, bytes }: Answer): string => {
  const charset = /charset=["']?([\w-]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
};

const textHeaders = (config: InternalAxiosRequestConfig): Record<string, string> =>
  Object.fromEntries(
    Object.entries(config.headers.toJSON()).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );

/** Carries axios requests over undici. It follows no redirect, keeps no cookie and decompresses nothing. Rejects with a WireFailure. */
export const undiciAdapter =
  (dispatchers: Dispatchers): AxiosAdapter =>
  (config) =>
    new Promise<AxiosResponse>((resolve, reject) => {
      const url = new URL(config.url ?? '');
      const { proxyUrl, certificateSha256, allowPrivate = false, mayLeave = () => true } = config.wire ?? {};
      const limits = { timeoutMs: config.timeout ?? 0, maxBytes: config.maxContentLength ?? 0, mayLeave };
      const exchange = new Exchange(limits, (result) => {
        if (result instanceof WireFailure) return reject(result);
        const { status } = result;
        resolve({
          data: textOf(result),
          status,
          statusText: '',
          headers: AxiosHeaders.from(result.headers),
          config,
          request: null,
        });
      });
      const route = {
        origin: url.origin,
        allowPrivate,
        ...(proxyUrl === undefined ? {} : { proxy: proxyUrl }),
        ...(certificateSha256 === undefined ? {} : { certificateSha256 }),
      };
      const order: Dispatcher.DispatchOptions = {
        origin: url.origin,
        path: url.pathname + url.search,
        method: (config.method ?? 'get').toUpperCase(),
        headers: textHeaders(config),
        body: typeof config.data === 'string' ? config.data : null,
      };
      try {
        dispatchers.for(route).dispatch(order as Parameters<Dispatcher['dispatch']>[0], exchange);
      } catch (error) {
        exchange.onResponseError(null, error as Error);
      }
    });
