import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from '../../src/platform/index.js';
import { configYaml } from '../support/app.js';
import { builtCli, cli } from '../support/cli.js';

const COMMANDS = [
  'migrate',
  'user create',
  'user enable',
  'import-people',
  'tick',
  'ledger verify',
  'ledger export',
  'counters rebuild',
  'plan',
  'run',
  'report sends',
  'report reach',
  'gateway list',
  'reconcile',
  'doctor',
  'backup',
  'restore',
];
const folder = mkdtempSync(join(tmpdir(), 'tidecall-words-'));
const written = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe('the words of the command line', () => {
  beforeAll(builtCli, 300_000);

  it('are told by --help, of each command, without a database or a configuration', async () => {
    for (let i = 0; i < COMMANDS.length; i += 3) {
      const some = COMMANDS.slice(i, i + 3);
      const answers = await Promise.all(some.map((words) => cli({}, [...words.split(' '), '--help'])));
      for (const [j, { code, out }] of answers.entries()) {
        expect({ words: some[j], code }).toEqual({ words: some[j], code: 0 });
        expect(out).toContain(`Usage: npm run cli -- ${some[j]}`);
        expect(out).toContain('--json');
      }
    }
  }, 120_000);

  it.each([
    [['nonsense'], "unknown command 'nonsense'"],
    [['tick', '--when', 'now'], "unknown option '--when'"],
    [['backup'], "missing required argument 'file'"],
    [['migrate', 'much'], 'too many arguments'],
    [['user', 'create', '--username', 'a', '--role', 'king', '--password-stdin'], 'Allowed choices are officer'],
    [['user', 'create', '--username', 'a', '--role', 'officer'], "required option '--password-stdin'"],
    [['tick', '--at', '2026-12-01T09:00:00'], 'an instant with its offset'],
  ])('exit 2 where they are not understood: %j', async (words, why) => {
    const { code, err, out } = await cli({}, words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(why);
    expect(err).not.toContain('    at ');
  });

  it('exit 2 without any, and tell what there is', async () => {
    const { code, err } = await cli({}, []);
    expect(code).toBe(2);
    expect(err).toContain('import-people');
  });

  it('list every mistake of a configuration at once, without a stack', async () => {
    const config = written('wrong.yaml', 'office: { name: X }\nshoes: 1\n');
    const { code, err } = await cli({ TIDECALL_CONFIG: config, DATABASE_URL: 'postgres://x/y' }, ['migrate']);
    expect(code).toBe(1);
    for (const place of ['office.name', 'office.hotline', 'townships', 'shoes', 'DATABASE_URL'])
      expect(err).toContain(place);
    expect(err).not.toContain('    at ');
  });

  it('say in one line that the database does not answer', async () => {
    const environment = {
      TIDECALL_CONFIG: written('right.yaml', configYaml('http://127.0.0.1:9')),
      DATABASE_URL: 'mysql://root@127.0.0.1:9/nothing',
    };
    const plain = await cli(environment, ['migrate']);
    expect({ code: plain.code, lines: plain.err.trim().split('\n') }).toEqual({
      code: 1,
      lines: [expect.stringContaining('ECONNREFUSED')],
    });
    const json = await cli(environment, ['migrate', '--json']);
    expect(JSON.parse(json.err)).toEqual({ error: expect.stringContaining('ECONNREFUSED') });
  });

  it('make keys and database beside each other at the first use, and a doctor finds both well', async () => {
    const environment = {
      TIDECALL_CONFIG: written('small.yaml', configYaml('http://127.0.0.1:9')),
      DATABASE_URL: `sqlite:${join(folder, 'new', 'tidecall.db')}`,
    };
    const before = await cli(environment, ['doctor', '--json']);
    expect(before.code).toBe(0);
    expect(before.out).toContain('the first start makes');
    // Nothing to rotate, and nothing is made: a database without its keys would never start.
    expect((await cli(environment, ['keys', 'rotate'])).err).toContain('There are no keys');
    const words = ['user', 'create', '--username', 'first', '--role', 'admin', '--password-stdin', '--json'];
    const made = await cli(environment, words, 'correct horse battery\n');
    expect({ code: made.code, user: JSON.parse(made.out) as unknown }).toEqual({
      code: 0,
      user: { id: expect.any(String), username: 'first', role: 'admin', township: null, mayReadSensitive: false },
    });
    expect(made.err).toContain('made new keys');
    const waits = await connect({ kind: 'sqlite', path: join(folder, 'new', 'tidecall.db') }, []);
    await waits.database.execute("UPDATE users SET disabledAt = 1, heldBy = 'SOMEBODY' WHERE username = 'first'");
    const enabled = await cli(environment, ['user', 'enable', '--username', 'First']);
    expect([enabled.code, enabled.out]).toEqual([0, expect.stringContaining('first (admin) may sign in')]);
    expect(await waits.database.query('SELECT disabledAt, heldBy FROM users')).toEqual([
      { disabledAt: null, heldBy: null },
    ]);
    await waits.database.close();
    expect((await cli(environment, ['user', 'enable', '--username', 'nobody'])).code).toBe(1);
    const after = await cli(environment, ['doctor', '--json']);
    const { lines } = JSON.parse(after.out) as { lines: { state: string; subject: string; text: string }[] };
    expect({ code: after.code, failed: lines.filter((l) => l.state === 'fail') }).toEqual({ code: 0, failed: [] });
    const keyFile = join(folder, 'new', 'tidecall.db.keys.json');
    const held = readFileSync(keyFile, 'utf8');
    const { database } = await connect({ kind: 'sqlite', path: join(folder, 'new', 'tidecall.db') }, []);
    const until = Date.now() + 600_000;
    await database.insert('leases', ['name', 'owner', 'until'], [['ledger-sealer', 'a product that runs', until]]);
    await database.close();
    expect((await cli(environment, ['keys', 'rotate'])).err).toContain('stop it first');
    expect(readFileSync(keyFile, 'utf8')).toBe(held);
    expect(lines.map((l) => l.text)).toEqual(
      expect.arrayContaining([
        'up to date',
        'they are those of this database',
        expect.stringContaining('mas (cloud-mas)'),
      ]),
    );
    const other = Buffer.alloc(32, 9).toString('base64');
    const own = JSON.parse(held) as { dataKey: string; indexKey: string };
    const keysOf = async (environmentKeys: object) =>
      (await cli({ ...environment, ...environmentKeys }, ['doctor'])).out
        .split('\n')
        .filter((l) => l.includes(' keys: '));
    expect(await keysOf({ TIDECALL_DATA_KEY: other, TIDECALL_INDEX_KEY: own.indexKey })).toEqual([
      expect.stringMatching(/^fail {2}keys: TIDECALL_DATA_KEY: not the key of this database/),
    ]);
    // What stops a start stops here too: the former key is held, and its indexes were not moved.
    expect(
      await keysOf({ TIDECALL_DATA_KEY: own.dataKey, TIDECALL_INDEX_KEY: other, TIDECALL_INDEX_KEY_OLD: own.indexKey }),
    ).toEqual([expect.stringMatching(/^fail {2}keys: .*keys rotate/)]);
    const inside = configYaml('http://127.0.0.1:9')
      .replace('simulator: true', 'simulator: false')
      .replace('示例公安', '海城公安');
    const gateways = await cli({ ...environment, TIDECALL_CONFIG: written('inside.yaml', inside) }, ['doctor']);
    expect(gateways.out).toMatch(/fail {2}gateways: mas \(cloud-mas\) lies in a private network/);
    const redis = await cli({ ...environment, REDIS_URL: 'redis://127.0.0.1:9' }, ['doctor']);
    expect(redis.code).toBe(1);
    expect(redis.out).toMatch(/fail {2}redis: .*ECONNREFUSED/);
  }, 60_000);
});
