import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { UnreadableSheet } from '../platform/sheets/index.js';
import { dayOf, Reconciliation, type ReadBill } from '../receipts/index.js';
import { answering, command, Refusal, WrongWords, type Answer } from './answer.js';
import { TERMINAL, withRooms } from './rooms.js';
import { table } from './table.js';

async function read(gateway: string, file: string | undefined, day: number | null): Promise<ReadBill> {
  const by = { id: TERMINAL.id, name: TERMINAL.name };
  const content = file === undefined ? null : await readFile(file).catch(() => null);
  if (file !== undefined && content === null) throw new Refusal(`${file} cannot be read.`);
  return withRooms(async (get) => {
    const reconciliation = get(Reconciliation);
    const result =
      content === null
        ? await reconciliation.receipts(gateway, day!, by)
        : await reconciliation.bill({ gateway, day, file: content }, by);
    if (result.ok) return result.value;
    throw new Refusal(`there is no gateway ${gateway} that could be asked so`);
  });
}

const answer = (bill: ReadBill): Answer => ({
  data: bill,
  text: [
    table(
      ['day', 'ours', 'theirs', 'differences'],
      bill.days.map((d) => [d.day, d.ours.recipients, d.theirs.recipients, d.differences]),
    ),
    ...bill.rejected.map((r) => `line ${r.line}: ${r.field}: ${r.message}`),
  ].join('\n'),
  isBad: bill.rejected.length > 0 || bill.days.some((d) => d.differences > 0),
});

/** `reconcile`: our books against a gateway's bill file, or against its receipts; exit 1 where they differ. */
export const addReconcile = (program: Command): void => {
  command(
    program,
    'reconcile <gateway> [file]',
    "compare our books with a gateway's bill (CSV, XLSX), or with its receipts",
  )
    .option('--day <date>', 'the day, where the file names none or there is no file')
    .action(
      answering(async (gateway: string, file: string | undefined, options: { day?: string }) => {
        const day = options.day === undefined ? null : dayOf(options.day);
        if (options.day !== undefined && day === null)
          throw new WrongWords(`--day ${options.day}: a date such as 2026-11-24`);
        if (file === undefined && day === null) throw new WrongWords('name a file, or a day with --day');
        try {
          return answer(await read(gateway, file, day));
        } catch (error) {
          if (error instanceof UnreadableSheet) throw new Refusal(`${file}: ${error.message}`);
          throw error;
        }
      }),
    );
};
