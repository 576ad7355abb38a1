import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');

interface Ended {
  readonly code: number | null;
  readonly err: string;
}

const ended = (words: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended> =>
  new Promise((done, failed) => {
    const { NODE_OPTIONS: _, CI: _ci, ...own } = process.env;
    const child = spawn(process.execPath, words, { cwd: root, env: { ...own, ...environment } });
    let err = '';
    child.stderr.on('data', (part: Buffer) => (err += part.toString('utf8')));
    child.on('error', failed);
    child.on('close', (code) => done({ code, err }));
  });

/** The rules of scripts/left-out.mjs, asked in a process of their own: Jest does not load `.mjs`. */
const ask = (question: string): Promise<Ended> =>
  ended(
    [
      '--input-type=module',
      '-e',
      `import { leftOut, objections } from './scripts/left-out.mjs'; console.error(JSON.stringify(${question}))`,
    ],
    {},
  );
const answerOf = async (question: string): Promise<unknown> => JSON.parse((await ask(question)).err) as unknown;

describe('a suite that was left out', () => {
  it.each(['TEST_MYSQL_URL', 'TEST_REDIS_URL'])('by %s=off fails the test command on CI', async (variable) => {
    const servers = { TEST_MYSQL_URL: 'mysql://elsewhere/db', TEST_REDIS_URL: 'redis://elsewhere' };
    const { code, err } = await ended(['scripts/test.mjs', 'no-such-suite'], {
      ...servers,
      CI: 'true',
      [variable]: 'off',
    });
    expect(err).toContain('On CI nothing is left out');
    expect(err).toContain(`${variable} is off`);
    expect(code).toBe(1);
  });

  it('is named with its reason, and turned off for the suites', async () => {
    expect(await answerOf("await leftOut({ TEST_MYSQL_URL: 'off', TEST_REDIS_URL: 'redis://elsewhere' })")).toEqual({
      variables: { TEST_MYSQL_URL: 'off' },
      lines: ['the suites on MariaDB: TEST_MYSQL_URL is off'],
    });
  });

  it('speaks against a green run on CI, as does a skipped test; elsewhere neither does', async () => {
    const of = (isCi: boolean, lines: string[], skipped: number) =>
      answerOf(`objections(${JSON.stringify({ isCi, lines, skipped })})`);
    expect(await of(true, [], 0)).toEqual([]);
    expect(await of(true, ['x'], 0)).toEqual(['x']);
    expect(await of(true, [], 2)).toEqual(['2 tests were skipped']);
    expect(await of(false, ['x'], 2)).toEqual([]);
  });
});
