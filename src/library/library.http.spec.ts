import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import type { NextFunction, Request, Response } from 'express';
import request from 'supertest';
import { withDatabase } from '../../test/support/database.js';
import { COUNTY, type Actor } from '../accounts/index.js';
import { IncidentsModule } from '../incidents/index.js';
import {
  ClockModule,
  Config,
  ConfigModule,
  CryptoModule,
  DatabaseModule,
  inputPipe,
  Ledger,
  ProblemFilter,
} from '../platform/index.js';
import { LibraryModule } from './library.module.js';
import { LibrarySeed } from './seed.service.js';

const config = new Config(
  {
    office: { name: '示例县公安局', callerName: '示例县反诈中心', hotline: '96110' },
    timeZone: 'Asia/Shanghai',
    townships: [{ code: '330000100', name: '示例镇' }],
    gateways: [],
    library: { optOutSuffix: '拒收回T', optOutSuffixWhen: 'every' },
  } as unknown as Config['settings'],
  {
    keys: {
      dataKey: Buffer.alloc(32, 1).toString('base64'),
      dataKeysOld: [],
      indexKey: Buffer.alloc(32, 2).toString('base64'),
      indexKeysOld: [],
    },
  } as unknown as Config['environment'],
);

class NoLedger extends Ledger {
  override async write(): Promise<void> {}
}

@Global()
@Module({ providers: [{ provide: Ledger, useClass: NoLedger }], exports: [Ledger] })
class LedgerModule {}

const actor = (id: string): Actor => ({ id, name: id, role: 'officer', scope: COUNTY, mayReadSensitive: false });

