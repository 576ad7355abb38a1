import type { Command } from 'commander';
import { connect, loadConfig, migrate } from '../platform/index.js';
import { answering, command } from './answer.js';

/** `migrate`: brings the database up to date. Neither keys nor gateways are needed for it. */
export const addMigrate = (program: Command): void => {
  command(program, 'migrate', 'bring the database up to date').action(
    answering(async () => {
      const { database, writer } = await connect(loadConfig().database, []);
      try {
        const ran = await migrate(writer);
        const text = ran.length === 0 ? 'The database is up to date.' : `Ran ${ran.join(', ')}.`;
        return { data: { ran }, text };
      } finally {
        await database.close();
      }
    }),
  );
};
