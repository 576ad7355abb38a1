import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function ended(command: readonly string[], environment: Readonly<Record<string, string>>, input = ''): Promise<Ended> {
  return new Promise((done, failed) => {
    // Jest's NODE_ENV would make the console's bundle one for developers, and greater than its limit.
    const { NODE_OPTIONS: _, NODE_ENV: __, ...own } = process.env;
    const child = spawn(process.execPath, command, { cwd: root, env: { ...own, ...environment } });
    let [out, err] = ['', ''];
    child.stdout.on('data', (part: Buffer) => (out += part.toString('utf8')));
    child.stderr.on('data', (part: Buffer) => (err += part.toString('utf8')));
    child.on('error', failed);
    child.on('close', (code) => done({ code: code ?? -1, out, err }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** Builds the product where its sources are newer than what is built. */
export async function builtCli(): Promise<void> {
  const script = `await (await import(${JSON.stringify(`${root}/scripts/ready.mjs`)})).built()`;
  const { code, err } = await ended(['--input-type=module', '-e', script], {});
  if (code !== 0) throw new Error(`the product does not build: ${err}`);
}

/** The real command line, in a process of its own, as a person starts it. */
export const cli = (
  environment: Readonly<Record<string, string>>,
  words: readonly string[],
  input?: string,
): Promise<Ended> => ended(['dist/cli.js', ...words], environment, input);
