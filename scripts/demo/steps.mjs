import process from 'node:process';

/** A demo that cannot go on, for a reason that its user can do something about: shown without a stack. */
export class CannotGoOn extends Error {}

export const say = (text = '') => process.stdout.write(`${text}\n`);

const LONG_MS = 10_000;

/** Does something that says for itself what it does, and says every ten seconds that it is still at it. */
export async function patiently(work) {
  const begun = Date.now();
  const ticker = setInterval(() => say(`    still at it, ${Math.round((Date.now() - begun) / 1000)} s`), LONG_MS);
  try {
    return await work();
  } finally {
    clearInterval(ticker);
  }
}

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/**
 * Does one step of the demo and says how long it took. `work` gets `note`, for a line on the way, and may answer a sentence
 * about what came of it. A step that says nothing for ten seconds says that it is still at work.
 *
 * @template T
 * @param {string} title
 * @param {(note: (text: string) => void) => Promise<T>} work
 * @param {(result: T) => string} [told]
 * @returns {Promise<T>}
 */
export async function step(title, work, told = () => '') {
  const begun = Date.now();
  let last = begun;
  const note = (text) => {
    last = Date.now();
    say(`    ${text}`);
  };
  say(`· ${title} …`);
  const ticker = setInterval(() => {
    if (Date.now() - last >= LONG_MS) note(`still at it, ${Math.round((Date.now() - begun) / 1000)} s`);
  }, 1000);
  try {
    const result = await work(note);
    const text = told(result);
    say(`✓ ${title} (${seconds(Date.now() - begun)})${text ? `: ${text}` : ''}`);
    return result;
  } finally {
    clearInterval(ticker);
  }
}

/** `12,345` */
export const grouped = (n) => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ',');

/** `12,345.60` */
export const money = (n) =>
  `${grouped(Math.floor(Math.round(n * 100) / 100))}.${(Math.round(n * 100) % 100).toString().padStart(2, '0')}`;
