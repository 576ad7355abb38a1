/** `npm run practice`: a rehearsal of an office's own outreach, with made-up people and the simulator. */
import process from 'node:process';
import { CannotGoOn, patiently, say } from './demo/steps.mjs';
import { readWords, usage } from './practice/words.mjs';
import { built, installed, root } from './ready.mjs';

/** What is open, in the order in which it was opened. */
const closers = [];
let closing = null;

const close = () =>
  (closing ??= (async () => {
    while (closers.length > 0) await closers.pop()();
  })());

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    void close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
}

async function main(words) {
  await patiently(installed);
  await patiently(built);
  const { rehearse } = await import('./practice/rehearsal.mjs');
  await rehearse({ ...words, root, closers });
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
