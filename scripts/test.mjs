/**
 * `npm test`: installs and builds what is missing, then runs every suite that this machine can run, and says what it left out
 * and why. With CI set nothing may be left out. `--browser` and `--fault` run those suites alone; other words go to Jest.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { ready, root, run } from './ready.mjs';

const answers = (port) =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 1500 }, () => {
      socket.destroy();
      resolve(true);
    });
    for (const event of ['error', 'timeout']) {
      socket.on(event, () => {
        socket.destroy();
        resolve(false);
      });
    }
  });

const words = process.argv.slice(2);
const takes = (word) => words.includes(word) && words.splice(words.indexOf(word), 1).length > 0;
const isBrowser = takes('--browser');
const isFault = takes('--fault');
const isWhole = !isBrowser && !isFault && words.length === 0;

await ready();
const env = { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --no-warnings`.trim() };
const leftOut = [];
if (process.env.TEST_MYSQL_URL === 'off' || (!process.env.TEST_MYSQL_URL && !(await answers(3306)))) {
  env.TEST_MYSQL_URL = 'off';
  leftOut.push('the suites on MariaDB: nothing answers at 127.0.0.1:3306 (TEST_MYSQL_URL names another server)');
}
if (process.env.TEST_REDIS_URL === 'off' || (!process.env.TEST_REDIS_URL && !(await answers(6379)))) {
  env.TEST_REDIS_URL = 'off';
  leftOut.push('the queue on Redis: nothing answers at 127.0.0.1:6379 (TEST_REDIS_URL names another server)');
}
if (isBrowser) env.TEST_BROWSER = '1';
if (isFault) env.FAULT_LONG = '1';
if (process.env.CI && leftOut.length > 0) {
  console.error(`On CI nothing is left out, but:\n${leftOut.map((l) => `  - ${l}`).join('\n')}`);
  process.exit(1);
}
const results = join(root, 'artefacts', isBrowser ? 'browser-results.json' : 'test-results.json');
mkdirSync(join(root, 'artefacts'), { recursive: true });
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
for (const what of leftOut) console.log(`Left out: ${what}`);
if (isWhole)
  console.log(
    'Apart: the browser (npm run test:browser, needs Chromium) and the long fault tests (npm run test:fault).',
  );
try {
  const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = JSON.parse(
    readFileSync(results, 'utf8'),
  );
  const failed = numFailedTests === 0 && numFailedTestSuites > 0 ? numFailedTestSuites : numFailedTests;
  console.log(`${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped`);
} catch {
  console.log('The suites left no result.');
}
process.exit(code);
