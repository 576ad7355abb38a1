import { loadConfig, SteppedClock, type Dialect } from '../../src/platform/index.js';
import { startApp, type RunningApp } from '../../src/app.js';
import { startSimulator } from '../../src/gateways/simulator/index.js';
import { Accounts } from '../../src/accounts/index.js';
import { Clockwork } from '../../src/campaigns/index.js';
import { DispatchLoop } from '../../src/dispatch/index.js';
import { ReceiptsLoop } from '../../src/receipts/index.js';
import { emptyDatabase } from './database.js';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const PASSWORD = 'correct horse battery';
export const KEY = Buffer.alloc(32, 7).toString('base64');

/** A rehearsal must not sign in the office's name. */
const signatureFor = (extra: string): string => (/^practice: true$/m.test(extra) ? '【演练】' : '【示例公安】');

/** A deployment that speaks to the simulator at `simulatorUrl`. */
export const configYaml = (simulatorUrl: string, extra = ''): string => `
office: { name: 示例县公安局, callerName: 示例县反诈中心, hotline: '96110' }
townships:
  - { code: '330922100', name: 菜园镇 }
  - { code: '330922101', name: 嵊山镇 }
server: { signInAttempts: 1000 }
gateways:
  - key: mas
    adapter: cloud-mas
    settings: { baseUrl: '${simulatorUrl}/cloud-mas', ecName: 示例县公安局, apId: anti-fraud, secretKey: simulator-secret, sign: abcdef, addSerial: '' }
    signature: ${signatureFor(extra)}
    costPerPart: 0.035
    simulator: true
  - key: voice
    adapter: aliyun-voice
    settings: { baseUrl: '${simulatorUrl}/aliyun-voice', accessKeyId: demoAk, accessKeySecret: simulator-secret, calledShowNumber: '05800000000', ttsCode: TTS_100000001, signature: pop }
    limits: { concurrent: 8 }
    costPerPart: 0.08
    simulator: true
  - key: zhezhengding
    adapter: zhezhengding
    settings: { baseUrl: '${simulatorUrl}/dingtalk' }
    simulator: true
  - key: wecom
    adapter: wecom-robot
    settings: { baseUrl: '${simulatorUrl}/wecom' }
    simulator: true
  - { key: wechat, adapter: assisted-post }
  - { key: visit, adapter: visit }
${extra}`;

type Json = Record<string, unknown>;

/** A small client: signs in, speaks JSON, and shows status and body. */
export class Client {
  constructor(
    readonly url: string,
    private readonly token: string | null = null,
  ) {}

  async as(username: string): Promise<Client> {
    const { body, status } = await this.call('POST', '/auth/login', { username, password: PASSWORD });
    if (status !== 200) throw new Error(`sign-in of ${username}: ${status} ${JSON.stringify(body)}`);
    return new Client(this.url, String((body as { token: string }).token));
  }

  async call<T = Json>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: T }> {
    const isForm = body instanceof FormData;
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
        ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: (text && /[/+]json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text) as T,
    };
  }

  get<T = Json>(path: string) {
    return this.call<T>('GET', path);
  }
  post<T = Json>(path: string, body: unknown = {}, headers: Record<string, string> = {}) {
    return this.call<T>('POST', path, body, headers);
  }
  put<T = Json>(path: string, body: unknown) {
    return this.call<T>('PUT', path, body);
  }
}

export interface Island {
  readonly running: RunningApp;
  /** What another process (the command line) needs to work on the same deployment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: SteppedClock;
  readonly simulator: { readonly url: string; close(): Promise<void> };
  readonly client: Client;
  /** Moves both clocks to an instant and does all that is due then. */
  at(instant: string | number): Promise<void>;
  /** Does all that is due now. */
  work(): Promise<void>;
  /** What was handed to the simulator. */
  given(gateway: string, to?: string): Promise<{ to: string; content: string }[]>;
  close(): Promise<void>;
}

/** The whole product, a simulator, and a clock that the test moves. */
export async function startIsland(
  dialect: Dialect,
  start = '2026-11-02T08:00:00+08:00',
  extraYaml: string | ((simulatorUrl: string) => string) = '',
): Promise<Island> {
  const database = await emptyDatabase(dialect);
  const simulator = await startSimulator({ port: 0, seed: 1 });
  const file = join(mkdtempSync(join(tmpdir(), 'tidecall-config-')), 'config.yaml');
  writeFileSync(file, configYaml(simulator.url, typeof extraYaml === 'string' ? extraYaml : extraYaml(simulator.url)));
  const environment = {
    DATABASE_URL: database.text,
    TIDECALL_CONFIG: file,
    PORT: '0',
    TIDECALL_DATA_KEY: KEY,
    TIDECALL_INDEX_KEY: KEY,
  };
  const config = loadConfig(environment);
  const clock = new SteppedClock(Date.parse(start));
  const running = await startApp({
    config,
    clock,
    roles: { api: true, scheduler: false, worker: false },
    migrate: true,
    logLevels: ['error', 'fatal'],
  });
  const sim = (path: string, body: unknown) =>
    fetch(`${simulator.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  await sim('/_sim/clock', { at: start });
  await sim('/_sim/callbacks', { gateway: 'cloud-mas', url: `${running.url}/api/v1/receipts/mas` });
  await sim('/_sim/callbacks', { gateway: 'aliyun-voice', url: `${running.url}/api/v1/receipts/voice` });
  const accounts = running.app.get(Accounts, { strict: false });
  for (const role of ['officer', 'approver', 'auditor', 'operator', 'admin'] as const)
    await accounts.create({ username: role, role, password: PASSWORD });
  await accounts.create({ username: 'caiyuan', role: 'township', township: '菜园镇', password: PASSWORD });
  await accounts.create({ username: 'grid', role: 'field', township: '菜园镇', password: PASSWORD });
  const [clockwork, loop, receipts] = [Clockwork, DispatchLoop, ReceiptsLoop].map((c) =>
    running.app.get(c as never, { strict: false }),
  ) as [Clockwork, DispatchLoop, ReceiptsLoop];
  const work = async () => {
    await clockwork.tick();
    await loop.drain();
    await receipts.drain();
    await loop.drain();
  };
  return {
    running,
    environment,
    clock,
    simulator,
    client: new Client(running.url),
    work,
    at: async (instant) => {
      const to = typeof instant === 'number' ? instant : Date.parse(instant);
      clock.set(to);
      await sim('/_sim/clock', { at: new Date(to).toISOString() });
      await work();
    },
    given: async (gateway, to) => {
      const found: { to: string; content: string }[] = [];
      let cursor: string | null = null;
      do {
        const query = new URLSearchParams({
          gateway,
          ...(to ? { to } : {}),
          ...(cursor ? { cursor } : {}),
          limit: '1000',
        });
        const page = (await (await fetch(`${simulator.url}/_sim/messages?${query.toString()}`)).json()) as {
          items: { to: string; content: string }[];
          nextCursor: string | null;
        };
        found.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null);
      return found;
    },
    close: async () => {
      await running.close();
      await simulator.close();
      await database.drop();
    },
  };
}
