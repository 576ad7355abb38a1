import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LedgerVerifier, Sealer, SettlementSealer } from '../../src/audit/index.js';
import { Database } from '../../src/platform/index.js';
import { type Client, startIsland, type Island } from '../support/app.js';
import { dialects } from '../support/database.js';
import { launch, runsOf } from '../support/launch.js';

interface Leaf {
  readonly day: number;
  readonly place: number;
  readonly leaf: string;
  readonly content: { delivery: number; status: string; code: string | null } | null;
  readonly opening: string | null;
  readonly root: { root: string; leaves: number } | null;
  readonly path: object[];
}
interface Proof {
  readonly deliveryId: number;
  readonly leaves: Leaf[];
  readonly pending: number;
}

const PEOPLE = 5;
const people = Array.from({ length: PEOPLE }, (_, i) => ({
  externalId: `P${i}`,
  name: `居民${i}`,
  phone: `1380000100${i}`,
  township: '菜园镇',
  populations: [{ kind: 'local' }],
}));

describe.each(dialects())('the proof of one delivery on %s', (dialect) => {
  let island: Island;
  let deliveries: { id: string; personId: string }[];
  const get = <T>(token: new (...args: never[]) => T): T => island.running.app.get(token, { strict: false });
  const database = () => get(Database as never) as Database;
  const seal = async () => {
    await get(SettlementSealer).advance();
    await get(Sealer).sealAll();
  };
  /** Days pass in this suite, and a session lasts hours. */
  const auditor = (): Promise<Client> => island.client.as('auditor');
  const proofOf = async (id: string | number) => (await (await auditor()).get<Proof>(`/audit/proof/${id}`)).body;
  const exported = async () => (await (await auditor()).call<string>('GET', '/audit/export')).body;

  /** The standalone script, over files of their own. */
  async function script(proof: object): Promise<{ code: number; out: string }> {
    const folder = mkdtempSync(join(tmpdir(), 'tidecall-proof-'));
    writeFileSync(join(folder, 'ledger.ndjson'), await exported());
    writeFileSync(join(folder, 'proof.json'), JSON.stringify(proof));
    const words = ['scripts/verify-ledger.mjs', join(folder, 'ledger.ndjson'), '--proof', join(folder, 'proof.json')];
    try {
      return { code: 0, out: (await promisify(execFile)(process.execPath, words)).stdout };
    } catch (error) {
      const { code, stdout } = error as { code: number; stdout: string };
      return { code, out: stdout };
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  beforeAll(async () => {
    island = await startIsland(dialect);
    const officer = await island.client.as('officer');
    await officer.put('/people', { people });
    const { campaignId } = await launch(island, officer);
    await island.at('2026-11-02T09:00:30+08:00');
    await island.at('2026-11-02T09:05:00+08:00');
    const [runId] = await runsOf(officer, campaignId);
    const { body } = await officer.get<{ items: { id: string; personId: string }[] }>(`/runs/${runId}/deliveries`);
    deliveries = body.items;
  }, 90_000);
  afterAll(() => island.close());

  it('waits for its day: first a leaf, then under the root that the chain carries', async () => {
    const { id } = deliveries[0]!;
    expect(deliveries).toHaveLength(PEOPLE);
    await seal();
    const today = await proofOf(id);
    expect(today.pending).toBe(0);
    expect(today.leaves.map((l) => l.content?.status)).toEqual(['awaiting', 'delivered']);
    expect(today.leaves.every((l) => l.root === null && l.path.length === 0)).toBe(true);
    expect((await script(today)).out).toContain('no root yet');

    await island.at('2026-11-03T00:01:00+08:00');
    await seal();
    const proof = await proofOf(id);
    expect(proof.leaves.every((l) => l.root?.leaves === PEOPLE * 2)).toBe(true);
    const { code, out } = await script(proof);
    expect([code, out]).toEqual([0, expect.stringContaining('THE PROOF HOLDS')]);
    expect(out).toContain('delivered at');
    expect(await get(LedgerVerifier).verify({}, true)).toMatchObject({ valid: true, roots: 1, unrooted: 0 });
    expect(JSON.stringify(proof)).not.toMatch(/1380000|居民/);
  });

  it('does not hold once a letter of it is another', async () => {
    const proof = await proofOf(deliveries[0]!.id);
    const [first] = proof.leaves as [Leaf];
    const wrong = [
      { ...proof, leaves: [{ ...first, content: { ...first.content!, status: 'failed' } }] },
      { ...proof, deliveryId: proof.deliveryId + 1 },
      { ...proof, leaves: [{ ...first, content: null, leaf: 'f'.repeat(64) }] },
      { ...proof, leaves: [{ ...first, path: first.path.slice(1) }] },
      { ...proof, leaves: [{ ...first, day: first.day + 1 }] },
    ];
    for (const one of wrong) expect(await script(one)).toMatchObject({ code: 1 });
  });

  it('a late receipt is a leaf of its own day, and the closed day stays as it was', async () => {
    const before = await database().one<{ root: string }>('SELECT root FROM settlement_roots WHERE day = 20261102');
    await database().insert(
      'settlement_events',
      ['deliveryId', 'personId', 'status', 'attended', 'code', 'at'],
      // Written on the second of November, and seen after its day was closed.
      [
        [
          Number(deliveries[1]!.id),
          Number(deliveries[1]!.personId),
          'delivered',
          1,
          null,
          Date.parse('2026-11-02T23:59:59+08:00'),
        ],
      ],
    );
    await seal();
    expect((await proofOf(deliveries[1]!.id)).leaves.map((l) => l.day)).toEqual([20261102, 20261102, 20261103]);
    await island.at('2026-11-04T00:01:00+08:00');
    await seal();
    expect(await get(LedgerVerifier).verify({}, true)).toMatchObject({ valid: true, roots: 2 });
    expect(await database().one('SELECT root FROM settlement_roots WHERE day = 20261102')).toEqual(before);
  });

  it('erasure takes salt and content, and every root still holds', async () => {
    const officer = await island.client.as('officer');
    const gone = deliveries[2]!;
    const before = await proofOf(gone.id);
    expect((await officer.call('DELETE', `/people/${gone.personId}`)).status).toBe(204);
    const after = await proofOf(gone.id);
    expect(after.leaves.map((l) => [l.content, l.opening])).toEqual(before.leaves.map(() => [null, null]));
    expect(after.leaves.map((l) => l.leaf)).toEqual(before.leaves.map((l) => l.leaf));
    expect(
      await database().query('SELECT salt FROM settlement_salts WHERE personId = ?', [Number(gone.personId)]),
    ).toEqual([]);
    expect(await script(after)).toMatchObject({ code: 0, out: expect.stringContaining('erased with its person') });
    expect(await get(LedgerVerifier).verify({}, true)).toMatchObject({ valid: true, roots: 2 });
  });

  const tampered: readonly [string, string, string, RegExp][] = [
    [
      'altered',
      "UPDATE settlement_leaves SET status = 'failed' WHERE day = 20261102 AND place = 4",
      'UPDATE settlement_leaves SET status = ? WHERE day = 20261102 AND place = 4',
      /event 4 of 20261102 .*altered/,
    ],
  ];
  it.each(tampered)('an event that was %s by hand is named', async (_, change, undo, why) => {
    const held = await database().one<{ status: string }>(
      'SELECT status FROM settlement_leaves WHERE day = 20261102 AND place = 4',
    );
    await database().execute(change);
    expect((await get(LedgerVerifier).verify({}, true)).firstBad?.why).toMatch(why);
    await database().execute(undo, [held!.status]);
    expect(await get(LedgerVerifier).verify({}, true)).toMatchObject({ valid: true });
  });

  it.each<[string, string[], RegExp]>([
    [
      'leaf altered',
      [`UPDATE settlement_leaves SET leaf = '${'a'.repeat(64)}' WHERE day = 20261102 AND place = 2`],
      /event 2 of 20261102 .*altered/,
    ],
    [
      'removed',
      ['DELETE FROM settlement_leaves WHERE day = 20261102 AND place = 3'],
      /event 3 of 20261102 was removed/,
    ],
    [
      'removed at the end',
      [`DELETE FROM settlement_leaves WHERE day = 20261102 AND place = ${PEOPLE * 2}`],
      /event 10 of 20261102 was removed/,
    ],
    [
      'swapped',
      [
        'UPDATE settlement_leaves SET place = 99 WHERE day = 20261102 AND place = 1',
        'UPDATE settlement_leaves SET place = 1 WHERE day = 20261102 AND place = 2',
        'UPDATE settlement_leaves SET place = 2 WHERE day = 20261102 AND place = 99',
      ],
      /do not give its root/,
    ],
    [
      'appended',
      [`INSERT INTO settlement_leaves (day, place, leaf, deliveryId) VALUES (20261102, 11, '${'b'.repeat(64)}', 1)`],
      /event 11 of 20261102 was appended/,
    ],
    [
      'with another root',
      ["UPDATE settlement_roots SET root = 'x' WHERE day = 20261102"],
      /root of 20261102 is another/,
    ],
    ['without a root', ['DELETE FROM settlement_roots WHERE day = 20261102'], /root of 20261102 was removed/],
  ])('%s by hand is found and named', async (_, statements, why) => {
    const found = await database()
      .transaction(async () => {
        for (const sql of statements) await database().execute(sql);
        const { firstBad } = await get(LedgerVerifier).verify();
        throw Object.assign(new Error('undo'), { firstBad });
      })
      .catch((error: { firstBad?: { why: string } }) => error.firstBad);
    expect(found?.why).toMatch(why);
    expect(await get(LedgerVerifier).verify()).toMatchObject({ valid: true });
  });

  it('answers 404 for no delivery', async () => {
    for (const id of ['9999999999', '0', 'x', '1;DROP'])
      expect((await (await auditor()).get(`/audit/proof/${encodeURIComponent(id)}`)).status).toBe(404);
  });
});
