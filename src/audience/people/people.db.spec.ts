import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestExpressApplication } from '@nestjs/platform-express';
import request from 'supertest';
import { MORNING } from '../../../test/support/accounts.js';
import {
  audienceApp,
  caiyuan,
  officer,
  type AudienceApp,
  type RecordedLedger,
} from '../../../test/support/audience.js';
import { dialects, withDatabase } from '../../../test/support/database.js';
import { COUNTY } from '../../accounts/index.js';
import { days, hours, minutes, type SteppedClock } from '../../platform/index.js';
import { EventsModule } from '../events/events.module.js';
import { PersonEvents } from '../events/person-events.service.js';
import { PeopleModule } from './people.module.js';
import { People } from './people.service.js';

const by = { id: 'U1', name: 'officer' };
const county = { by, scope: COUNTY };
const iso = (at: number) => new Date(at).toISOString();

describe.each(dialects())('people on %s', (dialect) => {
  const held = withDatabase(dialect);
  let room: AudienceApp;
  let app: NestExpressApplication;
  let clock: SteppedClock;
  let people: People;
  let events: PersonEvents;
  let ledger: RecordedLedger;

  beforeAll(async () => {
    room = await audienceApp(held, [PeopleModule, EventsModule]);
    ({ app, clock, ledger } = room);
    people = app.get(People);
    events = app.get(PersonEvents);
  });
  afterAll(() => room.close());

  const count = async (table: string, where = '1 = 1') =>
    Number((await held.database.one<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table} WHERE ${where}`))!.n);
  const idOf = async (externalId: string) => (await people.byExternalId(externalId))!.id;
  const stay = async (externalId: string, kind = 'arrival') => {
    const row = await held.database.one<{ since: number | null; until: number | null }>(
      'SELECT since, until FROM memberships WHERE personId = ? AND kind = ?',
      [await idOf(externalId), kind],
    );
    return row && [row.since && Number(row.since), row.until && Number(row.until)];
  };

  it('keeps the good ones of a PUT and says what is wrong with the others', async () => {
    const put = {
      people: [
        {
          externalId: 'A1',
          name: '张三',
          phone: '13800138000',
          township: '菜园镇',
          tags: ['学生'],
          populations: [{ kind: 'local' }],
        },
        { externalId: 'A2', name: '李四', phone: '138', township: '无此镇' },
        { name: '王五' },
        { externalId: '330922199001011234' },
        { externalId: 'A3', nickname: '小五' },
        { externalId: 'A4', phone: '0580-5081110', township: '330922101' },
        { externalId: 'A4', phone: '0580-5081110', township: '330922101' },
        { externalId: 'A4', phone: '0580-5081111' },
      ],
    };
    const answer = await request(app.getHttpServer()).put('/api/v1/people').send(put).expect(200);
    expect(answer.body).toMatchObject({ created: 2, updated: 0, unchanged: 1 });
    expect(
      answer.body.rejected.map((r: { index: number; path: string; code: string }) => `${r.index} ${r.path} ${r.code}`),
    ).toEqual([
      '1 /phone invalid_phone',
      '2 /externalId missing_external_id',
      '3 /externalId identity_number',
      '4 /nickname unrecognized_keys',
      '7 /externalId duplicate_in_request',
    ]);
    expect(answer.body.rejected[0].also).toEqual([expect.objectContaining({ code: 'unknown_township' })]);
  });

  it('says unchanged for the same again, updates what is given, clears what is null, and replaces lists', async () => {
    const a1 = {
      externalId: 'A1',
      name: '张三',
      phone: '138 0013 8000',
      township: '菜园镇',
      tags: ['student'],
      populations: [{ kind: 'local' }],
    };
    expect(await people.upsert([a1], county)).toMatchObject({ created: 0, updated: 0, unchanged: 1 });
    expect(await people.upsert([{ externalId: 'A1', phone: '13800138000' }], county)).toMatchObject({ unchanged: 1 });
    const second = {
      externalId: 'A1',
      tags: ['parent'],
      populations: [{ kind: 'special' }, { kind: 'local' }],
      school: '一中',
    };
    expect(await people.upsert([second], county)).toMatchObject({ updated: 1 });
    expect(await people.upsert([second], county)).toMatchObject({ unchanged: 1 });
    expect(await people.upsert([{ externalId: 'A1', phone: null }], county)).toMatchObject({ updated: 1 });
    const shown = await people.find(await idOf('A1'), officer);
    expect(shown).toMatchObject({ name: '张*', phone: null, tags: ['parent'], school: '一中', townshipName: '菜园镇' });
    expect(shown!.populations.map((p) => p.kind)).toEqual(['local', 'special']);
    expect(await count('people', "externalId = 'A1'")).toBe(1);
    await people.upsert([a1], county);
  });

  it('stores nothing personal in clear', async () => {
    const row = await held.database.one("SELECT * FROM people WHERE externalId = 'A1'");
    expect(JSON.stringify(row)).not.toMatch(/张三|13800138000/);
  });

  it('holds a township to its own people', async () => {
    const own = { by, scope: caiyuan.scope };
    const answer = await people.upsert(
      [
        { externalId: 'A4', name: '改名' },
        { externalId: 'A5', township: '嵊山镇' },
        { externalId: 'A6', name: '新人' },
        { externalId: 'A1', school: '二中' },
      ],
      own,
    );
    expect(answer).toMatchObject({ created: 1, updated: 1, unchanged: 0 });
    expect(answer.rejected.map((r) => [r.index, r.code])).toEqual([
      [0, 'other_township'],
      [1, 'other_township'],
    ]);
    expect((await people.find(await idOf('A6'), caiyuan))!.township).toBe('330922100');
    expect(await people.find(await idOf('A4'), caiyuan)).toBeNull();
    await request(app.getHttpServer())
      .get(`/api/v1/people/${await idOf('A4')}`)
      .set('x-actor', 'caiyuan')
      .expect(404);
    const listed = await request(app.getHttpServer()).get('/api/v1/people').set('x-actor', 'caiyuan').expect(200);
    expect(listed.body.items.map((p: { externalId: string }) => p.externalId).sort()).toEqual(['A1', 'A6']);
  });

  it('keeps two people with one phone, and says so', async () => {
    const answer = await people.upsert(
      [
        { externalId: 'B1', phone: '13800138000' },
        { externalId: 'B2', phone: '13900139000' },
      ],
      county,
    );
    expect(answer).toMatchObject({ created: 2, warnings: [{ index: 0, code: 'phone_shared' }] });
    expect((await people.byPhone('+86 138-0013-8000')).map((p) => p.externalId)).toEqual(['A1', 'B1']);
  });

  it('lists by page and filter', async () => {
    const get = (query: string) => request(app.getHttpServer()).get(`/api/v1/people?${query}`).expect(200);
    const first = await get('limit=2');
    const second = await get(`limit=50&cursor=${first.body.nextCursor}`);
    expect(first.body.items).toHaveLength(2);
    expect(second.body.nextCursor).toBeNull();
    expect((await get('tag=student')).body.items.map((p: { externalId: string }) => p.externalId)).toEqual(['A1']);
    expect((await get('township=嵊山镇')).body.items.map((p: { externalId: string }) => p.externalId)).toEqual(['A4']);
    expect((await get('q=B2')).body.items).toHaveLength(1);
    await request(app.getHttpServer()).get('/api/v1/people?q=13800138000').expect(422);
    await request(app.getHttpServer()).get('/api/v1/people?tag=focus_romance').expect(403);
  });

  it('reveals and looks up with an entry that holds no number', async () => {
    const id = await idOf('A1');
    const shown = await request(app.getHttpServer())
      .post(`/api/v1/people/${id}/reveal`)
      .send({ reason: '回访 13800138000' })
      .expect(200);
    expect(shown.body).toEqual({ phone: '13800138000' });
    const found = await request(app.getHttpServer())
      .post('/api/v1/people/lookup')
      .send({ phone: '13800138000', reason: '来电询问' })
      .expect(200);
    expect(found.body).toMatchObject({
      externalId: 'A1',
      phone: '138****8000',
      alsoWithThisPhone: [{ externalId: 'B1' }],
    });
    await request(app.getHttpServer())
      .post('/api/v1/people/lookup')
      .send({ externalId: 'nobody', reason: '来电询问' })
      .expect(404);
    await request(app.getHttpServer()).post('/api/v1/people/lookup').send({ reason: '来电询问' }).expect(422);
    const typed = [
      '+86 138-0013-8000',
      '０１３８００１３８０００',
      '008613800138000',
      '1 3 8 0 0 1 3 8 0 0 0',
      '一三八零零一三八零零零',
    ];
    for (const reason of typed) {
      await request(app.getHttpServer()).post(`/api/v1/people/${id}/reveal`).send({ reason }).expect(200);
      await request(app.getHttpServer()).post('/api/v1/people/lookup').send({ externalId: 'A1', reason }).expect(200);
    }
    const kept = JSON.stringify(ledger.entries).normalize('NFKC').replace(/[\s-]/g, '');
    expect(kept).not.toMatch(/0013800|8001380|零零一三八/);
    expect(ledger.entries.map((e) => e.action)).toEqual(
      expect.arrayContaining(['people.put', 'person.reveal', 'person.lookup']),
    );
    expect(JSON.stringify(ledger.entries)).not.toMatch(/13800138000|张三/);
  });

  it('takes 3,000 people at once', async () => {
    const many = Array.from({ length: 3000 }, (_, i) => ({
      externalId: `M${i}`,
      name: `村民${i}`,
      phone: `139${String(i).padStart(8, '0')}`,
      populations: [{ kind: 'local' }],
      tags: ['elderly'],
    }));
    expect(await people.upsert(many, county)).toMatchObject({ created: 3000, rejected: [] });
    expect(await people.upsert(many, county)).toMatchObject({ unchanged: 3000 });
    expect(
      await people.upsert(
        many.map((p) => ({ ...p, community: '东' })),
        county,
      ),
    ).toMatchObject({ updated: 3000 });
    const slots = await held.database.one<{ n: number; top: number }>(
      'SELECT COUNT(DISTINCT spreadSlot) AS n, MAX(spreadSlot) AS top FROM people',
    );
    expect(Number(slots!.n)).toBeGreaterThan(2900);
    expect(Number(slots!.top)).toBeLessThan(1_000_000);
  });

  it('lets two callers bring the same new people at once', async () => {
    const both = Array.from({ length: 50 }, (_, i) => ({ externalId: `R${i}`, name: '同时' }));
    const [a, b] = await Promise.all([people.upsert(both, county), people.upsert(both, county)]);
    expect(a!.created + b!.created).toBe(50);
    expect(a!.unchanged + b!.unchanged).toBe(50);
  });

  it('raises an event for a new or moved date, once', async () => {
    const migrant = (since: number) => ({ externalId: 'E1', populations: [{ kind: 'migrant', since: iso(since) }] });
    await people.upsert([migrant(MORNING - hours(1))], county);
    await people.upsert([migrant(MORNING - hours(1))], county);
    await people.upsert([migrant(MORNING - minutes(5))], county);
    const raised = await events.between('registration', MORNING - days(1), MORNING, 10);
    expect(raised.map((e) => e.occurredAt)).toEqual([MORNING - hours(1), MORNING - minutes(5)]);
    await people.upsert([{ externalId: 'E2', populations: [{ kind: 'migrant', since: '2020-01-01' }] }], county);
    expect(await count('person_events', 'triggers = 0')).toBe(1);
  });

  it('takes events once, in any order, commuters and the unknown included', async () => {
    const arrival = (externalId: string, at: number, more = {}) => ({
      type: 'arrival',
      externalId,
      occurredAt: iso(at),
      ...more,
    });
    const t = MORNING - hours(2);
    const body = {
      events: [
        {
          type: 'arrival',
          person: { externalId: 'F1', phone: '13700137000', populations: [{ kind: 'arrival' }] },
          occurredAt: iso(t),
          place: '小菜园码头',
        },
        arrival('F1', t),
        arrival('F1', t + hours(1)),
        arrival('A1', t),
        arrival('nobody', t),
        arrival('A1', MORNING + days(365)),
        { type: 'arrival', occurredAt: iso(t) },
        { type: 'leap', externalId: 'A1', occurredAt: iso(t) },
        arrival('B1', MORNING - days(10)),
        { type: 'arrival', person: { externalId: 'F2', phone: '1' }, occurredAt: iso(t) },
        { type: 'departure', externalId: 'F1', occurredAt: iso(t + minutes(90)) },
      ],
    };
    const answer = await request(app.getHttpServer()).post('/api/v1/events').send(body).expect(200);
    expect(answer.body).toMatchObject({ accepted: 4, duplicates: 2 });
    expect(
      answer.body.rejected.map((r: { index: number; path: string; code: string }) => `${r.index} ${r.path} ${r.code}`),
    ).toEqual([
      '4 /externalId unknown_person',
      '5 /occurredAt future_event',
      '6 /externalId missing_external_id',
      '7 /type invalid_value',
      '9 /person/phone invalid_phone',
    ]);
    expect((await events.between('arrival', t - days(1), MORNING, 10)).map((e) => e.personId)).toEqual([
      await idOf('F1'),
      await idOf('A1'),
    ]);
    expect(await stay('F1')).toEqual([t, t + minutes(90)]);
    expect((await people.find(await idOf('A1'), officer))!.populations.map((p) => p.kind)).toEqual([
      'arrival',
      'local',
    ]);
    expect(await events.lastArrivalAt()).toBe(t + hours(1));
    expect(await events.departed([await idOf('F1'), await idOf('A1')])).toEqual(new Set([await idOf('F1')]));
    const again = await request(app.getHttpServer())
      .post('/api/v1/events')
      .send({ events: body.events.slice(0, 4) })
      .expect(200);
    expect(again.body).toEqual({ accepted: 0, duplicates: 4, rejected: [] });
  });

  it('lets a replayed file not undo what an event said', async () => {
    const t = MORNING - hours(5);
    const g1 = { externalId: 'G1', populations: [{ kind: 'arrival', since: iso(t) }] };
    await people.upsert([g1], county);
    await events.receive([{ type: 'departure', externalId: 'G1', occurredAt: iso(t + hours(1)) }], county);
    expect(await people.upsert([g1], county)).toMatchObject({ unchanged: 1 });
    expect(await stay('G1')).toEqual([t, t + hours(1)]);
  });

  it('erases a person everywhere, tells the listeners, and does not take them again', async () => {
    const id = await idOf('B1');
    const told: { id: number; addressKeys: readonly string[] }[] = [];
    people.onErased((erased) => Promise.resolve(void told.push(...erased)));
    const { phoneKey } = (await people.byExternalId('B1'))!;
    await request(app.getHttpServer())
      .delete(`/api/v1/people/${await idOf('A4')}`)
      .set('x-actor', 'caiyuan')
      .expect(404);
    await request(app.getHttpServer()).delete(`/api/v1/people/${id}`).expect(204);
    await request(app.getHttpServer()).delete(`/api/v1/people/${id}`).expect(404);
    expect(told).toEqual([{ id, addressKeys: [phoneKey] }]);
    for (const table of ['memberships', 'person_tags', 'person_events'])
      expect(await count(table, `personId = ${id}`)).toBe(0);
    const back = await people.upsert([{ externalId: 'B1', name: '又来' }, { externalId: 'B9' }], county);
    expect(back).toMatchObject({ created: 1, rejected: [{ index: 0, code: 'erased' }] });
  });

  it('repeats in an error nothing that was typed', async () => {
    const refused = await request(app.getHttpServer())
      .put('/api/v1/people')
      .send({ people: [{ externalId: 'E1', '13800138000': 'x' }], '13900139000': 1 })
      .expect(422);
    const broken = await request(app.getHttpServer())
      .put('/api/v1/people')
      .set('content-type', 'application/json')
      .send('{"people": [13800138000')
      .expect(400);
    const inside = await request(app.getHttpServer())
      .put('/api/v1/people')
      .send({ people: [{ externalId: 'E1', '13800138000': 'x' }] })
      .expect(200);
    const nowhere = await request(app.getHttpServer()).get('/api/v1/persons/13800138000').expect(404);
    for (const { body } of [refused, broken, inside, nowhere]) expect(JSON.stringify(body)).not.toMatch(/13[89]00/);
  });

  it('refuses more than 5,000 at once', async () => {
    await request(app.getHttpServer())
      .put('/api/v1/people')
      .send({ people: Array.from({ length: 5001 }, () => 1) })
      .expect(422);
    await request(app.getHttpServer()).post('/api/v1/events').send({ events: 'many' }).expect(422);
    expect(clock.now()).toBe(MORNING);
  });
});
