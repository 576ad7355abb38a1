import { beforeEach, describe, expect, it } from '@jest/globals';
import { dialects, withDatabase } from '../../../test/support/database.js';
import { ContactFacts } from './contact-facts.service.js';

describe.each(dialects())('contact facts on %s', (dialect) => {
  const held = withDatabase(dialect);
  let facts: ContactFacts;

  const tricks = async () => {
    const rows = await held.database.query<{
      personId: number;
      trick: string;
      plannedAt: number | null;
      reachedAt: number | null;
      times: number;
    }>('SELECT personId, trick, plannedAt, reachedAt, times FROM trick_facts ORDER BY personId, trick');
    return rows.map((r) => [r.personId, r.trick, r.plannedAt, r.reachedAt, r.times]);
  };
  const contacts = async () => {
    const rows = await held.database.query<{
      personId: number;
      lastContactedAt: number | null;
      lastReachedAt: number | null;
      lastAttendedAt: number | null;
      tricksReached: number;
    }>(
      'SELECT personId, lastContactedAt, lastReachedAt, lastAttendedAt, tricksReached FROM contact_facts ORDER BY personId',
    );
    return rows.map((r) => [r.personId, r.lastContactedAt, r.lastReachedAt, r.lastAttendedAt, r.tricksReached]);
  };
  const given = (personId: number, trick: string, at: number) => ({ personId, trick, type: 'shopping', at });

  beforeEach(async () => {
    facts = new ContactFacts(held.database);
    await held.database.transaction(async () => {
      await held.database.execute('DELETE FROM trick_facts');
      await held.database.execute('DELETE FROM contact_facts');
    });
  });

  it('keeps the latest plan of a trick, in whatever order it is told', async () => {
    await facts.planned([given(1, 'brushing', 20), given(2, 'brushing', 5)]);
    await facts.planned([given(1, 'brushing', 10), given(1, 'romance', 30)]);
    expect(await tricks()).toEqual([
      [1, 'brushing', 20, null, 0],
      [1, 'romance', 30, null, 0],
      [2, 'brushing', 5, null, 0],
    ]);
    expect(await contacts()).toEqual([]);
  });

  it('takes a plan back to what was really reached', async () => {
    await facts.planned([given(1, 'brushing', 20), given(1, 'romance', 20), given(2, 'brushing', 20)]);
    await facts.reached([{ ...given(1, 'brushing', 7), attended: false }]);
    await facts.notGiven([
      { personId: 1, trick: 'brushing' },
      { personId: 1, trick: 'romance' },
    ]);
    expect(await tricks()).toEqual([
      [1, 'brushing', 7, 7, 1],
      [1, 'romance', null, null, 0],
      [2, 'brushing', 20, null, 0],
    ]);
  });

  it('keeps the latest contact', async () => {
    await facts.contacted([
      { personId: 2, at: 9 },
      { personId: 1, at: 5 },
    ]);
    await facts.contacted([
      { personId: 1, at: 3 },
      { personId: 2, at: 12 },
    ]);
    expect(await contacts()).toEqual([
      [1, 5, null, null, 0],
      [2, 12, null, null, 0],
    ]);
  });

  it('counts reach, and a trick once however often it reached', async () => {
    await facts.contacted([{ personId: 1, at: 5 }]);
    await facts.reached([
      { ...given(1, 'brushing', 20), attended: false },
      { ...given(2, 'brushing', 21), attended: true },
    ]);
    await facts.reached([
      { ...given(1, 'brushing', 10), attended: true },
      { ...given(1, 'romance', 15), attended: false },
    ]);
    expect(await contacts()).toEqual([
      [1, 5, 20, 10, 2],
      [2, null, 21, 21, 1],
    ]);
    expect(await tricks()).toEqual([
      [1, 'brushing', null, 20, 2],
      [1, 'romance', null, 15, 1],
      [2, 'brushing', null, 21, 1],
    ]);
  });

  it('leaves nothing behind where the caller’s transaction is rolled back', async () => {
    const work = held.database.transaction(async () => {
      await facts.reached([{ ...given(1, 'brushing', 20), attended: true }]);
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await contacts()).toEqual([]);
    expect(await tricks()).toEqual([]);
  });

  it('takes thousands of rows in a call, and none', async () => {
    const many = Array.from({ length: 6000 }, (_, i) => ({
      ...given(6000 - i, `t${i % 3}`, 100 + i),
      attended: i % 2 === 0,
    }));
    await facts.planned(many);
    await facts.contacted(many);
    await facts.reached(many);
    await facts.notGiven(many);
    const all = await contacts();
    expect(all).toHaveLength(6000);
    expect(all.every(([, , , , n]) => n === 1)).toBe(true);
    expect((await tricks()).every(([, , plannedAt, reachedAt]) => plannedAt === reachedAt)).toBe(true);
    for (const nothing of [facts.planned([]), facts.contacted([]), facts.reached([]), facts.notGiven([])])
      await nothing;
  });

  it('counts right where two writers tell of one person at once', async () => {
    const people = Array.from({ length: 50 }, (_, i) => i + 1);
    const reach = (trick: string, order: number[]) =>
      held.database.transaction(() => facts.reached(order.map((id) => ({ ...given(id, trick, 10), attended: false }))));
    await Promise.all([
      reach('a', people),
      reach('b', [...people].reverse()),
      reach('c', people),
      reach('d', [...people].reverse()),
    ]);
    expect((await contacts()).map(([, , , , n]) => n)).toEqual(people.map(() => 4));
  });
});
