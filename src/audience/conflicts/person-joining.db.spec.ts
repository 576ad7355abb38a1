import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { audienceApp, type AudienceApp } from '../../../test/support/audience.js';
import { dialects, whileHeld, withDatabase } from '../../../test/support/database.js';
import { EventsModule } from '../events/events.module.js';
import { People } from '../people/people.service.js';
import { PeopleModule } from '../people/people.module.js';

const TABLES = ['people', 'memberships', 'person_events', 'person_conflicts', 'person_aliases', 'erasures'];
const PHONE = '13800138000';

describe.each(dialects())('two people who are one on %s', (dialect) => {
  const held = withDatabase(dialect);
  let room: AudienceApp;
  const erased: number[] = [];
  beforeAll(async () => {
    room = await audienceApp(held, [PeopleModule, EventsModule]);
    room.app.get(People).onErased((people) => Promise.resolve(void erased.push(...people.map((p) => p.id))));
  });
  afterAll(() => room.close());
  beforeEach(async () => {
    erased.length = 0;
    for (const table of TABLES) await held.database.execute(`DELETE FROM ${table}`);
  });

  const http = () => request(room.app.getHttpServer());
  const put = async (...people: object[]) => (await http().put('/api/v1/people').send({ people }).expect(200)).body;
  const conflicts = async (as = 'officer') =>
    (await http().get('/api/v1/people/conflicts').set('x-actor', as).expect(200)).body.items;
  const decide = (id: string, keep: string, as = 'officer') =>
    http().post(`/api/v1/people/conflicts/${id}/decide`).set('x-actor', as).send({ decision: 'samePerson', keep });
  const idOf = async (externalId: string) =>
    (await held.database.one<{ id: number }>('SELECT id FROM people WHERE externalId = ?', [externalId]))!.id;
  /** Joins whoever came with the number to whom had it, and answers the card of the one. */
  async function joined() {
    const [conflict] = await conflicts();
    await decide(conflict.id, conflict.other.id).expect(200);
    return (await http().get(`/api/v1/people/${conflict.other.id}`).expect(200)).body;
  }
  const arrival = (externalId: string) =>
    http()
      .post('/api/v1/events')
      .send({ events: [{ type: 'arrival', externalId, occurredAt: '2026-11-01T08:00:00+08:00' }] });

  it('takes over what is not known of the kept one, and the later of two birthdays', async () => {
    await put({ externalId: 'A', name: '张三', phone: PHONE, gender: 'female' });
    await put({
      externalId: 'B',
      name: '张三',
      phone: PHONE,
      email: 'b@example.org',
      township: '菜园镇',
      community: '东村',
      birthDate: '2013-05-01',
      gender: 'male',
      language: 'en',
      school: '一中',
      guardianOf: 'A',
    });
    const { id } = await joined();
    expect((await http().get(`/api/v1/people/${id}`)).body).toMatchObject({
      externalId: 'A',
      email: expect.stringMatching(/example\.org$/),
      township: '330922100',
      community: '东村',
      gender: 'female',
      language: 'en',
      school: '一中',
    });
    const row = () =>
      held.database.one<Record<string, string | null>>('SELECT birthDate, emailKey, guardianOf FROM people');
    expect(await row()).toEqual({ birthDate: '2013-05-01', emailKey: expect.any(String), guardianOf: null });
    await held.database.execute('UPDATE people SET community = NULL');
    const elsewhere = { township: '嵊山镇', community: '西村' };
    await put({ externalId: 'C', name: '张三', phone: PHONE, birthDate: '2014-06-01', guardianOf: 'K', ...elsewhere });
    expect(await joined()).toMatchObject({ township: '330922100', community: null });
    expect(await row()).toMatchObject({ birthDate: '2014-06-01', guardianOf: 'K' });
  });

  it('keeps of two memberships of a kind the one that lasts', async () => {
    const stay = (since: string, until?: string) => ({
      since: `${since}T00:00:00Z`,
      until: until && `${until}T00:00:00Z`,
    });
    await put({
      externalId: 'A',
      name: '张三',
      phone: PHONE,
      populations: [
        { kind: 'migrant', ...stay('2024-01-01', '2025-01-01') },
        { kind: 'local', ...stay('2025-01-01') },
      ],
    });
    await put({
      externalId: 'B',
      name: '张三',
      phone: PHONE,
      populations: [
        { kind: 'migrant', ...stay('2026-01-01') },
        { kind: 'local', ...stay('2020-01-01', '2021-01-01') },
      ],
    });
    await joined();
    const kept = () => held.database.query('SELECT kind, since, until FROM memberships ORDER BY kind');
    const both = [
      { kind: 'local', since: Date.parse('2025-01-01'), until: null },
      { kind: 'migrant', since: Date.parse('2026-01-01'), until: null },
    ];
    expect(await kept()).toEqual(both);
    // What the second id says of a stay that is held changes it only where it began later.
    await put({
      externalId: 'B',
      populations: [
        { kind: 'migrant', ...stay('2025-06-01', '2025-07-01') },
        { kind: 'local', ...stay('2020-01-01', '2021-01-01') },
        { kind: 'special' },
      ],
    });
    expect(await kept()).toEqual([...both, { kind: 'special', since: null, until: null }]);
    await put({ externalId: 'B', populations: [{ kind: 'migrant', ...stay('2026-06-01') }] });
    expect((await kept())[1]).toEqual({ kind: 'migrant', since: Date.parse('2026-06-01'), until: null });
  });

  it('reaches with an erasure what still carries the number of a second id', async () => {
    await put({ externalId: 'A', name: '张三', phone: PHONE }, { externalId: 'B', name: '张三', phone: PHONE });
    const former = await idOf('B');
    const { id } = await joined();
    await http().delete(`/api/v1/people/${id}`).expect(204);
    expect(erased).toEqual([Number(id), Number(former)]);
    expect(await held.database.query('SELECT * FROM person_aliases')).toEqual([]);
  });

  it('is for the township to which both belong now', async () => {
    await put(
      { externalId: 'A', name: '张三', phone: PHONE, township: '菜园镇' },
      { externalId: 'B', name: '李四', phone: PHONE, township: '嵊山镇' },
    );
    const [{ id }] = await conflicts();
    expect(await conflicts('caiyuan')).toEqual([]);
    await put({ externalId: 'B', township: '菜园镇' });
    expect((await conflicts('caiyuan')).length).toBe(1);
    await put({ externalId: 'A', township: '嵊山镇' });
    expect(await conflicts('caiyuan')).toEqual([]);
    await decide(id, String(await idOf('A')), 'caiyuan').expect(404);
  });

  // SQLite's writers stand in line: nobody can come between.
  if (dialect === 'mysql') {
    it('decides on what is so once both are in hand', async () => {
      await put({ externalId: 'A', name: '张三', phone: PHONE }, { externalId: 'B', name: '张三', phone: PHONE });
      const [conflict] = await conflicts();
      const answer = await whileHeld(
        held.database,
        () => held.database.execute("UPDATE people SET phoneKey = 'another' WHERE externalId = 'B'"),
        () => decide(conflict.id, conflict.other.id),
      );
      expect([answer.status, answer.body.code]).toEqual([409, 'conflict_gone']);
      expect(await held.database.query('SELECT * FROM person_aliases')).toEqual([]);
    });

    it('looks again for somebody who goes while a person or an event of theirs comes', async () => {
      const gone = () => held.database.execute("DELETE FROM people WHERE externalId = 'A'");
      await put({ externalId: 'A', name: '张三' });
      const person = await whileHeld(held.database, gone, () =>
        http()
          .put('/api/v1/people')
          .send({ people: [{ externalId: 'A', name: '张四' }] }),
      );
      expect(person.body).toMatchObject({ created: 1, updated: 0, unchanged: 0 });
      const event = await whileHeld(held.database, gone, () => arrival('A'));
      expect(event.body).toMatchObject({ accepted: 0, rejected: [{ code: 'unknown_person' }] });
      expect(await held.database.query('SELECT * FROM person_events')).toEqual([]);
    });

    it('erases the second id that comes while it begins', async () => {
      await put({ externalId: 'A', name: '张三' });
      const id = await idOf('A');
      const answer = await whileHeld(
        held.database,
        async () => {
          await held.database.execute('UPDATE people SET updatedAt = updatedAt + 1 WHERE id = ?', [id]);
          await held.database.insert('person_aliases', ['externalId', 'personId', 'formerId'], [['B', id, 77]]);
        },
        () => http().delete(`/api/v1/people/${id}`),
      );
      expect([answer.status, erased]).toEqual([204, [Number(id), 77]]);
      expect((await held.database.query('SELECT * FROM erasures')).length).toBe(2);
    });
  }
});
