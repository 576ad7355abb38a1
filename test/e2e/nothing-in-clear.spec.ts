import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { startApp, type RunningApp } from '../../src/app.js';
import { Sealer } from '../../src/audit/index.js';
import { Clockwork } from '../../src/campaigns/index.js';
import { Database, loadConfig } from '../../src/platform/index.js';
import { startIsland, type Island } from '../support/app.js';
import { dialects } from '../support/database.js';
import { launch } from '../support/launch.js';

const REDIS = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379';
const PEOPLE = 6;
const people = Array.from({ length: PEOPLE }, (_, i) => ({
  externalId: `C${i}`,
  name: `钱江潮${i}`,
  phone: `1391000661${i}`,
  email: `qianjiangchao${i}@example.test`,
  township: '菜园镇',
  populations: [{ kind: 'local' }],
}));
/** A number also where it was taken apart or written with its prefix; a name and an address by any part that is theirs alone. */
const IN_CLEAR = /139[ -]?1000[ -]?661|1000661\d|钱江潮|qianjiangchao/;

/** A whole run with its worker on Redis, and everything that was written of it: rows, file, what Redis was told, the log. */
describe.each(dialects())('after a run on %s', (dialect) => {
  let island: Island;
  let worker: RunningApp;
  let monitor: Redis | null = null;
  const logged: string[] = [];
  const told: string[] = [];
  const database = () => island.running.app.get(Database, { strict: false });
  const tables = async (): Promise<string[]> =>
    dialect === 'sqlite'
      ? (await database().query<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")).map(
          (t) => t.name,
        )
      : (
          await database().query<{ name: string }>(
            'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()',
          )
        ).map((t) => t.name);

  beforeAll(async () => {
    island = await startIsland(dialect);
    if (REDIS !== 'off') {
      monitor = await new Redis(REDIS).monitor();
      monitor.on('monitor', (_: string, words: string[]) => told.push(words.join(' ')));
    }
    const note = (...words: unknown[]) => void logged.push(words.map(String).join(' '));
    worker = await startApp({
      config: loadConfig({ ...island.environment, ...(REDIS === 'off' ? {} : { REDIS_URL: REDIS }) }),
      clock: island.clock,
      roles: { api: false, scheduler: false, worker: true },
      logger: { log: note, error: note, warn: note, debug: note, verbose: note, fatal: note },
    });
    const officer = await island.client.as('officer');
    await officer.put('/people', { people });
    await launch(island, officer);
    // Mistakes are told where people look, and logged: with a number in each place where somebody might type one.
    await officer.put('/people', {
      people: [{ ...people[0], phone: `${people[0]!.phone}9`, township: people[0]!.name }],
    });
    await officer.post('/people/lookup', { phone: people[1]!.phone, reason: `来电 ${people[1]!.phone}` });
    await officer.get(`/people?q=${people[2]!.phone}`);
    await officer.put('/opt-outs', { phones: [people[3]!.phone], channel: 'sms' });
    await island.client.post('/auth/login', { username: people[4]!.phone, password: people[4]!.name });
    const instant = '2026-11-02T09:00:30+08:00';
    island.clock.set(Date.parse(instant));
    await fetch(`${island.simulator.url}/_sim/clock`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ at: instant }),
    });
    await island.running.app.get(Clockwork, { strict: false }).tick();
    for (let i = 0; i < 400; i += 1) {
      const sent = await database().one<{ n: number }>(
        "SELECT COUNT(*) AS n FROM deliveries WHERE status IN ('awaiting', 'delivered')",
      );
      if (Number(sent?.n) === PEOPLE - 1) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await island.at('2026-11-02T09:10:00+08:00');
    await island.running.app.get(Sealer, { strict: false }).sealAll();
  }, 90_000);
  afterAll(async () => {
    monitor?.disconnect();
    await worker.close();
    await island.close();
  });

  it('the run was a whole one', async () => {
    expect((await island.given('cloud-mas')).map((m) => m.to).sort()).toEqual(
      people.filter((_, i) => i !== 3).map((p) => p.phone),
    );
  });

  it('no row of any table holds a phone, a name or an address in clear', async () => {
    const names = await tables();
    expect(names.length).toBeGreaterThan(40);
    const found: string[] = [];
    for (const name of names)
      if (IN_CLEAR.test(JSON.stringify(await database().query(`SELECT * FROM ${name}`)))) found.push(name);
    expect(found).toEqual([]);
  });

  it('nor does the file itself, with what was deleted from it', () => {
    const { database: place } = loadConfig(island.environment);
    if (place.kind !== 'sqlite') return;
    for (const tail of ['', '-wal']) expect(readFileSync(place.path + tail).toString('utf8')).not.toMatch(IN_CLEAR);
  });

  it('nor was Redis told one', () => {
    if (REDIS === 'off') return;
    expect(told.some((words) => words.includes('tidecall-'))).toBe(true);
    expect(told.filter((words) => IN_CLEAR.test(words))).toEqual([]);
  });

  it('nor does the log', () => {
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.filter((words) => IN_CLEAR.test(words))).toEqual([]);
  });
});
