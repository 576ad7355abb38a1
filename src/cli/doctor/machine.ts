import { existsSync, statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Calendar } from '../../campaigns/index.js';
import { CountyTime, SystemClock, type Config } from '../../platform/index.js';
import { fail, ok, warn, type Line } from './line.js';

const GIB = 1024 ** 3;
/** What a busy county writes in about a month; and what is needed to stop in good order. */
const ROOMY = 2 * GIB;
const LEAST = GIB / 5;
const OLDEST_NODE = [20, 19] as const;

export function checkMachine(): Line[] {
  const { node } = process.versions;
  const [major = 0, minor = 0] = node.split('.').map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  return [isOld ? fail('node', `this is ${node}`, `install Node ${OLDEST_NODE.join('.')} or later`) : ok('node', node)];
}

/** Where the database file lies; on MariaDB/MySQL the disk of this machine, for uploads and backups. */
export function checkDisk({ database }: Config): Line[] {
  let folder = database.kind === 'sqlite' ? dirname(database.path) : resolve('.');
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const text = `${(free / GIB).toFixed(1)} GiB free at ${folder}`;
  if (free < LEAST) return [fail('disk', text, 'make room now: a full disk stops sending')];
  return [free < ROOMY ? warn('disk', text, 'make room: a busy month writes about 2 GiB') : ok('disk', text)];
}

export function checkTimeZone({ timeZone }: Config): Line[] {
  try {
    return [ok('time zone', `${timeZone}, now ${new CountyTime(timeZone).iso(new SystemClock().now())}`)];
  } catch {
    return [
      fail('time zone', `this Node knows no ${timeZone}`, 'correct timeZone, or install a Node with full ICU data'),
    ];
  }
}

/** Cadences that leave out holidays need the State Council's arrangement, which comes out each November for the next year. */
export function checkHolidays({ timeZone, settings }: Config): Line[] {
  const calendar = new Calendar(settings.campaigns);
  const year = new CountyTime(timeZone).at(new SystemClock().now()).year;
  const line = (of: number): Line =>
    calendar.yearKnown(of)
      ? ok('holidays', `those of ${of} are known`)
      : warn(
          'holidays',
          `those of ${of} are not known yet`,
          'npm install chinese-days@latest once they are published (November), or list them in campaigns.extraHolidays',
        );
  return [line(year), line(year + 1)];
}
