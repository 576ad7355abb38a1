import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { audienceApp, type AudienceApp } from '../../../test/support/audience.js';
import { dialects, withDatabase } from '../../../test/support/database.js';
import { COUNTY } from '../../accounts/index.js';
import { EventsModule } from '../events/events.module.js';
import { Imports } from '../imports/imports.service.js';
import { ImportsModule } from '../imports/imports.module.js';

const TABLES = [
  'people',
  'memberships',
  'person_tags',
  'person_events',
  'person_conflicts',
  'person_aliases',
  'erasures',
  'trick_facts',
  'contact_facts',
];
const PHONE = '13800138000';

describe.each(dialects())('conflicts between people on %s', (dialect) => {
  const held = withDatabase(dialect);
  let room: AudienceApp;
  beforeAll(async () => {
    room = await audienceApp(held, [ImportsModule, EventsModule]);
  });
  afterAll(() => room.close());
  beforeEach(async () => {
    for (const table of TABLES) await held.database.execute(`DELETE FROM ${table}`);
  });

  const http = () => request(room.app.getHttpServer());
  const put = async (...people: object[]) => (await http().put('/api/v1/people').send({ people }).expect(200)).body;
  const listed = async (query = '', as = 'officer') =>
    (await http().get(`/api/v1/people/conflicts${query}`).set('x-actor', as).expect(200)).body.items;
  const decide = (id: string, body: object, as = 'officer') =>
    http().post(`/api/v1/people/conflicts/${id}/decide`).set('x-actor', as).send(body);
  const people = async () =>
    (await http().get('/api/v1/people').expect(200)).body.items.map((p: Record<string, unknown>) => [
      p.externalId,
      p.phone,
    ]);
  async function bring(rows: string[][]) {
    const file = join(room.folder, '..', 'conflicts.csv');
    writeFileSync(file, rows.map((row) => row.join(',')).join('\n'));
    return room.app.get(Imports).importFile(file, { by: { id: 'U1', name: 'officer' }, scope: COUNTY });
  }
  const HEADER = ['编号', '姓名', '手机号', '乡镇', '标签'];

  it('shows a household, a second id and a number that moved, each for what it is, and merges nothing', async () => {
    await put(
      { externalId: 'A', name: '张三', phone: PHONE, township: '菜园镇' },
      { externalId: 'M', name: '王五', phone: '13700137000', township: '菜园镇' },
    );
    expect(await listed()).toEqual([]);
    const { created, updated, warnings } = await put(
      { externalId: 'B', name: '李四', phone: PHONE, township: '嵊山镇' },
      { externalId: 'A2', name: '张三', phone: PHONE, township: '菜园镇' },
      { externalId: 'M', name: '王五', phone: PHONE, township: '菜园镇' },
    );
    expect([created, updated, warnings.length]).toEqual([2, 1, 3]);
    const shown = await listed();
    expect(
      shown.map((c: Record<string, { externalId: string }>) => [c.kind, c.person!.externalId, c.other!.externalId]),
    ).toEqual([
      ['movedPhone', 'M', 'A'],
      ['twoIds', 'A2', 'A'],
      ['sharedPhone', 'B', 'A'],
    ]);
    expect(JSON.stringify(shown)).not.toMatch(/13800138000|张三/);
    expect(shown[0].person.phone).toBe('138****8000');
    expect((await people()).length).toBe(4);
    expect((await listed('?kind=twoIds')).length).toBe(1);
  });

  it('finds them in files and events too, once, and not in a dry run', async () => {
    const rows = [HEADER, ['F1', '张三', PHONE, '菜园镇', ''], ['F2', '李四', PHONE, '菜园镇', '']];
    const file = join(room.folder, '..', 'dry.csv');
    writeFileSync(file, rows.map((row) => row.join(',')).join('\n'));
    const by = { id: 'U1', name: 'officer' };
    await room.app.get(Imports).importFile(file, { by, scope: COUNTY, dryRun: true });
    expect(await listed()).toEqual([]);
    const job = await bring(rows);
    expect(job).toMatchObject({ created: 2, rejected: 0 });
    expect(await bring(rows)).toMatchObject({ created: 0, unchanged: 2 });
    const [only, ...more] = await listed();
    expect([only.kind, only.sourceId, more.length]).toEqual(['sharedPhone', job.id, 0]);
    const person = { externalId: 'E1', name: '赵六', phone: PHONE };
    const event = { type: 'arrival', person, occurredAt: '2026-11-01T08:00:00+08:00' };
    await http()
      .post('/api/v1/events')
      .send({ events: [event, event] })
      .expect((r) => r.status < 300);
    const [first, ...others] = await listed();
    expect([first.person.externalId, first.other.externalId, others.length]).toEqual(['E1', 'F1', 1]);
    expect(first.sourceId).toMatch(/^events-/);
  });

  it('keeps a household for good', async () => {
    await put({ externalId: 'A', name: '张三', phone: PHONE }, { externalId: 'B', name: '李四', phone: PHONE });
    const [conflict] = await listed();
    await decide(conflict.id, { decision: 'keepBoth', keep: conflict.person.id }).expect(422);
    const { body } = await decide(conflict.id, { decision: 'keepBoth', reason: '夫妻 13800138000' }).expect(200);
    expect(body).toMatchObject({ decision: 'keepBoth', kind: 'sharedPhone' });
    await decide(conflict.id, { decision: 'keepBoth' }).expect(409);
    await put({ externalId: 'B', phone: null });
    await put({ externalId: 'B', phone: PHONE });
    expect(await listed()).toEqual([]);
    expect((await listed('?status=decided')).map((c: { id: string }) => c.id)).toEqual([conflict.id]);
    const entry = room.ledger.entries.filter((e) => e.action === 'person.conflict').at(-1)!;
    expect(entry.subject).toBe(`conflict/${conflict.id}`);
    expect(JSON.stringify(entry)).not.toMatch(/13800138000|张三/);
  });

  it('takes a number from whom it left; the old file changes nothing, a new word of it is shown again', async () => {
    const old = [HEADER, ['A', '张三', PHONE, '菜园镇', '']];
    await bring(old);
    await bring([HEADER, ['B', '李四', PHONE, '菜园镇', '']]);
    const [conflict] = await listed();
    await decide(conflict.id, { decision: 'moved' }).expect(422);
    await decide(conflict.id, { decision: 'moved', keep: '999' }).expect(422);
    await decide(conflict.id, { decision: 'moved', keep: conflict.person.id }).expect(200);
    expect(await people()).toEqual([
      ['A', null],
      ['B', '138****8000'],
    ]);
    expect(await bring(old)).toMatchObject({ unchanged: 1 });
    expect(await listed()).toEqual([]);
    await put({ externalId: 'A', phone: PHONE });
    expect((await listed()).map((c: { kind: string }) => c.kind)).toEqual(['movedPhone']);
  });

  it('makes one person of two ids; what comes under the second adds to the first and changes nothing twice', async () => {
    const rows = [
      HEADER,
      ['A', '张三', PHONE, '菜园镇', '渔民'],
      ['A2', '张三', PHONE, '嵊山镇', '家长'],
      ['C', '孩子', '', '', ''],
    ];
    await bring(rows);
    await put({ externalId: 'C', guardianOf: 'A2' });
    const [conflict] = await listed();
    const { id: kept } = conflict.other;
    await held.database.insert(
      'trick_facts',
      ['personId', 'trick', 'type', 'reachedAt'],
      [[Number(conflict.person.id), 'T', 'X', 5]],
    );
    await held.database.insert(
      'contact_facts',
      ['personId', 'lastContactedAt', 'tricksReached'],
      [[Number(conflict.person.id), 7, 1]],
    );
    await decide(conflict.id, { decision: 'samePerson', keep: kept }).expect(200);
    expect(await people()).toEqual([
      ['A', '138****8000'],
      ['C', null],
    ]);
    const card = (await http().get(`/api/v1/people/${kept}`).expect(200)).body;
    expect(card).toMatchObject({ township: '330922100', tags: ['fisherman', 'parent'] });
    expect(await held.database.query('SELECT lastContactedAt, tricksReached FROM contact_facts')).toEqual([
      { lastContactedAt: 7, tricksReached: 1 },
    ]);
    expect(await held.database.query("SELECT guardianOf FROM people WHERE externalId = 'C'")).toEqual([
      { guardianOf: 'A' },
    ]);
    expect(await bring(rows)).toMatchObject({ created: 0, updated: 0, unchanged: 3, rejected: 0 });
    const more = [HEADER, ['A2', '张三三', '13900139000', '嵊山镇', '学生']];
    expect(await bring(more)).toMatchObject({ created: 0, updated: 1 });
    expect(await bring(more)).toMatchObject({ updated: 0, unchanged: 1 });
    expect((await http().get(`/api/v1/people/${kept}`)).body).toMatchObject({
      phone: '138****8000',
      tags: ['fisherman', 'parent', 'student'],
    });
    const events = [{ type: 'arrival', externalId: 'A2', occurredAt: '2026-11-01T08:00:00+08:00' }];
    expect((await http().post('/api/v1/events').send({ events })).body).toMatchObject({ accepted: 1, rejected: [] });
    await http().delete(`/api/v1/people/${kept}`).expect(204);
    expect((await bring(more)).rejected).toBe(1);
  });

  it('shows a township its own alone, and refuses what is no longer so', async () => {
    await put(
      { externalId: 'A', name: '张三', phone: PHONE, township: '菜园镇' },
      { externalId: 'B', name: '李四', phone: PHONE, township: '嵊山镇' },
      { externalId: 'C', name: '王五', phone: PHONE, township: '菜园镇' },
    );
    const theirs = await listed('', 'caiyuan');
    expect(theirs.map((c: Record<string, { externalId: string }>) => c.person!.externalId)).toEqual(['C']);
    const across = (await listed()).find((c: Record<string, { externalId: string }>) => c.person!.externalId === 'B');
    await decide(across.id, { decision: 'keepBoth' }, 'caiyuan').expect(404);
    await decide('nobody', { decision: 'keepBoth' }).expect(404);
    await put({ externalId: 'B', phone: '13900139000' });
    expect((await decide(across.id, { decision: 'keepBoth' }).expect(409)).body.code).toBe('conflict_gone');
    expect((await listed('?limit=1')).length).toBe(1);
  });

  it('tells where each number, membership and tag comes from, on which basis and for what', async () => {
    const answer = await http()
      .post('/api/v1/people/imports')
      .field('basis', 'PIPL 13(1)(1) consent')
      .field('purpose', '校园反诈')
      .attach('file', Buffer.from('编号,姓名,手机号,人群,标签\nS1,张三,13800138000,本地,学生;离异女性\n'), 's.csv');
    for (;;) {
      const { body } = await http().get(`/api/v1/people/imports/${answer.body.id}`);
      if (body.status === 'done') break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const events = [{ type: 'arrival', externalId: 'S1', occurredAt: '2026-11-01T08:00:00+08:00' }];
    await http().post('/api/v1/events').send({ events });
    const [{ id }] = (await http().get('/api/v1/people')).body.items;
    const school = { id: answer.body.id, kind: 'import', basis: 'PIPL 13(1)(1) consent', purpose: '校园反诈' };
    expect((await http().get(`/api/v1/people/${id}`)).body.provenance).toEqual({
      phone: school,
      keptUntil: null,
      populations: [
        {
          kind: 'arrival',
          source: expect.objectContaining({ kind: 'events', basis: 'PIPL 13(1)(3) statutory duty' }),
          keeping: { rule: 'arrivals', then: 'personErased' },
          keptUntil: '2027-05-30T08:00:00+08:00',
        },
        { kind: 'local', source: school, keeping: { rule: 'formerPeople', then: 'personErased' }, keptUntil: null },
      ],
      tags: [{ tag: 'student', confirmedAt: expect.any(String), source: school, keeping: null, keptUntil: null }],
    });
    await put({ externalId: 'S1', phone: '13900139000' });
    const moved = (await http().get(`/api/v1/people/${id}`)).body.provenance;
    expect([moved.phone.kind, moved.populations[1].source]).toEqual(['people', school]);
  });
});
