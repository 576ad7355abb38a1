/** `npm run demo`: makes a fresh clone ready, then lives a month of an island before your eyes. */
import process from 'node:process';
import { say } from './demo/steps.mjs';
import { readWords, usage } from './demo/words.mjs';
import { program } from './program.mjs';

const begun = Date.now();

program({
  usage,
  readWords,
  // The month was broken off; once it was lived, Ctrl-C is the way to leave.
  interrupted: 130,
  run: async (given, { close, stopped }) => {
    const { runDemo, leaveRunning } = await import('./demo/run.mjs');
    const done = await runDemo(given);
    say(`The demo took ${((Date.now() - begun) / 1000).toFixed(1)} s.`);
    if (given.exit || done.broken.length > 0) {
      await close();
      process.exit(done.broken.length > 0 ? 1 : 0);
    }
    await leaveRunning(done);
    stopped(0);
  },
});
