import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Vault } from './vault.js';

const key = (n: number) => Buffer.alloc(32, n);
const vault = new Vault([key(1)], [key(2)]);

describe('Vault', () => {
  it('opens what it sealed, whatever it was', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => expect(vault.open(vault.seal(text))).toBe(text)));
  });

  it('seals the same text differently each time, and never uses a nonce twice', () => {
    const sealed = Array.from({ length: 3000 }, () => vault.seal('13800000001'));
    const nonces = sealed.map((s) => Buffer.from(s.split('.')[2]!, 'base64url').subarray(0, 12).toString('hex'));
    expect(new Set(nonces).size).toBe(3000);
    expect(sealed.some((s) => s.includes('13800000001'))).toBe(false);
  });

  it('refuses what was altered', () => {
    const sealed = vault.seal('张三');
    const middle = sealed.length - 10;
    const other = sealed[middle] === 'A' ? 'B' : 'A';
    expect(() => vault.open(sealed.slice(0, middle) + other + sealed.slice(middle + 1))).toThrow();
    expect(() => vault.open('v1.00000000.AAAA')).toThrow('its key is not configured');
  });

  it('opens old values after a rotation, seals with the new key, and finds old indexes', () => {
    const rotated = new Vault([key(3), key(1)], [key(4), key(2)]);
    expect(rotated.open(vault.seal('张三'))).toBe('张三');
    expect(rotated.seal('张三').split('.')[1]).not.toBe(vault.seal('张三').split('.')[1]);
    expect(rotated.indexes('phone', '13800000001')).toContain(vault.index('phone', '13800000001'));
    expect(rotated.index('phone', '13800000001')).not.toBe(vault.index('phone', '13800000001'));
  });

  it('keeps purposes apart', () => {
    expect(vault.index('phone', 'x')).not.toBe(vault.index('email', 'x'));
  });
});
