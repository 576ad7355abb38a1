import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Global,
  Injectable,
  Module,
  type CanActivate,
  type DynamicModule,
  type ExecutionContext,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import type { DataSource } from 'typeorm';
import { COUNTY, type Actor } from '../../src/accounts/index.js';
import {
  AlarmsModule,
  Chance,
  Clock,
  Config,
  ConfigModule,
  CountyTime,
  DatabaseModule,
  inputPipe,
  Ledger,
  ProblemFilter,
  SteppedClock,
  SystemChance,
  Vault,
  type Database,
  type LedgerRecord,
} from '../../src/platform/index.js';
import { RuntimeRoles } from '../../src/platform/roles.js';
import { MORNING, testConfig, testVault } from './accounts.js';

export const officer: Actor = { id: 'U1', name: 'officer', role: 'officer', scope: COUNTY, mayReadSensitive: false };
export const caiyuan: Actor = {
  ...officer,
  id: 'U2',
  name: 'caiyuan',
  role: 'township',
  scope: { township: '330922100' },
};

/** An officer who may read sensitive tags. */
const reader: Actor = { ...officer, id: 'U3', name: 'reader', mayReadSensitive: true };

/** A ledger that a test can read. */
export class RecordedLedger extends Ledger {
  readonly entries: LedgerRecord[] = [];
  override write(record: LedgerRecord): Promise<void> {
    this.entries.push(record);
    return Promise.resolve();
  }
}

/** Signs every request in as whoever the header `x-actor` names: rooms are tested without passwords. */
@Injectable()
class SignedInAs implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, string>; actor?: Actor }>();
    request.actor = { caiyuan, reader }[request.headers['x-actor'] ?? ''] ?? officer;
    return true;
  }
}

@Global()
@Module({})
class AudienceFloor {
  static of(clock: Clock, config: Config): DynamicModule {
    const floor = [
      { provide: Clock, useValue: clock },
      { provide: CountyTime, useValue: new CountyTime(config.timeZone) },
      { provide: Chance, useClass: SystemChance },
      { provide: Vault, useValue: testVault() },
      { provide: Ledger, useClass: RecordedLedger },
      { provide: RuntimeRoles, useValue: new RuntimeRoles(true, false, false) },
    ];
    return {
      module: AudienceFloor,
      providers: [...floor, { provide: APP_GUARD, useClass: SignedInAs }],
      exports: floor.map((p) => p.provide),
    };
  }
}

export interface AudienceApp {
  readonly app: NestExpressApplication;
  readonly clock: SteppedClock;
  readonly ledger: RecordedLedger;
  /** Where uploads lie. */
  readonly folder: string;
  close(): Promise<void>;
}

/** The audience's modules on the floor of the house, everybody signed in, uploads in a folder of their own. */
export async function audienceApp(
  held: { database: Database; writer: DataSource },
  modules: (new () => object)[],
  yaml = '',
): Promise<AudienceApp> {
  const folder = mkdtempSync(join(tmpdir(), 'tidecall-audience-'));
  const clock = new SteppedClock(MORNING);
  const config = testConfig(`sqlite:${join(folder, 'unused.db')}`, yaml);
  const built = await Test.createTestingModule({
    imports: [
      ConfigModule.of(config),
      AudienceFloor.of(clock, config),
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
  const close = async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { app, clock, ledger: app.get(Ledger), folder: join(folder, 'uploads'), close };
}
