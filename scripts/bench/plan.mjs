/** The plan of a run over everybody: segment, guards, assignment, texts and rows, beside the bare insert of the rows that it made. */
import { bareInsert } from './send/bare.mjs';
import { campaignOver, countsOf, gatewaysAt, MORNING, planned } from './send/county.mjs';

export const about = 'a daily SMS campaign over everybody, planned; and the memory that it needs';
export const databases = ['sqlite', 'mariadb'];
export const size = 1_000_000;

const PAGE = 2000;
const MEMORY_MB = 400;

export async function measure({ on, size: people, isOwnSize, figure, load, house: open }) {
  const house = await open({ yaml: gatewaysAt('http://127.0.0.1:1'), clock: MORNING });
  let peak = 0;
  try {
    await campaignOver(house, { size: people, channel: 'sms', load });
    globalThis.gc?.();
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss / 1e6)), 50);
    const { run, ...told } = await planned(house, { load });
    clearInterval(watch);
    const counts = await countsOf(house, run, { load });
    if (counts.targeted !== people) throw new Error(`${counts.targeted} of ${people} people were targeted`);
    const bare = await bareInsert(on, house, { run, pageSize: PAGE, load });
    const limit = {
      is: 'bare insert of the same rows',
      value: bare.count / bare.seconds,
      cpu: (bare.cpu * 1e6) / bare.count,
    };
    const value = people / told.seconds;
    figure({ name: 'plan', value, unit: 'people/s', limit, cpu: (told.cpu * 1e6) / people });
    figure({ name: 'plan against its limit', value: value / limit.value, unit: '× limit', atLeast: 0.5 });
    const told1 = `${people.toLocaleString('en')} people`;
    figure({ name: `memory, ${told1}`, value: peak, unit: 'MB', ...(isOwnSize ? { atMost: MEMORY_MB } : {}) });
  } finally {
    await house.close();
  }
}
