/**
 * Makes a fresh clone ready: installs what the lock file names, builds what is out of date. Node's own modules only, for
 * nothing else may be there yet.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const installedMark = join(root, 'node_modules', '.tidecall-lock');
const builtMark = join(root, 'dist', '.built');

/** Runs a command in the project's folder; resolves with its exit code. Its output goes to the terminal, or is kept for a failure. */
export function run(command, args, { quiet = false, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    });
    let kept = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (kept += chunk));
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('exit', (code, signal) => resolve({ code: code ?? (signal ? 128 : 1), output: kept }));
  });
}

const say = (text) => process.stderr.write(`${text}\n`);

async function step(name, work) {
  const start = Date.now();
  say(`· ${name} …`);
  const result = await work();
  if (result.code !== 0) {
    say(result.output);
    say(`✗ ${name} failed (exit ${result.code})`);
    process.exit(1);
  }
  say(`✓ ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
}

const lockDigest = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');

export async function installed() {
  const digest = lockDigest();
  if (existsSync(installedMark) && readFileSync(installedMark, 'utf8') === digest) return;
  await step('installing dependencies (npm ci)', () =>
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { quiet: true }),
  );
  writeFileSync(installedMark, digest);
}

function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return latest;
}

export async function built() {
  const sources = Math.max(
    newest(join(root, 'src')),
    ...['package-lock.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'].map(
      (f) => statSync(join(root, f)).mtimeMs,
    ),
  );
  if (existsSync(builtMark) && statSync(builtMark).mtimeMs >= sources) return;
  await step('building (nest build)', () =>
    run(process.execPath, ['node_modules/@nestjs/cli/bin/nest.js', 'build'], { quiet: true }),
  );
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(builtMark, '');
}

export async function ready() {
  await installed();
  await built();
}
