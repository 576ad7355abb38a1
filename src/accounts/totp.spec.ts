import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { base32, codeOf, fromBase32, matchingStep, stepOf, type HmacSha1 } from './totp.js';

const hmac: HmacSha1 = (key, message) => createHmac('sha1', key).update(message).digest();
const secret = base32(Buffer.from('12345678901234567890'));

describe('one-time codes', () => {
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('at second %d is that of RFC 6238, appendix B', (second, code) => {
    expect(codeOf(secret, stepOf(second * 1000), hmac)).toBe(code);
  });

  it('is taken one step early or late, not two, and once', () => {
    const at = 2_000_000_000_000;
    const step = stepOf(at);
    expect(matchingStep(secret, codeOf(secret, step - 1, hmac), at, null, hmac)).toBe(step - 1);
    expect(matchingStep(secret, codeOf(secret, step + 1, hmac), at, null, hmac)).toBe(step + 1);
    expect(matchingStep(secret, codeOf(secret, step - 2, hmac), at, null, hmac)).toBeNull();
    expect(matchingStep(secret, codeOf(secret, step, hmac), at, step, hmac)).toBeNull();
    expect(matchingStep(secret, codeOf(secret, step - 1, hmac), at, step, hmac)).toBeNull();
  });

  it('reads back every base32 text that it writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) =>
        expect([...fromBase32(base32(bytes))]).toEqual([...bytes]),
      ),
    );
    expect(base32(Buffer.from('foobar'))).toBe('MZXW6YTBOI');
  });
});
