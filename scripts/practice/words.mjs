import { parseArgs } from 'node:util';

export const usage = `Usage: TIDECALL_CONFIG=config/mine.yaml npm run practice -- [--people 800] [--fresh]

Opens a rehearsal of your own office: your townships, windows and caps, made-up people, every gateway the simulator. It has a
database of its own (in the folder practice beside the real one), and every message in it says 演练. It goes on where you left it.

  --people N   made-up people of the first start (800)
  --fresh      forgets the rehearsal so far and begins anew
  --help       shows this

Environment: TIDECALL_CONFIG (required), PORT (3100, or the next free one), HOST (127.0.0.1), DATABASE_URL (only to know where the
real database is: it is not opened). The real keys are not used.`;

/** What the command line says. A wrong word is a `mistake`, with a sentence that names it. */
export function readWords(words) {
  try {
    const { values } = parseArgs({
      args: words,
      options: {
        people: { type: 'string', default: '800' },
        fresh: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const people = Number(values.people);
    if (!/^\d{1,6}$/.test(values.people) || people < 100 || people > 100_000)
      throw new Error(`--people takes a whole number from 100 to 100000, not "${values.people}"`);
    return { ...values, people };
  } catch (error) {
    return { mistake: error instanceof Error ? error.message : String(error) };
  }
}
