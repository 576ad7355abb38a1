import { createHmac } from 'node:crypto';

/** The robot's `sign`: Base64 of HMAC-SHA256 under the secret over "timestamp, line feed, secret". */
export const robotSign = (timestamp: string, secret: string): string =>
  createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
