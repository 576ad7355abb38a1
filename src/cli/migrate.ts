import type { Command } from 'commander';
import { LEDGER_TRIGGERS, ledgerGrants } from '../audit/index.js';
import { connect, loadConfig, makeFirstKeys, migrate } from '../platform/index.js';
import { answering, command, Refusal, WrongWords } from './answer.js';

type Writer = Awaited<ReturnType<typeof connect>>['writer'];

interface Options {
  readonly protectLedger?: boolean;
  readonly grantTo?: string;
}

/** `name@host` as an account of MariaDB; null for what is none. */
const accountOf = (text: string): string | null => {
  const [, name, host] = /^([\w.-]{1,32})@([\w.%:-]{1,60})$/.exec(text) ?? [];
  return name && host ? `'${name}'@'${host}'` : null;
};

async function protectLedger(writer: Writer): Promise<void> {
  for (const { name, create } of LEDGER_TRIGGERS) {
    await writer.query(`DROP TRIGGER IF EXISTS ${name}`);
    await writer.query(create);
  }
}

async function grant(writer: Writer, account: string): Promise<void> {
  const tables = (await writer.query(
    "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE'",
  )) as { name: string }[];
  for (const sql of ledgerGrants(
    tables.map((t) => t.name),
    account,
  ))
    await writer.query(sql);
}

/** `migrate`: brings the database up to date. Gateways are not needed for it. */
export const addMigrate = (program: Command): void => {
  command(program, 'migrate', 'bring the database up to date')
    .option('--protect-ledger', 'MariaDB/MySQL: let the server refuse to alter or remove what the ledger holds')
    .option('--grant-to <name@host>', 'MariaDB/MySQL: give this database user what the product needs, and no more')
    .action(
      answering(async ({ protectLedger: isProtected = false, grantTo }: Options) => {
        const config = loadConfig();
        const account = grantTo === undefined ? null : accountOf(grantTo);
        if (grantTo !== undefined && account === null) throw new WrongWords(`${grantTo} is no name@host`);
        if ((isProtected || account) && config.database.kind !== 'mysql')
          throw new Refusal('SQLite knows no users: whoever may write the file may write all of it.');
        makeFirstKeys(config);
        const { database, writer } = await connect(config.database, []);
        try {
          const ran = await migrate(writer);
          if (isProtected) await protectLedger(writer);
          if (account) await grant(writer, account);
          const text = [
            ran.length === 0 ? 'The database is up to date.' : `Ran ${ran.join(', ')}.`,
            ...(isProtected ? ['The server refuses to alter or remove what the ledger holds.'] : []),
            ...(account ? [`${account} may do what the product needs.`] : []),
          ].join('\n');
          return { data: { ran, protected: isProtected, grantedTo: grantTo ?? null }, text };
        } finally {
          await database.close();
        }
      }),
    );
};
