import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { NestExpressApplication } from '@nestjs/platform-express';
import request from 'supertest';
import {
  AlarmsModule,
  Chance,
  Clock,
  Config,
  ConfigModule,
  CountyTime,
  DatabaseModule,
  inputPipe,
  loadConfig,
  ProblemFilter,
  SteppedClock,
  SystemChance,
  Vault,
  type Database,
  type Dialect,
} from '../../src/platform/index.js';
import type { DataSource } from 'typeorm';
import { Accounts, AccountsModule, accountsEntities, type Role } from '../../src/accounts/index.js';
import { withDatabase } from './database.js';
import { AuditModule, auditEntities } from '../../src/audit/index.js';

/** 2026-11-24 10:00 in the county. */
export const MORNING = Date.parse('2026-11-24T10:00:00+08:00');

/** A checked configuration: an office, two townships, and whatever else the YAML says. */
export function testConfig(databaseUrl: string, yaml = ''): Config {
  const folder = mkdtempSync(join(tmpdir(), 'tidecall-config-'));
  const file = join(folder, 'config.yaml');
  const office =
    "office: { name: 测试县公安局, callerName: 测试县反诈中心, hotline: '96110', timeZone: Asia/Shanghai }";
  const townships = "townships: [{ code: '330922100', name: 菜园镇 }, { code: '330922101', name: 嵊山镇 }]";
  writeFileSync(file, [office, townships, yaml].join('\n'));
  try {
    return loadConfig({ TIDECALL_CONFIG: file, DATABASE_URL: databaseUrl });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const testVault = (): Vault => new Vault([Buffer.alloc(32, 1)], [Buffer.alloc(32, 2)]);

@Global()
@Module({})
class TestFloor {
  static of(clock: Clock, config: Config): DynamicModule {
    const providers = [
      { provide: Clock, useValue: clock },
      { provide: CountyTime, useValue: new CountyTime(config.timeZone) },
      { provide: Chance, useClass: SystemChance },
      { provide: Vault, useValue: testVault() },
    ];
    return { module: TestFloor, providers, exports: providers.map((p) => p.provide) };
  }
}

/** The entities behind `withHouse`. */
export const groundEntities = [...accountsEntities, ...auditEntities];

/** The floor of the house under some rooms, on a clock that stands at MORNING, with the pipe and filter of the product. */
export async function testApp(
  held: { database: Database; writer: DataSource },
  modules: (new () => object)[],
  yaml = '',
): Promise<{ app: NestExpressApplication; clock: SteppedClock }> {
  const clock = new SteppedClock(MORNING);
  const config = testConfig(`sqlite:${join(mkdtempSync(join(tmpdir(), 'tidecall-rooms-')), 'unused.db')}`, yaml);
  const built = await Test.createTestingModule({
    imports: [
      ConfigModule.of(config),
      TestFloor.of(clock, config),
      DatabaseModule.of(held.database, held.writer),
      AlarmsModule,
      ...modules,
    ],
  }).compile();
  const app = built.createNestApplication<NestExpressApplication>({ logger: false });
  app.setGlobalPrefix('api/v1');
  app.useGlobalPipes(inputPipe());
  app.useGlobalFilters(new ProblemFilter());
  await app.init();
  return { app, clock };
}

export const PASSWORD = 'correct horse';
/** The demo's kind of users, one a role; the officer's is verified. */
export const PHONE = '13800001234';
export const HOUR = 3_600_000;

export interface House {
  readonly database: Database;
  readonly app: NestExpressApplication;
  readonly clock: SteppedClock;
  readonly accounts: Accounts;
  /** The ids of `officer`, `auditor`, `admin` and `township`. */
  readonly made: Record<'officer' | 'auditor' | 'admin' | 'township', string>;
  http(): ReturnType<typeof request>;
  login(username: string, password?: string, more?: object): request.Test;
  /** Signs in and answers the header of the session. */
  bearer(username: string, password?: string): Promise<{ authorization: string }>;
}

/** `testApp` with accounts and audit for the suite that calls it, with a user of some roles; before each test an hour passes, so that pauses end. */
export function withHouse(dialect: Dialect, modules: (new () => object)[] = [], yaml = ''): House {
  const held = withDatabase(dialect, groundEntities);
  const made: Partial<Record<Role, string>> = {};
  const house = {
    made,
    http: () => request(house.app.getHttpServer()),
    login: (username: string, password = PASSWORD, more: object = {}) =>
      house
        .http()
        .post('/api/v1/auth/login')
        .send({ username, password, ...more }),
    bearer: async (username: string, password = PASSWORD) => {
      const { body } = await house.login(username, password).expect(200);
      return { authorization: `Bearer ${(body as { token: string }).token}` };
    },
  } as unknown as House & { app: NestExpressApplication };
  beforeAll(async () => {
    Object.assign(house, await testApp(held, [AccountsModule, AuditModule, ...modules], yaml), {
      database: held.database,
    });
    const accounts = house.app.get(Accounts);
    Object.assign(house, { accounts });
    for (const role of ['officer', 'auditor', 'admin', 'township'] as const) {
      const township = role === 'township' ? '菜园镇' : null;
      const created = await accounts.create({
        username: role,
        password: PASSWORD,
        role,
        township,
        phone: PHONE,
        phoneVerified: role === 'officer',
      });
      if (!created.ok) throw new Error(created.error);
      made[role] = created.value.id;
    }
  });
  beforeEach(() => house.clock.set(house.clock.now() + HOUR + 60_000));
  afterAll(() => house.app.close());
  return house;
}
