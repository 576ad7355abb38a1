import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Module, type ExecutionContext, type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { withDatabase } from '../../test/support/database.js';
import { tell } from '../../test/support/history.js';
import {
  Clock,
  ClosedDays,
  Config,
  CountyTime,
  Database,
  inputPipe,
  Ledger,
  ProblemFilter,
  SteppedClock,
  type LedgerRecord,
} from '../platform/index.js';
import { Library, LibraryModule } from '../library/index.js';
import { ReportsModule } from './reports.module.js';

const at = (text: string): number => Date.parse(text);
const county = new CountyTime('Asia/Shanghai');
const config = { settings: { townships: [] }, township: () => null };
const actor = { id: 'U1', name: 'auditor', role: 'auditor', scope: { township: null }, mayReadSensitive: false };

/** What is asked here needs no wording; test/e2e compares them with the real library. */
@Module({ providers: [{ provide: Library, useValue: {} }], exports: [Library] })
class NoLibrary {}

describe('the reports over HTTP', () => {
  const db = withDatabase('sqlite');
  const entries: { record: LedgerRecord; inTransaction: boolean }[] = [];
  let app: INestApplication;
  const get = (path: string) => request(app.getHttpServer() as Parameters<typeof request>[0]).get(path);

  beforeAll(async () => {
    const { database } = db;
    const ledger = {
      write: async (record: LedgerRecord) => void entries.push({ record, inTransaction: database.inTransaction }),
    };
    const shared = {
      module: class Shared {},
      global: true,
      providers: [
        { provide: Database, useValue: database },
        { provide: Clock, useValue: new SteppedClock(at('2026-11-23T10:00:00+08:00')) },
        { provide: CountyTime, useValue: county },
        { provide: Config, useValue: config },
        { provide: Ledger, useValue: ledger },
        { provide: ClosedDays, useValue: { latest: () => Promise.resolve([]) } },
      ],
      exports: [Database, Clock, CountyTime, Config, Ledger, ClosedDays],
    };
    const built = await Test.createTestingModule({ imports: [shared, ReportsModule] })
      .overrideModule(LibraryModule)
      .useModule(NoLibrary)
      .compile();
    app = built.createNestApplication();
    app.setGlobalPrefix('api/v1');
    app.useGlobalPipes(inputPipe());
    app.useGlobalFilters(new ProblemFilter());
    app.useGlobalGuards({
      canActivate: (context: ExecutionContext) => {
        context.switchToHttp().getRequest<{ actor: unknown }>().actor = actor;
        return true;
      },
    });
    await app.init();
    const occurrence = at('2026-11-10T09:00:00+08:00');
    await tell(database, {
      runs: [{ occurrence, day: 20261110 }],
      deliveries: [{ run: 0, person: 1, status: 'delivered', cost: 350 }],
      skips: [{ run: 0, person: 2, reason: 'opted_out' }],
    });
  });
  afterAll(() => app.close());

  it('answers JSON', async () => {
    const { body } = await get('/api/v1/reports/sends?from=2026-11-01&to=2026-12-01&groupBy=day,channel').expect(200);
    expect(body).toMatchObject({
      period: { from: '2026-11-01T00:00:00+08:00', to: '2026-12-01T00:00:00+08:00' },
      rows: [{ day: '2026-11-10', channel: 'sms', targeted: 2, skipped: { opted_out: 1 }, cost: 0.035 }],
      totals: { targeted: 2, sent: 1, reachedPeople: 1 },
      ledger: null,
    });
    expect((await get('/api/v1/reports/reach').expect(200)).body).toMatchObject({
      totals: { segmentSize: 2, reachedPeople: 1, coverage: 0.5 },
    });
    expect((await get('/api/v1/reports/trick-coverage?population=local').expect(200)).body).toMatchObject({
      segmentSize: 2,
    });
    expect(entries).toEqual([]);
  });

  it('refuses what is no cut, each mistake in its place', async () => {
    const { body } = await get('/api/v1/reports/reach?groupBy=shoe&from=2026-12-01T08:00:00&form=csv').expect(422);
    expect(body).toMatchObject({ code: 'invalid_input' });
    const second = await get('/api/v1/reports/reach?groupBy=shoe&from=2026-12-01T08:00:00').expect(422);
    expect(second.body.errors.map((e: { path: string; code: string }) => [e.path, e.code])).toEqual([
      ['/from', 'time_without_zone'],
      ['/groupBy', 'unknown_cut'],
    ]);
    await get('/api/v1/reports/sends?from=1990-01-01&to=2030-01-01').expect(422);
    await get('/api/v1/reports/trick-coverage?groupBy=day').expect(422);
  });

  it('exports, and leaves a ledger entry for each', async () => {
    const csv = await get('/api/v1/reports/sends?groupBy=channel').set('accept', 'text/csv').expect(200);
    expect(csv.headers['content-type']).toMatch(/^text\/csv/);
    expect(csv.headers['content-disposition']).toBe('attachment; filename="sends-20261101-20261201.csv"');
    expect(csv.text).toMatch(/^\ufeff渠道\(channel\),目标数\(targeted\),.*\r\nsms,2,1,/);
    const xlsx = await get('/api/v1/reports/trick-coverage?format=xlsx').buffer(true).expect(200);
    expect(xlsx.headers['content-type']).toMatch(/spreadsheetml/);
    expect(
      entries.map(({ record, inTransaction }) => [
        record.action,
        record.subject,
        record.by,
        record.detail?.format,
        inTransaction,
      ]),
    ).toEqual([
      ['report.export', 'report/sends', { id: 'U1', name: 'auditor' }, 'csv', true],
      ['report.export', 'report/trick-coverage', { id: 'U1', name: 'auditor' }, 'xlsx', true],
    ]);
  });
});
