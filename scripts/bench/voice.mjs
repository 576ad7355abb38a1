/** Calls to a simulator in another process, one request each, beside the bare rate of the same HTTP client at the same concurrency. */
import { measured } from './frame/measure.mjs';
import { campaignOver, countsOf, DUE, gatewaysAt, MORNING, planned, sent } from './send/county.mjs';
import { simulatorProcess } from './send/simulator.mjs';

export const about = 'voice, one call a recipient, 64 at a time; one simulator in another process';
export const databases = ['sqlite', 'mariadb'];
export const size = 100_000;

const A_SECOND = 5_000;
const CONCURRENT = 64;

/** The product's own client and nothing else: the requests of as many calls, written beforehand. */
async function bareCalls(house, url, count, { load }) {
  const { Wire } = await load('platform/wire/index.js');
  const wire = house.get(Wire);
  const request = {
    method: 'POST',
    url: `${url}/aliyun-voice/`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `Action=SingleCallByTts&${'x'.repeat(600)}`,
  };
  const options = { timeoutMs: 10_000, hosts: [new URL(url).host], allowPrivate: true };
  let left = count;
  const lane = async () => {
    while (left-- > 0) {
      const { kind } = await wire.send(request, options);
      if (kind !== 'reply') throw new Error(`the bare call came to ${kind}`);
    }
  };
  return measured(() => Promise.all(Array.from({ length: CONCURRENT }, lane)));
}

export async function measure({ size: people, isOwnSize, figure, load, house: open }) {
  const simulator = await simulatorProcess();
  await simulator.ask('/_sim/faults', { gateway: 'aliyun-voice', receiptLossRate: 1 });
  // The requests are signed with their time, and the county's clock stands.
  await simulator.ask('/_sim/clock', { at: new Date(DUE).toISOString() });
  const house = await open({ yaml: gatewaysAt(simulator.url), clock: MORNING });
  // The account's 1,000 calls a second are its contract's: on a county clock that goes eight times as fast they hold nobody up
  // (a faster one would soon be a quarter of an hour before the simulator's, which then refuses what is signed with it).
  const clock = setInterval(() => house.clock.set(house.clock.now() + 160), 20);
  try {
    await campaignOver(house, { size: people, channel: 'voice', load });
    const { run } = await planned(house, { load });
    const before = await countsOf(house, run, { load });
    const told = await sent(house, run, { load });
    const counts = await countsOf(house, run, { load });
    const given = (await simulator.ask('/_sim/stats'))['aliyun-voice'];
    if (counts.sent !== before.planned || given.recipients !== before.planned || given.duplicates !== 0)
      throw new Error(`planned ${before.planned}, sent ${counts.sent}, given ${JSON.stringify(given)}`);
    const calls = Math.min(counts.sent, 20_000);
    const bare = await bareCalls(house, simulator.url, calls, { load });
    const limit = { is: 'bare HTTP client', value: calls / bare.seconds, cpu: (bare.cpu * 1e6) / calls };
    const value = counts.sent / told.seconds;
    const goal = isOwnSize ? { atLeast: A_SECOND } : {};
    figure({ name: 'calls, one each', value, unit: 'calls/s', ...goal, limit, cpu: (told.cpu * 1e6) / counts.sent });
    figure({ name: 'calls against their limit', value: value / limit.value, unit: '× limit', atLeast: 0.5 });
  } finally {
    clearInterval(clock);
    await house.close();
    await simulator.close();
  }
}
