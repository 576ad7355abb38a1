/** Only Node's own modules may be imported here, for nothing else may be installed yet. */
import process from 'node:process';
import { CannotGoOn, patiently, say } from './demo/steps.mjs';
import { built, installed, root } from './ready.mjs';

/**
 * One program of this folder: reads its words, makes a fresh clone ready, runs, and closes what it opened, the last first, also
 * on Ctrl-C and where it fails. What a person can mend is told in words, anything else with its stack.
 *
 * @template {{ help?: boolean, mistake?: string }} W
 * @param {{
 *   usage: string,
 *   readWords: (words: readonly string[]) => W,
 *   run: (given: W & { root: string, closers: (() => unknown)[] }, house: { close: () => Promise<void>, stopped: (code: number) => void }) => Promise<void>,
 *   interrupted: number,
 * }} program `interrupted` is what Ctrl-C answers until `stopped` says otherwise
 */
export function program({ usage, readWords, run, interrupted }) {
  /** What is open, in the order in which it was opened. */
  const closers = [];
  let exitCode = interrupted;
  let closing = null;

  const close = () =>
    (closing ??= (async () => {
      while (closers.length > 0) await closers.pop()();
    })());

  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      void close().then(
        () => process.exit(exitCode),
        () => process.exit(1),
      );
    });
  }

  const main = async (words) => {
    await patiently(installed);
    await patiently(built);
    await run({ ...words, root, closers }, { close, stopped: (code) => (exitCode = code) });
  };

  const words = readWords(process.argv.slice(2));
  if (words.help) return say(usage);
  if (words.mistake) {
    process.stderr.write(`${words.mistake}\n\n${usage}\n`);
    process.exitCode = 2;
    return;
  }
  main(words).catch(async (error) => {
    const told = error instanceof CannotGoOn || error?.constructor?.name === 'ConfigError';
    if (!closing) process.stderr.write(`${told ? error.message : (error?.stack ?? error)}\n`);
    await close().catch(() => undefined);
    process.exit(1);
  });
}
