import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { OptOutDesk } from '../audience/index.js';
import { withoutNumbers } from '../platform/index.js';
import { answering, command, Refusal, WrongWords, type Answer } from './answer.js';
import { TERMINAL, withRooms } from './rooms.js';

const CHANNELS = ['sms', 'voice', 'chat', 'email', 'visit'];

interface Options {
  readonly channel?: string;
  readonly file?: string;
}

/** The first cell of each line: a plain list, or a table whose first column is the number. A heading is no number. */
async function numbersIn(path: string): Promise<{ line: number; phone: string }[]> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) throw new Refusal(`${path} cannot be read.`);
  return text
    .replace(/^\ufeff/, '')
    .split(/\r\n|[\r\n]/)
    .map((line, i) => ({
      line: i + 1,
      phone: line
        .split(/[,;\t，；]/)[0]!
        .replaceAll('"', '')
        .trim(),
    }))
    .filter(({ line, phone }) => phone !== '' && (line > 1 || /\p{Nd}/u.test(phone)));
}

async function add(phones: readonly string[], { channel, file }: Options): Promise<Answer> {
  if (channel !== undefined && !CHANNELS.includes(channel))
    throw new WrongWords(`--channel ${withoutNumbers(channel)}: one of ${CHANNELS.join(', ')}`);
  if (phones.length > 0 === (file !== undefined)) throw new WrongWords('give numbers, or --file with a number a line');
  const given = file === undefined ? phones.map((phone, i) => ({ line: i + 1, phone })) : await numbersIn(file);
  const { added, known, rejected } = await withRooms((get) =>
    get(OptOutDesk).addLines(given, {
      channel: channel ?? null,
      by: TERMINAL,
      source: file === undefined ? 'api' : 'import',
    }),
  );
  const wrong = rejected.map(({ line }) => ({ line, message: 'no phone number' }));
  return {
    data: { added, known, wrong },
    text: [
      `${added} entered, ${known} refused already.`,
      ...wrong.map(({ line, message }) => `${file === undefined ? 'number' : 'line'} ${line}: ${message}`),
    ].join('\n'),
    isBad: wrong.length > 0,
  };
}

/** `opt-out`: a village office or 96110 enters in one line that somebody wants no publicity. */
export const addOptOut = (program: Command): void => {
  command(program, 'opt-out [phones...]', 'enter that these numbers want no publicity')
    .option('--channel <channel>', `one of ${CHANNELS.join(', ')} (all, if it is not given)`)
    .option('--file <file>', 'a file with a number a line')
    .action(answering((phones: string[], options: Options) => add(phones, options)));
};
