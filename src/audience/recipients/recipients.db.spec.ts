import { beforeAll, describe, expect, it } from '@jest/globals';
import { dialects, withDatabase } from '../../../test/support/database.js';
import { CountyTime, days, loadConfig, type Row } from '../../platform/index.js';
import { RuleBook } from '../segments/rule-book.service.js';
import type { Rule, RuleCondition } from '../segments/rule.js';
import { PersonDetails } from './person-details.service.js';
import { Recipients, type PeopleQuestion } from './recipients.service.js';

const config = loadConfig({ TIDECALL_CONFIG: 'config/example.yaml' });
const at = Date.parse('2026-11-23T12:00:00+08:00');
const all: Rule = { combinator: 'and', rules: [] };
const rule = (...rules: RuleCondition[]): Rule => ({ combinator: 'and', rules });
const people = [
  'id',
  'externalId',
  'phone',
  'phoneKey',
  'phoneKind',
  'township',
  'birthDate',
  'guardianOf',
  'spreadSlot',
  'synthetic',
  'digest',
  'createdAt',
  'updatedAt',
];
const person = (id: number, more: Partial<Record<string, string | number | null>> = {}): Row => {
  const row: Record<string, string | number | null> = {
    id, externalId: `P${id}`, phone: `sealed${id}`, phoneKey: `key${id}`, phoneKind: 'mobile', township: '330922100', birthDate: '1980-01-01',
    guardianOf: null, spreadSlot: id, synthetic: 1, digest: '', createdAt: 0, updatedAt: 0, ...more,
  }; // prettier-ignore
  return people.map((column) => row[column]);
};

