import type { Server } from 'node:http';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { COUNTY, type Actor } from '../../src/accounts/index.js';
import { PersonEvents, Segments } from '../../src/audience/index.js';
import {
  Approvals,
  campaignSchema,
  campaignsEntities,
  Campaigns,
  Clockwork,
  Lifecycle,
  RunControl,
  Runs,
  Tide,
  TideWatch,
  type Campaign,
  type CampaignDefinition,
} from '../../src/campaigns/index.js';
import { CampaignRepository } from '../../src/campaigns/campaign.repository.js';
import { CampaignsController } from '../../src/campaigns/campaigns.controller.js';
import { DatesController } from '../../src/campaigns/dates.controller.js';
import { TideController } from '../../src/campaigns/tide.controller.js';
import { campaignsProviders } from '../../src/campaigns/campaigns.module.js';
import { Library, Scripts } from '../../src/library/index.js';
import {
  Alarms,
  Chance,
  Clock,
  Config,
  CountyTime,
  Database,
  inputPipe,
  Ledger,
  ProblemFilter,
  SteppedClock,
  SystemChance,
  type Instant,
  type LedgerRecord,
  type Result,
} from '../../src/platform/index.js';
import { RuntimeRoles } from '../../src/platform/roles.js';
import { testConfig } from './accounts.js';

export { campaignsEntities };

export const officer: Actor = {
  id: 'OFFICER',
  name: 'officer',
  role: 'officer',
  scope: COUNTY,
  mayReadSensitive: false,
};
export const approver: Actor = {
  id: 'APPROVER',
  name: 'approver',
  role: 'approver',
  scope: COUNTY,
  mayReadSensitive: false,
};
export const caiyuan: Actor = {
  id: 'CAIYUAN',
  name: 'caiyuan',
  role: 'township',
  scope: { township: '330922100' },
  mayReadSensitive: false,
};

/** The segments of a test, as the audience room would answer. */
class KnownSegments {
  readonly known = new Map<
    string,
    {
      subject: 'people' | 'groupChats';
      sensitive: boolean;
      township: string | null;
      size: number;
      version?: number;
    }
  >([
    ['LOCALS', { subject: 'people', sensitive: false, township: null, size: 100 }],
    ['CHATS', { subject: 'groupChats', sensitive: false, township: null, size: 6 }],
    ['FOCUS', { subject: 'people', sensitive: true, township: null, size: 30 }],
    ['NOBODY', { subject: 'people', sensitive: false, township: null, size: 0 }],
    ['SHENGSHAN', { subject: 'people', sensitive: false, township: '330922101', size: 10 }],
  ]);
  get(id: string, scope: { township: string | null }) {
    const found = this.known.get(id);
    const visible = found && (scope.township === null || found.township === null || found.township === scope.township);
    return Promise.resolve(visible ? { id, name: id, rule: id, version: 1, ...found } : null);
  }
  count(rule: string) {
    return Promise.resolve(this.known.get(rule)?.size ?? 0);
  }
}

/** A library of one trick, whose wording is approved anew now and then. */
class KnownWordings {
  /** What is on the shelf from which instant on. */
  readonly approved: { readonly from: Instant; readonly body: string }[] = [{ from: 0, body: '接到这种电话请挂断。' }];
  tricks() {
    return Promise.resolve([{ code: 'trick-a', type: 'type-a' }]);
  }
  mayGive(_assignment: unknown, channel: string, at: Instant | null) {
    const body = this.approved.findLast(({ from }) => at === null || from <= at)!.body;
    return Promise.resolve([{ trick: 'trick-a', channel, audience: null, language: 'zh', title: null, body }]);
  }
}

/** Events straight from their table. */
class StoredEvents {
  constructor(private readonly database: Database) {}
  async between(type: string, from: Instant, until: Instant, limit: number) {
    const rows = await this.database.query<{ id: number; personId: number; occurredAt: number }>(
      `SELECT id, personId, occurredAt FROM person_events WHERE type = ? AND triggers = 1 AND occurredAt >= ? AND occurredAt < ? ORDER BY occurredAt, id LIMIT ${limit}`,
      [type, from, until],
    );
    return rows.map((r) => ({ id: Number(r.id), personId: Number(r.personId), occurredAt: Number(r.occurredAt) }));
  }
}

/** A ledger that a test can read; it refuses what is written outside of a transaction. */
class ReadableLedger extends Ledger {
  readonly entries: LedgerRecord[] = [];
  constructor(private readonly database: Database) {
    super();
  }
  override write(record: LedgerRecord): Promise<void> {
    if (!this.database.inTransaction) throw new Error(`${record.action} was written outside of a transaction`);
    this.entries.push(record);
    return Promise.resolve();
  }
}

