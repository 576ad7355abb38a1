import { userInfo } from 'node:os';
import type { Abstract, LoggerService, Type } from '@nestjs/common';
import { COUNTY, type Actor } from '../accounts/index.js';
import { assemble } from '../app.js';
import { loadConfig, type Config } from '../platform/index.js';

/** Fetches a service of any room. */
export type Rooms = <T>(token: Type<T> | Abstract<T>) => T;

const loginName = (): string => {
  try {
    return `cli:${userInfo().username}`.slice(0, 64);
  } catch {
    // A container may run as a user whom its machine does not know.
    return 'cli';
  }
};

/** Whoever sits at the machine's terminal: sees the whole county, but nothing sensitive. The ledger names the machine's user. */
export const TERMINAL: Actor = {
  id: 'cli',
  name: loginName(),
  role: 'officer',
  scope: COUNTY,
  mayReadSensitive: false,
};

/** Only what is wrong, on the error channel: the answer stands alone on the other. */
class TerminalLog implements LoggerService {
  log(): void {}
  debug(): void {}
  verbose(): void {}
  warn(message: unknown): void {
    process.stderr.write(`warning: ${String(message)}\n`);
  }
  error(message: unknown, ...rest: unknown[]): void {
    // Nest reports a failed start by itself; the command line says it in its own words.
    if (rest.at(-1) !== 'ExceptionHandler') process.stderr.write(`error: ${String(message)}\n`);
  }
  fatal(message: unknown): void {
    this.error(message);
  }
}

/** Puts the house together without anything that runs by itself, does the work, and closes properly whatever happens. */
export async function withRooms<T>(
  work: (get: Rooms, config: Config) => Promise<T>,
  options: { readonly config?: Config; readonly migrate?: boolean } = {},
): Promise<T> {
  const config = options.config ?? loadConfig();
  const { app, close } = await assemble({
    config,
    roles: { api: false, scheduler: false, worker: false },
    schedules: false,
    logger: new TerminalLog(),
    migrate: options.migrate ?? false,
  });
  try {
    return await work((token) => app.get(token, { strict: false }), config);
  } finally {
    await close();
  }
}
