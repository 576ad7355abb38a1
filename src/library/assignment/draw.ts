/**
 * Chance that can be repeated: 32-bit hashes of names, so that a plan made again gives the same answer. FNV-1a over UTF-16
 * units, finished by murmur3's mixer, because FNV alone leaves neighbouring names in neighbouring places.
 */
export function hash32(text: string, seed = 0): number {
  let h = 0x811c9dc5 ^ seed;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    h = Math.imul(h ^ (unit & 0xff), 0x01000193);
    h = Math.imul(h ^ (unit >>> 8), 0x01000193);
  }
  return mixed(h);
}

/** A number that depends on every bit of two others. */
export const paired = (a: number, b: number): number => mixed(a ^ Math.imul(b, 0x9e3779b1));

/** A hash as a fraction, 0 ≤ f < 1. */
export const fraction = (hash: number): number => (hash >>> 0) / 0x1_0000_0000;

function mixed(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
