import { readdirSync, readFileSync } from 'node:fs';
import type { ShippedScript, ShippedTaxonomy } from './taxonomy.js';

const folder = new URL('./data/', import.meta.url);
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, folder), 'utf8'));

/** The taxonomy that the product brings along, the same from `src` and from `dist`. */
export const shippedTaxonomy = read('taxonomy.json') as ShippedTaxonomy;

/** The wordings that the product brings along: one file a language. */
export const shippedScripts = (): { readonly language: string; readonly scripts: readonly ShippedScript[] }[] =>
  readdirSync(folder)
    .filter((file) => /^scripts\.[a-z]{2,8}\.json$/.test(file))
    .sort()
    .map((file) => read(file) as { language: string; scripts: ShippedScript[] });
