import * as argon2 from '@node-rs/argon2';
import { describe, expect, it, jest } from '@jest/globals';
import { SystemChance } from '../platform/index.js';

/** What every verification was made against. */
const verified: string[] = [];
jest.unstable_mockModule('@node-rs/argon2', () => ({
  ...argon2,
  verify: (hash: string, password: string) => {
    verified.push(hash);
    return argon2.verify(hash, password);
  },
}));
const { Passwords } = await import('./passwords.service.js');

describe('a refusal', () => {
  it('takes the same work for a name that nobody has as for a wrong password', async () => {
    const passwords = new Passwords(new SystemChance());
    const held = await passwords.hash('correct horse');
    expect(await passwords.holds(held, 'correct horse')).toBe(true);
    expect(await passwords.holds(held, 'wrong')).toBe(false);
    expect(await passwords.holds(null, 'wrong')).toBe(false);
    expect(verified.map((hash) => hash.split('$').slice(1, 4))).toEqual(
      Array.from({ length: 3 }, () => ['argon2id', 'v=19', 'm=19456,t=2,p=1']),
    );
    expect(verified[2]).not.toBe(held);
  });
});