/** The room without HTTP, on a clock of its own, among stand-ins for its neighbours. */
function neighbours(database: Database, at: string, yaml: string) {
  const clock = new SteppedClock(Date.parse(at));
  const config = testConfig('sqlite:unused.db', `gateways: [{ key: mas, adapter: cloud-mas }]\n${yaml}`);
  const segments = new KnownSegments();
  const ledger = new ReadableLedger(database);
  const library = new KnownWordings();
  const providers = [
    ...campaignsProviders,
    Alarms,
    { provide: Database, useValue: database },
    { provide: Clock, useValue: clock },
    { provide: Config, useValue: config },
    { provide: CountyTime, useValue: new CountyTime(config.timeZone) },
    { provide: Chance, useClass: SystemChance },
    { provide: Ledger, useValue: ledger },
    { provide: RuntimeRoles, useValue: new RuntimeRoles() },
    { provide: Segments, useValue: segments },
    { provide: Library, useValue: library },
    { provide: Scripts, useValue: { find: () => Promise.resolve(null) } },
    { provide: PersonEvents, useValue: new StoredEvents(database) },
  ];
  return { clock, segments, ledger, library, providers };
}

/** Signs every request in as whoever the header `x-actor` names. */
class SignedInAs implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, string>; actor?: Actor }>();
    request.actor = [officer, approver, caiyuan].find((a) => a.name === request.headers['x-actor']) ?? officer;
    return true;
  }
}

/** The room's routes, with the product's pipe and filter, and `call` as a client that names its caller. */
export async function campaignsRoutes(database: Database, at: string) {
  const { clock, providers } = neighbours(database, at, '');
  const built = await Test.createTestingModule({
    controllers: [CampaignsController, DatesController, TideController],
    providers,
  }).compile();
  const app = built.createNestApplication({ logger: false });
  app.useGlobalPipes(inputPipe());
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalGuards(new SignedInAs());
  await app.init();
  const call = async (by: Actor, method: 'get' | 'post' | 'put', path: string, body?: object) => {
    const asked = request(app.getHttpServer() as Server)
      [method](path)
      .set('x-actor', by.name);
    const answer = await (body === undefined ? asked : asked.send(body));
    return { status: answer.status, body: answer.body as Record<string, unknown> };
  };
  return { clock, call, campaigns: built.get(Campaigns), clockwork: built.get(Clockwork), close: () => app.close() };
}

/** The services of the campaigns room on a clock of their own. */
export async function campaignsRoom(database: Database, at: string, yaml = '') {
  const { clock, segments, ledger, library, providers } = neighbours(database, at, yaml);
  const built = await Test.createTestingModule({ providers }).compile();
  const room = {
    clock,
    ledger,
    library,
    segments,
    database,
    campaigns: built.get(Campaigns),
    approvals: built.get(Approvals),
    lifecycle: built.get(Lifecycle),
    runs: built.get(Runs),
    control: built.get(RunControl),
    clockwork: built.get(Clockwork),
    tide: built.get(Tide),
    watch: built.get(TideWatch),
    store: built.get(CampaignRepository),
    alarms: built.get(Alarms),
  };
  return { ...room, ...shortcuts(room) };
}
export type CampaignsRoom = Awaited<ReturnType<typeof campaignsRoom>>;

export const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`refused: ${result.error} ${JSON.stringify(result.detail ?? null)}`);
  return result.value;
};

export const definition = (over: Partial<Record<keyof CampaignDefinition, unknown>> = {}): CampaignDefinition =>
  campaignSchema.parse({
    name: '本地居民日@',
    segmentId: 'LOCALS',
    channels: [{ channel: 'sms' }],
    assignment: { policy: 'rotate' },
    cadence: { kind: 'daily', at: '09:00' },
    ...over,
  });

const shortcuts = (room: {
  database: Database;
  clock: SteppedClock;
  campaigns: Campaigns;
  approvals: Approvals;
  lifecycle: Lifecycle;
  runs: Runs;
}) => ({
  at: (text: string): Instant => {
    room.clock.set(Date.parse(text));
    return room.clock.now();
  },
  async approved(over: Parameters<typeof definition>[0] = {}): Promise<Campaign> {
    const { id } = value(await room.campaigns.create(definition(over), officer));
    value(await room.campaigns.submit(id, officer, { targeted: 100 }));
    return value(await room.approvals.approve(id, approver, { targeted: 100 }));
  },
  async active(over: Parameters<typeof definition>[0] = {}): Promise<Campaign> {
    const { id } = await this.approved(over);
    return value(await room.lifecycle.activate(id, officer));
  },
  /** Plans, sends and settles whatever is open, as dispatch would. */
  work: (): Promise<void> =>
    room.database.transaction(async () => {
      for (const run of await room.runs.toPlan()) {
        await room.runs.claimPlan(run.id, 'worker', 60_000);
        await room.runs.planned(run.id, run.planCursor);
      }
      for (const run of await room.runs.sending()) await room.runs.settle(run.id);
    }),
});
