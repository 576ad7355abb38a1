import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { z } from 'zod';
import { ConfigError } from '../config/load.js';
import type { Config } from '../config/config.js';
import { Vault } from './vault.js';

/** Keys in base64; the former ones still open old values and old indexes. */
export interface KeyTexts {
  readonly dataKey: string;
  readonly dataKeysOld: readonly string[];
  readonly indexKey: string;
  readonly indexKeysOld: readonly string[];
}

const keyFile = z.object({
  dataKey: z.string(),
  dataKeysOld: z.array(z.string()).default([]),
  indexKey: z.string(),
  indexKeysOld: z.array(z.string()).default([]),
});

const keyFrom = (name: string, text: string): Buffer => {
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32) throw new ConfigError([`${name}: must be 32 bytes in base64 (openssl rand -base64 32)`]);
  return key;
};

/** Where the keys of the embedded default lie; null for a database that needs them in the environment. */
export const keyFileOf = ({ database }: Config): string | null =>
  database.kind === 'sqlite' ? `${database.path}.keys.json` : null;

/** A new key: 32 random bytes in base64. */
export const newKey = (): string => randomBytes(32).toString('base64');

/** The keys of the environment, else those of the file beside the embedded database; null where there are none. */
export function heldKeys(config: Config): KeyTexts | null {
  const { dataKey, indexKey, dataKeysOld, indexKeysOld } = config.keys;
  if (dataKey !== null && indexKey !== null) return { dataKey, indexKey, dataKeysOld, indexKeysOld };
  const file = keyFileOf(config);
  return file !== null && existsSync(file) ? readKeyFile(file) : null;
}

/** The vault of keys in base64. Throws a ConfigError for one that has not 32 bytes. */
export const vaultOf = ({ dataKey, dataKeysOld, indexKey, indexKeysOld }: KeyTexts): Vault =>
  new Vault(
    [keyFrom('TIDECALL_DATA_KEY', dataKey), ...dataKeysOld.map((k) => keyFrom('TIDECALL_DATA_KEY_OLD', k))],
    [keyFrom('TIDECALL_INDEX_KEY', indexKey), ...indexKeysOld.map((k) => keyFrom('TIDECALL_INDEX_KEY_OLD', k))],
  );

/** Opens the vault with the keys that are held. Throws a ConfigError where there are none. */
export function openVault(config: Config): Vault {
  const held = heldKeys(config);
  if (held) return vaultOf(held);
  throw new ConfigError([
    config.database.kind === 'mysql'
      ? 'TIDECALL_DATA_KEY and TIDECALL_INDEX_KEY are not set: with MySQL/MariaDB they must be (openssl rand -base64 32 each)'
      : `there is a database at ${config.database.path}, but no keys: set TIDECALL_DATA_KEY and TIDECALL_INDEX_KEY, or put its former keys back at ${keyFileOf(config)}`,
  ]);
}

/**
 * The embedded default makes its keys beside the database before that is made, and says so. Never for a database that is
 * there already: it has keys somewhere, and new ones would open nothing. A MySQL deployment gets none at all, for a key made
 * on one of many machines would lock the others out.
 */
export function makeFirstKeys(config: Config): void {
  const file = keyFileOf(config);
  if (file === null || heldKeys(config) !== null) return;
  if (config.database.kind === 'sqlite' && existsSync(config.database.path)) return;
  mkdirSync(dirname(file), { recursive: true });
  const made = writeKeyFile(file, { dataKey: newKey(), dataKeysOld: [], indexKey: newKey(), indexKeysOld: [] });
  if (!made) return;
  // Before there is a log, and never on standard output, which belongs to what a command answers.
  process.stderr.write(
    `made new keys in ${file}: keep a copy apart from the database; without them its people cannot be read\n`,
  );
}

/**
 * Writes a key file whole or not at all, readable by its owner alone; false where there is one already: keys are never
 * overwritten, for what they opened would be lost with them.
 */
export function writeKeyFile(file: string, keys: KeyTexts): boolean {
  const beside = `${file}.${randomBytes(6).toString('hex')}.new`;
  const handle = openSync(beside, 'wx', 0o600);
  try {
    writeSync(handle, `${JSON.stringify(keys, null, 2)}\n`);
    fsyncSync(handle);
    linkSync(beside, file);
    keepName(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    closeSync(handle);
    rmSync(beside, { force: true });
  }
}

/** Puts new keys in the place of a key file, at one stroke; the file before stays beside it, by the time it was replaced. */
export function replaceKeyFile(file: string, keys: KeyTexts): void {
  const next = `${file}.next`;
  rmSync(next, { force: true });
  if (!writeKeyFile(next, keys)) throw new Error(`${next} is in the way`);
  linkSync(file, `${file}.until-${new Date().toISOString().replace(/\D/g, '')}`);
  renameSync(next, file);
  keepName(file);
}

/** A file's name lies in its folder, and is kept through a loss of power only once the folder is. */
function keepName(file: string): void {
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function readKeyFile(file: string): KeyTexts {
  const unreadable = (why: string) =>
    new ConfigError([`${file}: ${why}; put the former keys back, do not make new ones`]);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw unreadable(error instanceof SyntaxError ? 'is no JSON' : 'cannot be read');
  }
  const read = keyFile.safeParse(json);
  if (!read.success) throw unreadable('does not hold dataKey and indexKey');
  return read.data;
}
