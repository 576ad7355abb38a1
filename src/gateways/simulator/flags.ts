import { parseArgs } from 'node:util';
import { callbackNames, type CallbackName } from './gateway.js';
import type { SimulatorOptions } from './simulator.js';

export const usage = `Usage: simulator [--port 4010] [--host 127.0.0.1] [--smtp-port 4025] [--seed 1]
  --callback NAME=URL        where receipts go; NAME is ${callbackNames.join(', ')}; may be repeated
  --secret NAME=VALUE        cloud-mas, aliyun-voice, zhezhengding (all: simulator-secret) or dingtalk (SEC + token)
  --mas-account EC:AP:SECRET the only Cloud MAS accounts; may be repeated; without it any name goes
  --mas-template ID=WORDING  the only Cloud MAS templates, places in braces; may be repeated; without it any id goes
  --mas-group-key KEY        msgGroup (default) or mgsGroup
  --mas-status STYLE         observed (default) or documented
  --help                     shows this`;

export type Flags = { options: SimulatorOptions } | { help: true } | { mistake: string };

const secretNames = ['cloud-mas', 'aliyun-voice', 'zhezhengding', 'dingtalk'] as const;

class Mistake extends Error {}

/** What node's parseArgs throws at an unknown flag, a missing value or a stray word. */
const isParseError = (error: unknown): error is Error =>
  typeof error === 'object' && error !== null && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');

/** Reads the command line. A wrong word is answered as `mistake`, with a sentence that names it. */
export function readFlags(words: string[]): Flags {
  try {
    const { values } = parseArgs({
      args: words,
      options: {
        port: { type: 'string', default: '4010' },
        host: { type: 'string', default: '127.0.0.1' },
        'smtp-port': { type: 'string' },
        seed: { type: 'string', default: '1' },
        callback: { type: 'string', multiple: true, default: [] },
        secret: { type: 'string', multiple: true, default: [] },
        'mas-account': { type: 'string', multiple: true },
        'mas-template': { type: 'string', multiple: true },
        'mas-group-key': { type: 'string' },
        'mas-status': { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    if (values.help) return { help: true };
    const smtpPort = values['smtp-port'];
    const accounts = values['mas-account']?.map(accountIn);
    const templates = values['mas-template']?.map(templateIn);
    const groupKey = oneOf(values['mas-group-key'], '--mas-group-key', ['msgGroup', 'mgsGroup']);
    const statusStyle = oneOf(values['mas-status'], '--mas-status', ['observed', 'documented']);
    return {
      options: {
        port: wholeNumber(values.port, '--port', 65_535),
        host: values.host,
        ...(smtpPort !== undefined && { smtpPort: wholeNumber(smtpPort, '--smtp-port', 65_535) }),
        seed: wholeNumber(values.seed, '--seed', 2 ** 31 - 1),
        callbacks: Object.fromEntries(values.callback.map(callbackIn)),
        secrets: Object.fromEntries(values.secret.map((word) => named(word, '--secret', secretNames))),
        ...(accounts && { masAccounts: accounts }),
        ...(templates && { masTemplates: templates }),
        ...(groupKey && { masGroupKey: groupKey }),
        ...(statusStyle && { masStatusStyle: statusStyle }),
      },
    };
  } catch (error) {
    if (error instanceof Mistake || isParseError(error)) return { mistake: error.message };
    throw error;
  }
}

function wholeNumber(text: string, flag: string, most: number): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > most)
    throw new Mistake(`${flag} takes a whole number from 0 to ${most}, not "${text}"`);
  return Number(text);
}

function oneOf<T extends string>(text: string | undefined, flag: string, words: readonly T[]): T | undefined {
  const word = words.find((one) => one === text);
  if (text !== undefined && word === undefined) throw new Mistake(`${flag} takes ${words.join(' or ')}, not "${text}"`);
  return word;
}

function named<T extends string>(word: string, flag: string, names: readonly T[]): [T, string] {
  const cut = word.indexOf('=');
  const name = names.find((one) => one === word.slice(0, cut));
  if (cut < 0 || name === undefined || cut === word.length - 1) {
    throw new Mistake(
      `${flag} takes NAME=VALUE with NAME one of ${names.join(', ')}, not "${flag === '--secret' ? word.split('=')[0] : word}"`,
    );
  }
  return [name, word.slice(cut + 1)];
}

function callbackIn(word: string): [CallbackName, string] {
  const [name, url] = named(word, '--callback', callbackNames);
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new Mistake(`--callback ${name} takes an http(s) address, not "${url}"`);
  return [name, url];
}

function accountIn(word: string): { ecName: string; apId: string; secretKey: string } {
  const [ecName, apId, ...rest] = word.split(':');
  const secretKey = rest.join(':');
  if (!ecName || !apId || !secretKey) throw new Mistake('--mas-account takes ecName:apId:secretKey');
  return { ecName, apId, secretKey };
}

function templateIn(word: string): { id: string; wording: string } {
  const [id, ...rest] = word.split('=');
  const wording = rest.join('=');
  if (!id || !wording) throw new Mistake('--mas-template takes ID=WORDING');
  return { id, wording };
}
