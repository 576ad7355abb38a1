/** `npm run practice`: a rehearsal of an office's own outreach, with made-up people and the simulator. */
import { readWords, usage } from './practice/words.mjs';
import { program } from './program.mjs';

program({
  usage,
  readWords,
  interrupted: 0,
  run: async (given) => {
    const { rehearse } = await import('./practice/rehearsal.mjs');
    await rehearse(given);
  },
});
