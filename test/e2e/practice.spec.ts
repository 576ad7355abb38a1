import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/platform/index.js';
import { Client } from '../support/app.js';
import { builtCli } from '../support/cli.js';

const root = resolve(import.meta.dirname, '../..');
/** An office with a real gateway, whose secret is not at hand, and a real address for notices. */
const OFFICE = `
office: { name: 普陀县公安局, callerName: 普陀县反诈中心, hotline: '96110' }
townships: [{ code: '330903100', name: 沈家门街道 }, { code: '330903101', name: 东港街道 }]
server: { publicUrl: 'https://outreach.example.gov.cn', oidc: { issuer: 'https://sso.example', clientId: x, clientSecret: '\${SSO_SECRET}', claim: sub } }
gateways:
  - key: yunmas
    adapter: cloud-mas
    settings: { baseUrl: 'https://mas.example:28888', ecName: 普陀, apId: x, secretKey: '\${PRACTICE_TEST_SECRET}', sign: abc, addSerial: '' }
    signature: 【普陀公安】
    costPerPart: 0.04
notices: [{ for: [approvals], gateway: yunmas, to: { email: boss@example.gov.cn } }]
`;

const LOCALS = { combinator: 'and', rules: [{ field: 'population', operator: '=', value: 'local' }] };

interface Open {
  readonly child: ChildProcess;
  readonly url: string;
  readonly simulator: string;
  readonly password: string;
}

/** `npm run practice` as an officer starts it, until it says that it is open. */
function opened(environment: Readonly<Record<string, string>>): Promise<Open> {
  return new Promise((done, failed) => {
    const { NODE_OPTIONS: _, PORT: __, ...own } = process.env;
    const child = spawn(process.execPath, ['scripts/practice.mjs', '--people', '300'], {
      cwd: root,
      env: { ...own, ...environment },
    });
    let told = '';
    const found = (pattern: RegExp): string => pattern.exec(told)?.[1] ?? '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => {
        told += part.toString('utf8');
        if (!told.includes('Ctrl-C ends it')) return;
        const url = found(/open at (http\S+)/);
        done({ child, url, simulator: found(/received: (http\S+)/), password: found(/the password (\S+)/) });
      });
    child.once('exit', (code) => failed(new Error(`ended with ${code}: ${told}`)));
  });
}

const ended = (child: ChildProcess): Promise<number | null> => {
  const gone = new Promise<number | null>((done) => child.once('exit', done));
  child.kill('SIGTERM');
  return gone;
};

