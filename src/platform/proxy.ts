import type { IncomingMessage } from 'node:http';

const LOOPBACK = new Set(['127.0.0.1', '::1']);
/** What reverse proxies write into a request that they pass on. */
const FORWARDED = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'forwarded', 'via'];

const plain = (address: string | undefined): string => (address ?? '').replace(/^::ffff:/i, '');

/**
 * Express' `trust proxy`: only the machine that connected can be our proxy, so the last address of X-Forwarded-For counts, the
 * one that it wrote; all before it was written by whoever asked. `true`: whoever connects is our proxy.
 */
export const trustIn =
  (trusted: boolean | readonly string[]) =>
  (address: string, hop: number): boolean =>
    hop === 0 && (typeof trusted === 'boolean' ? trusted : trusted.includes(plain(address)));

const isForwarded = (request: IncomingMessage): boolean =>
  FORWARDED.some((name) => request.headers[name] !== undefined);

/** True for a request that was made on this machine, and not passed on by a proxy that runs here. */
export const isFromHere = (request: IncomingMessage): boolean =>
  LOOPBACK.has(plain(request.socket.remoteAddress)) && !isForwarded(request);

/**
 * The address that a request came from, for who is known by it; empty where a proxy passed it on that nobody told us of, for
 * its own address would then stand for the whole world's.
 */
export function addressOf(request: IncomingMessage & { readonly ip?: string | undefined }): string {
  const peer = plain(request.socket.remoteAddress);
  const ip = plain(request.ip);
  return isForwarded(request) && ip === peer ? '' : ip;
}
