/**
 * Seeded randomness, so that the same seed makes the same island. Each part of the island draws from a stream of its own: a
 * change in one part moves nothing in the others.
 *
 * @typedef {object} Chance
 * @property {() => number} next a number in [0, 1)
 * @property {(share: number) => boolean} is true in `share` of all draws
 * @property {(from: number, to: number) => number} int a whole number, both ends included
 * @property {<T>(list: readonly T[]) => T} pick
 * @property {<T>(list: readonly (readonly [T, number])[]) => T} weighed one of [value, weight]
 * @property {(mean: number) => number} poisson how many of something that happens `mean` times on average
 * @property {<T>(list: readonly T[], n: number) => T[]} some n different ones, in random order
 */

/** FNV-1a over the text's UTF-16 units, spread once more. @param {string} text */
const hash = (text) => {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

/** Mulberry32. @param {number} state @returns {() => number} */
const stream = (state) => () => {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
};

/**
 * A stream of chance for one part of the island.
 *
 * @param {number} seed
 * @param {...(string | number)} part
 * @returns {Chance}
 */
export function chanceOf(seed, ...part) {
  const next = stream(hash([seed, ...part].join('/')));
  const int = (from, to) => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    int,
    is: (share) => next() < share,
    pick: (list) => list[Math.floor(next() * list.length)],
    weighed: (list) => {
      let left = next() * list.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [value, weight] of list) if ((left -= weight) < 0) return value;
      return list[list.length - 1][0];
    },
    poisson: (mean) => poisson(next, mean),
    some: (list, n) => {
      const rest = [...list];
      const chosen = [];
      while (chosen.length < n && rest.length > 0) {
        const i = int(0, rest.length - 1);
        chosen.push(rest[i]);
        rest[i] = rest[rest.length - 1];
        rest.pop();
      }
      return chosen;
    },
  };
}

/** Knuth's method for small means, the normal approximation for large ones. @param {() => number} next @param {number} mean */
function poisson(next, mean) {
  if (mean > 40) {
    const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  const limit = Math.exp(-mean);
  let n = 0;
  for (let product = next(); product > limit; product *= next()) n += 1;
  return n;
}
