/** The ferry at its busiest: 200 arrivals a second are told while scheduler and worker run as they do, and each is welcomed at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from './frame/measure.mjs';
import { activeCampaign, gatewaysAt } from './send/county.mjs';
import { simulatorProcess } from './send/simulator.mjs';

export const about = 'arrivals at 200 a second, from the event to the message at the gateway';
export const databases = ['sqlite', 'mariadb'];
export const size = 12_000;

const A_SECOND = 200;
const POSTS_A_SECOND = 10;
const WITHIN_S = 60;

/** Tells of arrivals at an even pace; answers when each happened, by number. */
async function tell(house, count, { load }) {
  const { COUNTY } = await load('accounts/index.js');
  const { PersonEvents } = await load('audience/index.js');
  const source = { by: { id: 'FERRY', name: 'ferry' }, scope: COUNTY, feed: 'events' };
  const happened = new Map();
  const perPost = A_SECOND / POSTS_A_SECOND;
  const start = Date.now();
  let slowest = 0;
  for (let n = 0; n < count; n += perPost) {
    const due = start + (n / A_SECOND) * 1000;
    if (due > Date.now()) await sleep(due - Date.now());
    const at = Date.now();
    const events = Array.from({ length: Math.min(perPost, count - n) }, (_, k) => {
      const phone = `139${String(n + k).padStart(8, '0')}`;
      happened.set(phone, at);
      const person = { externalId: `F${n + k}`, phone, township: '菜园镇' };
      return { type: 'arrival', person, occurredAt: new Date(at).toISOString(), place: '李柱山码头' };
    });
    const { accepted } = await house.get(PersonEvents).receive(events, source);
    if (accepted !== events.length) throw new Error(`${accepted} of ${events.length} arrivals were accepted`);
    slowest = Math.max(slowest, Date.now() - at);
  }
  return { happened, seconds: (Date.now() - start) / 1000, slowest };
}

/** When each number was given its message, as the gateway saw it. */
async function given(simulator, count) {
  for (const until = Date.now() + 2 * WITHIN_S * 1000; Date.now() < until; await sleep(500)) {
    const stats = (await simulator.ask('/_sim/stats'))['cloud-mas'];
    if ((stats?.recipients ?? 0) >= count) break;
  }
  const times = new Map();
  let cursor = null;
  do {
    const page = await simulator.ask(`/_sim/messages?gateway=cloud-mas&limit=1000${cursor ? `&cursor=${cursor}` : ''}`);
    for (const { to, at } of page.items) times.set(to, Date.parse(at));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return times;
}

export async function measure({ size: count, figure, load, house: open }) {
  const simulator = await simulatorProcess();
  const roles = { scheduler: true, worker: true };
  const house = await open({ yaml: gatewaysAt(simulator.url), roles, schedules: true });
  try {
    const rule = { combinator: 'and', rules: [{ field: 'arrivedAt', operator: 'notNull' }] };
    const cadence = { kind: 'event', event: 'arrival', delay: 'PT0S' };
    await activeCampaign(house, { name: '入岛全@', rule, channel: 'sms', cadence, load });
    const { happened, seconds, slowest } = await tell(house, count, { load });
    const times = await given(simulator, count);
    const waits = [...happened].map(([phone, at]) => ((times.get(phone) ?? Infinity) - at) / 1000);
    const told = count.toLocaleString('en');
    figure({ name: `${told} arrivals told`, value: count / seconds, unit: 'events/s', atLeast: A_SECOND * 0.99 });
    figure({ name: 'the slowest answer to twenty arrivals', value: slowest, unit: 'ms' });
    figure({ name: 'arrival to message, the slowest', value: Math.max(...waits), unit: 's', atMost: WITHIN_S });
    figure({ name: 'arrival to message, the middle', value: median(waits), unit: 's' });
  } finally {
    await house.close();
    await simulator.close();
  }
}
