import { beforeAll, describe, expect, it } from '@jest/globals';
import { withDesk } from '../../../test/support/desk.js';
import { dialects } from '../../../test/support/database.js';
import type { Row } from '../../platform/index.js';
import { Segments } from './segments.service.js';
import { SegmentsModule } from './segments.module.js';

const locals = { combinator: 'and', rules: [{ id: 'r1', field: 'population', operator: '=', value: 'local' }] };
const romance = { combinator: 'and', rules: [{ field: 'tag', operator: '=', value: '离异女性' }] };

describe.each(dialects())('segments on %s', (dialect) => {
  const desk = withDesk(dialect, [SegmentsModule]);
  const make = async (body: object, user: 'officer' | 'reader' | 'caiyuan' = 'officer') =>
    (await desk.send(user, 'post', '/segments', body).expect(201)).body as { id: string } & Record<string, unknown>;

  beforeAll(async () => {
    const ids = Array.from({ length: 40 }, (_, i) => i + 1);
    await desk.database.transaction(async () => {
      const columns = ['id', 'externalId', 'township', 'spreadSlot', 'digest', 'createdAt', 'updatedAt'];
      await desk.database.insert(
        'people',
        columns,
        ids.map((i) => [i, `P${i}`, i <= 25 ? '330922100' : i <= 38 ? '330922101' : null, 0, '', 0, 0]),
      );
      await desk.database.insert(
        'memberships',
        ['personId', 'kind', 'createdAt'],
        ids.slice(0, 30).map((i) => [i, 'local', 0]),
      );
      const tags: Row[] = [...ids.slice(0, 14), 39].map((i) => [i, 'focus_romance', 0]);
      await desk.database.insert('person_tags', ['personId', 'tag', 'confirmedAt'], [...tags, [20, 'focus_loan', 0]]);
    });
  });

  it('previews a rule: how many, where, and the first twenty, masked', async () => {
    const { body } = await desk.send('auditor', 'post', '/segments/preview', { rule: locals }).expect(200);
    expect(body).toMatchObject({
      count: 30,
      countText: '30',
      byTownship: [
        { township: '330922100', name: '菜园镇', count: 25 },
        { township: '330922101', name: '嵊山镇', count: 5 },
      ],
    });
    expect(body.sample).toHaveLength(20);
    expect(body.sample[0]).toMatchObject({ externalId: 'P1' });
    const all = await desk
      .send('officer', 'post', '/segments/preview', { rule: { combinator: 'and', rules: [] } })
      .expect(200);
    expect(all.body.byTownship).toContainEqual({ township: '', name: '', count: 2, countText: '2' });
    expect(await desk.ledger('segment.preview')).toEqual([]);
  });

  it('holds a township’s officer to the township', async () => {
    const { body } = await desk.send('caiyuan', 'post', '/segments/preview', { rule: locals }).expect(200);
    expect(body).toMatchObject({ count: 25, byTownship: [{ township: '330922100' }] });
    const other = { combinator: 'and', rules: [{ field: 'township', operator: '=', value: '嵊山镇' }] };
    expect((await desk.send('caiyuan', 'post', '/segments/preview', { rule: other }).expect(200)).body).toMatchObject({
      count: 0,
      sample: [],
    });
  });

  it('refuses a rule with every mistake in its place', async () => {
    const rule = {
      combinator: 'and',
      rules: [
        { field: 'shoeSize', operator: '=', value: 42 },
        {
          combinator: 'or',
          rules: [
            { field: 'age', operator: 'contains', value: 1 },
            { field: 'age', operator: '>', value: 'eighteen' },
          ],
        },
      ],
    };
    const { body } = await desk.send('officer', 'post', '/segments/preview', { rule }).expect(422);
    expect(body.code).toBe('invalid_input');
    expect(body.errors.map((e: { path: string; code: string }) => `${e.path} ${e.code}`)).toEqual([
      '/rule/rules/0/field unknown_field',
      '/rule/rules/1/rules/0/operator unknown_operator',
      '/rule/rules/1/rules/1/value wrong_value',
    ]);
    await desk.send('officer', 'post', '/segments', { name: 'x', rule }).expect(422);
    await desk.send('officer', 'post', '/segments/preview', { rule: 'all' }).expect(422);
    await desk
      .send('officer', 'post', '/segments/preview', {
        rule: { combinator: 'and', rules: [{ field: 'headCount', operator: '>', value: 1 }] },
      })
      .expect(422);
  });

  it('refuses a rule that is too deep or too long, each with its own answer', async () => {
    const preview = async (rule: object) =>
      (
        (await desk.send('officer', 'post', '/segments/preview', { rule }).expect(422)).body.errors as {
          code: string;
          message: string;
        }[]
      ).map((e) => `${e.code}: ${e.message}`);
    let deep: object = { combinator: 'and', rules: [] };
    for (let i = 1; i < 40; i += 1) deep = { combinator: 'and', rules: [deep] };
    expect(await preview(deep)).toEqual(['too_deep: groups may be nested 8 levels deep']);
    const value = Array.from({ length: 10_000 }, (_, i) => `P${i}`);
    expect(await preview({ combinator: 'and', rules: [{ field: 'externalId', operator: 'in', value }] })).toEqual([
      'too_many: a list has at most 1000 values',
    ]);
  });

  it('previews group chats by their own fields', async () => {
    await desk.database.insert(
      'group_chats',
      ['id', 'name', 'platform', 'township', 'population', 'headCount', 'headCountAt', 'createdAt', 'updatedAt'],
      [['G'.repeat(26), '一群', 'wechat', '330922100', 'local', 120, 0, 0, 0]],
    );
    const rule = { combinator: 'and', rules: [{ field: 'headCount', operator: '>=', value: 100 }] };
    const { body } = await desk.send('officer', 'post', '/segments/preview', { rule, of: 'groupChats' }).expect(200);
    expect(body).toMatchObject({
      count: 1,
      byTownship: [{ name: '菜园镇', count: 1 }],
      sample: [{ id: 'G'.repeat(26), name: '一群', headCount: 120 }],
    });
  });

  it('keeps a segment, counts it, and makes a new version of a new rule only', async () => {
    const made = await make({ name: '全体居民', of: 'people', description: '本地', rule: locals });
    expect(made).toMatchObject({
      name: '全体居民',
      of: 'people',
      version: 1,
      count: 30,
      sensitive: false,
      township: null,
    });
    // The keys that the rule builder adds for itself are not kept.
    expect(made.rule).toEqual({ combinator: 'and', rules: [{ field: 'population', operator: '=', value: 'local' }] });
    const named = await desk.send('officer', 'put', `/segments/${made.id}`, { name: '本地居民' }).expect(200);
    expect(named.body).toMatchObject({ name: '本地居民', description: '本地', version: 1, usedBy: [] });
    const ruled = await desk
      .send('officer', 'put', `/segments/${made.id}`, { description: null, rule: { combinator: 'and', rules: [] } })
      .expect(200);
    expect(ruled.body).toMatchObject({ name: '本地居民', description: null, version: 2, count: 40 });
    await desk.send('officer', 'put', `/segments/${made.id}`, { of: 'groupChats' }).expect(422);
    await desk.send('officer', 'put', `/segments/${made.id}`, { rule: { combinator: 'xor', rules: [] } }).expect(422);
    expect((await desk.get('auditor', `/segments/${made.id}`).expect(200)).body).toMatchObject({
      version: 2,
      count: 40,
    });
    await desk.send('auditor', 'put', `/segments/${made.id}`, { name: 'x' }).expect(403);
    expect((await desk.ledger('segment.change')).map((e) => [e.subject, e.actor, e.detail.version])).toEqual([
      [`segment/${made.id}`, 'officer', 1],
      [`segment/${made.id}`, 'officer', 2],
    ]);
  });

  it('lists page by page what the caller may see, and lets a township change its own only', async () => {
    const county = await make({ name: '县', rule: locals });
    const own = await make({ name: '镇', rule: locals }, 'caiyuan');
    expect(own).toMatchObject({ township: '330922100', count: 25 });
    const names = async (user: 'officer' | 'caiyuan') => {
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const { body }: { body: { items: { name: string }[]; nextCursor: string | null } } = await desk
          .get(user, `/segments?limit=1&of=people&cursor=${cursor}`)
          .expect(200);
        seen.push(...body.items.map((s) => s.name));
        cursor = body.nextCursor;
      }
      return seen;
    };
    expect(await names('caiyuan')).toEqual(expect.arrayContaining(['县', '镇']));
    expect(await names('officer')).toEqual(expect.arrayContaining(['县', '镇']));
    await desk.send('caiyuan', 'put', `/segments/${county.id}`, { name: 'x' }).expect(403);
    await desk.send('caiyuan', 'delete', `/segments/${county.id}`).expect(403);
    await desk.database.execute('UPDATE segments SET township = ? WHERE id = ?', ['330922101', own.id]);
    await desk.get('caiyuan', `/segments/${own.id}`).expect(404);
    await desk.send('caiyuan', 'put', `/segments/${own.id}`, { name: 'x' }).expect(404);
  });

  it('does not delete a segment that a campaign uses', async () => {
    const used = await make({ name: '在用', rule: locals });
    desk.app.get(Segments).register((id) => Promise.resolve(id === used.id ? ['C1', 'C2'] : []));
    const { body } = await desk.send('officer', 'delete', `/segments/${used.id}`).expect(409);
    expect(body).toMatchObject({ code: 'segment_in_use', campaigns: ['C1', 'C2'] });
    expect((await desk.get('officer', `/segments/${used.id}`).expect(200)).body.usedBy).toEqual(['C1', 'C2']);
    const unused = await make({ name: '没用', rule: locals });
    await desk.send('officer', 'delete', `/segments/${unused.id}`).expect(204);
    await desk.get('officer', `/segments/${unused.id}`).expect(404);
    await desk.send('officer', 'delete', `/segments/${unused.id}`).expect(404);
  });

  describe('with a sensitive tag', () => {
    it('shows rounded counts, no small ones, nobody, and leaves an entry a preview', async () => {
      const before = (await desk.ledger('segment.preview')).length;
      const { body } = await desk.send('officer', 'post', '/segments/preview', { rule: romance }).expect(200);
      expect(body).toEqual({
        count: 20,
        countText: '20',
        byTownship: [
          { township: '', name: '', count: 0, countText: '<10' },
          { township: '330922100', name: '菜园镇', count: 10, countText: '10' },
          { township: '330922101', name: '嵊山镇', count: 0, countText: '<10' },
        ],
        sample: [],
      });
      const loan = { combinator: 'and', rules: [{ field: 'tag', operator: 'in', value: ['focus_loan'] }] };
      expect((await desk.send('reader', 'post', '/segments/preview', { rule: loan }).expect(200)).body).toMatchObject({
        count: 0,
        countText: '<10',
        sample: [],
      });
      const entries = (await desk.ledger('segment.preview')).slice(before);
      expect(entries.map((e) => [e.actor, e.detail.count])).toEqual([
        ['officer', '20'],
        ['reader', '<10'],
      ]);
      expect(JSON.stringify(entries)).not.toMatch(/focus_|离异/);
    });

    it('takes a sensitive tag for one however it is typed, and refuses what no tag can be', async () => {
      for (const value of [
        ' focus_romance',
        'Focus_Romance',
        'ｆｏｃｕｓ_romance',
        'focus_romance\u3000',
        ' 离异女性 ',
      ]) {
        const rule = { combinator: 'and', rules: [{ field: 'tag', operator: '=', value }] };
        const { body } = await desk.send('officer', 'post', '/segments/preview', { rule }).expect(200);
        expect(body).toMatchObject({ countText: '20', sample: [] });
        const narrow = { ...rule, rules: [...rule.rules, { field: 'externalId', operator: '=', value: 'P1' }] };
        await desk.send('officer', 'post', '/segments/preview', { rule: narrow }).expect(422);
        await desk.get('officer', `/people?tag=${encodeURIComponent(value)}`).expect(403);
      }
      for (const value of ['focus_romance\u200b', 'focus romance', 'focus-romance', 'fоcus_romance']) {
        const rule = { combinator: 'and', rules: [{ field: 'tag', operator: 'in', value: ['student', value] }] };
        const { body } = await desk.send('officer', 'post', '/segments/preview', { rule }).expect(422);
        expect(body.errors).toMatchObject([{ path: '/rule/rules/0/value/1', code: 'wrong_value' }]);
        expect((await desk.get('officer', `/people?tag=${encodeURIComponent(value)}`).expect(200)).body.items).toEqual(
          [],
        );
      }
    });

    it('shows nothing of one person by two previews, whether the rule or the people differ', async () => {
      const seen = async (rule: object) =>
        (await desk.send('officer', 'post', '/segments/preview', { rule }).expect(200)).body;
      const recovery = (...more: object[]) => ({
        combinator: 'and',
        rules: [{ field: 'tag', operator: '=', value: 'focus_recovery' }, ...more],
      });
      // Fourteen over the county read 10, fifteen would read 20; the fifteenth is the only one of 菜园镇 who is older than 40.
      const tagged = (ids: number[]) =>
        desk.database.insert(
          'person_tags',
          ['personId', 'tag', 'confirmedAt'],
          ids.map((i) => [i, 'focus_recovery', 0]),
        );
      await tagged(Array.from({ length: 15 }, (_, i) => i + 1));
      await desk.database.execute("UPDATE people SET birthDate = '2000-01-01' WHERE id <= 14");
      await desk.database.execute("UPDATE people SET birthDate = '1950-01-01' WHERE id = 15");
      const whole = await seen(recovery());
      const younger = await seen(recovery({ field: 'age', operator: '<', value: 40 }));
      expect(whole.countText).toBe('20');
      expect(younger).toEqual(whole);
      await tagged([16, 17]);
      expect(await seen(recovery())).toEqual(whole);
      const saved = await make({ name: 'x', rule: recovery({ field: 'age', operator: '<', value: 40 }) }, 'reader');
      expect(saved.countText).toBe('20');
      // Of ten and more that changed nobody can be told: the count is a new one.
      await tagged(Array.from({ length: 12 }, (_, i) => i + 18));
      expect((await seen(recovery())).countText).toBe('30');
      // Two that are asked at the same moment are told the same, whichever comes first.
      await desk.database.execute('DELETE FROM sensitive_answers');
      await desk.database.execute("DELETE FROM person_tags WHERE tag = 'focus_recovery' AND personId > 15");
      const [one, other] = await Promise.all([
        seen(recovery()),
        seen(recovery({ field: 'age', operator: '<', value: 40 })),
      ]);
      expect(one).toEqual(other);
      expect(await desk.database.query('SELECT id FROM sensitive_answers')).toHaveLength(1);
      await desk.database.execute('UPDATE people SET birthDate = NULL WHERE id <= 15');
      await desk.database.execute("DELETE FROM person_tags WHERE tag = 'focus_recovery'");
    });

    it('combines with population, township and age band only: with no other tag, with no single year', async () => {
      const narrow = {
        combinator: 'and',
        rules: [
          ...romance.rules,
          {
            combinator: 'or',
            rules: [
              { field: 'age', operator: '>=', value: 30 },
              { field: 'externalId', operator: '=', value: 'P1' },
            ],
          },
        ],
      };
      const { body } = await desk.send('reader', 'post', '/segments/preview', { rule: narrow }).expect(422);
      expect(body.errors).toMatchObject([{ path: '/rule/rules/1/rules/1/field', code: 'sensitive_combination' }]);
      const untagged = {
        combinator: 'and',
        rules: [
          { field: 'tag', operator: 'null' },
          { field: 'gender', operator: '=', value: '女' },
        ],
      };
      await desk.send('reader', 'post', '/segments', { name: 'x', rule: untagged }).expect(422);
      const refused = async (...rules: object[]) =>
        (
          await desk
            .send('reader', 'post', '/segments/preview', {
              rule: { combinator: 'and', rules: [...romance.rules, ...rules] },
            })
            .expect(422)
        ).body.errors.map((e: { path: string; code: string }) => `${e.path} ${e.code}`);
      for (const tag of [
        { operator: '=', value: 'student' },
        { operator: 'in', value: ['focus_loan', 'student'] },
      ])
        expect(await refused({ field: 'tag', ...tag })).toEqual(['/rule/rules/1/value sensitive_combination']);
      for (const tag of [{ operator: '=', value: 'focus_loan' }, { operator: 'notNull' }])
        expect(await refused({ field: 'tag', ...tag })).toEqual(['/rule/rules/1/field sensitive_combination']);
      for (const age of [
        { operator: '=', value: 30 },
        { operator: 'in', value: [30, 31] },
        { operator: '>=', value: 31 },
        { operator: '>', value: 30 },
        { operator: 'between', value: [30, 30] },
        { operator: 'between', value: [34, 35] },
        { operator: 'notNull' },
      ])
        expect(await refused({ field: 'age', ...age })).toEqual(['/rule/rules/1/value sensitive_combination']);
      for (const age of [
        { operator: '>=', value: 30 },
        { operator: '<', value: 60 },
        { operator: '>', value: 29 },
        { operator: '<=', value: 59 },
        { operator: 'between', value: [30, 59] },
      ]) {
        const rules = [
          ...romance.rules,
          { field: 'population', operator: '=', value: 'local' },
          { field: 'township', operator: '=', value: '菜园镇' },
          { field: 'age', ...age },
        ];
        await desk.send('reader', 'post', '/segments/preview', { rule: { combinator: 'and', rules } }).expect(200);
      }
      const both = { combinator: 'and', rules: [{ field: 'tag', operator: 'in', value: ['focus_loan', '离异女性'] }] };
      await desk.send('reader', 'post', '/segments/preview', { rule: both }).expect(200);
    });

    it('reads 重点提醒 to those without the right, who cannot change it either', async () => {
      const made = await make({ name: '离异女性常@', description: '离异', rule: romance }, 'reader');
      const byCode = { combinator: 'and', rules: [{ field: 'tag', operator: '=', value: 'focus_romance' }] };
      expect(made).toMatchObject({ name: '离异女性常@', sensitive: true, rule: byCode, countText: '20' });
      const { body } = await desk.get('officer', `/segments/${made.id}`).expect(200);
      expect(body).toMatchObject({
        name: '重点提醒',
        description: null,
        sensitive: true,
        rule: { combinator: 'and', rules: [{ field: 'tag', operator: '=', value: '重点提醒' }] },
      });
      const list = await desk.get('officer', '/segments?limit=100').expect(200);
      expect(JSON.stringify(list.body)).not.toMatch(/focus_|离异/);
      await desk.send('officer', 'put', `/segments/${made.id}`, { name: 'x' }).expect(403);
      await desk.send('reader', 'put', `/segments/${made.id}`, { name: '重点' }).expect(200);
    });
  });
});
