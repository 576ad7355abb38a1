import { parseArgs } from 'node:util';

export const usage = `Usage: npm run demo -- [--people 8100] [--seed 1] [--days 31] [--exit]

Makes a synthetic island, lives a month of it against the gateway simulator, prints the counts, and leaves the server running.

  --people N   people on the list that is imported (8100: 6000 locals, 1200 migrants, 900 arrivals); the rest scales with it
  --seed N     another island
  --days N     how many days are lived, 1 to 120; the last one ends now
  --exit       ends when the counts are printed instead of leaving the server running
  --help       shows this

Environment: PORT (3000, or the next free one), HOST (127.0.0.1), DATABASE_URL (sqlite:./data/demo.db, made anew each time;
another database must be empty: the demo deletes nothing of it), TIDECALL_DATA_KEY and TIDECALL_INDEX_KEY (made for the demo where absent).`;

/** What the command line says. A wrong word is a `mistake`, with a sentence that names it. */
export function readWords(words) {
  try {
    const { values } = parseArgs({
      args: words,
      options: {
        people: { type: 'string', default: '8100' },
        seed: { type: 'string', default: '1' },
        days: { type: 'string', default: '31' },
        exit: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return {
      people: within(values, 'people', [100, 2_000_000]),
      seed: within(values, 'seed', [1, 2_147_483_647]),
      days: within(values, 'days', [1, 120]),
      exit: values.exit,
      help: values.help,
    };
  } catch (error) {
    return { mistake: error instanceof Error ? error.message : String(error) };
  }
}

function within(values, name, [least, most]) {
  const text = values[name];
  const n = Number(text);
  if (/^\d{1,10}$/.test(text) && n >= least && n <= most) return n;
  throw new Error(`--${name} takes a whole number from ${least} to ${most}, not "${text}"`);
}
