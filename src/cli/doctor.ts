import type { Command } from 'commander';
import { ConfigError, loadConfig, type Config } from '../platform/index.js';
import { answering, command, errorText, type Answer } from './answer.js';
import { checkDatabase } from './doctor/database.js';
import { fail, ok, type Line } from './doctor/line.js';
import { checkDisk, checkHolidays, checkMachine, checkTimeZone } from './doctor/machine.js';
import { checkGateways, checkKeys } from './doctor/outside.js';
import { checkRedis } from './doctor/redis.js';

const CHECKS: readonly [string, (config: Config) => Promise<Line[]> | Line[]][] = [
  ['machine', checkMachine],
  ['database', checkDatabase],
  ['keys', checkKeys],
  ['redis', checkRedis],
  ['gateways', checkGateways],
  ['disk', checkDisk],
  ['time zone', checkTimeZone],
  ['holidays', checkHolidays],
];

/** Looks at everything, also where the first thing is wrong already: who repairs wants to know it all at once. */
async function examine(): Promise<Line[]> {
  let config: Config;
  try {
    config = loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.mistakes.map((m) => fail('config', m, 'correct it in the file of TIDECALL_CONFIG or the environment'));
  }
  const { office, settings } = config;
  const lines = [
    ok('config', `${office.name}, ${settings.townships.length} townships, ${settings.gateways.length} gateways`),
  ];
  for (const [subject, check] of CHECKS) {
    try {
      lines.push(...(await check(config)));
    } catch (error) {
      lines.push(fail(subject, errorText(error), 'this was not expected: the words above say what stands in the way'));
    }
  }
  return lines;
}

function answer(lines: readonly Line[]): Answer {
  const count = (state: Line['state']) => lines.filter((l) => l.state === state).length;
  const text = lines.map((l) => {
    const advice = l.advice === undefined ? '' : `\n        → ${l.advice}`;
    return `${l.state.padEnd(4)}  ${l.subject}: ${l.text}${advice}`;
  });
  const sum = `${count('ok')} ok, ${count('warn')} to look at, ${count('fail')} to repair`;
  return { data: { lines }, text: [...text, sum].join('\n'), isBad: count('fail') > 0 };
}

/** `doctor`: looks at all that the product stands on and says what to do. It changes nothing and sends nothing. */
export const addDoctor = (program: Command): void => {
  command(program, 'doctor', 'look at all that the product stands on, and say what to do').action(
    answering(async () => answer(await examine())),
  );
};
