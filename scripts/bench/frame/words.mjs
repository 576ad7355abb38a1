import { parseArgs } from 'node:util';

const DATABASES = ['sqlite', 'mariadb'];

export const USAGE = `npm run bench -- [--only topic,topic] [--on sqlite,mariadb] [--size N] [--json file]
  --only  these topics alone
  --on    these databases alone
  --size  over so many people, rows or messages instead of each topic's own number; goals are told for that number alone
  --json  where the figures are written (artefacts/bench.json)`;

const wrong = (problem) => ({ ok: false, problem: `${problem}\n${USAGE}` });

const options = {
  only: { type: 'string' },
  on: { type: 'string' },
  size: { type: 'string' },
  json: { type: 'string' },
  help: { type: 'boolean' },
};

/** What the command line asks for; a word that is not known is an error that says what is. */
export function readWords(words, topics) {
  let values;
  try {
    ({ values } = parseArgs({ args: words, options, strict: true, allowPositionals: false }));
  } catch (error) {
    return wrong(error.message);
  }
  const only = values.only?.split(',') ?? topics;
  const on = values.on?.split(',') ?? DATABASES;
  const stranger = only.find((topic) => !topics.includes(topic));
  if (stranger !== undefined) return wrong(`There is no topic "${stranger}": ${topics.join(', ')}.`);
  const elsewhere = on.find((database) => !DATABASES.includes(database));
  if (elsewhere !== undefined) return wrong(`There is no database "${elsewhere}": ${DATABASES.join(', ')}.`);
  if (values.size !== undefined && !/^[1-9]\d{0,8}$/.test(values.size))
    return wrong(`--size takes a whole number from 1, not "${values.size}".`);
  const size = values.size === undefined ? undefined : Number(values.size);
  return { ok: true, help: values.help ?? false, only, on, size, json: values.json };
}
