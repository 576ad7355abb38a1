/** The limits of planning and sending: the same rows by bare statements, through the same driver, with the same tables, indexes and durable commits. */
import { emptyDatabase } from '../frame/databases.mjs';
import { measured } from '../frame/measure.mjs';

const marks = (n) => Array(n).fill('?').join(',');

/** Inserts what a plan wrote into the same tables of an empty database, a commit for each page of `pageSize` deliveries. */
export async function bareInsert(on, house, { run, pageSize, load }) {
  const { connect, Database, migrate, readDatabaseUrl } = await load('platform/index.js');
  const from = house.get(Database);
  const empty = await emptyDatabase(on);
  const { database, writer } = await connect(readDatabaseUrl(empty.url), []);
  const total = { count: 0, seconds: 0, cpu: 0 };
  const take = (table, rows) => ({ table, columns: Object.keys(rows[0]), rows: rows.map((row) => Object.values(row)) });
  try {
    await migrate(writer);
    for (let after = 0; ;) {
      const deliveries = await from.query(
        `SELECT * FROM deliveries WHERE runId = ? AND id > ? ORDER BY id LIMIT ${pageSize}`,
        [run.id, after],
      );
      if (deliveries.length === 0) return total;
      after = Number(deliveries.at(-1).id);
      const facts = deliveries.map((d) => ({
        personId: d.personId,
        trick: d.trick,
        type: d.type,
        plannedAt: d.plannedAt,
        times: 0,
      }));
      const parts = [take('deliveries', deliveries), take('trick_facts', facts)];
      const told = await measured(() =>
        database.transaction(async () => {
          for (const { table, columns, rows } of parts) await database.insert(table, columns, rows);
        }),
      );
      total.count += deliveries.length;
      total.seconds += told.seconds;
      total.cpu += told.cpu;
    }
  } finally {
    await database.close();
    await empty.drop();
  }
}

/** Puts a run's rows back to where their plan left them. */
async function putBack(database, runId) {
  await database.transaction(async () => {
    await database.execute(
      "UPDATE deliveries SET status = 'pending', callId = NULL, sentAt = NULL, settledAt = NULL, attempts = 0 WHERE runId = ?",
      [runId],
    );
    await database.execute("UPDATE batches SET status = 'ready' WHERE runId = ?", [runId]);
    for (const table of ['contacts', 'contact_facts', 'calls']) await database.execute(`DELETE FROM ${table}`);
  });
}

/** Leases and settles a run's batches by the fewest statements that leave the same rows behind. */
export async function bareSettlement(house, { run, load }) {
  const { Database } = await load('platform/index.js');
  const database = house.get(Database);
  await putBack(database, run.id);
  const batches = await database.query('SELECT id, size FROM batches WHERE runId = ? ORDER BY id', [run.id]);
  const cuts = await database.query('SELECT * FROM counters WHERE runId = ? ORDER BY trick, township, population', [
    run.id,
  ]);
  const perBatch = Math.ceil(cuts.length);
  const now = Date.now();
  const told = await measured(async () => {
    for (const { id, size } of batches) {
      let rows = [];
      await database.transaction(async () => {
        await database.execute(
          "UPDATE batches SET status = 'leased', owner = 'bare', fence = fence + 1, leaseUntil = ? WHERE id = ?",
          [now, id],
        );
        rows = await database.query(
          'SELECT id, personId, address, addressKey, channel, campaignId, urgent FROM deliveries WHERE batchId = ? ORDER BY id',
          [id],
        );
        await database.insert(
          'contacts',
          ['deliveryId', 'addressKey', 'channel', 'campaignId', 'urgent', 'at'],
          rows.map((d) => [d.id, d.addressKey, d.channel, d.campaignId, d.urgent, now]),
        );
        await database.insert(
          'calls',
          ['id', 'batchId', 'runId', 'gateway', 'fence', 'status', 'size', 'openedAt', 'leaseUntil'],
          [[id, id, run.id, 'mas', 1, 'calling', size, now, now]],
        );
        await database.execute('UPDATE deliveries SET callId = ?, attempts = attempts + 1 WHERE batchId = ?', [id, id]);
      });
      await database.transaction(async () => {
        await database.execute("UPDATE calls SET status = 'settled', settledAt = ? WHERE id = ?", [now, id]);
        await database.execute(
          "UPDATE deliveries SET status = 'awaiting', sentAt = ?, settledAt = ? WHERE callId = ?",
          [now, now, id],
        );
        await database.insert(
          'contact_facts',
          ['personId', 'lastContactedAt'],
          rows.map((d) => [d.personId, now]),
        );
        await database.execute(
          `UPDATE counters SET pending = pending - 1, awaiting = awaiting + 1 WHERE runId = ? AND trick IN (${marks(perBatch)})`,
          [run.id, ...cuts.map((c) => c.trick)],
        );
        await database.execute("UPDATE batches SET status = 'done', owner = NULL, doneAt = ? WHERE id = ?", [now, id]);
      });
    }
  });
  return { ...told, count: batches.reduce((sum, b) => sum + Number(b.size), 0) };
}
