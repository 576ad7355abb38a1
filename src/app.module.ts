import { Module, type DynamicModule } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import type { DataSource } from 'typeorm';
import { AccountsModule, accountsEntities } from './accounts/index.js';
import { AudienceModule, audienceEntities } from './audience/index.js';
import { AuditModule, auditEntities } from './audit/index.js';
import { CampaignsModule, campaignsEntities } from './campaigns/index.js';
import { DispatchModule, dispatchEntities } from './dispatch/index.js';
import { GatewaysModule, gatewaysEntities } from './gateways/index.js';
import { IncidentsModule, incidentsEntities } from './incidents/index.js';
import { LibraryModule, libraryEntities } from './library/index.js';
import {
  AlarmsModule,
  Clock,
  ClockModule,
  type Config,
  ConfigModule,
  CryptoModule,
  type Database,
  DatabaseModule,
  platformEntities,
} from './platform/index.js';
import { DeploymentModule } from './platform/deployment/index.js';
import { HealthModule } from './platform/health/index.js';
import { RuntimeRoles } from './platform/roles.js';
import { WireModule } from './platform/wire/index.js';
import { ReceiptsModule, receiptsEntities } from './receipts/index.js';
import { PersonWhyModule, ReportsModule, SubjectAccessModule } from './reports/index.js';

/** Every table that the product knows. */
export const entities = [
  ...platformEntities,
  ...accountsEntities,
  ...audienceEntities,
  ...libraryEntities,
  ...incidentsEntities,
  ...campaignsEntities,
  ...dispatchEntities,
  ...gatewaysEntities,
  ...receiptsEntities,
  ...auditEntities,
];

interface Parts {
  readonly config: Config;
  readonly database: Database;
  readonly writer: DataSource;
  readonly roles: RuntimeRoles;
  /** False: no timer of any room runs. */
  readonly schedules: boolean;
  readonly clock?: Clock;
}

/** The composition root: the one file that sees every room. */
@Module({})
export class AppModule {
  static of({ config, database, writer, roles, schedules, clock }: Parts): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.of(config),
        DatabaseModule.of(database, writer),
        ClockModule.of(clock),
        CryptoModule,
        RolesModule.of(roles),
        ScheduleModule.forRoot({ intervals: schedules, cronJobs: schedules, timeouts: schedules }),
        AlarmsModule,
        WireModule,
        DeploymentModule,
        HealthModule,
        AuditModule,
        AccountsModule,
        AudienceModule,
        IncidentsModule,
        LibraryModule,
        CampaignsModule,
        GatewaysModule,
        DispatchModule,
        ReceiptsModule,
        ReportsModule,
        SubjectAccessModule,
        PersonWhyModule,
      ],
    };
  }
}

@Module({})
class RolesModule {
  static of(roles: RuntimeRoles): DynamicModule {
    return {
      module: RolesModule,
      global: true,
      providers: [{ provide: RuntimeRoles, useValue: roles }],
      exports: [RuntimeRoles],
    };
  }
}
