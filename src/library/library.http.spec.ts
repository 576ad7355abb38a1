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
import { shippedScripts } from './shipped.loader.js';

const config = new Config(
  {
    office: { name: '示例县公安局', callerName: '示例县反诈中心', hotline: '96110' },
    timeZone: 'Asia/Shanghai',
    townships: [{ code: '330000100', name: '示例镇' }],
    gateways: [],
    library: { optOutSuffix: '拒收回T', optOutSuffixWhen: 'every', allowedLinks: [], allowedNumbers: ['110'] },
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

const actor = (id: string, township: string | null = null): Actor => ({
  id,
  name: id,
  role: 'officer',
  scope: township === null ? COUNTY : { township },
  mayReadSensitive: false,
});

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
      scriptCount: shippedScripts()
        .flatMap(({ scripts }) => scripts)
        .filter((script) => script.trick.startsWith('brush_')).length,
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
    expect(100 + second.body.items.length).toBe(shippedScripts().reduce((sum, { scripts }) => sum + scripts.length, 0));
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
      asSent: expect.stringMatching(/^【.+】打96110。.+/),
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

  it('finds tricks by a part of a name and by the pinyin of one, with season, origin and groups at risk', async () => {
    const found = async (q: string): Promise<string[]> =>
      ((await get(`/library/tricks?q=${encodeURIComponent(q)}`).expect(200)).body.items as { code: string }[]).map(
        (trick) => trick.code,
      );
    expect(await found('返佣')).toEqual(['brush_like_task']);
    expect((await found('dzgz'))[0]).toBe('brush_like_task');
    expect((await found('DianZan'))[0]).toBe('brush_like_task');
    expect(await found('romance')).toEqual(['romance_invest', 'romance_emergency_money', 'romance_nude_extortion']);
    expect(await found('qqqq')).toEqual([]);
    expect(await found(' ')).toHaveLength(48);
    const { body } = await get('/library/tricks?q=dzgz&type=brushing_rebate');
    expect(body.items[0]).toMatchObject({
      season: { months: [1, 2, 7, 8] },
      origin: 'official-detail',
      originNote: expect.stringContaining('ministry'),
      groupsAtRisk: expect.arrayContaining([{ code: 'student', nameZh: '学生', nameEn: 'Student' }]),
      source: 'shipped',
    });
    expect(body.statement.en).toContain("It is not the bureau's own list");
    await get(`/library/tricks?q=${'a'.repeat(81)}`).expect(422);
  });

  it('shows two versions side by side', async () => {
    caller = actor('officer');
    const made = await post('/library/scripts', {
      trick: 'romance_invest',
      channel: 'sms',
      body: '先停一停，再核实。',
    });
    const { id } = made.body as { id: string };
    await post(`/library/scripts/${id}/versions`, { body: '先停，再打电话核实。' }).expect(201);
    const { body } = await get(`/library/scripts/${id}/compare?from=1&to=2`).expect(200);
    expect([body.from.version, body.to.version]).toEqual([1, 2]);
    expect(body.body).toEqual([
      { kind: 'same', text: '先停' },
      { kind: 'removed', text: '一停' },
      { kind: 'same', text: '，再' },
      { kind: 'added', text: '打电话' },
      { kind: 'same', text: '核实。' },
    ]);
    await get(`/library/scripts/${id}/compare?from=1&to=3`).expect(404);
    await get(`/library/scripts/${id}/compare?from=1`).expect(422);
  });

  it('shows and changes the matrix of weights in versions', async () => {
    const put = (body: object) => request(app.getHttpServer()).put('/library/weights').send(body);
    const { body: first } = await get('/library/weights').expect(200);
    expect(first).toMatchObject({ version: 1, source: 'shipped', season: 1.5, noRepeatDays: 28, townships: {} });
    expect(first.weights.brushing_rebate).toMatchObject({ everybody: 2, student: 8, local_resident: 3, fisherman: 8 });
    const changed = structuredClone(first);
    changed.weights.romance.elderly = 9;
    changed.townships = { '330000100': { fake_loan: { everybody: 0.5 } } };
    const { body: second } = await put({ ...changed, basedOn: 1, remark: '老人多' }).expect(200);
    expect(second).toMatchObject({ version: 2, source: 'own', remark: '老人多', createdBy: 'officer' });
    expect((await put({ ...changed, basedOn: 1 }).expect(409)).body.code).toBe('weights_changed');
    expect((await get('/library/weights?version=1')).body.weights).toEqual(first.weights);
    expect((await get('/library/weights/versions')).body.items.map((v: { version: number }) => v.version)).toEqual([
      2, 1,
    ]);
    await get('/library/weights?version=9').expect(404);
    // A township changes its own table and no other.
    caller = actor('caiyuan', '330000100');
    const mine = structuredClone(second);
    mine.townships['330000100'].romance = { student: 4 };
    expect((await put(mine).expect(200)).body.version).toBe(3);
    mine.weights.romance.student = 4;
    await put(mine).expect(403);
    caller = actor('officer');
  });

  it.each<[string, (matrix: Record<string, Record<string, Record<string, unknown>>>) => void, string, string]>([
    ['negative', (m) => (m.weights!.romance!.student = -1), '/weights/romance/student', 'negative_weight'],
    ['missing', (m) => delete m.weights!.romance!.student, '/weights/romance/student', 'missing_weight'],
    ['a missing row', (m) => delete m.weights!.romance, '/weights/romance', 'missing_weight'],
    ['null', (m) => (m.weights!.romance!.student = null), '/weights/romance/student', 'invalid_type'],
    ['a text', (m) => (m.weights!.romance!.student = '3'), '/weights/romance/student', 'invalid_type'],
    ['an unknown type', (m) => (m.weights!.nope = { everybody: 1 }), '/weights/nope', 'unknown_type'],
    ['an unknown township', (m) => (m.townships = { '999999': {} }), '/townships/999999', 'unknown_township'],
    [
      'negative in a township',
      (m) => (m.townships = { '330000100': { romance: { student: -2 } } } as never),
      '/townships/330000100/romance/student',
      'negative_weight',
    ],
    [
      'a tag that has no weight elsewhere',
      (m) => (m.weights!.romance!.docker = 1),
      '/weights/brushing_rebate/docker',
      'missing_weight',
    ],
    [
      'nothing to draw',
      (m) => Object.values(m.weights!).forEach((row) => (row.everybody = 0)),
      '/weights',
      'nothing_to_draw',
    ],
  ])('refuses a matrix with %s', async (_, spoil, path, code) => {
    const { body } = await get('/library/weights');
    spoil(body);
    const refused = await request(app.getHttpServer()).put('/library/weights').send(body).expect(422);
    expect(refused.body.errors).toEqual(expect.arrayContaining([expect.objectContaining({ path, code })]));
  });

  it('prints the format of an import, dries it and does it', async () => {
    const { body: format } = await get('/library/import-format').expect(200);
    expect(format.xlsx.sheets['骗术'].map((c: { field: string }) => c.field)).toContain('recognitionSigns');
    const upload = (file: string | Buffer, fields: Record<string, string> = {}) => {
      const call = request(app.getHttpServer()).post('/library/imports').attach('file', Buffer.from(file), 'list.json');
      for (const [name, value] of Object.entries(fields)) call.field(name, value);
      return call;
    };
    const dry = await upload(JSON.stringify(format.json), { dryRun: 'true' }).expect(200);
    expect(dry.body).toMatchObject({ dryRun: true, listVersion: null, tricks: { created: 0 } });
    const csv =
      '代码,序号,类型代码,骗术名称,手法,识别点,易受害人群\nown_new_trick,49,romance,新骗术,冒充网友借钱。,没见过面;急要钱,student\n';
    expect((await upload(csv, { dryRun: 'true' }).expect(200)).body).toMatchObject({
      tricks: { created: 1 },
      withoutScripts: ['own_new_trick'],
    });
    expect((await upload(csv).expect(200)).body).toMatchObject({
      dryRun: false,
      listVersion: 2,
      tricks: { created: 1 },
    });
    expect((await get('/library/tricks?q=xps')).body.items).toMatchObject([
      { code: 'own_new_trick', recognitionSigns: ['没见过面', '急要钱'], source: 'own' },
    ]);
    expect((await get('/library/types')).body.statement.zh).toContain('49 种骗术中 1 种由本单位导入');
    const wrong = await upload('代码,序号,类型代码,骗术名称,手法\nX,1,nope,,x\n').expect(422);
    expect(wrong.body.errors).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: '/tricks/0/code', message: expect.stringContaining('骗术 2:') }),
      ]),
    );
    for (const [file, code] of [
      ['', 'empty_file'],
      ['{"tricks":', 'not_json'],
      ['PK\u0003\u0004xx', 'not_a_table'],
      ['a,b', 'empty_file'],
    ] as const)
      expect((await upload(file).expect(422)).body.errors).toMatchObject([{ path: '/file', code }]);
    caller = actor('caiyuan', '330000100');
    await upload(csv).expect(403);
    caller = actor('officer');
  });

  it('shows the languages, and approves no sentence that nobody has read', async () => {
    const { body } = await get('/library/languages').expect(200);
    const of = (language: string) => body.items.find((item: { language: string }) => item.language === language);
    expect(of('en')).toMatchObject({ sentence: expect.stringContaining('police'), scripts: 16 });
    expect(of('ru')).toMatchObject({ sentence: null, versions: [{ status: 'draft', translationReviewedBy: null }] });
    expect((await post('/library/languages/ru/sentence/approve').expect(409)).body.code).toBe('translation_unreviewed');
    await post('/library/languages/ru/sentence/review-translation').expect(200);
    caller = actor('approver');
    expect((await post('/library/languages/ru/sentence/approve').expect(200)).body).toMatchObject({
      status: 'approved',
    });
    await post('/library/languages/fr/sentence/approve').expect(404);
    const wrong = await request(app.getHttpServer())
      .put('/library/languages/ru/sentence')
      .send({ text: 'www.a.com {{name}}' })
      .expect(422);
    expect(wrong.body.errors).toMatchObject([{ path: '/text', code: 'link' }]);
    await request(app.getHttpServer()).put('/library/languages/x1/sentence').send({ text: 'a' }).expect(422);
    caller = actor('officer');
  });

  it('shows the arithmetic of the recorded cases', async () => {
    const cases = Array.from({ length: 5 }, () => ({ type: 'fake_loan', occurredAt: '2026-01-02T09:00:00+08:00' }));
    await post('/incidents', { incidents: cases }).expect(201);
    const { body } = await get('/incidents/weights').expect(200);
    const of = (type: string) => body.items.find((item: { type: string }) => item.type === type);
    expect(body).toMatchObject({ halfLifeDays: 90, fewestCases: 5, types: 12 });
    expect(of('fake_loan')).toMatchObject({ cases: 5, priorStands: false });
    expect(of('fake_loan').multiplier).toBeCloseTo(1 + of('fake_loan').share * 12, 3);
    expect(of('game_trade')).toMatchObject({ cases: 0, factor: 0, multiplier: 1, priorStands: true });
  });

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
    const phone = await post('/incidents', {
      incidents: [{ type: 'romance', occurredAt: '2026-01-01T09:00:00+08:00', victimPhone: '12' }],
    }).expect(422);
    expect(phone.body.errors).toMatchObject([{ code: 'too_small' }]);
  });
});
