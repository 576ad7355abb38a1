import type { Command } from 'commander';
import { Switches } from '../dispatch/index.js';
import { answering, command } from './answer.js';
import { withRooms } from './rooms.js';
import { table } from './table.js';

interface Listed {
  readonly key: string;
  readonly adapter: string;
  readonly channels: readonly string[];
  readonly status: string;
  readonly fault: string | null;
  readonly isSimulator: boolean;
  readonly waitingBatches: number;
}

/** `gateway list`: what is configured, and how it fares. */
export const addGateway = (program: Command): void => {
  const gateway = program.command('gateway').description('the ways out of the house');
  command(gateway, 'list', 'the configured gateways and their state').action(
    answering(async () => {
      const items = (await withRooms((get) => get(Switches).list())) as Listed[];
      const rows = items.map((g) => [
        g.key,
        g.adapter,
        g.channels.join(','),
        g.fault ? `${g.status} (${g.fault})` : g.status,
        g.isSimulator ? 'yes' : '',
        g.waitingBatches,
      ]);
      const header = ['key', 'adapter', 'channels', 'status', 'simulator', 'waiting batches'];
      return { data: { items }, text: items.length === 0 ? 'No gateway is configured.' : table(header, rows) };
    }),
  );
};
