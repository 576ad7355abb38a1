import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { sources } from './sources.js';

const languages = ['zh', 'en'] as const;
const wordsOf = (language: (typeof languages)[number]): Set<string> =>
  new Set(
    [...readFileSync(`web/src/shared/words.${language}.ts`, 'utf8').matchAll(/^\s+'([\w.]+)':/gm)].map((m) => m[1]!),
  );
const missing = (kind: 'alarm' | 'reason', codes: Iterable<string>): string[] =>
  languages.flatMap((language) => {
    const words = wordsOf(language);
    return [...codes].filter((code) => !words.has(`${kind}.${code}`)).map((code) => `${language}: ${kind}.${code}`);
  });

/** What a word of the source stands for: itself, a constant of the file, or each value of a table that it was taken from. */
function said(word: string, text: string): string[] {
  const literal = /^'(\w+)'$/.exec(word)?.[1];
  if (literal) return [literal];
  const constant = new RegExp(`const ${word}(?:: string)? = '(\\w+)'`).exec(text)?.[1];
  if (constant) return [constant];
  if (!/(^|\.)kind$/.test(word)) return [];
  const table = /const KINDS = \{([^}]*)\}/.exec(text)?.[1] ?? '';
  const handed = [...text.matchAll(/\{ kind: ([A-Z]\w*), text/g)].flatMap((m) => said(m[1]!, text));
  return [...[...table.matchAll(/'(\w+)'/g)].map((m) => m[1]!), ...handed];
}

/** Every value of a union of texts, its comments apart. */
const union = (file: string, type: string): string[] => {
  const text = new RegExp(`type ${type} =([^;]*);`).exec(readFileSync(file, 'utf8'))?.[1] ?? '';
  return [...text.replace(/\/\*\*.*?\*\//gs, '').matchAll(/'(\w+)'/g)].map((m) => m[1]!);
};

describe('the console has words in both languages', () => {
  it('for every kind of alarm that is raised', () => {
    const raised = sources().flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      return [...text.matchAll(/\balarms\s*\.raise\(\s*([\w'.]+)\s*,/g)].map((m) => ({
        file,
        word: m[1]!,
        kinds: said(m[1]!, text),
      }));
    });
    expect(raised.length).toBeGreaterThan(20);
    expect(raised.filter((r) => r.kinds.length === 0).map((r) => `${r.file}: which kind is ${r.word}?`)).toEqual([]);
    // Nothing is raised in a form that is not read here.
    const written = sources().reduce(
      (sum, file) => sum + (readFileSync(file, 'utf8').match(/\balarms\s*\.raise\(/g) ?? []).length,
      0,
    );
    expect(raised).toHaveLength(written);
    expect(missing('alarm', new Set(raised.flatMap((r) => r.kinds)))).toEqual([]);
  });

  it('for every reason of a skip, of a gap on the tide table, and of a message that was taken back', () => {
    const skips = union('src/dispatch/plan/guards.ts', 'SkipReason');
    const gaps = union('src/campaigns/due.ts', 'GapReason');
    const drops = sources('src/dispatch').flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      return [...text.matchAll(/'(?:cancelled|expired)',\s*'(\w+)'/g), ...text.matchAll(/return '(\w+_\w+|erased)';/g)]
        .filter(() => /settlement\s*\.drop\(/.test(text))
        .map((m) => m[1]!);
    });
    const claim = readFileSync('src/dispatch/send/claim.service.ts', 'utf8');
    const late = [...claim.matchAll(/\? '(\w+)' : null/g)].map((m) => m[1]!);
    expect([skips.length, gaps.length, drops.length, late.length].every((n) => n > 0)).toBe(true);
    expect(missing('reason', new Set([...skips, ...gaps, ...drops, ...late]))).toEqual([]);
  });
});
