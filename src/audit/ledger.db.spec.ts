import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { MORNING, testVault } from '../../test/support/accounts.js';
import { dialects, withDatabase } from '../../test/support/database.js';
import { Alarms, CountyTime, Leases, sha256, SteppedClock, SystemChance, type Database } from '../platform/index.js';
import { entryHash } from './chain.js';
import { Checkpoints } from './checkpoints.service.js';
import { Entries } from './entries.service.js';
import { LedgerExport, verifyExport } from './ledger-export.service.js';
import { auditEntities } from './ledger.entity.js';
import { LedgerWriter } from './ledger-writer.service.js';
import { Sealer } from './sealer.service.js';
import { SettlementRecords } from './settlement-records.service.js';
import { SettlementVerifier } from './settlement-verifier.service.js';
import { LedgerVerifier } from './verify.service.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const by = { id: null, name: '钱七' };

function ledgerOn(database: Database, clock: SteppedClock) {
  const [chance, vault, county] = [new SystemChance(), testVault(), new CountyTime('Asia/Shanghai')];
  const alarms = new Alarms(database, clock, chance);
  const checkpoints = new Checkpoints(database, clock, county);
  const entries = new Entries(database, county);
  const sealer = () =>
    new Sealer(
      database,
      clock,
      chance,
      vault,
      new Leases(database, clock),
      alarms,
      new Checkpoints(database, clock, county),
    );
  return {
    writer: new LedgerWriter(database, clock, chance, vault),
    sealer: sealer(),
    anotherSealer: sealer,
    verifier: new LedgerVerifier(
      database,
      vault,
      entries,
      checkpoints,
      new SettlementVerifier(database, new SettlementRecords(database)),
      new SettlementRecords(database),
    ),
    exports: new LedgerExport(entries, checkpoints, clock, county),
    entries,
    alarms,
  };
}

