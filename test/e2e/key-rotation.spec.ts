import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../../src/app.js';
import { LedgerVerifier, Sealer } from '../../src/audit/index.js';
import { rotate } from '../../src/cli/keys/rotation.js';
import { withSnapshot, tablesOf } from '../../src/cli/backup/snapshot.js';
import { writeArchive } from '../../src/cli/backup/archive.js';
import { gunzipSync } from 'node:zlib';
import { Gateways } from '../../src/gateways/index.js';
import { connect, loadConfig, openVault, type Database } from '../../src/platform/index.js';
import { Client, KEY, startIsland, type Island } from '../support/app.js';
import { dialects } from '../support/database.js';
import { launch, runsOf } from '../support/launch.js';

const NEW = Buffer.alloc(32, 9).toString('base64');
const person = (n: number) => ({
  externalId: `K${n}`,
  name: `钥匙人${n}`,
  phone: `1390000770${n}`,
  email: `K${n}@Example.CN`,
  township: '菜园镇',
  populations: [{ kind: 'local' }],
});
const PHONES = /1390000770\d|钥匙人\d|k\d@example\.cn/i;

/** A database that dies at its n-th change, as a process does that is killed. */
const dyingAt = (database: Database, n: number): Database => {
  let left = n;
  return new Proxy(database, {
    get(target, name) {
      const value = Reflect.get(target, name, target) as unknown;
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        if (name === 'execute' && (left -= 1) < 0) throw new Error('killed');
        return (value as (...a: unknown[]) => unknown).apply(target, args);
      };
    },
  });
};

