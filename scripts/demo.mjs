/**
 * `npm run demo`: makes a fresh clone ready, then lives a month of an island before your eyes. Only Node's own modules may be
 * imported here, for nothing else may be installed yet.
 */
import process from 'node:process';
import { CannotGoOn, patiently, say } from './demo/steps.mjs';
import { readWords, usage } from './demo/words.mjs';
import { built, installed, root } from './ready.mjs';

const begun = Date.now();
/** What is open, in the order in which it was opened. */
const closers = [];
/** What Ctrl-C answers: the month was lived, or it was broken off. */
let exitCode = 130;
let closing = null;

/** Closes everything once, the last opened first. */
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

async function main(words) {
  await patiently(installed);
  await patiently(built);
  const { runDemo, leaveRunning } = await import('./demo/run.mjs');
  const done = await runDemo({ ...words, root, closers });
  say(`The demo took ${((Date.now() - begun) / 1000).toFixed(1)} s.`);
  if (words.exit || done.broken.length > 0) {
    await close();
    process.exit(done.broken.length > 0 ? 1 : 0);
  }
  await leaveRunning(done);
  exitCode = 0;
}

const words = readWords(process.argv.slice(2));
if (words.help) say(usage);
else if (words.mistake) {
  process.stderr.write(`${words.mistake}\n\n${usage}\n`);
  process.exitCode = 2;
} else {
  main(words).catch(async (error) => {
    const told = error instanceof CannotGoOn || error?.constructor?.name === 'ConfigError';
    if (!closing) process.stderr.write(`${told ? error.message : (error?.stack ?? error)}\n`);
    await close().catch(() => undefined);
    process.exit(1);
  });
}
