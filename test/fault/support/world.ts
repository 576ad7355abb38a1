import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Libsql from 'libsql';
import { Accounts } from '../../../src/accounts/index.js';
import { assemble } from '../../../src/app.js';
import { CounterRebuild, checkSums, type Counts } from '../../../src/dispatch/index.js';
import {
  connect,
  loadConfig,
  type Clock,
  type Config,
  type Database,
  type Dialect,
} from '../../../src/platform/index.js';
import { Client, KEY, PASSWORD } from '../../support/app.js';
import { emptyDatabase, type TestDatabase } from '../../support/database.js';
import { ACCOUNT, type FaultGateway } from './gateway.js';
import { COMMAND_LINE, Process, PRODUCT } from './product.js';

export interface Limits {
  readonly perBatch: number;
  readonly concurrent: number;
  readonly maxOpenRecipients: number;
  readonly perSecond?: number;
}

/** Small calls, so that a few thousand people are many calls. */
export const SMALL: Limits = { perBatch: 20, concurrent: 4, maxOpenRecipients: 80 };

/** Where a deployment differs from the usual one. */
export interface Place {
  /** The MariaDB server of its own; the common one where absent. */
  readonly mariadb?: string;
  readonly redis?: string;
  /** People planned in one transaction. */
  readonly pageSize?: number;
}

const yaml = (
  gatewayUrl: string,
  { limits, timeout, pageSize }: { limits: Limits; timeout: string; pageSize: number },
): string => `
office: { name: 示例县公安局, callerName: 示例县反诈中心, hotline: '96110' }
townships: [{ code: '330922100', name: 菜园镇 }, { code: '330922101', name: 嵊山镇 }]
server: { signInAttempts: 10000 }
campaigns:
  defaultWindows: { sms: [{ from: '00:00', to: '24:00' }] }
  contactCaps: { sms: [] }
dispatch: { workers: 3, pageSize: ${pageSize}, batchSize: 200, lease: PT3S, retryBase: PT1S, retryMax: PT2S, pollEvery: PT1S, breaker: { tryAfter: PT1S }, timeout: ${timeout} }
gateways:
  - key: mas
    adapter: cloud-mas
    settings: { baseUrl: '${gatewayUrl}', ecName: ${ACCOUNT.ecName}, apId: ${ACCOUNT.apId}, secretKey: ${ACCOUNT.secretKey}, sign: ${ACCOUNT.sign}, addSerial: '', allowPrivate: true }
    limits: { perBatch: ${limits.perBatch}, concurrent: ${limits.concurrent}, maxOpenRecipients: ${limits.maxOpenRecipients}${limits.perSecond ? `, perSecond: ${limits.perSecond}` : ''} }
    signature: 【示例公安】
    costPerPart: 0.035
`;

