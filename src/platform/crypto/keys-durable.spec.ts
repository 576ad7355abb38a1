import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';

/** What was told to be on the disk, in its order: the content of a file, or the names in a folder. */
const kept: (string | string[])[] = [];
let folder = '';
jest.unstable_mockModule('node:fs', () => ({
  ...fs,
  fsyncSync: (handle: number) => {
    const isFolder = fs.fstatSync(handle).isDirectory();
    kept.push(isFolder ? fs.readdirSync(folder).filter((name) => name.includes('keys.json')) : 'content');
    fs.fsyncSync(handle);
  },
}));
const { replaceKeyFile, writeKeyFile } = await import('./keys.js');

const keys = (dataKey: string) => ({ dataKey, dataKeysOld: [], indexKey: 'i', indexKeysOld: [] });

describe('a key file', () => {
  it('is on the disk with its name before anything is sealed with its keys, and so is the one that takes its place', () => {
    folder = fs.mkdtempSync(join(tmpdir(), 'tidecall-keys-'));
    const file = join(folder, 'keys.json');
    expect(writeKeyFile(file, keys('first'))).toBe(true);
    expect(kept.at(0)).toBe('content');
    expect(kept.at(-1)).toContain('keys.json');
    kept.length = 0;
    replaceKeyFile(file, keys('second'));
    expect(kept.at(-1)).toEqual(['keys.json', expect.stringContaining('keys.json.until-')]);
    expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toMatchObject({ dataKey: 'second' });
    fs.rmSync(folder, { recursive: true });
  });
});
