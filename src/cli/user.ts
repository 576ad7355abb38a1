import { Option, type Command } from 'commander';
import { Accounts, ROLES, UserRecords, Users, type Role } from '../accounts/index.js';
import type { InputMistake } from '../platform/index.js';
import { answering, command, mistakeLines, Refusal } from './answer.js';
import { TERMINAL, withRooms } from './rooms.js';

interface Options {
  readonly username: string;
  readonly role: Role;
  readonly township?: string;
  readonly phone?: string;
}

/** The first line of standard input, without its end. */
async function firstLine(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) {
    parts.push(Buffer.from(part as Buffer));
    if (Buffer.from(part as Buffer).includes(10)) break;
  }
  return Buffer.concat(parts).toString('utf8').split('\n')[0]!.replace(/\r$/, '');
}

/** `user create` and `user enable`: how the first user comes into an empty deployment. */
export const addUser = (program: Command): void => {
  const user = program.command('user').description('users');
  command(user, 'create', 'make a user; the password is one line on standard input')
    .requiredOption('--username <name>', 'how the user signs in')
    .addOption(
      new Option('--role <role>', 'what the user may do').choices(ROLES as unknown as string[]).makeOptionMandatory(),
    )
    .option('--township <name>', 'code or name; a township officer needs one')
    .option('--phone <number>', 'where test messages to this user go, once verified')
    .requiredOption('--password-stdin', 'read the password from standard input: nowhere else would it stay unseen')
    .action(
      answering(async ({ username, role, township, phone }: Options) => {
        const password = await firstLine();
        const made = await withRooms((get) =>
          get(Accounts).create({ username, role, township, phone, password }, TERMINAL),
        );
        if (made.ok) return { data: made.value, text: `Made ${made.value.username} (${role}), id ${made.value.id}.` };
        throw new Refusal(
          made.error === 'usernameTaken'
            ? `Somebody is called ${username} already.`
            : mistakeLines(made.detail as InputMistake[]),
        );
      }),
    );
  command(
    user,
    'enable',
    'enable a user: also one that waits for a second administrator, where the office has one alone',
  )
    .requiredOption('--username <name>', 'how the user signs in')
    .action(
      answering(async ({ username }: { readonly username: string }) => {
        const enabled = await withRooms(async (get) => {
          const found = await get(UserRecords).byName(username);
          return found && get(Users).enable(found.id, TERMINAL);
        });
        if (!enabled?.ok) throw new Refusal(`Nobody is called ${username}.`);
        return { data: enabled.value, text: `${enabled.value.username} (${enabled.value.role}) may sign in.` };
      }),
    );
};
