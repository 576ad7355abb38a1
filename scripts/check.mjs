/** `npm run check`: format, lint, types, room rules, dead code; what CI holds. Every check runs, also after one that failed. */
import { installed, run } from './ready.mjs';

const bin = (name) => `node_modules/.bin/${name}`;
const checks = [
  ['format (prettier)', bin('prettier'), ['--check', '--log-level=warn', '.']],
  [
    'lint (eslint)',
    bin('eslint'),
    ['.', '--max-warnings=0', '--cache', '--cache-location', 'node_modules/.cache/eslint/'],
  ],
  ['types (tsc)', bin('tsc'), ['--noEmit', '-p', 'tsconfig.test.json']],
  ['types of the console (tsc)', bin('tsc'), ['--noEmit', '-p', 'web/tsconfig.json']],
  [
    'room rules (dependency-cruiser)',
    bin('depcruise'),
    ['src', '--config', '.dependency-cruiser.cjs', '--output-type', 'err'],
  ],
  ['dead code (knip)', bin('knip'), ['--no-progress']],
];

await installed();
let failed = 0;
for (const [name, command, args] of checks) {
  const start = Date.now();
  const { code, output } = await run(command, args, { quiet: true });
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  if (code !== 0) {
    failed += 1;
    console.log(output.trim());
  }
}
process.exit(failed === 0 ? 0 : 1);
