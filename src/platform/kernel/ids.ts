const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * A 26-character identifier that sorts by time of making (ULID's layout: 48 bits of time, 80 of chance, Crockford's alphabet).
 * `chance` yields that many random bytes; it is injected so that a test can repeat a history.
 */
export function timeOrderedId(at: number, chance: (bytes: number) => Uint8Array): string {
  let time = at;
  let head = '';
  for (let i = 0; i < 10; i += 1) {
    head = ALPHABET[time % 32] + head;
    time = Math.floor(time / 32);
  }
  let tail = '';
  for (const byte of chance(16)) tail += ALPHABET[byte & 31];
  return head + tail;
}

export const isTimeOrderedId = (text: string): boolean => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(text);
