import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startIsland, type Island } from '../support/app.js';

const COMMITTED = 'web/src/api/schema.d.ts';

/** The console's types are what the product's OpenAPI document says: `npm run client` writes them. */
describe('the client of the console', () => {
  let island: Island;
  beforeAll(async () => {
    island = await startIsland('sqlite');
  }, 60_000);
  afterAll(() => island.close());

  it('is generated from the OpenAPI document as it is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidecall-client-'));
    const document = join(folder, 'openapi.json');
    writeFileSync(document, await (await fetch(`${island.running.url}/api/openapi.json`)).text());
    const made = join(folder, 'schema.d.ts');
    execFileSync(
      'npm',
      ['exec', '--workspace', 'web', '--', 'openapi-typescript', document, '--output', made, '--alphabetize'],
      { stdio: 'pipe' },
    );
    const text = readFileSync(made, 'utf8');
    if (process.env.WRITE_CLIENT) writeFileSync(COMMITTED, text);
    expect(readFileSync(COMMITTED, 'utf8') === text ? 'up to date' : 'out of date: run `npm run client`').toBe(
      'up to date',
    );
  });

  it('knows what the routes answer: read from the controllers as they are', () => {
    const before = readFileSync('src/data/answers.json', 'utf8');
    const now = execFileSync(process.execPath, ['scripts/answers.mjs', '--print'], {
      encoding: 'utf8',
      maxBuffer: 1e8,
    });
    expect(before === now ? 'up to date' : 'out of date: run `npm run client`').toBe('up to date');
  }, 120_000);
});
