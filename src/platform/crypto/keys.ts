import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { Vault } from './vault.js';

const keyFrom = (name: string, text: string): Buffer => {
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32) throw new Error(`${name} must be 32 bytes in base64 (openssl rand -base64 32)`);
  return key;
};

/**
 * Opens the vault with the keys of the environment. The embedded default, a single SQLite file, makes its keys beside the
 * database at first start and says so; a MySQL deployment without keys does not start, for a key made on one of many
 * machines would lock the others out.
 */
export function openVault(config: Config): Vault {
  const { dataKey, dataKeysOld, indexKey, indexKeysOld } = config.keys;
  if (dataKey && indexKey) {
    return new Vault(
      [dataKey, ...dataKeysOld].map((k) => keyFrom('TIDECALL_DATA_KEY', k)),
      [indexKey, ...indexKeysOld].map((k) => keyFrom('TIDECALL_INDEX_KEY', k)),
    );
  }
  if (config.database.kind === 'mysql') {
    throw new Error(
      'TIDECALL_DATA_KEY and TIDECALL_INDEX_KEY are not set: with MySQL/MariaDB they must be (openssl rand -base64 32 each)',
    );
  }
  const file = `${config.database.path}.keys.json`;
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    const made = { dataKey: randomBytes(32).toString('base64'), indexKey: randomBytes(32).toString('base64') };
    writeFileSync(file, JSON.stringify(made, null, 2), { mode: 0o600 });
    chmodSync(file, 0o600);
    new Logger('Keys').warn(
      `made new keys in ${file}: keep a copy apart from the database; without them its people cannot be read`,
    );
  }
  const read = JSON.parse(readFileSync(file, 'utf8')) as { dataKey: string; indexKey: string };
  return new Vault([keyFrom(file, read.dataKey)], [keyFrom(file, read.indexKey)]);
}
