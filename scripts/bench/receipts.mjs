/** Receipts pushed by another process, in bodies of 100 and singly: stored, matched, settled, counted; beside the bare update of the same rows. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { measured } from './frame/measure.mjs';
import { campaignOver, countsOf, gatewaysAt, MORNING, planned, sent } from './send/county.mjs';
import { simulatorProcess } from './send/simulator.mjs';

export const about = 'receipts pushed in bodies of 100, then singly';
export const databases = ['sqlite', 'mariadb'];
export const size = 200_000;

const TOGETHER_A_SECOND = 20_000;
const SINGLY_A_SECOND = 4_000;
const SINGLY_AT_MOST = 20_000;
const BODY = 100;
const CONCURRENT = 16;

/** The reports of deliveries that were sent, as the gateway writes them, in no order of ours. */
async function reports(house, run, { load }) {
  const { Database, Vault } = await load('platform/index.js');
  const vault = house.get(Vault);
  const rows = await house
    .get(Database)
    .query(
      "SELECT d.id, d.address, c.ref FROM deliveries d JOIN calls c ON c.id = d.callId WHERE d.runId = ? AND d.status = 'awaiting'",
      [run.id],
    );
  rows.sort((a, b) => ((Number(a.id) * 7919) % 1_000_003) - ((Number(b.id) * 7919) % 1_000_003));
  return rows.map(({ id, address, ref }) => ({
    errorCode: 'DELIVRD',
    mobile: vault.open(address),
    msgGroup: ref,
    receiveDate: '20261102100500',
    reportStatus: Number(id) % 33 === 0 ? 'MI:0024' : 'CM:0000',
    submitDate: '20261102100000',
  }));
}

/** Posts the bodies from another process; until the last of them is counted. */
async function fed(house, bodies, { load, name }) {
  const { Database } = await load('platform/index.js');
  const { Gateways } = await load('gateways/index.js');
  const file = join(house.folder, `${name}.jsonl`);
  writeFileSync(file, bodies.map((body) => JSON.stringify(body)).join('\n'));
  const path = `${house.url}/api/v1/receipts/mas/${house.get(Gateways).receiptToken('mas')}`;
  const feeder = fileURLToPath(new URL('./send/feeder.mjs', import.meta.url));
  return measured(async () => {
    await promisify(execFile)(process.execPath, [feeder, path, file, String(CONCURRENT)]);
    while (await house.get(Database).one("SELECT 1 AS n FROM receipts WHERE status = 'stored' LIMIT 1"))
      await new Promise((resolve) => setTimeout(resolve, 20));
  });
}

/** The limit: the outcome of as many deliveries, set by their ids, a statement and a commit a thousand. */
async function bareUpdate(house, run, { load }) {
  const { Database } = await load('platform/index.js');
  const database = house.get(Database);
  const ids = (await database.query('SELECT id FROM deliveries WHERE runId = ?', [run.id])).map((row) =>
    Number(row.id),
  );
  ids.sort((a, b) => ((a * 7919) % 1_000_003) - ((b * 7919) % 1_000_003));
  const told = await measured(async () => {
    for (let i = 0; i < ids.length; i += 1000) {
      const part = ids.slice(i, i + 1000);
      await database.execute(
        `UPDATE deliveries SET status = 'undelivered', code = 'bare', receiptAt = 1, finalAt = 1 WHERE id IN (${part.map(() => '?').join(',')})`,
        part,
      );
    }
  });
  return { ...told, count: ids.length };
}

export async function measure({ size: people, isOwnSize, figure, load, house: open }) {
  const { ReceiptsLoop } = await load('receipts/index.js');
  const simulator = await simulatorProcess();
  await simulator.ask('/_sim/faults', { gateway: 'cloud-mas', receiptLossRate: 1 });
  const house = await open({ yaml: gatewaysAt(simulator.url), clock: MORNING, roles: { api: true } });
  try {
    await campaignOver(house, { size: people, channel: 'sms', load });
    const { run } = await planned(house, { load });
    await sent(house, run, { load });
    const all = await reports(house, run, { load });
    const single = all.splice(0, Math.min(SINGLY_AT_MOST, Math.floor(all.length / 4)));
    const bodies = Array.from({ length: Math.ceil(all.length / BODY) }, (_, i) => all.slice(i * BODY, (i + 1) * BODY));
    house.get(ReceiptsLoop).start();
    const together = await fed(house, bodies, { load, name: 'together' });
    const singly = await fed(house, single, { load, name: 'singly' });
    await house.get(ReceiptsLoop).beforeApplicationShutdown();
    const { delivered, undelivered } = await countsOf(house, run, { load });
    if (delivered + undelivered !== all.length + single.length)
      throw new Error(`${delivered} + ${undelivered} of ${all.length + single.length} receipts were counted`);
    const bare = await bareUpdate(house, run, { load });
    const limit = { is: 'bare update by ids', value: bare.count / bare.seconds, cpu: (bare.cpu * 1e6) / bare.count };
    const row = (name, told, count, atLeast) =>
      figure({
        name,
        unit: 'receipts/s',
        value: count / told.seconds,
        cpu: (told.cpu * 1e6) / count,
        limit,
        ...(isOwnSize ? { atLeast } : {}),
      });
    row('receipts in bodies of 100', together, all.length, TOGETHER_A_SECOND);
    row('receipts singly', singly, single.length, SINGLY_A_SECOND);
    const share = all.length / together.seconds / limit.value;
    figure({ name: 'receipts against their limit', value: share, unit: '× limit', atLeast: 0.5 });
  } finally {
    await house.close();
    await simulator.close();
  }
}