describe.each(dialects())('the ledger on %s', (dialect) => {
  const held = withDatabase(dialect, auditEntities);
  let database: Database;
  let clock: SteppedClock;
  let ledger: ReturnType<typeof ledgerOn>;

  const write = (n: number, action = 'segment.create') =>
    database.transaction(async () => {
      for (let i = 0; i < n; i += 1) {
        await ledger.writer.write({
          action,
          subject: `segment/${i}`,
          by,
          detail: { n: i, name: '测试\u2028', none: undefined },
        });
      }
    });
  const firstBad = async () => (await ledger.verifier.verify()).firstBad;
  const exported = async () => {
    let text = '';
    for await (const line of ledger.exports.lines()) text += line;
    return text;
  };
  const tamper = (sql: string, values: (string | number | null)[] = []) => database.execute(sql, values);

  beforeEach(async () => {
    database = held.database;
    for (const table of ['ledger_entries', 'ledger_head', 'ledger_checkpoints', 'leases', 'alarms'])
      await tamper(`DELETE FROM ${table}`);
    clock = new SteppedClock(MORNING);
    ledger = ledgerOn(database, clock);
  });
  it('holds while it is empty', async () => {
    expect(await ledger.sealer.sealAll()).toBe(0);
    expect(await ledger.verifier.verify()).toMatchObject({ valid: true, entries: 0, checkpoints: 0, unsealed: 0 });
    expect(await verifyExport((await exported()).split('\n'))).toMatchObject({ valid: true, entries: 0 });
  });

  it('stands and falls with what it tells of', async () => {
    const fails = database.transaction(async () => {
      await write(1);
      throw new Error('undone');
    });
    await expect(fails).rejects.toThrow('undone');
    expect((await ledger.verifier.verify()).unsealed).toBe(0);
  });

  it('counts what is not sealed, seals it in order, and holds then', async () => {
    await write(450);
    expect(await ledger.verifier.verify()).toMatchObject({ valid: true, entries: 0, unsealed: 450 });
    expect(await ledger.sealer.sealAll()).toBe(450);
    await write(3);
    await ledger.sealer.sealAll();
    expect(await ledger.verifier.verify()).toMatchObject({
      valid: true,
      entries: 453,
      unsealed: 0,
      head: { seq: 453 },
    });
    const ids = await database.query<{ id: number }>('SELECT id FROM ledger_entries ORDER BY seq');
    expect(ids.map((r) => Number(r.id))).toEqual([...ids.map((r) => Number(r.id))].sort((a, b) => a - b));
  });

  it('is sealed once where two seal at the same time', async () => {
    await write(40);
    await Promise.allSettled([
      ledger.sealer.sealAll(),
      ledger.anotherSealer().sealAll(),
      ledger.anotherSealer().sealAll(),
    ]);
    await ledger.sealer.sealAll();
    expect(await ledger.verifier.verify()).toMatchObject({ valid: true, entries: 40, unsealed: 0 });
  });

  it('is sealed by the one process that has the role', async () => {
    const other = ledger.anotherSealer();
    await ledger.sealer.work();
    await write(5);
    await other.work();
    expect((await ledger.verifier.verify()).unsealed).toBe(5);
    await ledger.sealer.beforeApplicationShutdown();
    clock.set(clock.now() + 1);
    await other.work();
    expect((await ledger.verifier.verify()).entries).toBe(5);
  });

  it('seals an entry that became visible late', async () => {
    await write(3);
    await ledger.sealer.sealAll();
    const row = await database.one<{ id: number }>('SELECT MAX(id) AS id FROM ledger_entries');
    await write(1);
    // As if it had been inserted first and committed last.
    await tamper('UPDATE ledger_entries SET id = 0 - id WHERE id > ?', [row!.id]);
    await write(1);
    await tamper('UPDATE ledger_entries SET id = 100000 - id WHERE id < 0');
    await ledger.sealer.sealAll();
    expect(await ledger.verifier.verify()).toMatchObject({ valid: true, entries: 5 });
  });

  it('closes each day of the county with a root, late entries in the next', async () => {
    await write(5);
    clock.set(MORNING + DAY);
    await write(4);
    clock.set(MORNING + 2 * DAY);
    await write(3);
    await ledger.sealer.sealAll();
    const days = () =>
      database.query<{ day: number; firstSeq: number; lastSeq: number }>(
        'SELECT day, firstSeq, lastSeq FROM ledger_checkpoints ORDER BY day',
      );
    expect((await days()).map((d) => Object.values(d).map(Number))).toEqual([
      [20261124, 1, 5],
      [20261125, 6, 9],
    ]);
    clock.set(MORNING + 3 * DAY);
    await ledger.sealer.sealAll();
    clock.set(MORNING + 2 * DAY);
    await write(1);
    clock.set(MORNING + 4 * DAY);
    await write(1);
    await ledger.anotherSealer().sealAll();
    clock.set(MORNING + 5 * DAY);
    await ledger.anotherSealer().sealAll();
    expect((await days()).map((d) => Object.values(d).map(Number)).slice(2)).toEqual([
      [20261126, 10, 12],
      [20261128, 13, 14],
    ]);
    expect(await ledger.verifier.verify()).toMatchObject({ valid: true, entries: 14, checkpoints: 4 });
    expect(await ledger.verifier.verify({ from: MORNING + DAY, to: MORNING + 2 * DAY })).toMatchObject({
      valid: true,
      entries: 4,
      checkpoints: 1,
    });
    expect(await ledger.verifier.verify({ from: MORNING + 30 * DAY })).toMatchObject({ valid: true, entries: 0 });
  });

  it('keeps to the widths of its columns and to well-formed text, on either database', async () => {
    await expect(ledger.writer.write({ action: 'a.b', subject: 'x'.repeat(81), by })).rejects.toThrow(
      'subject is longer',
    );
    await expect(
      ledger.writer.write({ action: 'a.b', subject: 'x', by: { id: null, name: '\ud800' } }),
    ).rejects.toThrow('well-formed');
    await ledger.writer.write({ action: 'a.b', subject: '网'.repeat(80), by, detail: { half: '\ud800', emoji: '😀' } });
    await ledger.sealer.sealAll();
    expect(await ledger.verifier.verify()).toMatchObject({ valid: true, entries: 1 });
  });

  describe('tampered with by hand', () => {
    beforeEach(async () => {
      await write(6);
      clock.set(MORNING + DAY);
      await write(6, 'campaign.approve');
      await ledger.sealer.sealAll();
    });

    it.each<[string, string, object]>([
      [
        'an altered detail',
        `UPDATE ledger_entries SET detail = '{}' WHERE seq = 4`,
        { seq: 4, why: expect.stringContaining('altered') },
      ],
      ['a detail with one space more', `UPDATE ledger_entries SET detail = '{ "n":3}' WHERE seq = 4`, { seq: 4 }],
      ['another actor', `UPDATE ledger_entries SET actor = 'somebody' WHERE seq = 12`, { seq: 12 }],
      ['another time', 'UPDATE ledger_entries SET at = at + 1 WHERE seq = 1', { seq: 1 }],
      [
        'a removed entry',
        'DELETE FROM ledger_entries WHERE seq = 7',
        { seq: 7, id: null, why: expect.stringContaining('removed') },
      ],
      ['a removed first entry', 'DELETE FROM ledger_entries WHERE seq = 1', { seq: 1, id: null }],
      ['a removed end', 'DELETE FROM ledger_entries WHERE seq > 10', { seq: 11, id: null }],
      ['an entry taken out of the chain', 'UPDATE ledger_entries SET seq = NULL WHERE seq = 5', { seq: 5, id: null }],
      [
        'a checkpoint altered',
        `UPDATE ledger_checkpoints SET root = previousRoot WHERE day = 20261124`.replace(
          'previousRoot',
          `'${sha256('x')}'`,
        ),
        { seq: 1, why: expect.stringContaining('20261124') },
      ],
      ['a head set back', 'UPDATE ledger_head SET seq = 11', { why: expect.stringContaining('head') }],
    ])('%s is found and named', async (_, sql, bad) => {
      expect(await firstBad()).toBeUndefined();
      await tamper(sql);
      expect(await firstBad()).toMatchObject(bad);
    });

    it('two swapped entries are found', async () => {
      await tamper('UPDATE ledger_entries SET seq = 900 WHERE seq = 3');
      await tamper('UPDATE ledger_entries SET seq = 3 WHERE seq = 8');
      await tamper('UPDATE ledger_entries SET seq = 8 WHERE seq = 900');
      expect(await firstBad()).toMatchObject({ seq: 3 });
    });

    it('a row that the application did not write is not sealed, and is named', async () => {
      const columns = '(at, actorId, actor, action, subject, detail, mac, seq, previousHash, hash)';
      await tamper(
        `INSERT INTO ledger_entries ${columns} VALUES (1, NULL, 'x', 'a.b', 's', '{}', 'forged', NULL, NULL, NULL)`,
      );
      await write(2);
      expect(await ledger.sealer.sealAll()).toBe(2);
      expect(await ledger.alarms.open()).toMatchObject([{ kind: 'ledger', subject: 'entries' }]);
      expect(await firstBad()).toMatchObject({
        seq: null,
        id: expect.any(Number),
        why: expect.stringContaining('not written'),
      });
      await tamper(`DELETE FROM ledger_entries WHERE mac = 'forged'`);
      await ledger.sealer.sealAll();
      expect(await ledger.alarms.open()).toEqual([]);
      expect(await firstBad()).toBeUndefined();
    });

    it('a copy of a genuine entry cannot be put in again', async () => {
      const columns = 'at, actorId, actor, action, subject, detail, mac';
      await expect(
        tamper(`INSERT INTO ledger_entries (${columns}) SELECT ${columns} FROM ledger_entries WHERE seq = 4`),
      ).rejects.toThrow();
    });

    it('an entry appended with a chain that fits is found all the same', async () => {
      const last = (await ledger.entries.link(12))!;
      const content = {
        at: clock.now(),
        actorId: null,
        actor: 'x',
        action: 'a.b',
        subject: 's',
        detail: '{}',
        seq: 13,
      };
      const columns = ['at', 'actorId', 'actor', 'action', 'subject', 'detail', 'mac', 'seq', 'previousHash', 'hash'];
      const hash = entryHash(sha256, last.hash, content);
      await database.insert('ledger_entries', columns, [
        [content.at, null, 'x', 'a.b', 's', '{}', 'forged', 13, last.hash, hash],
      ]);
      expect(await firstBad()).toMatchObject({ seq: 13, why: expect.stringContaining('beyond') });
      await tamper('UPDATE ledger_head SET seq = 13, hash = ?', [hash]);
      expect(await firstBad()).toMatchObject({ seq: 13, why: expect.stringContaining('head') });
    });

    it('nothing more is sealed to a head that was altered or taken away', async () => {
      await tamper('DELETE FROM ledger_head');
      await write(1);
      expect(await ledger.sealer.sealAll()).toBe(0);
      expect(await ledger.alarms.open()).toMatchObject([{ kind: 'ledger', subject: 'head' }]);
      expect(await firstBad()).toMatchObject({ seq: 1, why: expect.stringContaining('head') });
    });

    it('a part of it is verified by its period, its edges included', async () => {
      const secondDay = { from: MORNING + DAY };
      expect(await ledger.verifier.verify(secondDay)).toMatchObject({ valid: true, entries: 6 });
      await tamper('DELETE FROM ledger_entries WHERE seq = 6');
      expect(await ledger.verifier.verify(secondDay)).toMatchObject({ valid: false, firstBad: { seq: 6 } });
    });

    it('an export is verified away from the database, by the product and by the script', async () => {
      const text = await exported();
      expect(text.split('\n')).toHaveLength(1 + 1 + 12 + 1);
      expect(text).not.toContain('"mac"');
      expect(await verifyExport(text.split('\n'))).toMatchObject({ valid: true, entries: 12, checkpoints: 1 });
      const { status, stdout } = runScript(text);
      expect([status, stdout]).toEqual([0, expect.stringContaining('HOLDS: 12 entries, 1 checkpoints')]);
      const head = (await ledger.verifier.verify()).head.hash;
      expect(runScript(text, '--head', head).status).toBe(0);
      expect(runScript(text, '--head', sha256('another')).stdout).toContain('another ledger');
    });

    it.each<[string, (lines: string[]) => string[], string]>([
      ['altered', (l) => l.with(4, l[4]!.replace('"n":2', '"n":3')), 'entry 3 (row'],
      ['removed', (l) => l.toSpliced(5, 1), 'entry 4 was removed'],
      ['removed at the end', (l) => l.slice(0, -2), 'entry 12 was removed'],
      ['swapped', (l) => l.with(5, l[6]!).with(6, l[5]!), 'entry 4 was removed'],
      ['with another root', (l) => l.with(1, l[1]!.replace(/"root":"./, '"root":"x')), 'checkpoint of 20261124'],
    ])('an export that was %s does not hold', async (_, change, words) => {
      const text = change((await exported()).split('\n')).join('\n');
      expect(await verifyExport(text.split('\n'))).toMatchObject({ valid: false });
      const { status, stdout } = runScript(text);
      expect([status, stdout]).toEqual([1, expect.stringContaining(words)]);
    });
  });

  it('is read by an auditor, the newest first, by period, actor and action', async () => {
    await write(3);
    clock.set(MORNING + HOUR);
    await ledger.writer.write({
      action: 'campaign.approve',
      subject: 'campaign/1',
      by: { id: 'U1', name: 'approver' },
    });
    const page = await ledger.entries.page({ limit: 3 });
    expect(page.items.map((e) => e.action)).toEqual(['campaign.approve', 'segment.create', 'segment.create']);
    expect(page.items[0]).toMatchObject({
      at: '2026-11-24T11:00:00+08:00',
      actor: { id: 'U1', name: 'approver' },
      seq: null,
    });
    const rest = await ledger.entries.page({ limit: 3, cursor: Number(page.nextCursor) });
    expect([rest.items.length, rest.nextCursor]).toEqual([1, null]);
    const count = async (cut: object) => (await ledger.entries.page({ limit: 10, ...cut })).items.length;
    expect(await count({ to: MORNING + HOUR })).toBe(3);
    expect(await count({ from: MORNING + HOUR })).toBe(1);
    expect(await count({ actor: 'approver' })).toBe(1);
    expect(await count({ actor: 'U1' })).toBe(1);
    expect(await count({ action: 'segment.*' })).toBe(3);
    expect(await count({ action: 'seg.*' })).toBe(0);
    expect(await count({ action: 'campaign.approve' })).toBe(1);
  });
});

function runScript(text: string, ...more: string[]): { status: number | null; stdout: string } {
  const folder = mkdtempSync(join(tmpdir(), 'tidecall-export-'));
  const file = join(folder, 'ledger.ndjson');
  writeFileSync(file, text);
  const { status, stdout } = spawnSync(process.execPath, ['scripts/verify-ledger.mjs', file, ...more], {
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  return { status, stdout };
}
