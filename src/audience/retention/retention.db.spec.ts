import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { COUNTY } from '../../accounts/index.js';
import { MORNING } from '../../../test/support/accounts.js';
import { audienceApp, type AudienceApp } from '../../../test/support/audience.js';
import { dialects, withDatabase } from '../../../test/support/database.js';
import { Alarms, Config, days, hours, Vault, type Row } from '../../platform/index.js';
import { RuntimeRoles } from '../../platform/roles.js';
import { audienceEntities } from '../audience.entities.js';
import { OptOuts } from '../opt-outs/opt-outs.service.js';
import { OptOutsModule } from '../opt-outs/opt-outs.module.js';
import { People } from '../people/people.service.js';
import { FolderDisk } from '../folders/folder-disk.service.js';
import { FileRetention } from './file-retention.service.js';
import { Retention } from './retention.service.js';
import { RetentionClock } from './retention-clock.service.js';
import { RetentionModule } from './retention.module.js';

const by = { id: null, name: 'test' };
const county = { by, scope: COUNTY };
const iso = (at: number) => new Date(at).toISOString();

describe.each(dialects())('retention on %s', (dialect) => {
  const held = withDatabase(dialect, audienceEntities);
  const folder = mkdtempSync(join(tmpdir(), 'tidecall-kept-'));
  let room: AudienceApp;
  let people: People;

  beforeAll(async () => {
    const yaml = `audience: { folders: [{ name: ferry, path: '${folder}' }] }`;
    room = await audienceApp(held, [RetentionModule, OptOutsModule], yaml);
    people = room.app.get(People);
  });
  afterAll(async () => {
    await room.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    room.clock.set(MORNING);
    room.ledger.entries.length = 0;
    for (const table of [
      'people',
      'memberships',
      'person_tags',
      'person_events',
      'erasures',
      'imports',
      'import_rejects',
      'retention_marks',
    ])
      await held.database.execute(`DELETE FROM ${table}`);
  });

  const stays = (externalId: string, phone: string | null, populations: object[], more: object = {}) =>
    people.upsert([{ externalId, phone, populations, ...more }], county);
  const who = async () =>
    (await held.database.query<{ externalId: string }>('SELECT externalId FROM people ORDER BY externalId')).map(
      (r) => r.externalId,
    );
  const forgotten = (items: readonly { kind: string; forgotten: number }[]) =>
    Object.fromEntries(items.filter((i) => i.forgotten > 0).map((i) => [i.kind, i.forgotten]));
  const arrival = (until: number | null) => ({
    kind: 'arrival',
    since: iso(MORNING - days(60)),
    until: until && iso(until),
  });

  it('forgets a traveller 30 days after departure, the hour before it does not', async () => {
    await stays('GONE', '13800000001', [arrival(MORNING)]);
    await stays('HERE', '13800000002', [arrival(null)]);
    await stays('BOTH', '13800000003', [arrival(MORNING), { kind: 'local' }]);
    await stays('MOVED', '13800000004', [arrival(MORNING), { kind: 'migrant', until: iso(MORNING) }]);
    const retention = room.app.get(Retention);
    room.clock.set(MORNING + days(30) - hours(1));
    expect(forgotten(await retention.apply(by))).toEqual({});
    room.clock.set(MORNING + days(30) + 1);
    expect(forgotten(await retention.dryRun())).toEqual({ arrivals: 3 });
    expect(await who()).toEqual(['BOTH', 'GONE', 'HERE', 'MOVED']);
    expect(forgotten(await retention.apply(by))).toEqual({ arrivals: 3 });
    expect(await who()).toEqual(['BOTH', 'HERE', 'MOVED']);
    expect(
      await held.database.query(
        'SELECT m.kind FROM memberships m JOIN people p ON p.id = m.personId ORDER BY p.externalId',
      ),
    ).toEqual([{ kind: 'local' }, { kind: 'arrival' }, { kind: 'migrant' }]);
    room.clock.set(MORNING + days(180) + 1);
    // Of the one who never left the stay has ended by itself: 60 days before, 180 in all, and 30 after it.
    expect(forgotten(await retention.dryRun())).toMatchObject({ arrivals: 1, formerPeople: 1 });
    room.clock.set(MORNING + days(150) - hours(1));
    expect(forgotten(await retention.dryRun()).arrivals).toBeUndefined();
    room.clock.set(MORNING + days(180) + 1);
    expect(forgotten(await retention.apply(by))).toMatchObject({ arrivals: 1, formerPeople: 1 });
    expect(await who()).toEqual(['BOTH']);
    const entries = room.ledger.entries.filter((e) => e.action === 'retention.forget');
    expect(entries.map((e) => [e.subject, e.detail?.forgotten])).toEqual(
      expect.arrayContaining([
        ['retention/arrivals', 3],
        ['retention/formerPeople', 1],
      ]),
    );
    expect(JSON.stringify(entries)).not.toMatch(/GONE|1380000/);
  });

  it('forgets whose last membership was taken away, its period after that, and nobody who never had one', async () => {
    await stays('TAKEN', '13800000005', [{ kind: 'local' }, { kind: 'special' }]);
    await stays('AGAIN', '13800000006', [{ kind: 'local' }]);
    await stays('NEVER', '13800000007', []);
    await stays('TAKEN', '13800000005', [{ kind: 'special' }]);
    room.clock.set(MORNING + days(10));
    await stays('TAKEN', '13800000005', []);
    await stays('AGAIN', '13800000006', []);
    await stays('AGAIN', '13800000006', [{ kind: 'local' }]);
    const retention = room.app.get(Retention);
    room.clock.set(MORNING + days(190) - hours(1));
    expect(forgotten(await retention.dryRun())).toEqual({});
    room.clock.set(MORNING + days(190) + 1);
    expect(forgotten(await retention.dryRun())).toEqual({ formerPeople: 1 });
    expect(forgotten(await retention.apply(by))).toEqual({ formerPeople: 1 });
    expect(await who()).toEqual(['AGAIN', 'NEVER']);
  });

  it('keeps a refusal of whom it forgets, and takes them again when they come back', async () => {
    const guest = () => stays('GUEST', '13800000009', [arrival(MORNING)]);
    await guest();
    const optOuts = room.app.get(OptOuts);
    const key = room.app.get(Vault).index('phone', '13800000009');
    await optOuts.addKeys([key], null, { source: 'api', by });
    const listened: number[] = [];
    people.onErased((erased) => Promise.resolve(void listened.push(...erased.map((person) => person.id))));
    room.clock.set(MORNING + days(31));
    await room.app.get(Retention).apply(by);
    expect([await who(), listened.length]).toEqual([[], 1]);
    for (const table of ['memberships', 'person_tags', 'person_events', 'erasures'])
      expect(await held.database.query(`SELECT * FROM ${table}`)).toEqual([]);
    expect(await guest()).toMatchObject({ created: 1, rejected: [] });
    expect(await optOuts.ofNumbers(['13800000009'], 'sms')).toEqual(new Set(['13800000009']));
  });

  it('lets a file that comes again say what was forgotten of somebody who stays', async () => {
    const both = () => stays('BOTH', '13800000003', [arrival(MORNING), { kind: 'local' }]);
    await both();
    expect(await both()).toMatchObject({ unchanged: 1 });
    room.clock.set(MORNING + days(31));
    await room.app.get(Retention).apply(by);
    expect(await both()).toMatchObject({ updated: 1 });
  });

  it('lets sensitive tags lapse that nobody confirmed, warns before, and takes confirmations of those who may read them', async () => {
    const tagged = (id: string) =>
      stays(id, null, [{ kind: 'local' }], { tags: ['focus_romance', 'student'], township: '菜园镇' });
    await tagged('T1');
    await tagged('T2');
    const http = request(room.app.getHttpServer());
    const reader = (path: string) => http.get(`/api/v1${path}`).set('x-actor', 'reader');
    expect((await reader('/people/tags/lapsing').expect(200)).body.items).toEqual([]);
    await http.get('/api/v1/people/tags/lapsing').expect(403);
    room.clock.set(MORNING + days(170));
    const first = (await reader('/people/tags/lapsing?limit=1').expect(200)).body;
    expect(first.items).toMatchObject([{ person: { externalId: 'T1' }, tag: 'focus_romance' }]);
    const second = (await reader(`/people/tags/lapsing?limit=1&cursor=${first.nextCursor}`).expect(200)).body;
    expect(second).toMatchObject({ items: [{ person: { externalId: 'T2' } }], nextCursor: null });
    const confirm = (as: string, body: object) =>
      http.post('/api/v1/people/tags/confirm').set('x-actor', as).send(body);
    await confirm('officer', { tag: '离异女性', externalIds: ['T1'] }).expect(403);
    expect((await confirm('reader', { tag: '离异女性', externalIds: ['T1', 'nobody'] }).expect(200)).body).toEqual({
      confirmed: 1,
    });
    expect((await confirm('reader', { tag: 'focus_loan', externalIds: ['T1'] }).expect(200)).body).toEqual({
      confirmed: 0,
    });
    expect(JSON.stringify(room.ledger.entries)).not.toMatch(/focus_|离异/);
    room.clock.set(MORNING + days(180) + 1);
    expect(forgotten(await room.app.get(Retention).apply(by))).toEqual({ sensitiveTags: 1 });
    const tags = async () =>
      held.database.query(
        'SELECT p.externalId, t.tag FROM person_tags t JOIN people p ON p.id = t.personId ORDER BY p.externalId, t.tag',
      );
    expect(await tags()).toEqual([
      { externalId: 'T1', tag: 'focus_romance' },
      { externalId: 'T1', tag: 'student' },
      { externalId: 'T2', tag: 'student' },
    ]);
    expect(await tagged('T2')).toMatchObject({ updated: 1 });
    expect(await tags()).toHaveLength(4);
  });

  it('has no tags that lapse where no tag is sensitive', async () => {
    const bare = await audienceApp(held, [RetentionModule], 'audience: { sensitiveTags: [], tagAliases: {} }');
    const { body } = await request(bare.app.getHttpServer())
      .get('/api/v1/people/tags/lapsing')
      .set('x-actor', 'reader')
      .expect(200);
    expect(body).toEqual({ items: [], nextCursor: null });
    await bare.close();
  });

  it('forgets rejected rows, old events, and the files of watched folders', async () => {
    await stays('L1', null, [{ kind: 'local' }]);
    const { id } = (await held.database.one<{ id: number }>('SELECT id FROM people'))!;
    const old: Row = ['arrival', id, MORNING - days(400), null, MORNING, 0];
    const young: Row = ['arrival', id, MORNING - days(1), null, MORNING, 0];
    await held.database.insert(
      'person_events',
      ['type', 'personId', 'occurredAt', 'place', 'receivedAt', 'triggers'],
      [old, young],
    );
    for (const [importId, finishedAt] of [
      ['OLD', MORNING - days(31)],
      ['NEW', MORNING],
      ['RUNNING', null],
    ] as const) {
      await held.database.insert(
        'imports',
        ['id', 'fileName', 'status', 'createdAt', 'finishedAt'],
        [[importId, 'x', 'done', 0, finishedAt]],
      );
      await held.database.insert(
        'import_rejects',
        ['importId', 'line', 'codes', 'cells'],
        [
          [importId, 1, '[]', 'x'],
          [importId, 2, '[]', 'x'],
        ],
      );
    }
    mkdirSync(join(folder, 'done'), { recursive: true });
    writeFileSync(join(folder, 'done', 'x.csv'), 'x');
    expect(forgotten(await room.app.get(Retention).apply(by))).toEqual({ events: 1, importRejects: 2 });
    expect(existsSync(join(folder, 'done', 'x.csv'))).toBe(true);
    room.clock.set(MORNING + days(400));
    expect(forgotten(await room.app.get(Retention).dryRun())).toMatchObject({ folderFiles: 1 });
    // The scheduler's process need not have the folder: a worker clears it, each time it looks.
    await room.app.get(RetentionClock).look();
    expect(readdirSync(join(folder, 'done'))).toEqual(['x.csv']);
    const files = new FileRetention(
      held.database,
      room.app.get(Config),
      room.app.get(FolderDisk),
      room.app.get(Retention),
      new RuntimeRoles(false, false, true),
      room.app.get(Alarms),
    );
    await files.watch();
    expect(readdirSync(join(folder, 'done'))).toEqual([]);
    const entries = room.ledger.entries.filter((e) => e.subject === 'retention/folderFiles');
    expect(entries.map((e) => e.detail?.forgotten)).toEqual([1]);
    expect(await held.database.query('SELECT DISTINCT importId FROM import_rejects')).toEqual([
      { importId: 'RUNNING' },
    ]);
  });

  it('runs once a county day, not before its hour, and catches a missed day up', async () => {
    const clock = room.app.get(RetentionClock);
    const at = (text: string) => room.clock.set(Date.parse(text));
    at('2026-11-25T03:29:00+08:00');
    expect(await clock.look()).toBe(false);
    at('2026-11-25T03:31:00+08:00');
    expect([await clock.look(), await clock.look()]).toEqual([true, false]);
    at('2026-11-28T15:00:00+08:00');
    expect([await clock.look(), await clock.look()]).toEqual([true, false]);
  });

  it('runs one pass at a time, though the next look comes before its end', async () => {
    const clock = room.app.get(RetentionClock);
    room.clock.set(Date.parse('2026-11-25T04:00:00+08:00'));
    expect((await Promise.all([clock.look(), clock.look()])).sort()).toEqual([false, true]);
  });

  it('says by API what it would do, and does it not', async () => {
    await stays('GONE', '13800000001', [arrival(MORNING)]);
    room.clock.set(MORNING + days(40));
    const { body } = await request(room.app.getHttpServer()).get('/api/v1/retention').expect(200);
    expect(body.items).toContainEqual({ kind: 'arrivals', keptFor: 'P30D', before: expect.any(String), forgotten: 1 });
    expect(await who()).toEqual(['GONE']);
  });
});
