import { readdirSync, readFileSync } from 'node:fs';
import type { ShippedScript, ShippedSentences, ShippedTaxonomy } from './taxonomy.js';

const folder = new URL('./data/', import.meta.url);
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, folder), 'utf8'));

/** The taxonomy that the product brings along, the same from `src` and from `dist`. */
export const shippedTaxonomy = read('taxonomy.json') as ShippedTaxonomy;

/** One file a language; of a translation it says whether it was read against the Chinese: only then it is on the shelf. */
export interface ShippedLanguage {
  readonly language: string;
  readonly reviewed?: boolean;
  readonly scripts: readonly ShippedScript[];
}

/** The wordings that the product brings along. */
export const shippedScripts = (): ShippedLanguage[] =>
  readdirSync(folder)
    .filter((file) => /^scripts\.[a-z]{2,8}\.json$/.test(file))
    .sort()
    .map((file) => read(file) as ShippedLanguage);

/** The one sentence of each language that goes with a Chinese text. */
export const shippedSentences = (): ShippedSentences => read('sentences.json') as ShippedSentences;