describe('a rehearsal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidecall-practice-'));
  const ferry = mkdtempSync(join(tmpdir(), 'tidecall-ferry-'));
  const environment = {
    TIDECALL_CONFIG: join(folder, 'office.yaml'),
    DATABASE_URL: `sqlite:${join(folder, 'real.db')}`,
    // The real deployment's: a rehearsal must not need them, nor use them.
    TIDECALL_DATA_KEY: 'not a key',
    REDIS_URL: 'redis://127.0.0.1:1',
  };
  let open: Open;
  let officer: Client;
  let approver: Client;

  const as = async (username: string): Promise<Client> => {
    const { body } = await new Client(open.url).post<{ token: string }>('/auth/login', {
      username,
      password: open.password,
    });
    return new Client(open.url, body.token);
  };

  beforeAll(async () => {
    await builtCli();
    writeFileSync(join(ferry, 'list.csv'), 'externalId\nREAL1\n');
    writeFileSync(
      environment.TIDECALL_CONFIG,
      `${OFFICE}
audience: { folders: [{ name: ferry, path: ${ferry}, population: arrival }], folderSettle: PT1S }
ledger: { sendRoots: [{ url: 'https://roots.example.gov.cn/x', secret: '\${ROOTS_SECRET}' }] }
`,
    );
    open = await opened(environment);
    [officer, approver] = [await as('officer'), await as('approver')];
  }, 240_000);
  afterAll(async () => {
    await ended(open.child);
    for (const made of [folder, ferry]) rmSync(made, { recursive: true, force: true });
  });

  it('says to everybody, before a sign-in, that it is one', async () => {
    expect((await new Client(open.url).get('/deployment')).body).toEqual({
      kind: 'practice',
      mark: '演练',
      office: { name: '普陀县公安局', callerName: '普陀县反诈中心', hotline: '96110' },
      timeZone: 'Asia/Shanghai',
    });
  });

  it('is of the office: its townships, made-up people, its gateway handed to the simulator', async () => {
    const { body: people } = await officer.post<{ byTownship: { township: string }[] }>('/segments/preview', {
      rule: LOCALS,
    });
    expect(new Set(people.byTownship.map((t) => t.township))).toEqual(new Set(['330903100', '330903101']));
    const { body: gateways } = await (await as('operator')).get<{ items: { key: string }[] }>('/gateways');
    expect(gateways.items.map((g) => g.key)).toContain('yunmas');
    const written = readFileSync(join(folder, 'practice', 'practice.yaml'), 'utf8');
    // Notices go to the simulator's robot, not to the office's addresses.
    expect(written).toMatch(/notices:[^]*webhook: http:\/\/127\.0\.0\.1/);
    // What is for the product that is in service is left to it.
    expect(readdirSync(ferry)).toEqual(['list.csv']);
    for (const real of ['roots.example', 'sso.example', 'mas.example', 'PRACTICE_TEST_SECRET', '普陀公安】', 'boss@'])
      expect(written).not.toContain(real);
  });

  it('goes the whole way, and every message of it says so', async () => {
    const { body: segment } = await officer.post('/segments', {
      name: '本地居民',
      of: 'people',
      rule: LOCALS,
    });
    const { body: made } = await officer.post<{ id: string }>('/campaigns', {
      name: '演练一次',
      segmentId: segment.id,
      channels: [{ channel: 'sms', gateways: ['yunmas'] }],
      assignment: { policy: 'rotate' },
      cadence: { kind: 'daily', at: '23:59' },
      window: { from: '00:00', to: '24:00' },
    });
    const { body: preflight } = await officer.post<{ targeted: number; planned: number }>(
      `/campaigns/${made.id}/preview`,
    );
    expect(preflight.planned).toBeGreaterThan(100);
    expect((await officer.post(`/campaigns/${made.id}/submit`)).status).toBe(200);
    expect((await approver.post(`/campaigns/${made.id}/approve`, { targeted: preflight.targeted })).status).toBe(200);
    expect((await officer.post(`/campaigns/${made.id}/activate`)).status).toBe(200);
    await fetch(`${open.simulator}/_sim/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ gateway: 'cloud-mas', receiptDelayMs: 0 }),
    });
    const { body: run } = await officer.post<{ runId: string }>(`/campaigns/${made.id}/runs`);
    interface View {
      status: string;
      counts: { planned: number; sent: number; delivered: number };
    }
    let view: View;
    do {
      await new Promise((resolve) => setTimeout(resolve, 500));
      view = (await officer.get<View>(`/runs/${run.runId}`)).body;
    } while (view.status !== 'settled' || view.counts.delivered === 0);
    expect(view.counts.planned).toBe(preflight.planned);
    expect(view.counts.sent).toBe(preflight.planned);
    const given = (await (await fetch(`${open.simulator}/_sim/messages?gateway=cloud-mas&limit=1000`)).json()) as {
      items: { content: string }[];
    };
    expect(given.items.length).toBeGreaterThanOrEqual(preflight.planned);
    expect(given.items.filter(({ content }) => !content.includes('（演练）'))).toEqual([]);
    const { body: deliveries } = await officer.get<{ items: { text: string }[] }>(`/runs/${run.runId}/deliveries`);
    for (const { text } of deliveries.items) expect(text).toMatch(/^【反诈演练】（演练）/);
  }, 120_000);

  it('goes on where it was left, and no real deployment opens it or is opened by it', async () => {
    expect(await ended(open.child)).toBe(0);
    const { password } = open;
    open = await opened(environment);
    expect(open.password).toBe(password);
    const { body } = await (await as('officer')).get<{ items: { name: string }[] }>('/campaigns');
    expect(body.items.map((c) => c.name)).toEqual(['演练一次']);
    expect(readdirSync(folder).sort()).toEqual(['office.yaml', 'practice']);
    const settings = readFileSync(join(folder, 'practice', 'practice.yaml'), 'utf8');
    for (const [name, from, to] of [
      ['notSynthetic', 'synthetic: true', 'synthetic: false'],
      ['notPractice', 'practice: true', 'practice: false'],
    ] as const) {
      const file = join(folder, `${name}.yaml`);
      writeFileSync(file, settings.replace(from, to));
      const load = () => loadConfig({ DATABASE_URL: 'sqlite:unused.db', TIDECALL_CONFIG: file });
      if (name === 'notSynthetic') expect(load).toThrow(/set synthetic too/);
      else expect(load().kind).toBe('demo');
    }
  }, 120_000);
});
