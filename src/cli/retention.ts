import type { Command } from 'commander';
import { Retention, type Kept } from '../audience/index.js';
import { answering, command } from './answer.js';
import { TERMINAL, withRooms } from './rooms.js';
import { table } from './table.js';

const shown = (items: readonly Kept[], isDryRun: boolean): string =>
  table(
    ['kind', 'kept for', 'older than', isDryRun ? 'would be forgotten' : 'forgotten'],
    items.map((k) => [k.kind, k.keptFor, k.before, k.forgotten]),
  );

/** `retention`: forgets now what is older than its period, as the daily job does; `--dry-run` only counts. */
export const addRetention = (program: Command): void => {
  command(program, 'retention', 'forget personal data that is older than its period, as the daily job does')
    .option('--dry-run', 'only say what would be forgotten')
    .action(
      answering(async ({ dryRun = false }: { dryRun?: boolean }) => {
        const items = await withRooms((get) => {
          const retention = get(Retention);
          return dryRun ? retention.dryRun() : retention.apply({ id: TERMINAL.id, name: TERMINAL.name });
        });
        return { data: { dryRun, items }, text: shown(items, dryRun) };
      }),
    );
};
