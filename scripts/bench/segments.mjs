/** The live preview of a rule (count, townships, a masked sample), beside the database's own count of the same people. */
import { measured, median } from './frame/measure.mjs';
import { fillPeople } from './frame/people-rows.mjs';

export const about = 'the preview of rules of up to six conditions';
export const databases = ['sqlite', 'mariadb'];
export const size = 80_000;

const ROUNDS = 3;
const NOW = Date.parse('2026-11-24T10:00:00+08:00');
const is = (field, operator, value) => ({ field, operator, value });
const and = (...rules) => ({ combinator: 'and', rules });
const or = (...rules) => ({ combinator: 'or', rules });

/** One of each kind, from what officers ask daily to what is dear: six conditions that each touch another table. */
const RULES = [
  ['everybody', and()],
  ['all locals', and(is('population', '=', 'local'))],
  ['migrants of a township', and(is('population', '=', 'migrant'), is('township', '=', '菜园镇'))],
  ['on the island now', and(is('onIsland', '=', true))],
  ['business or homestay owners', or(is('tag', '=', 'business_owner'), is('tag', '=', 'homestay_owner'))],
  ['not reached for 28 days', and(is('lastReachedAt', 'notWithinLast', 'P28D'))],
  ['never reached by a type', and(is('reachedByType', '!=', 'romance'))],
  [
    'six conditions, all of them',
    and(
      is('population', 'in', ['local', 'migrant']),
      is('township', '=', '菜园镇'),
      is('age', 'between', [30, 70]),
      is('tag', 'notIn', ['student', 'parent']),
      is('lastContactedAt', 'notWithinLast', 'P7D'),
      is('optedOut', '=', false),
    ),
  ],
  [
    'six conditions, any of them',
    or(
      is('population', '=', 'special'),
      is('tag', 'in', ['business_owner', 'homestay_owner']),
      is('age', '>=', 80),
      is('community', 'beginsWith', '第1'),
      is('reachedByTrick', '=', 'trick_7'),
      is('arrivedAt', 'withinLast', 'P3D'),
    ),
  ],
  [
    'six conditions, none of them',
    {
      ...or(
        is('population', '=', 'arrival'),
        is('registeredAt', 'withinLast', 'P30D'),
        is('tag', '=', 'elderly'),
        is('optedOut', '=', true),
        is('tricksReached', '>', 3),
        is('gender', '=', 'female'),
      ),
      not: true,
    },
  ],
];

export async function measure({ size: people, figure, load, house: open }) {
  const { COUNTY } = await load('accounts/index.js');
  const { SegmentViews } = await load('audience/segments/segment-views.service.js');
  const { Database } = await load('platform/index.js');
  const house = await open({ clock: NOW });
  try {
    const database = house.get(Database);
    await fillPeople(database, people, NOW);
    const officer = { id: 'OFFICER', name: 'officer', role: 'officer', scope: COUNTY, mayReadSensitive: false };
    const rounds = async (work) => {
      await work();
      const told = [];
      for (let i = 0; i < ROUNDS; i += 1) told.push((await measured(work)).seconds * 1000);
      return median(told);
    };
    const limit = await rounds(() =>
      database.query('SELECT township, COUNT(*) AS n FROM people WHERE updatedAt >= 0 GROUP BY township'),
    );
    const goal = people <= 80_000 ? { atMost: 100 } : people <= 1_000_000 ? { atMost: 1000 } : {};
    for (const [name, rule] of RULES) {
      const value = await rounds(async () => {
        const shown = await house.get(SegmentViews).preview({ rule, of: 'people' }, officer);
        if (!shown.ok) throw new Error(`${name}: ${JSON.stringify(shown)}`);
      });
      figure({ name, value, unit: 'ms', ...goal, limit: { is: 'bare count by township', value: limit } });
    }
  } finally {
    await house.close();
  }
}