describe.each(dialects())('recipients on %s', (dialect) => {
  const held = withDatabase(dialect);
  let recipients: Recipients;
  const page = (question: Partial<PeopleQuestion> = {}) =>
    recipients.page({ rule: all, at, scope: { township: null }, after: 0, limit: 100, ...question });
  const idsOf = async (question: Partial<PeopleQuestion> = {}) => (await page(question)).map((p) => p.id);

  beforeAll(async () => {
    const { database } = held;
    recipients = new Recipients(
      database,
      new RuleBook(config, new CountyTime('Asia/Shanghai')),
      new PersonDetails(database),
    );
    await database.transaction(async () => {
      await database.insert('people', people, [
        person(1),
        person(2, { birthDate: '2018-05-01', phone: null, phoneKey: null, phoneKind: null, township: null }),
        person(3, { guardianOf: 'P2', phoneKind: 'landline' }),
        person(4, { guardianOf: 'P2', township: '330922101' }),
        person(5, { guardianOf: 'P2' }),
        person(6, { township: '330922101', synthetic: 0 }),
      ]);
      await database.insert(
        'memberships',
        ['personId', 'kind', 'since', 'until', 'createdAt'],
        [
          [1, 'local', null, null, 0],
          [1, 'arrival', at - days(3), at - 1, 0],
          [4, 'arrival', at - days(3), at + 1, 0],
          [6, 'arrival', at - days(2), null, 0],
        ],
      );
      await database.insert(
        'person_tags',
        ['personId', 'tag', 'confirmedAt'],
        [
          [1, 'student', 0],
          [1, 'business_owner', 0],
          [6, 'student', 0],
        ],
      );
      await database.insert(
        'trick_facts',
        ['personId', 'trick', 'type', 'plannedAt', 'reachedAt'],
        [
          [1, 'brushing', 't', 10, 20],
          [1, 'loan_fee', 't', 30, null],
          [1, 'romance', 't', null, 5],
          [1, 'withdrawn', 't', null, null],
          [4, 'brushing', 't', 50, 40],
        ],
      );
      await database.insert('contact_facts', ['personId', 'lastAttendedAt'], [[1, 77]]);
      await database.insert(
        'event_triggers',
        ['campaignId', 'eventId', 'personId', 'runId'],
        [
          ['c', 1, 4, 'r1'],
          ['c', 2, 6, 'r1'],
          ['c', 3, 6, 'r1'],
          ['c', 4, 1, 'r2'],
        ],
      );
    });
  });

  it('brings everything that a plan needs to know of a person', async () => {
    const [first, child] = await page({ limit: 2 });
    expect(first).toEqual({
      id: 1, externalId: 'P1', name: null, phone: 'sealed1', phoneKey: 'key1', phoneKind: 'mobile', email: null, emailKey: null, township: '330922100',
      birthDate: '1980-01-01', language: null, gender: null, populations: [{ kind: 'local', since: null, until: null }], tags: expect.arrayContaining(['student', 'business_owner']),
      synthetic: true, guardian: null, heard: new Map([['brushing', 20], ['loan_fee', 30], ['romance', 5]]), lastAttendedAt: 77,
    }); // prettier-ignore
    expect(child).toMatchObject({
      id: 2,
      township: '',
      phone: null,
      phoneKind: null,
      lastAttendedAt: null,
      tags: [],
      populations: [],
    });
  });

  it('names the guardian with a mobile first', async () => {
    const [child] = await page({ after: 1, limit: 1 });
    expect(child!.guardian).toEqual({ phone: 'sealed4', phoneKey: 'key4', phoneKind: 'mobile' });
  });

  it('goes through everybody once, page by page, in the order of ids', async () => {
    const seen: number[] = [];
    for (let after = 0; ;) {
      const ids = await idsOf({ after, limit: 2 });
      seen.push(...ids);
      if (ids.length < 2) break;
      after = ids.at(-1)!;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await page({ after: 6 })).toEqual([]);
  });

  it('keeps to the scope, the run and the turn of the day', async () => {
    expect(await idsOf({ scope: { township: '330922101' } })).toEqual([4, 6]);
    expect(await idsOf({ among: { runId: 'r1' } })).toEqual([4, 6]);
    expect(await idsOf({ among: { runId: 'r1' }, scope: { township: '330922100' } })).toEqual([]);
    expect(await idsOf({ spread: { over: 3, day: 20781 } })).toEqual([3, 6]);
    expect(await idsOf({ spread: { over: 3, day: 20782 } })).toEqual([1, 4]);
  });

  it('knows nobody as an arrival who has left', async () => {
    const arrivals = rule({ field: 'population', operator: '=', value: 'arrival' });
    expect(await idsOf({ rule: arrivals })).toEqual([4, 6]);
    expect(await idsOf({ rule: arrivals, at: at + 1 })).toEqual([6]);
    expect(await idsOf({ rule: arrivals, at: at - 2 })).toEqual([1, 4, 6]);
  });

  it('brings group chats with their robots, by scope', async () => {
    const columns = [
      'id',
      'name',
      'platform',
      'township',
      'population',
      'headCount',
      'headCountAt',
      'owner',
      'robotWebhook',
      'robotSecret',
      'synthetic',
      'createdAt',
      'updatedAt',
    ];
    await held.database.insert('group_chats', columns, [
      ['a'.repeat(26), '一群', 'wechat', '330922100', 'local', 200, 0, 'grid', null, null, 1, 0, 0],
      ['b'.repeat(26), '二群', 'dingtalk', '330922101', 'local', 80, 0, null, 'w', 's', 0, 0, 0],
    ]);
    const chats = (township: string | null, after = '') =>
      recipients.chats({
        rule: rule({ field: 'headCount', operator: '>=', value: 80 }),
        at,
        scope: { township },
        after,
        limit: 10,
      });
    expect(await chats(null)).toEqual([
      {
        id: 'a'.repeat(26),
        name: '一群',
        platform: 'wechat',
        township: '330922100',
        population: 'local',
        headCount: 200,
        owner: 'grid',
        webhook: null,
        secret: null,
        synthetic: true,
      },
      {
        id: 'b'.repeat(26),
        name: '二群',
        platform: 'dingtalk',
        township: '330922101',
        population: 'local',
        headCount: 80,
        owner: null,
        webhook: 'w',
        secret: 's',
        synthetic: false,
      },
    ]);
    expect((await chats('330922101')).map((c) => c.name)).toEqual(['二群']);
    expect((await chats(null, 'a'.repeat(26))).map((c) => c.name)).toEqual(['二群']);
  });
});
