import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig } from '../config/index.js';
import { heldKeys, makeFirstKeys, openVault, writeKeyFile } from './keys.js';
import { keyChecks, keysFit } from './keys-fit.js';
import { Vault } from './vault.js';

const KEY = Buffer.alloc(32, 1).toString('base64');
const OTHER = Buffer.alloc(32, 2).toString('base64');

describe('the keys of a deployment', () => {
  let folder: string;
  let path: string;
  const configOf = (environment: Record<string, string> = {}) =>
    loadConfig({
      TIDECALL_CONFIG: 'config/example.yaml',
      DATABASE_URL: `sqlite:${path}`,
      ...environment,
    });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidecall-keys-'));
    path = join(folder, 'test.db');
  });

  it.each([
    [{ TIDECALL_DATA_KEY: KEY }, /TIDECALL_INDEX_KEY: is not set, but TIDECALL_DATA_KEY is/],
    [{ TIDECALL_INDEX_KEY: KEY }, /TIDECALL_DATA_KEY: is not set, but TIDECALL_INDEX_KEY is/],
    [{ TIDECALL_INDEX_KEY_OLD: KEY }, /TIDECALL_INDEX_KEY_OLD: names former keys/],
  ])('half of the pair stops the start: %p', (environment, message) => {
    expect(() => configOf(environment)).toThrow(message);
    expect(existsSync(`${path}.keys.json`)).toBe(false);
  });

  it('a key of another length is named, and not shown', () => {
    const config = configOf({ TIDECALL_DATA_KEY: 'c2hvcnQ=', TIDECALL_INDEX_KEY: KEY });
    expect(() => openVault(config)).toThrow(ConfigError);
    expect(() => openVault(config)).toThrow(/TIDECALL_DATA_KEY: must be 32 bytes/);
    expect(() => openVault(config)).not.toThrow(/c2hvcnQ/);
  });

  it('are made once for a new embedded database, for its owner alone, and never again', () => {
    makeFirstKeys(configOf());
    const file = `${path}.keys.json`;
    const made = readFileSync(file, 'utf8');
    expect(statSync(file).mode & 0o077).toBe(0);
    makeFirstKeys(configOf());
    expect(readFileSync(file, 'utf8')).toBe(made);
    expect(writeKeyFile(file, heldKeys(configOf())!)).toBe(false);
    expect(readFileSync(file, 'utf8')).toBe(made);
    expect(openVault(configOf()).open(openVault(configOf()).seal('x'))).toBe('x');
  });

  it('are not made for a database that is there: its own lie somewhere else', () => {
    writeFileSync(path, '');
    makeFirstKeys(configOf());
    expect(existsSync(`${path}.keys.json`)).toBe(false);
    expect(() => openVault(configOf())).toThrow(/no keys: set TIDECALL_DATA_KEY/);
  });

  it('in a damaged file are left as they are, and told', () => {
    writeFileSync(`${path}.keys.json`, '{"dataKey": ');
    makeFirstKeysRefused();
    expect(readFileSync(`${path}.keys.json`, 'utf8')).toBe('{"dataKey": ');
    writeFileSync(`${path}.keys.json`, '{}');
    makeFirstKeysRefused();
  });
  const makeFirstKeysRefused = () => expect(() => makeFirstKeys(configOf())).toThrow(/put the former keys back/);

  it('fit the database that keeps their checks, also as former ones, and no other', () => {
    const [a, b] = [KEY, OTHER].map((k) => Buffer.from(k, 'base64')) as [Buffer, Buffer];
    const checks = keyChecks(new Vault([a], [a]));
    expect(keysFit(new Vault([a], [a]), checks)).toEqual([]);
    expect(keysFit(new Vault([b, a], [b, a]), checks)).toEqual([]);
    expect(keysFit(new Vault([b], [a]), checks)).toEqual(['data']);
    expect(keysFit(new Vault([a], [b]), checks)).toEqual(['index']);
    expect(keysFit(new Vault([b], [b]), checks)).toEqual(['data', 'index']);
    expect(keysFit(new Vault([b], [b]), {})).toEqual([]);
  });
});
