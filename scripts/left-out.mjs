/** Which suites this machine cannot run, and the verdict over a run that left something out. Node's own modules only. */
import { existsSync } from 'node:fs';
import { connect } from 'node:net';

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

const SERVERS = [
  { variable: 'TEST_MYSQL_URL', port: 3306, what: 'the suites on MariaDB' },
  { variable: 'TEST_REDIS_URL', port: 6379, what: 'the queue on Redis' },
];

/** Programs that suites start themselves, and the Debian package of each. */
const PROGRAMS = [
  { path: '/usr/sbin/bearerbox', what: 'the suite against Kannel', from: 'kannel' },
  { path: '/usr/sbin/mariadbd', what: 'the suite in which MariaDB falls', from: 'mariadb-server' },
  { path: '/usr/bin/redis-server', what: 'the suite in which Redis falls', from: 'redis-server' },
];

/** The variables that leave suites out, and a line for each: what, and why. */
export async function leftOut(environment) {
  const variables = {};
  const lines = [];
  for (const { variable, port, what } of SERVERS) {
    const named = environment[variable];
    if (named === 'off') lines.push(`${what}: ${variable} is off`);
    else if (named || (await answers(port))) continue;
    else lines.push(`${what}: nothing answers at 127.0.0.1:${port} (${variable} names another server)`);
    variables[variable] = 'off';
  }
  for (const { path, what, from } of PROGRAMS)
    if (!existsSync(path)) lines.push(`${what}: ${path} is not there (Debian's ${from})`);
  return { variables, lines };
}

/** What speaks against a run whose suites passed: on CI nothing may be left out or skipped. Empty where nothing does. */
export function objections({ isCi, lines, skipped }) {
  if (!isCi) return [];
  return skipped > 0 ? [...lines, `${skipped} tests were skipped`] : [...lines];
}
