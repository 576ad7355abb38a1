/**
 * `npm test`: installs and builds what is missing, then runs every suite that this machine can run, and says what it left out
 * and why. With CI set nothing may be left out. `--browser` and `--fault` run those suites alone; other words go to Jest.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { leftOut, objections } from './left-out.mjs';
import { ready, root, run } from './ready.mjs';

const isCi = Boolean(process.env.CI);
const refuse = (lines) => {
  console.error(`On CI nothing is left out, but:\n${lines.map((l) => `  - ${l}`).join('\n')}`);
  process.exit(1);
};

const words = process.argv.slice(2);
const takes = (word) => words.includes(word) && words.splice(words.indexOf(word), 1).length > 0;
const isBrowser = takes('--browser');
const isFault = takes('--fault');
const isWhole = !isBrowser && !isFault && words.length === 0;

const { variables, lines } = await leftOut(process.env);
const missing = objections({ isCi, lines, skipped: 0 });
if (missing.length > 0) refuse(missing);

await ready();
const env = {
  ...variables,
  NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --no-warnings`.trim(),
};
if (isBrowser) env.TEST_BROWSER = '1';
if (isFault) env.FAULT_LONG = '1';
const results = join(root, 'artefacts', isBrowser ? 'browser-results.json' : 'test-results.json');
mkdirSync(join(root, 'artefacts'), { recursive: true });
rmSync(results, { force: true });
const { code } = await run(
  process.execPath,
  [
    'node_modules/jest/bin/jest.js',
    '--maxWorkers=2',
    '--json',
    `--outputFile=${results}`,
    ...(isBrowser ? ['test/browser'] : isFault ? ['test/fault', 'src/campaigns/clockwork'] : []),
    ...words,
  ],
  { env },
);
for (const what of lines) console.log(`Left out: ${what}`);
if (isWhole)
  console.log(
    'Apart: the browser (npm run test:browser, needs Chromium) and the long fault tests (npm run test:fault).',
  );
let skipped = 0;
try {
  const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = JSON.parse(
    readFileSync(results, 'utf8'),
  );
  const failed = numFailedTests === 0 && numFailedTestSuites > 0 ? numFailedTestSuites : numFailedTests;
  skipped = numPendingTests;
  console.log(`${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped`);
} catch {
  console.log('The suites left no result.');
  process.exit(code || 1);
}
const against = objections({ isCi, lines, skipped });
if (against.length > 0) refuse(against);
process.exit(code);