describe.each(dialects())('keys on %s', (dialect) => {
  let island: Island;
  let again: RunningApp | null = null;
  let oldToken: string;
  const configOf = (keys: Record<string, string>) => loadConfig({ ...island.environment, ...keys });
  const rotated = {
    TIDECALL_DATA_KEY: NEW,
    TIDECALL_INDEX_KEY: NEW,
    TIDECALL_DATA_KEY_OLD: KEY,
    TIDECALL_INDEX_KEY_OLD: KEY,
  };
  const opened = async <T>(work: (held: Awaited<ReturnType<typeof connect>>) => Promise<T>): Promise<T> => {
    const held = await connect(configOf({}).database, []);
    try {
      return await work(held);
    } finally {
      await held.database.close();
    }
  };
  const start = (keys: Record<string, string>) =>
    startApp({
      config: configOf(keys),
      clock: island.clock,
      roles: { api: true, scheduler: false, worker: false },
      logLevels: ['fatal'],
    });

  beforeAll(async () => {
    island = await startIsland(dialect);
    const officer = await island.client.as('officer');
    await officer.put('/people', { people: [1, 2, 3, 4].map(person) });
    await officer.put('/opt-outs', { phones: [person(4).phone, '13900007709'], channel: 'sms' });
    await officer.post('/group-chats', {
      name: '群',
      platform: 'dingtalk',
      township: '菜园镇',
      population: 'local',
      headCount: 9,
      robot: { webhook: 'https://oapi.dingtalk.com/robot/send?access_token=abc', secret: 'robot-secret-1' },
    });
    await launch(island, officer);
    await island.at('2026-11-02T09:00:30+08:00');
    oldToken = island.running.app.get(Gateways, { strict: false }).receiptToken('mas');
    await island.running.app.get(Sealer, { strict: false }).sealAll();
    await island.running.close();
  }, 90_000);
  afterAll(async () => {
    await again?.close();
    await island.simulator.close();
  });

  it('a database holds no phone, name, address or secret in clear, nor does its dump', async () => {
    const dump = await opened(async ({ database, writer }) => {
      const folder = mkdtempSync(join(tmpdir(), 'tidecall-dump-'));
      const file = join(folder, 'dump');
      await withSnapshot({ database, writer }, file, async (snapshot) => {
        const tables = await tablesOf((sql) => snapshot.ask(sql), database.dialect);
        await writeArchive(
          file,
          { tidecall: 'backup', version: 1, madeAt: '', migrations: [], tables, deployment: {} },
          snapshot.rows,
        );
      });
      const text = gunzipSync(readFileSync(file)).toString('utf8');
      rmSync(folder, { recursive: true });
      return text;
    });
    expect(dump).toContain('K1');
    expect(dump).not.toMatch(PHONES);
    expect(dump).not.toMatch(/robot-secret-1|access_token/);
    const { database } = configOf({});
    if (database.kind === 'sqlite') {
      for (const tail of ['', '-wal'])
        try {
          expect(readFileSync(database.path + tail).toString('latin1')).not.toMatch(/1390000770\d|robot-secret-1/);
        } catch (error) {
          if ((error as { code?: string }).code !== 'ENOENT') throw error;
        }
    }
  });

  it('a new index key starts nothing before the indexes are moved', async () => {
    await expect(start(rotated)).rejects.toThrow(/keys rotate/);
    await expect(start({ TIDECALL_INDEX_KEY: NEW })).rejects.toThrow(/not the key of this database/);
  });

  it('is not rotated under a running product', async () => {
    await opened(async ({ database }) => {
      const vault = openVault(configOf(rotated));
      await database.upsert(
        'leases',
        ['name'],
        ['owner', 'until'],
        [['ledger-sealer', 'another', Date.now() + 60_000]],
        { replace: ['owner', 'until'] },
      );
      await expect(rotate(database, vault)).rejects.toThrow(/stop it first/);
      await database.execute('UPDATE leases SET until = 0');
    });
  });

  it('is rotated in steps that may be killed anywhere; meanwhile nothing starts, with either key', async () => {
    const vault = openVault(configOf(rotated));
    let kills = 0;
    for (let n = 1; ; n += 1) {
      const isDone = await opened(async ({ database }) => {
        try {
          await rotate(dyingAt(database, n), vault);
          return true;
        } catch (error) {
          if ((error as Error).message !== 'killed') throw error;
          kills += 1;
          return false;
        }
      });
      if (isDone) break;
      if (n === 5) {
        await expect(start(rotated)).rejects.toThrow(/keys rotate/);
        await expect(start({})).rejects.toThrow(/keys rotate|not the key/);
      }
    }
    expect(kills).toBeGreaterThan(4);
  }, 120_000);

  it('leaves nothing under the former data key, in no column of any table', async () => {
    const former = openVault(configOf({})).dataKeyId;
    await opened(async ({ database, writer }) => {
      const file = join(mkdtempSync(join(tmpdir(), 'tidecall-dump-')), 'dump');
      const found = new Set<string>();
      await withSnapshot({ database, writer }, file, async (snapshot) => {
        for (const { name } of await tablesOf((sql) => snapshot.ask(sql), database.dialect))
          for (const row of await snapshot.ask<Record<string, unknown>>(`SELECT * FROM ${name}`))
            for (const [column, value] of Object.entries(row))
              if (typeof value === 'string' && value.includes(`v1.${former}.`)) found.add(`${name}.${column}`);
      });
      expect([...found]).toEqual([]);
    });
  });

  it('and then everything is found as before: people, refusals, caps, receipts, the ledger', async () => {
    again = await start({ ...rotated, TIDECALL_DATA_KEY_OLD: '' });
    const officer = await new Client(again.url).as('officer');
    const found = await officer.post<{ items?: unknown[] }>('/people/lookup', {
      phone: person(2).phone,
      reason: '来电核实',
    });
    expect([found.status, JSON.stringify(found.body)]).toEqual([200, expect.stringContaining('K2')]);
    const { body } = await officer.put<{ unchanged: number; created: number }>('/people', { people: [person(1)] });
    expect(body).toMatchObject({ created: 0 });
    // Who refused and is in no list stands under the former key, and is still refused.
    const added = await officer.put<{ added: number }>('/opt-outs', { phones: [person(4).phone], channel: 'sms' });
    expect(added.body.added).toBe(0);
    const { campaignId } = await launch({ ...island, client: new Client(again.url) }, officer, { name: '第二个' });
    const preview = await officer.post<{ planned: number; skipped: Record<string, number> }>(
      `/campaigns/${campaignId}/preview`,
    );
    expect(preview.body).toMatchObject({ planned: 0, skipped: { opted_out: 1, contact_cap: 3 } });
    const push = await fetch(`${again.url}/api/v1/receipts/mas/${oldToken}`, { method: 'POST', body: '[]' });
    expect(push.status).not.toBe(403);
    expect((await fetch(`${again.url}/api/v1/receipts/mas/${oldToken}x`, { method: 'POST', body: '[]' })).status).toBe(
      403,
    );
    expect(await runsOf(officer, campaignId)).toEqual([]);
    expect(await again.app.get(LedgerVerifier, { strict: false }).verify({}, true)).toMatchObject({ valid: true });
  }, 60_000);
});
