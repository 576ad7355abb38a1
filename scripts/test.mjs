/**
 * `npm test`: installs and builds what is missing, then runs every suite that this machine can run, and says what it left out
 * and why. With CI set nothing may be left out. Words after `--` go to Jest.
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

await ready();
const env = { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --no-warnings`.trim() };
const leftOut = [];
if (!process.env.TEST_MYSQL_URL && !(await answers(3306))) {
  env.TEST_MYSQL_URL = 'off';
  leftOut.push('the suites on MariaDB: nothing answers at 127.0.0.1:3306 (TEST_MYSQL_URL names another server)');
}
if (process.env.CI && leftOut.length > 0) {
  console.error(`On CI nothing is left out, but:\n${leftOut.map((l) => `  - ${l}`).join('\n')}`);
  process.exit(1);
}
const results = join(root, 'artefacts', 'test-results.json');
mkdirSync(join(root, 'artefacts'), { recursive: true });
const { code } = await run(
  process.execPath,
  ['node_modules/jest/bin/jest.js', '--maxWorkers=2', '--json', `--outputFile=${results}`, ...process.argv.slice(2)],
  { env },
);
for (const what of leftOut) console.log(`Left out: ${what}`);
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
