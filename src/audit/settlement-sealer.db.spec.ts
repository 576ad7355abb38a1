import { beforeEach, describe, expect, it } from '@jest/globals';
import { MORNING, testVault } from '../../test/support/accounts.js';
import { dialects, withDatabase } from '../../test/support/database.js';
import { Alarms, CountyTime, Leases, SteppedClock, SystemChance, type Database } from '../platform/index.js';
import { auditEntities } from './ledger.entity.js';
import { LedgerWriter } from './ledger-writer.service.js';
import { Proofs } from './proofs.service.js';
import { SettlementWriter } from './settlement-log.service.js';
import { SettlementRecords, type EventRow } from './settlement-records.service.js';
import { SettlementSealer } from './settlement-sealer.service.js';
import { SettlementVerifier } from './settlement-verifier.service.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const [PERSON, OTHER] = [11, 12];

describe.each(dialects())('the settlement sealer on %s', (dialect) => {
  const held = withDatabase(dialect, auditEntities);
  const county = new CountyTime('Asia/Shanghai');
  const chance = new SystemChance();
  let database: Database;
  let clock: SteppedClock;
  let events: SettlementWriter;

  const sealer = (records = new SettlementRecords(database)) =>
    new SettlementSealer(
      database,
      clock,
      county,
      chance,
      new Leases(database, clock),
      new Alarms(database, clock, chance),
      new LedgerWriter(database, clock, chance, testVault()),
      records,
    );
  const verify = (records = new SettlementRecords(database)) => new SettlementVerifier(database, records).verify(true);
  const alarms = async () =>
    (await new Alarms(database, clock, chance).open()).map(({ kind, text }) => ({ kind, text }));

  async function delivery(id: number): Promise<void> {
    const frozen = {
      ...{
        id,
        runId: 'R',
        campaignId: 'C',
        step: 0,
        channel: 'sms',
        gateway: 'mas',
        recipient: `p${id}`,
        personId: id,
      },
      ...{ population: 'local', township: '330922100', type: 'shopping', trick: 'refund', scriptVersionId: 1 },
      ...{
        contentDigest: 'd',
        why: '{}',
        parts: 1,
        day: 20261124,
        batchId: 1,
        status: 'delivered',
        plannedAt: MORNING,
      },
    };
    await database.insert('deliveries', Object.keys(frozen), [Object.values(frozen)]);
  }
  const happened = (personId: number, at: number) =>
    events.record([{ deliveryId: personId, personId, status: 'delivered', attended: true, code: null, at }]);

  beforeEach(async () => {
    database = held.database;
    for (const table of ['events', 'leaves', 'roots', 'salts'].map((t) => `settlement_${t}`))
      await database.execute(`DELETE FROM ${table}`);
    for (const table of ['ledger_entries', 'leases', 'alarms', 'deliveries'])
      await database.execute(`DELETE FROM ${table}`);
    clock = new SteppedClock(MORNING);
    events = new SettlementWriter(database);
    await delivery(PERSON);
    await delivery(OTHER);
  });

  it('closes a day once, and never under a leaf that another process is adding to it', async () => {
    let isIn: () => void = () => undefined;
    let letGo: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => (isIn = resolve));
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    class HeldUp extends SettlementRecords {
      override async hasher(events: readonly EventRow[], salts: ReadonlyMap<number, string>) {
        isIn();
        await gate;
        return super.hasher(events, salts);
      }
    }
    await happened(PERSON, MORNING);
    await sealer().advance();
    clock.set(MORNING + DAY);
    await happened(OTHER, MORNING + 1);
    const late = sealer(new HeldUp(database)).advance();
    await reached;
    const closing = sealer().advance();
    await Promise.race([closing, new Promise((resolve) => setTimeout(resolve, 300))]);
    letGo();
    await Promise.all([late, closing]);
    await sealer().advance();
    expect(await database.query('SELECT day, leaves FROM settlement_roots')).toEqual([{ day: 20261124, leaves: 2 }]);
    expect(await database.query("SELECT id FROM ledger_entries WHERE action = 'ledger.day'")).toHaveLength(1);
    expect(await verify()).toEqual({ roots: 1, bad: null });
  });

  it('closes it once, however many close it at the same time', async () => {
    await happened(PERSON, MORNING);
    await sealer().advance();
    clock.set(MORNING + DAY);
    await Promise.all([sealer().advance(), sealer().advance(), sealer().advance()]);
    expect(await database.query("SELECT id FROM ledger_entries WHERE action = 'ledger.day'")).toHaveLength(1);
    expect(await verify()).toEqual({ roots: 1, bad: null });
  });

  it('alarms once it is stuck, in words for whoever has to look, and is calm again by itself', async () => {
    const one = sealer();
    await happened(99, MORNING);
    await one.work();
    expect(await alarms()).toEqual([]);
    clock.set(clock.now() + MINUTE);
    await one.work();
    await one.work();
    expect(await alarms()).toEqual([{ kind: 'settlement_stuck', text: expect.stringContaining('ledger verify') }]);
    await delivery(99);
    await one.work();
    expect(await alarms()).toEqual([]);
  });

  it('takes an erasure between two reads of a verification for no tampering', async () => {
    class ErasedMeanwhile extends SettlementRecords {
      override async salts(rows: readonly Pick<EventRow, 'personId'>[]) {
        await events.forget([PERSON]);
        return super.salts(rows);
      }
    }
    await happened(PERSON, MORNING);
    await sealer().advance();
    clock.set(MORNING + DAY);
    await sealer().advance();
    expect(await verify(new ErasedMeanwhile(database))).toEqual({ roots: 1, bad: null });
  });

  it('reads a day once for the proof of all its leaves', async () => {
    let reads = 0;
    class Counted extends SettlementRecords {
      override pagesOf(day: number) {
        reads += 1;
        return super.pagesOf(day);
      }
    }
    for (let i = 0; i < 3; i += 1) await happened(PERSON, MORNING + i);
    await sealer().advance();
    clock.set(MORNING + DAY);
    await sealer().advance();
    const proof = await new Proofs(database, new Counted(database), clock, county).of(PERSON);
    expect(proof?.leaves.map((l) => l.path.length > 0)).toEqual([true, true, true]);
    expect(reads).toBe(1);
  });
});
