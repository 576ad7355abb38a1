import type { Command } from 'commander';
import {
  connect,
  heldKeys,
  keyFileOf,
  loadConfig,
  newKey,
  replaceKeyFile,
  vaultOf,
  type Config,
  type KeyTexts,
} from '../platform/index.js';
import { answering, command, Refusal } from './answer.js';
import { leftSealed } from './keys/reseal.js';
import { isIndexKeyNew, refuseCompany, rotate } from './keys/rotation.js';

type Held = Awaited<ReturnType<typeof connect>>;

/** The keys to rotate to. Those of the environment are new already; a key file gets new ones, unless a rotation was cut off. */
async function keysToUse(config: Config, keys: KeyTexts, { database }: Held): Promise<KeyTexts> {
  const file = config.keys.dataKey === null ? keyFileOf(config) : null;
  if (file === null) return keys;
  const vault = vaultOf(keys);
  if ((await isIndexKeyNew(database, vault)) || (await leftSealed(database, vault)) > 0) return keys;
  // Before the file is written: under a running product new keys in it would stop its next start.
  await refuseCompany(database);
  const next = {
    dataKey: newKey(),
    dataKeysOld: [keys.dataKey, ...keys.dataKeysOld],
    indexKey: newKey(),
    indexKeysOld: [keys.indexKey, ...keys.indexKeysOld],
  };
  replaceKeyFile(file, next);
  return next;
}

/** `keys rotate`: after it a former data key opens nothing that is here. */
export const addKeys = (program: Command): void => {
  const group = program.command('keys').description('the keys that protect people’s data');
  command(
    group,
    'rotate',
    'move everything to the keys that are set (former ones in …_OLD), or to new ones in the key file; begin again where it was cut off',
  ).action(
    answering(async () => {
      const config = loadConfig();
      // Before the database is opened, for opening makes its file.
      const keys = heldKeys(config);
      if (!keys) throw new Refusal('There are no keys: set the new ones, and the former ones in …_OLD.');
      const held = await connect(config.database, []);
      try {
        const rotated = await rotate(held.database, vaultOf(await keysToUse(config, keys, held)));
        const { values, indexes } = rotated;
        const text = [
          `${values} values were sealed anew; ${indexes === null ? 'the index key is the same' : `${indexes} indexes were moved`}.`,
          'TIDECALL_DATA_KEY_OLD is not needed any more, but by backups from before.',
          'Keep TIDECALL_INDEX_KEY_OLD: the ledger’s marks and the refusals of people who are not here any more stand under it.',
        ].join('\n');
        return { data: rotated, text };
      } finally {
        await held.database.close();
      }
    }),
  );
};