export const waitFor = async <T>(
  what: string,
  look: () => Promise<T | null | false | undefined> | T | null | false | undefined,
  { withinMs = 60_000, everyMs = 50 } = {},
): Promise<T> => {
  const until = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > until) throw new Error(`waited ${withinMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
};

export interface RunAnswer {
  readonly status: string;
  readonly counts: Counts;
}

const OPEN_TRANSACTIONS = `SELECT t.trx_id FROM information_schema.innodb_trx t
  JOIN information_schema.processlist l ON l.id = t.trx_mysql_thread_id WHERE l.db = DATABASE()`;

const takesWrites = (path: string): boolean => {
  const file = new Libsql(path);
  try {
    file.exec('BEGIN IMMEDIATE');
    file.exec('ROLLBACK');
    return true;
  } catch {
    return false;
  } finally {
    file.close();
  }
};

/** One deployment: a database, a configuration, and processes that come and go. */
export class World {
  private readonly processes: Process[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly config: Config,
    private readonly folder: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** Migrated, with an officer, an approver, an operator and an auditor; no process runs yet. */
  static async make(
    dialect: Dialect,
    gatewayUrl: string,
    limits = SMALL,
    timeout = 'PT2S',
    { mariadb, redis, pageSize = 500 }: Place = {},
  ): Promise<World> {
    const database = await emptyDatabase(dialect, mariadb);
    const folder = mkdtempSync(join(tmpdir(), 'tidecall-fault-'));
    const file = join(folder, 'config.yaml');
    writeFileSync(file, yaml(gatewayUrl, { limits, timeout, pageSize }));
    const environment = {
      DATABASE_URL: database.text,
      TIDECALL_CONFIG: file,
      PORT: '0',
      TIDECALL_DATA_KEY: KEY,
      TIDECALL_INDEX_KEY: KEY,
      ...(redis === undefined ? {} : { REDIS_URL: redis }),
    };
    const world = new World(database, loadConfig(environment), folder, environment);
    await world.inside(async (app) => {
      const accounts = app.get(Accounts, { strict: false });
      for (const role of ['officer', 'approver', 'operator', 'auditor'] as const)
        await accounts.create({ username: role, role, password: PASSWORD });
    });
    return world;
  }

  /** Starts a process of the product; without `api` it has no address. */
  async start(roles = 'api,scheduler,worker'): Promise<{ process: Process; url: string }> {
    const process = new Process(PRODUCT, ['--role', roles], this.environment);
    this.processes.push(process);
    const said = await process.says(/Tidecall is ready at (\S+)|Tidecall is running without an API role/);
    return { process, url: said.startsWith('http') ? said : '' };
  }

  /** The command line, as somebody types it. */
  command(words: readonly string[]): Process {
    const process = new Process(COMMAND_LINE, words, this.environment);
    this.processes.push(process);
    return process;
  }

  /** The product's house in this process, with nothing running in it. */
  async inside<T>(work: (app: Awaited<ReturnType<typeof assemble>>['app']) => Promise<T>, clock?: Clock): Promise<T> {
    const { app, close } = await assemble({
      config: this.config,
      roles: { api: false, scheduler: false, worker: false },
      migrate: true,
      logLevels: ['fatal'],
      ...(clock ? { clock } : {}),
    });
    try {
      return await work(app);
    } finally {
      await close();
    }
  }

  /** A look into the tables beside whatever runs. */
  async look<T>(ask: (database: Database) => Promise<T>): Promise<T> {
    const { database } = await connect(this.database.url, []);
    try {
      return await ask(database);
    } finally {
      await database.close();
    }
  }

  /** What a kill left open: recipients by call, of calls that are committed and not settled. */
  openCalls(): Promise<Map<number, number>> {
    return this.look(async (database) => {
      const rows = await database.query<{ id: number; n: number }>(
        "SELECT c.id, COUNT(*) AS n FROM deliveries d JOIN calls c ON c.id = d.callId WHERE d.status = 'pending' AND c.status = 'calling' GROUP BY c.id",
      );
      return new Map(rows.map(({ id, n }) => [Number(id), Number(n)]));
    });
  }

  /** Calls whose answer is written down. */
  settledCalls(): Promise<number> {
    return this.look(async (database) =>
      Number((await database.one<{ n: number }>("SELECT COUNT(*) AS n FROM calls WHERE status = 'settled'"))?.n ?? 0),
    );
  }

  /** True where a transaction of somebody's is open, who would hold everybody up if he slept now. */
  async isHeldUp(): Promise<boolean> {
    const { url } = this.database;
    if (url.kind === 'sqlite') return !takesWrites(url.path);
    // The server renews its list of transactions only where nobody has read it for 100 ms.
    await new Promise((resolve) => setTimeout(resolve, 150));
    return this.look(async (database) => (await database.query(OPEN_TRANSACTIONS)).length > 0);
  }

  /** Where things stand, for the message of a failure: batches, calls and deliveries by state, and what the processes said last. */
  async story(): Promise<string> {
    const states = await this.look(async (database) => {
      const by = (table: string) => database.query(`SELECT status, COUNT(*) AS n FROM ${table} GROUP BY status`);
      const waiting = await database.query(
        "SELECT id, status, dueAt, tries, owner, fence, leaseUntil FROM batches WHERE status <> 'done' LIMIT 3",
      );
      const gateways = await database.query('SELECT * FROM gateway_states');
      return {
        now: Date.now(),
        waiting,
        gateways,
        runs: await by('runs'),
        batches: await by('batches'),
        calls: await by('calls'),
        deliveries: await by('deliveries'),
      };
    });
    return `${JSON.stringify(states)}\n${this.processes.map((p) => spoken(p.log).slice(-3000)).join('\n---\n')}`;
  }

  async drop(): Promise<void> {
    await this.database.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const spoken = (log: string): string =>
  log
    .split('\n')
    .filter((line) => !/RouterExplorer|RoutesResolver|InstanceLoader/.test(line))
    .join('\n');

export const mobileOf = (i: number): string => `139${String(10_000_000 + i)}`;

/** What the officer and the approver do, over HTTP. */
export class Office {
  private constructor(
    readonly officer: Client,
    readonly approver: Client,
    readonly operator: Client,
  ) {}

  static async at(url: string): Promise<Office> {
    const visitor = new Client(url);
    return new Office(await visitor.as('officer'), await visitor.as('approver'), await visitor.as('operator'));
  }

  /** Puts people `from` up to, without, `to` into a community of their own. */
  async people(community: string, from: number, to: number): Promise<string[]> {
    for (let start = from; start < to; start += 2500) {
      const people = Array.from({ length: Math.min(2500, to - start) }, (_, i) => ({
        externalId: `P${start + i}`,
        name: `人${start + i}`,
        phone: mobileOf(start + i),
        populations: [{ kind: (start + i) % 3 === 0 ? 'migrant' : 'local' }],
        township: (start + i) % 2 === 0 ? '菜园镇' : '嵊山镇',
        community,
        birthDate: '1980-01-01',
      }));
      const { status, body } = await this.officer.put<{ created: number }>('/people', { people });
      if (status !== 200 || body.created !== people.length)
        throw new Error(`PUT /people: ${status} ${JSON.stringify(body)}`);
    }
    return Array.from({ length: to - from }, (_, i) => mobileOf(from + i));
  }

  /** A campaign over a community, submitted, approved, active. */
  async campaign(community: string, targeted: number, more: object = {}): Promise<string> {
    const done = <T>({ status, body }: { status: number; body: T }): T => {
      if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
      return body;
    };
    const segment = done(
      await this.officer.post<{ id: string }>('/segments', {
        name: community,
        of: 'people',
        rule: { combinator: 'and', rules: [{ field: 'community', operator: '=', value: community }] },
      }),
    );
    const { id } = done(
      await this.officer.post<{ id: string }>('/campaigns', {
        name: `故障演练 ${community}`,
        segmentId: segment.id,
        channels: [{ channel: 'sms' }],
        assignment: { policy: 'rotate', by: 'person' },
        // Not `once`: those are released by and by, which is a promise of its own.
        cadence: { kind: 'cron', expression: '0 5 1 1 *' },
        ...more,
      }),
    );
    done(await this.officer.post(`/campaigns/${id}/submit`));
    done(await this.approver.post(`/campaigns/${id}/approve`, { targeted }));
    done(await this.officer.post(`/campaigns/${id}/activate`));
    return id;
  }

  async runNow(campaignId: string): Promise<string> {
    const { status, body } = await this.officer.post<{ runId: string }>(`/campaigns/${campaignId}/runs`);
    if (status !== 202) throw new Error(`run now: ${status} ${JSON.stringify(body)}`);
    return body.runId;
  }

  /** The run as it stands; its sums are checked at every look. */
  async run(runId: string): Promise<RunAnswer> {
    const { status, body } = await this.officer.get<RunAnswer>(`/runs/${runId}`);
    if (status !== 200) throw new Error(`GET /runs/${runId}: ${status}`);
    const broken = checkSums(body.counts);
    if (broken.length > 0)
      throw new Error(`the sums do not hold while the run is ${body.status}: ${broken.join('; ')}`);
    return body;
  }

  settled(runId: string, withinMs = 60_000): Promise<RunAnswer> {
    return waitFor(
      `run ${runId} to settle`,
      async () => {
        const run = await this.run(runId);
        return ['settled', 'cancelled'].includes(run.status) && run.counts.pending === 0 ? run : null;
      },
      { withinMs, everyMs: 100 },
    );
  }
}

export interface Books {
  readonly byStatus: Readonly<Record<string, readonly string[]>>;
  readonly skipped: number;
}

const SENT = ['awaiting', 'delivered', 'undelivered'];

/**
 * Everything that must be true at the end, whatever happened: each number has one delivery in one state, nobody was given a
 * message twice, nothing counts as sent that was not given, nothing was given that counts as not sent, and a rebuild of the
 * counters from the deliveries finds no difference. Answers what does not hold, in words.
 */
export async function audit(
  world: World,
  { runId, mobiles, gateway }: { runId: string; mobiles: readonly string[]; gateway: FaultGateway },
): Promise<{ broken: string[]; books: Books }> {
  const keys = await world.inside(async (app) => {
    const { Vault } = await import('../../../src/platform/index.js');
    const vault = app.get(Vault, { strict: false });
    return new Map(mobiles.map((m) => [vault.index('phone', m), m]));
  });
  const broken: string[] = await world.inside((app) => app.get(CounterRebuild, { strict: false }).differences());
  const { rows, skipped } = await world.look(async (database) => ({
    rows: await database.query<{ addressKey: string; status: string; runId: string }>(
      'SELECT addressKey, status, runId FROM deliveries WHERE runId = ?',
      [runId],
    ),
    skipped: Number(
      (await database.one<{ n: number }>('SELECT COUNT(*) AS n FROM skips WHERE runId = ?', [runId]))?.n ?? 0,
    ),
  }));
  const byStatus: Record<string, string[]> = {};
  const seen = new Set<string>();
  for (const row of rows) {
    const mobile = keys.get(row.addressKey);
    if (!mobile) broken.push(`a delivery to somebody who was not targeted`);
    else if (seen.has(mobile)) broken.push(`${mobile} has two deliveries`);
    else {
      seen.add(mobile);
      (byStatus[row.status] ??= []).push(mobile);
    }
  }
  if (seen.size + skipped !== mobiles.length)
    broken.push(`${mobiles.length} targeted, ${seen.size} planned + ${skipped} skipped`);
  const mine = new Set(mobiles);
  const twice = gateway.twice.filter((m) => mine.has(m));
  if (twice.length > 0) broken.push(`${twice.length} given twice: ${twice.slice(0, 5).join(', ')}`);
  const given = gateway.numbers;
  for (const [status, list] of Object.entries(byStatus)) {
    if (SENT.includes(status)) {
      const missing = list.filter((m) => !given.has(m));
      if (missing.length > 0) broken.push(`${missing.length} ${status}, but the gateway never had them`);
    } else if (status !== 'uncertain') {
      const there = list.filter((m) => given.has(m));
      if (there.length > 0) broken.push(`${there.length} ${status}, but the gateway has them`);
    }
  }
  return { broken, books: { byStatus, skipped } };
}

/** Runs a test; where it fails, the failure tells where things stood. */
export const told = (world: () => World, test: () => Promise<void>) => async (): Promise<void> => {
  try {
    await test();
  } catch (error) {
    const story = await world().story();
    if (error instanceof Error) error.message += `\n${story}`;
    throw error;
  }
};
