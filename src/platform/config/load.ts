import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';
import { Config, type DatabaseUrl } from './config.js';
import { configSchema } from './schema.js';

type Environment = Readonly<Record<string, string | undefined>>;
type Tree = Record<string, unknown>;

/** A start that cannot be: every mistake of the configuration, each with its place. */
export class ConfigError extends Error {
  constructor(readonly mistakes: readonly string[]) {
    super(`The configuration cannot be used:\n${mistakes.map((m) => `  - ${m}`).join('\n')}`);
  }
}

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

const laidOver = (base: unknown, over: unknown): unknown => {
  if (!isTree(base) || !isTree(over)) return over === undefined ? base : over;
  const merged: Tree = { ...base };
  for (const [key, value] of Object.entries(over)) merged[key] = laidOver(base[key], value);
  return merged;
};

/** `${NAME}` in any text of the YAML reads the environment, so that no secret stands in a file. */
const filled = (value: unknown, environment: Environment, path: string, mistakes: string[]): unknown => {
  if (typeof value === 'string') {
    return value.replace(/\$\{([A-Z][A-Z0-9_]*)\}/g, (_, name: string) => {
      const found = environment[name];
      if (found === undefined) mistakes.push(`${path}: the environment variable ${name} is not set`);
      return found ?? '';
    });
  }
  if (Array.isArray(value)) return value.map((v, i) => filled(v, environment, `${path}[${i}]`, mistakes));
  if (isTree(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([k, v]) => [k, filled(v, environment, path ? `${path}.${k}` : k, mistakes)]),
    );
  }
  return value;
};

const readYaml = (file: string, mistakes: string[]): unknown => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    mistakes.push(`${file}: cannot be read`);
    return {};
  }
  const document = parseDocument(text);
  for (const error of document.errors) mistakes.push(`${file}: ${error.message.split('\n')[0]}`);
  return document.errors.length > 0 ? {} : (document.toJS() ?? {});
};

/** Reads `sqlite:./data/tidecall.db` or `mysql://user:pass@host:port/db`. */
export function readDatabaseUrl(text: string): DatabaseUrl | null {
  if (text.startsWith('sqlite:')) {
    const path = text.slice('sqlite:'.length);
    return path === '' ? null : { kind: 'sqlite', path: resolve(path) };
  }
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  const name = decodeURIComponent(url.pathname.slice(1));
  if (!['mysql:', 'mariadb:'].includes(url.protocol) || name === '') return null;
  return {
    kind: 'mysql',
    host: url.hostname,
    port: url.port === '' ? 3306 : Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    name,
  };
}

const list = (text: string | undefined): string[] =>
  text
    ? text
        .split(',')
        .map((s) => s.trim())
        .filter(Boolean)
    : [];

/** Half of a pair would be laid beside the other half of another pair, and nothing would be readable any more. */
function keyMistakes(environment: Environment, kind: 'DATA' | 'INDEX'): string[] {
  const [name, other] = [`TIDECALL_${kind}_KEY`, `TIDECALL_${kind === 'DATA' ? 'INDEX' : 'DATA'}_KEY`];
  if (environment[name]) return [];
  return [
    ...(environment[other] ? [`${name}: is not set, but ${other} is: set both, or neither`] : []),
    ...(environment[`${name}_OLD`] && !environment[other]
      ? [`${name}_OLD: names former keys, but ${name} is not set`]
      : []),
  ];
}

/** The package's own folder, where `config/` lies; the same from `src` and from `dist`. */
const packageRoot = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Reads `config/default.yaml`, lays the file of `TIDECALL_CONFIG` over it, fills in the environment and checks the whole.
 * Throws a ConfigError that lists every mistake at once. This is the only reader of the environment in the product.
 */
export function loadConfig(environment: Environment = process.env): Config {
  const mistakes: string[] = [];
  const base = readYaml(resolve(packageRoot, 'config/default.yaml'), mistakes);
  const own = environment.TIDECALL_CONFIG ? readYaml(resolve(environment.TIDECALL_CONFIG), mistakes) : {};
  const tree = filled(laidOver(base, own), environment, '', mistakes);
  const read = configSchema.safeParse(tree);
  if (!read.success) {
    for (const issue of read.error.issues) {
      const place = issue.path
        .map((p) => (typeof p === 'number' ? `[${p}]` : `.${String(p)}`))
        .join('')
        .replace(/^\./, '');
      mistakes.push(`${place || '(root)'}: ${issue.message}`);
    }
    if (!environment.TIDECALL_CONFIG) {
      mistakes.push(
        'TIDECALL_CONFIG names no file: copy config/example.yaml, fill in your office, and point TIDECALL_CONFIG at it',
      );
    }
  }
  const keys = new Set<string>();
  if (read.success) {
    if (read.data.practice && !read.data.synthetic)
      mistakes.push('practice: a rehearsal is of made-up people: set synthetic too');
    for (const gateway of read.data.gateways) {
      if (keys.has(gateway.key)) mistakes.push(`gateways: the key ${gateway.key} stands twice`);
      keys.add(gateway.key);
    }
    for (const [i, { gateway }] of read.data.notices.entries()) {
      if (!keys.has(gateway)) mistakes.push(`notices[${i}].gateway: there is no gateway ${gateway}`);
    }
  }
  const database = readDatabaseUrl(environment.DATABASE_URL ?? 'sqlite:./data/tidecall.db');
  if (!database) mistakes.push('DATABASE_URL: neither sqlite:PATH nor mysql://user:pass@host:port/name');
  const port = Number(environment.PORT ?? 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65535) mistakes.push('PORT: not a port number');
  for (const kind of ['DATA', 'INDEX'] as const) mistakes.push(...keyMistakes(environment, kind));
  if (mistakes.length > 0 || !read.success || !database) throw new ConfigError(mistakes);
  return new Config(read.data, {
    port,
    host: environment.HOST ?? '127.0.0.1',
    database,
    redisUrl: environment.REDIS_URL || null,
    keys: {
      dataKey: environment.TIDECALL_DATA_KEY || null,
      dataKeysOld: list(environment.TIDECALL_DATA_KEY_OLD),
      indexKey: environment.TIDECALL_INDEX_KEY || null,
      indexKeysOld: list(environment.TIDECALL_INDEX_KEY_OLD),
    },
  });
}
