import { createHmac } from 'node:crypto';
import { formatChinaTime, type Instant } from '../../platform/kernel/index.js';

export interface Signed {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly params: Readonly<Record<string, string>>;
}

/** `yyyy-MM-ddTHH:mm:ss.SSS+08:00`, China's time. */
export const timestampOf = (at: Instant): string =>
  `${formatChinaTime(at).replace(' ', 'T')}.${String(at % 1000).padStart(3, '0')}+08:00`;

/** Thirteen digits of time and four of chance. */
export const nonceOf = (at: Instant, chance: string): string =>
  `${at}${String(Number.parseInt(chance.slice(0, 8), 16) % 10_000).padStart(4, '0')}`;

/**
 * `X-Hmac-Auth-Signature`: Base64 of HMAC-SHA256 under the application's secret over method, time, nonce, path and the parameters, a
 * line each. The parameters are sorted by name and not percent-encoded; without any there is no last line.
 */
export function gatewaySignature({ method, path, timestamp, nonce, params }: Signed, secret: string): string {
  const pairs = Object.entries(params)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const lines = [method, timestamp, nonce, path, ...(pairs === '' ? [] : [pairs])];
  return createHmac('sha256', secret).update(lines.join('\n'), 'utf8').digest('base64');
}
