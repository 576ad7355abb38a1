import { existsSync, statSync } from 'node:fs';
import { Gateways, hostsOf, isLoopback } from '../../gateways/index.js';
import {
  ConfigError,
  connect,
  isPrivateAddress,
  keyFileOf,
  openVault,
  type Config,
  type Vault,
} from '../../platform/index.js';
import { deploymentMistakes } from '../../platform/deployment/index.js';
import { withKeys } from '../backup/place.js';
import { errorText } from '../answer.js';
import { fail, ok, warn, type Line } from './line.js';

/** The vault of the keys that are there; never makes new ones. */
const heldVault = (config: Config): Vault => openVault(withKeys(config));

/** There, of the right form, kept from others' eyes, and those of this database. */
export async function checkKeys(config: Config): Promise<Line[]> {
  const { keys } = config;
  const inEnvironment = keys.dataKey !== null && keys.indexKey !== null;
  const file = keyFileOf(config);
  if (!inEnvironment && file && !existsSync(file)) {
    return existsSync(file.replace(/\.keys\.json$/, ''))
      ? [
          fail(
            'keys',
            `there is a database, but no ${file}`,
            'put the keys back: without them its people cannot be read',
          ),
        ]
      : [warn('keys', 'there are none yet', 'the first start makes them beside the database; keep a copy apart')];
  }
  let vault: Vault;
  try {
    vault = heldVault(config);
  } catch (error) {
    return [fail('keys', errorText(error), 'openssl rand -base64 32, for each of the two')];
  }
  const lines = await fitting(config, vault);
  if (inEnvironment || !file) return lines;
  const open = (statSync(file).mode & 0o077) !== 0;
  return [
    ...lines,
    open
      ? fail('keys', `others on this machine may read ${file}`, `chmod 600 ${file}`)
      : ok('keys', `${file} is yours alone`),
  ];
}

/** What a start asks the database, asked before one. */
async function fitting(config: Config, vault: Vault): Promise<Line[]> {
  const { database: url } = config;
  if (url.kind === 'sqlite' && !existsSync(url.path)) return [ok('keys', 'well formed; there is no database yet')];
  const { database, writer } = await connect(url, []);
  try {
    const hasTables = await writer.createQueryRunner().hasTable('deployment');
    const rows = hasTables
      ? await database.query<{ name: string; value: string }>('SELECT name, value FROM deployment')
      : [];
    const held = new Map(rows.map((r) => [r.name, r.value]));
    if (!held.has('keyCheck')) return [ok('keys', 'well formed; the database is still empty')];
    const mistakes = deploymentMistakes(held, config, vault);
    return mistakes.length === 0
      ? [ok('keys', 'they are those of this database')]
      : mistakes.map((m) => fail('keys', m, 'nothing starts before: correct the settings or the keys'));
  } finally {
    await database.close();
  }
}

/** By its number, or by the name of this machine; what other names resolve to is looked at when they are called. */
const isInside = (host: string): boolean => isLoopback(host) || isPrivateAddress(host.replace(/:\d+$/, ''));

/** Each is built as a start would build it; the hosts that its messages go to are named. Nothing is called. */
export function checkGateways(config: Config): Line[] {
  if (config.settings.gateways.length === 0)
    return [warn('gateways', 'none is configured: nothing can be sent', 'config/example.yaml shows one of each')];
  let vault: Vault;
  try {
    vault = heldVault(config);
  } catch {
    return [warn('gateways', 'not looked at, for the keys are missing', 'see keys')];
  }
  try {
    return new Gateways(config, vault).all().map((g) => {
      const hosts = hostsOf(g.adapter, g.settings);
      const what = `${g.key} (${g.adapter.id})`;
      if (g.adapter.transport === 'task') return ok('gateways', `${what} makes tasks in the house`);
      const inside = g.adapter.transport === 'http' && !g.connection.allowPrivate ? hosts.filter(isInside) : [];
      if (inside.length > 0)
        return fail(
          'gateways',
          `${what} lies in a private network (${inside.join(', ')}), where nothing is called`,
          "settings.allowPrivate: true, where it is the house's own",
        );
      return hosts.length === 0
        ? fail('gateways', `${what} declares no host`, 'its settings must name where its messages go')
        : ok(
            'gateways',
            `${what} sends to ${hosts.join(', ')} and nowhere else${g.isSimulator ? ', a simulator' : ''}`,
          );
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.mistakes.map((m) => fail('gateways', m, 'correct it in the file of TIDECALL_CONFIG'));
  }
}
