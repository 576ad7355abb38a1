import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { TOWNSHIPS } from '../island/places.mjs';
import { refuseUnlessEmpty } from './database.mjs';
import { CannotGoOn } from './steps.mjs';

const FIRST_PORT = 3000;
const PORTS_TRIED = 50;

/** The rooms of the built product that the demo drives. @param {string} root */
async function rooms(root) {
  const load = (path) => import(pathToFileURL(join(root, 'dist', path)).href);
  return {
    ...(await load('app.js')),
    platform: await load('platform/index.js'),
    ...(await load('platform/roles.js')),
    accounts: await load('accounts/index.js'),
    campaigns: await load('campaigns/index.js'),
    dispatch: await load('dispatch/index.js'),
    gateways: await load('gateways/index.js'),
    receipts: await load('receipts/index.js'),
  };
}

const isFree = (port, host) =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });

/** PORT where it is set; else 3000 or the next one that is free. */
async function choosePort(host) {
  if (process.env.PORT && process.env.PORT !== '0') {
    if (await isFree(Number(process.env.PORT), host)) return Number(process.env.PORT);
    throw new CannotGoOn(`PORT ${process.env.PORT} is taken: name another, or none.`);
  }
  for (let port = FIRST_PORT; port < FIRST_PORT + PORTS_TRIED; port += 1) if (await isFree(port, host)) return port;
  throw new CannotGoOn(`No port from ${FIRST_PORT} to ${FIRST_PORT + PORTS_TRIED - 1} is free: name one in PORT.`);
}

/** The product with a clock that the demo moves: it serves its API at once, and plans and sends when it is told to. */
export class Product {
  constructor(parts) {
    Object.assign(this, parts);
  }

  /**
   * @param {{ root: string, database: { url: string, keys: Record<string, string> }, simulatorUrl: string, start: number }} options
   */
  static async open({ root, database, simulatorUrl, start }) {
    const built = await rooms(root);
    const host = process.env.HOST ?? '127.0.0.1';
    const config = built.platform.loadConfig({
      ...database.keys,
      ...process.env,
      HOST: host,
      PORT: String(await choosePort(host)),
      DATABASE_URL: database.url,
      TIDECALL_CONFIG: join(root, 'config', 'demo.yaml'),
      SIMULATOR_URL: simulatorUrl,
    });
    await refuseUnlessEmpty(built.platform, config);
    const clock = new built.platform.SteppedClock(start);
    const roles = { api: true, scheduler: false, worker: false };
    const running = await built.startApp({
      config,
      clock,
      roles,
      migrate: true,
      logLevels: ['error', 'fatal'],
    });
    const get = (token) => running.app.get(token, { strict: false });
    return new Product({
      built,
      config,
      clock,
      running,
      url: running.url,
      get,
      clockwork: get(built.campaigns.Clockwork),
      dispatch: get(built.dispatch.DispatchLoop),
      receipts: get(built.receipts.ReceiptsLoop),
    });
  }

  receiptUrl(gateway) {
    return this.get(this.built.gateways.Gateways).receiptUrl(gateway);
  }

  /** Does everything that is due at the clock's time, until nothing is. */
  async settle() {
    for (let busy = true; busy;) {
      const { runs, failed } = await this.clockwork.tick();
      if (failed.length > 0) throw failed[0].error;
      await this.dispatch.drain();
      busy = (await this.receipts.drain()) || runs.length > 0;
    }
  }

  /** From now on the product runs by itself, on real time. */
  runFreely() {
    this.clock.run();
    Object.assign(this.get(this.built.RuntimeRoles), { scheduler: true, worker: true });
    this.dispatch.start();
    this.receipts.start();
  }

  close() {
    return this.running.close();
  }
}

/** Letters and digits that cannot be taken for one another. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const password = () => Array.from({ length: 14 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

/** The officer's own phone, to which a test may be sent: the simulator always delivers to it. */
const OFFICER_PHONE = '13800000001';

/**
 * Makes the demo's users, all with one password, and answers it.
 *
 * @param {Product} product
 */
export async function makeUsers(product) {
  const accounts = product.get(product.built.accounts.Accounts);
  const secret = password();
  const grid = TOWNSHIPS.flatMap((t) => t.grid.map((username) => ({ username, role: 'field', township: t.name })));
  const users = [
    { username: 'officer', role: 'officer', phone: OFFICER_PHONE, phoneVerified: true },
    { username: 'approver', role: 'approver', mayReadSensitive: true },
    { username: 'auditor', role: 'auditor' },
    { username: 'operator', role: 'operator' },
    { username: 'admin', role: 'admin' },
    { username: TOWNSHIP_OFFICER, role: 'township', township: TOWNSHIPS[0].name },
    ...grid,
  ];
  for (const user of users) {
    const made = await accounts.create({ ...user, password: secret }, { id: null, name: 'demo' });
    if (!made.ok) throw new Error(`user ${user.username}: ${made.error} ${JSON.stringify(made.detail ?? '')}`);
  }
  return { password: secret, users, grid: grid.map(({ username }) => username) };
}

const TOWNSHIP_OFFICER = 'caiyuan';
