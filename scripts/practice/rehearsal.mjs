import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { parse, stringify } from 'yaml';
import { Api } from '../demo/api.mjs';
import { bringGroupChats, bringOptOuts, importPeople, importTold } from '../demo/island-in.mjs';
import { CannotGoOn, grouped, say, step } from '../demo/steps.mjs';
import { makeIsland } from '../island/island.mjs';
import { practiceConfig } from './config.mjs';
import { movedTo, workerOf } from './people.mjs';

const DAY = 86_400_000;
const FIRST_PORT = 3100;
const PORTS_TRIED = 50;
/** The officer's own phone, to which a test may be sent: the simulator always delivers to it. */
const OFFICER_PHONE = '13800000001';
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Where the rehearsal keeps what it has: in a folder of its own beside the real database. */
function places(root) {
  const real = process.env.DATABASE_URL?.startsWith('sqlite:')
    ? dirname(resolve(process.env.DATABASE_URL.slice('sqlite:'.length)))
    : join(root, 'data');
  const folder = join(real, 'practice');
  const at = (name) => join(folder, name);
  return { folder, database: at('practice.db'), settings: at('practice.yaml'), notes: at('practice.json') };
}

function officeYaml() {
  const file = process.env.TIDECALL_CONFIG;
  if (!file)
    throw new CannotGoOn(
      'TIDECALL_CONFIG names no file: a rehearsal is of your own office. Copy config/example.yaml and fill it in.',
    );
  if (!existsSync(file)) throw new CannotGoOn(`TIDECALL_CONFIG: ${file} cannot be read.`);
  return parse(readFileSync(file, 'utf8')) ?? {};
}

const isFree = (port) =>
  new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });

/** The first free one of a few. @param {number} first */
async function freePort(first) {
  for (let port = first; port < first + PORTS_TRIED; port += 1) if (await isFree(port)) return port;
  throw new CannotGoOn(`No port from ${first} to ${first + PORTS_TRIED - 1} is free.`);
}

