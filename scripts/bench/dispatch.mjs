/** SMS to a simulator in another process, claim, texts, call, settlement and counters in, beside the bare statements of a lease and a settlement of the same rows. */
import { bareSettlement } from './send/bare.mjs';
import { campaignOver, countsOf, gatewaysAt, MORNING, planned, sent } from './send/county.mjs';
import { simulatorProcess } from './send/simulator.mjs';

export const about = 'SMS in batches of 1,000, settled; one simulator in another process';
export const databases = ['sqlite', 'mariadb'];
export const size = 1_000_000;

const A_SECOND = 30_000;

export async function measure({ size: people, isOwnSize, figure, load, house: open }) {
  const simulator = await simulatorProcess();
  await simulator.ask('/_sim/faults', { gateway: 'cloud-mas', receiptLossRate: 1 });
  const house = await open({ yaml: gatewaysAt(simulator.url), clock: MORNING });
  try {
    await campaignOver(house, { size: people, channel: 'sms', load });
    const { run } = await planned(house, { load });
    const before = await countsOf(house, run, { load });
    const told = await sent(house, run, { load });
    const counts = await countsOf(house, run, { load });
    const given = (await simulator.ask('/_sim/stats'))['cloud-mas'];
    if (counts.sent !== before.planned || given.recipients !== before.planned || given.duplicates !== 0)
      throw new Error(`planned ${before.planned}, sent ${counts.sent}, given ${JSON.stringify(given)}`);
    const bare = await bareSettlement(house, { run, load });
    const limit = {
      is: 'bare lease + settlement',
      value: bare.count / bare.seconds,
      cpu: (bare.cpu * 1e6) / bare.count,
    };
    const row = { unit: 'recipients/s', value: counts.sent / told.seconds, cpu: (told.cpu * 1e6) / counts.sent };
    figure({
      name: `SMS, ${people.toLocaleString('en')} people`,
      ...row,
      ...(isOwnSize ? { atLeast: A_SECOND } : {}),
      limit,
    });
    figure({ name: 'SMS against its limit', unit: '× limit', value: row.value / limit.value, atLeast: 0.5 });
  } finally {
    await house.close();
    await simulator.close();
  }
}
