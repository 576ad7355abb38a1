/**
 * Makes a fresh clone ready: installs what the lock file names, builds what is out of date. Node's own modules only, for
 * nothing else may be there yet.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
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

/**
 * One process at a time installs and builds: a newcomer starts the simulator and the product in two terminals at once. A lock
 * whose owner is gone is taken over.
 */
async function alone(work) {
  const lock = join(tmpdir(), `tidecall-ready-${createHash('sha256').update(root).digest('hex').slice(0, 16)}.lock`);
  for (let said = false; ;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = ownerOf(lock);
    if (owner !== null && !isAlive(owner)) rmSync(lock, { force: true });
    else {
      if (!said) say('· another command is making this clone ready; waiting for it …');
      said = true;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  const release = () => rmSync(lock, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** The process that holds the lock; null while it is being written. */
function ownerOf(lock) {
  try {
    return Number(readFileSync(lock, 'utf8')) || null;
  } catch {
    return null;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

const lockDigest = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');

export const installed = () => alone(install);
export const built = () => alone(build);

async function install() {
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

async function build() {
  await buildProduct();
  await buildConsole();
}

async function buildProduct() {
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

async function buildConsole() {
  const web = (...path) => join(root, 'web', ...path);
  const sources = Math.max(
    newest(web('src')),
    ...['index.html', 'vite.config.ts', 'tsconfig.json', 'package.json'].map((f) => statSync(web(f)).mtimeMs),
    statSync(join(root, 'package-lock.json')).mtimeMs,
  );
  const mark = web('dist', '.built');
  if (existsSync(mark) && statSync(mark).mtimeMs >= sources) return;
  // A product image is shipped with its console built and without what builds it.
  if (!existsSync(join(root, 'node_modules', 'vite')) && existsSync(web('dist', 'index.html'))) return;
  await step('building the console (vite build)', () =>
    run('npm', ['run', '--workspace', 'web', 'build', '--silent'], { quiet: true }),
  );
  writeFileSync(mark, '');
}

export async function ready() {
  await installed();
  await built();
}
