import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';

/** `npm run new:adapter` takes the guide's own code, so this holds the guide as well: it compiles against the contract as it is today. */
describe('a new adapter', () => {
  const root = mkdtempSync(join(tmpdir(), 'tidecall-adapter-'));
  const made = join(root, 'src/gateways/carrier-pigeon');
  const run = (...words: string[]) =>
    execFileSync(process.execPath, ['scripts/new-adapter.mjs', '--root', root, ...words], { stdio: 'pipe' });

  beforeAll(() => {
    mkdirSync(join(root, 'docs'), { recursive: true });
    cpSync('docs/add-an-adapter.md', join(root, 'docs/add-an-adapter.md'));
    cpSync('src', join(root, 'src'), { recursive: true });
    cpSync('test/contract/adapter-contract.ts', join(root, 'test/contract/adapter-contract.ts'));
    run('carrier-pigeon');
  });
  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('has adapter, spec and README under its own name, and a line in the registry', () => {
    expect(readFileSync(join(made, 'carrier-pigeon.ts'), 'utf8')).toContain(
      'export const carrierPigeon = defineAdapter',
    );
    expect(readFileSync(join(made, 'carrier-pigeon.spec.ts'), 'utf8')).toContain('adapterContract(carrierPigeon, {');
    expect(readFileSync(join(made, 'README.md'), 'utf8')).toContain('adapter: carrier-pigeon');
    const registry = readFileSync(join(root, 'src/gateways/registry.ts'), 'utf8');
    expect(registry).toContain("import { carrierPigeon } from './carrier-pigeon/carrier-pigeon.js';");
    expect(registry).toMatch(/\n {2}carrierPigeon,\n\];/);
  });

  it('compiles as it stands, the spec too', () => {
    const options = ts.parseJsonConfigFileContent(
      ts.readConfigFile('tsconfig.test.json', (path) => ts.sys.readFile(path)).config,
      ts.sys,
      resolve('.'),
    ).options;
    const files = ['src/gateways/registry.ts', 'src/gateways/carrier-pigeon/carrier-pigeon.spec.ts'];
    const host = ts.createCompilerHost(options);
    // The copy has no node_modules of its own: packages are looked for where we are.
    host.resolveModuleNameLiterals = (literals, file, __, given) =>
      literals.map(({ text }) => {
        const from = text.startsWith('.') ? file : resolve('src/main.ts');
        return ts.resolveModuleName(text, from, given, host, undefined, undefined, ts.ModuleKind.ESNext);
      });
    const program = ts.createProgram(
      files.map((file) => join(root, file)),
      { ...options, noEmit: true, rootDir: undefined, typeRoots: [resolve('node_modules/@types')] },
      host,
    );
    const said = program
      .getSourceFiles()
      .filter(({ fileName }) => fileName.includes('carrier-pigeon/'))
      .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    expect(said).toEqual([]);
  });

  it('is made once, and under a name that can be one', () => {
    expect(() => run('carrier-pigeon')).toThrow('there already');
    expect(() => run('Carrier Pigeon')).toThrow('lower-case');
  });
});