describe('the library at the API', () => {
  const held = withDatabase('sqlite');
  let app: NestExpressApplication;
  let caller = actor('officer');

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      imports: [
        ConfigModule.of(config),
        ClockModule.of(),
        CryptoModule,
        DatabaseModule.of(held.database, held.writer),
        LedgerModule,
        IncidentsModule,
        LibraryModule,
      ],
    }).compile();
    app = module.createNestApplication<NestExpressApplication>();
    app.useGlobalPipes(inputPipe());
    app.useGlobalFilters(new ProblemFilter());
    // Who calls is the guard's business; here the caller is said outright.
    app.use((req: Request & { actor?: Actor }, _: Response, next: NextFunction) => {
      req.actor = caller;
      next();
    });
    await app.init();
    await app.get(LibrarySeed).seed();
  });
  afterAll(() => app.close());

  const post = (path: string, body: object = {}) => request(app.getHttpServer()).post(path).send(body);
  const get = (path: string) => request(app.getHttpServer()).get(path);

  it('shows the types and tricks, and says what the list is', async () => {
    const types = await get('/library/types').expect(200);
    expect(types.body.items).toHaveLength(12);
    expect(types.body.items[0]).toMatchObject({
      code: 'brushing_rebate',
      nameZh: '刷单返利类',
      trickCount: 5,
      scriptCount: 25,
    });
    expect(types.body.statement.zh).toContain('公开');
    const tricks = await get('/library/tricks?type=romance').expect(200);
    expect(tricks.body.items).toHaveLength(3);
    expect(tricks.body.items[0]).toMatchObject({
      code: 'romance_invest',
      mechanism: expect.any(String),
      recognitionSigns: expect.any(Array),
      advice: expect.any(Array),
      vulnerableGroups: expect.any(Array),
    });
    expect((await get('/library/tricks')).body.items).toHaveLength(48);
  });

  it('takes a script from its first draft to the shelf', async () => {
    const made = await post('/library/scripts', {
      trick: 'romance_invest',
      channel: 'sms',
      body: '{{name}}，先停一停，打{{hotline}}。',
    }).expect(201);
    expect(made.body).toMatchObject({
      status: 'draft',
      version: 1,
      variables: ['name', 'hotline'],
      smsParts: 1,
      approvedVersion: null,
      variant: 3,
      audience: null,
      language: 'zh',
    });
    expect(made.body).not.toHaveProperty('no');
    const { id } = made.body as { id: string };
    await post(`/library/scripts/${id}/submit`).expect(200);
    const own = await post(`/library/scripts/${id}/approve`).expect(409);
    expect(own.body.code).toBe('own_script');
    caller = actor('approver');
    const approved = await request(app.getHttpServer()).post(`/library/scripts/${id}/approve`).expect(200);
    expect(approved.body).toMatchObject({ status: 'approved', approvedVersion: 1, reviewedBy: 'approver' });
    const next = await post(`/library/scripts/${id}/versions`, { body: '先停一停。' }).expect(201);
    expect(next.body).toMatchObject({ version: 2, status: 'draft', approvedVersion: 1 });
    expect((await get(`/library/scripts/${id}`)).body.versions).toHaveLength(2);
    expect(
      (await post(`/library/scripts/${id}/retire`, { remark: '过时' }).expect(200)).body.approvedVersion,
    ).toBeNull();
    expect((await post(`/library/scripts/${id}/retire`).expect(409)).body.code).toBe('illegal_move');
    await post('/library/scripts/01NOWHERE00000000000000000/submit').expect(404);
  });

  it('lists by cursor', async () => {
    const first = await get('/library/scripts?limit=100&status=approved').expect(200);
    const second = await get(`/library/scripts?limit=500&status=approved&cursor=${first.body.nextCursor}`).expect(200);
    expect(first.body.items).toHaveLength(100);
    expect(second.body).toMatchObject({ nextCursor: null });
    expect(second.body.items).toHaveLength(140);
    await get('/library/scripts?channel=pigeon').expect(422);
  });

  it('checks a text', async () => {
    const fine = await post('/library/scripts/check', { channel: 'sms', body: '打{{hotline}}。' }).expect(200);
    expect(fine.body).toEqual({
      valid: true,
      errors: [],
      advice: [],
      variables: ['hotline'],
      rendered: '打96110。',
      smsParts: 1,
      characters: 17,
      encoding: 'ucs2',
    });
    const long = await post('/library/scripts/check', { channel: 'sms', body: '字'.repeat(100) }).expect(200);
    expect(long.body).toMatchObject({ valid: true, smsParts: 2, advice: [{ code: 'sms_too_long' }] });
    const wrong = await post('/library/scripts/check', { channel: 'sms', body: '打{{phone}}，离异' }).expect(200);
    expect(wrong.body).toMatchObject({
      valid: false,
      rendered: null,
      smsParts: null,
      errors: [{ path: '/body', code: 'unknown_variable', where: 1 }],
    });
    const missing = await post('/library/scripts/check', { channel: 'sms', body: '{{name}}', sample: {} }).expect(200);
    expect(missing.body).toMatchObject({ valid: false, errors: [{ code: 'missing_variable' }], variables: ['name'] });
  });

  it.each(['{{#each name}}x{{/each}}', '{{constructor}}', '{{lookup this "x"}}', '{{name', '字'.repeat(34_000)])(
    'refuses a template that reaches too far: %j',
    async (body) => {
      const refused = await post('/library/scripts', { trick: 'romance_invest', channel: 'sms', body }).expect(422);
      expect(refused.body).toMatchObject({ code: 'invalid_input' });
      expect(refused.body.errors[0].path).toBe('/body');
    },
  );

  it('takes cases without names, and none that lie in the future', async () => {
    expect(
      (
        await post('/incidents', {
          incidents: [{ trick: 'romance_invest', occurredAt: '2026-01-01T09:00:00+08:00', loss: 10 }],
        }).expect(201)
      ).body,
    ).toEqual({ accepted: 1 });
    const refused = await post('/incidents', {
      incidents: [{ type: 'romance', occurredAt: '2999-01-01T09:00:00+08:00' }],
    }).expect(422);
    expect(refused.body.errors).toMatchObject([{ path: '/incidents/0/occurredAt', code: 'in_future' }]);
    const wrong = await post('/incidents', { incidents: [{ occurredAt: 'yesterday' }] }).expect(422);
    expect(wrong.body.errors.map((e: { code: string }) => e.code)).toEqual(expect.arrayContaining(['invalid_date']));
    await post('/incidents', { incidents: [] }).expect(422);
  });
});