/** The simulator keeps its ports over restarts: the robots of the group chats are addressed by them. */
async function notesOf(file) {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const password = Array.from({ length: 14 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  const simulatorPort = await freePort(FIRST_PORT + PORTS_TRIED);
  return { password, simulatorPort, smtpPort: await freePort(simulatorPort + 1) };
}

const loaded = (root, path) => import(pathToFileURL(join(root, 'dist', path)).href);

/** @param {{ root: string, notes: object, closers: (() => Promise<void>)[] }} options */
async function openSimulator({ root, notes, closers }) {
  const { startSimulator } = await loaded(root, 'gateways/simulator/index.js');
  try {
    const simulator = await startSimulator({ port: notes.simulatorPort, smtpPort: notes.smtpPort, seed: 1 });
    closers.push(() => simulator.close());
    return simulator;
  } catch (error) {
    if (error?.code !== 'EADDRINUSE') throw error;
    throw new CannotGoOn(
      'A rehearsal is open already, or its ports are taken: end the other program, or begin anew with --fresh.',
    );
  }
}

/** @param {{ root: string, at: ReturnType<typeof places>, closers: (() => Promise<void>)[] }} options */
async function openProduct({ root, at, closers }) {
  const { startApp } = await loaded(root, 'app.js');
  const { loadConfig } = await loaded(root, 'platform/index.js');
  const { Accounts } = await loaded(root, 'accounts/index.js');
  const { Gateways } = await loaded(root, 'gateways/index.js');
  const port = process.env.PORT && process.env.PORT !== '0' ? process.env.PORT : String(await freePort(FIRST_PORT));
  // Nothing of the real deployment goes in: neither its keys nor its Redis nor its secrets.
  const config = loadConfig({
    HOST: process.env.HOST ?? '127.0.0.1',
    PORT: port,
    DATABASE_URL: `sqlite:${at.database}`,
    TIDECALL_CONFIG: at.settings,
  });
  const running = await startApp({ config, logLevels: ['error', 'fatal'] });
  closers.push(() => running.close());
  const get = (token) => running.app.get(token, { strict: false });
  return { url: running.url, accounts: get(Accounts), gateways: get(Gateways), townships: config.settings.townships };
}

/** Where the simulator pushes what became of a message, of the two kinds that push. */
async function pointReceipts(simulator, gateways) {
  for (const kind of ['cloud-mas', 'aliyun-voice']) {
    const gateway = gateways.all().find(({ adapter }) => adapter.id === kind);
    if (!gateway) continue;
    const answer = await fetch(`${simulator.url}/_sim/callbacks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ gateway: kind, url: gateways.receiptUrl(gateway.key) }),
    });
    if (!answer.ok) throw new Error(`the simulator answered ${answer.status} to its callback`);
  }
}

/** Everybody who takes part; all with one password, for nobody in here is real. */
async function makeUsers({ accounts, townships }, password) {
  const users = [
    { username: 'officer', role: 'officer', phone: OFFICER_PHONE, phoneVerified: true },
    { username: 'approver', role: 'approver', mayReadSensitive: true },
    { username: 'auditor', role: 'auditor' },
    { username: 'operator', role: 'operator' },
    { username: 'admin', role: 'admin' },
    { username: 'township', role: 'township', township: townships[0].name },
    ...townships.map(({ name }, i) => ({ username: workerOf(i), role: 'field', township: name })),
  ];
  for (const user of users) {
    const made = await accounts.create({ ...user, password }, { id: null, name: 'practice' });
    if (!made.ok) throw new Error(`user ${user.username}: ${made.error} ${JSON.stringify(made.detail ?? '')}`);
  }
  return users.map(({ username }) => username);
}

async function bringPeople({ product, simulator, password, people }) {
  const officer = await Api.signIn(product.url, 'officer', password);
  const now = Date.now();
  const island = movedTo(product.townships, makeIsland({ people, start: now - 30 * DAY, end: now }));
  await step('bringing in made-up people', (note) => importPeople(officer, island, note), importTold);
  await step(
    'opt-outs and group chats',
    async () => [await bringOptOuts(officer, island), await bringGroupChats(officer, island, simulator.url)],
    ([optOuts, chats]) => `${grouped(optOuts)} opt-outs, ${grouped(chats)} group chats`,
  );
}

/**
 * Opens the rehearsal: the first time with users and people, later where it was left.
 *
 * @param {{ root: string, people: number, fresh: boolean, closers: (() => Promise<void>)[] }} options
 */
export async function rehearse({ root, people, fresh, closers }) {
  const office = officeYaml();
  const at = places(root);
  // What was broken off before its people were in is begun anew.
  if (fresh || !existsSync(at.notes)) rmSync(at.folder, { recursive: true, force: true });
  mkdirSync(at.folder, { recursive: true });
  const notes = await notesOf(at.notes);
  const simulator = await openSimulator({ root, notes, closers });
  writeFileSync(at.settings, stringify(practiceConfig(office, simulator)));
  const product = await step(
    'opening the rehearsal',
    () => openProduct({ root, at, closers }),
    ({ url }) => url,
  );
  await pointReceipts(simulator, product.gateways);
  if (!notes.users) {
    const users = await makeUsers(product, notes.password);
    await bringPeople({ product, simulator, password: notes.password, people });
    notes.users = users;
    writeFileSync(at.notes, JSON.stringify(notes, null, 2), { mode: 0o600 });
  }
  say(`
演练 · REHEARSAL: nobody real is in it, and nothing leaves this machine.
The console and the API are open at ${product.url}  (API documents: ${product.url}/api/docs)
What each phone and group received: ${simulator.url}
Users, all with the password ${notes.password}
  ${notes.users.join(', ')}
Ctrl-C ends it; the next start goes on from here.`);
}
