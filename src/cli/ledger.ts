import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { LedgerExport, LedgerVerifier, verifyExport, type Verification } from '../audit/index.js';
import { Ledger } from '../platform/index.js';
import { answering, command, type Answer } from './answer.js';
import { linesOf, refuseExisting } from './files.js';
import { TERMINAL, withRooms } from './rooms.js';

const entryName = (bad: { seq: number | null; id: number | null }): string =>
  [bad.seq === null ? '' : `entry ${bad.seq}`, bad.id === null ? '' : `row ${bad.id}`].filter(Boolean).join(', ');

function verdict(found: Omit<Verification, 'roots' | 'unrooted'> & Partial<Verification>): Answer {
  const { valid, entries, checkpoints, unsealed, head, firstBad, roots, unrooted } = found;
  if (valid) {
    const text = `The ledger holds: ${entries} entries, ${checkpoints} checkpoints, ${unsealed} not yet in the chain.\nThe last is entry ${head.seq} with the hash ${head.hash}${roots === undefined ? '' : `\nThe settlement events of ${roots} days give their roots; ${unrooted} are of today.`}`;
    return { data: found, text };
  }
  const where = firstBad ? entryName(firstBad) : '';
  const text = `The ledger does NOT hold${where ? ` at ${where}` : ''}: ${firstBad?.why ?? 'unknown'}\n${entries} entries before it hold.`;
  return { data: found, text, isBad: true };
}

async function* textLines(file: string): AsyncGenerator<string> {
  for await (const line of linesOf(createReadStream(file))) yield line.toString('utf8');
}

/** Writes beside the file and gives it its name at the end: a half-written export never looks like a whole one. */
async function writeExport(file: string): Promise<number> {
  await refuseExisting(file);
  const unfinished = `${file}.unfinished`;
  let lines = 0;
  await withRooms(async (get) => {
    await get(Ledger).write({ action: 'audit.export', subject: 'ledger', by: TERMINAL });
    const counted = async function* () {
      for await (const part of get(LedgerExport).lines()) {
        lines += part.split('\n').length - 1;
        yield part;
      }
    };
    try {
      await pipeline(Readable.from(counted()), createWriteStream(unfinished, { mode: 0o600 }));
      await rename(unfinished, file);
    } finally {
      await rm(unfinished, { force: true });
    }
  });
  return lines;
}

export const addLedger = (program: Command): void => {
  const ledger = program.command('ledger').description('the record of all decisions');
  command(ledger, 'verify', 'recompute the chain; exit 1 naming the first entry that does not fit')
    .option('--export <file>', 'verify an exported ledger instead of the database')
    .option('--contents', 'also each settlement event against its delivery, which takes longer')
    .action(
      answering(async (options: { export?: string; contents?: boolean }) =>
        verdict(
          options.export === undefined
            ? await withRooms((get) => get(LedgerVerifier).verify({}, options.contents ?? false))
            : await verifyExport(textLines(options.export)),
        ),
      ),
    );
  command(
    ledger,
    'export <file>',
    'write the ledger as lines of JSON; scripts/verify-ledger.mjs proves it elsewhere',
  ).action(
    answering(async (file: string) => {
      const lines = await writeExport(file);
      return { data: { file, lines }, text: `Wrote ${lines} lines to ${file}.` };
    }),
  );
};
