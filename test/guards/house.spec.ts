import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { registry } from '../../src/gateways/registry.js';
import { sources } from './sources.js';

interface Place {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** Where a pattern stands in code; comments are not code. */
function places(pattern: RegExp, in_: (file: string) => boolean): Place[] {
  return sources()
    .filter(in_)
    .flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .map((text, i) => ({ file, line: i + 1, text }))
        .filter(({ text }) => !/^\s*(\/\/|\*|\/\*)/.test(text) && pattern.test(text)),
    );
}

const told = (found: readonly Place[], remedy: string): string[] =>
  found.map((p) => `${p.file}:${p.line}: ${remedy}: ${p.text.trim()}`);

/** Ids that are words of their own as well: a protocol, a channel, the platform of a group chat. */
const EVERYDAY = ['http', 'smtp', 'visit', 'zhezhengding'];

describe('the rules of the house', () => {
  it('no adapter is named outside of gateways: what is true of one is said by its declaration', () => {
    const ids = [...registry.keys()];
    expect(ids.length).toBeGreaterThan(5);
    const named = new RegExp(`['"\`](${ids.filter((id) => !EVERYDAY.includes(id)).join('|')})['"\`]`);
    expect(
      told(
        places(named, (f) => !f.startsWith('src/gateways/')),
        'ask the adapter’s declaration instead of its name',
      ),
    ).toEqual([]);
  });

  it('nobody but the clock asks the machine for the time, nobody but Chance for chance, nobody but config for the environment', () => {
    const allowed = (f: string): boolean =>
      f.startsWith('src/platform/') ||
      f.startsWith('src/gateways/simulator/') ||
      f.startsWith('src/cli') ||
      f === 'src/main.ts';
    const pattern = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.env\b|\bperformance\.now\(/;
    expect(
      told(
        places(pattern, (f) => !allowed(f)),
        'inject Clock, Chance or Config',
      ),
    ).toEqual([]);
    const inPlatform = /\bMath\.random\(|\bprocess\.env\b/;
    const readers = ['src/platform/config/load.ts', 'src/platform/crypto/chance.ts'];
    expect(
      told(
        places(inPlatform, (f) => f.startsWith('src/platform/') && !readers.includes(f)),
        'inject Chance or Config',
      ),
    ).toEqual([]);
  });

  it('what was counted is never deleted: deliveries, skips, runs, calls', () => {
    const pattern = /\b(DELETE\s+FROM|TRUNCATE)\s+(deliveries|skips|runs|batches|calls)\b/i;
    expect(
      told(
        places(pattern, () => true),
        'erasure empties the personal columns and keeps the row',
      ),
    ).toEqual([]);
  });

  it('every word of the design is a place in the house', () => {
    const words: Readonly<Record<string, string>> = {
      person: 'src/audience/people',
      import: 'src/audience/imports',
      event: 'src/audience/events',
      'group chat': 'src/audience/group-chats',
      segment: 'src/audience/segments',
      'opt-out': 'src/audience/opt-outs',
      'contact facts': 'src/audience/contact-facts',
      recipient: 'src/audience/recipients',
      library: 'src/library',
      script: 'src/library/scripts',
      assignment: 'src/library/assignment',
      incident: 'src/incidents',
      campaign: 'src/campaigns',
      plan: 'src/dispatch/plan',
      run: 'src/dispatch/runs',
      send: 'src/dispatch/send',
      settlement: 'src/dispatch/settle',
      task: 'src/dispatch/tasks',
      gateway: 'src/gateways',
      simulator: 'src/gateways/simulator',
      receipt: 'src/receipts',
      report: 'src/reports',
      ledger: 'src/audit',
      account: 'src/accounts',
      kernel: 'src/platform/kernel',
      database: 'src/platform/database',
      clock: 'src/platform/clock',
      crypto: 'src/platform/crypto',
      wire: 'src/platform/wire',
    };
    for (const id of registry.keys())
      if (id !== 'zhezhengding') Object.assign(words, { [`adapter ${id}`]: `src/gateways/${id}` });
    expect(
      Object.entries(words)
        .filter(([, path]) => !existsSync(path))
        .map(([word, path]) => `${word}: ${path} is not there`),
    ).toEqual([]);
  });

  it('every adapter has a README that names its credentials', () => {
    const missing = [...registry.keys()].filter(
      (id) => id !== 'zhezhengding' && !existsSync(`src/gateways/${id}/README.md`),
    );
    expect(missing.map((id) => `src/gateways/${id}/README.md is not there`)).toEqual([]);
  });
});

describe.each(['README.md', 'README.zh-CN.md'])('%s', (file) => {
  it('names only commands that are there', () => {
    expect(existsSync(file) ? [] : [`${file} is not there`]).toEqual([]);
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const text = readFileSync(file, 'utf8');
    const named = [...text.matchAll(/\bnpm (?:run (?:--?\w+ )*(\w[\w:-]*)|(test|start)\b)/g)].map((m) => m[1] ?? m[2]!);
    expect(named.length).toBeGreaterThan(1);
    expect(
      [...new Set(named)].filter((name) => !(name in scripts)).map((name) => `npm run ${name} is not in package.json`),
    ).toEqual([]);
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map((m) => m[1]!);
    expect(links.filter((path) => !existsSync(path)).map((path) => `${path} is linked and not there`)).toEqual([]);
  });
});
