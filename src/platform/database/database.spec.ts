import { describe, expect, it } from '@jest/globals';
import { dialects, withDatabase } from '../../../test/support/database.js';
import { IdBlocks } from './id-blocks.js';
import { isDuplicate } from './database.js';

describe.each(dialects())('Database on %s', (dialect) => {
  const held = withDatabase(dialect);
  const names = async () =>
    (await held.database.query<{ name: string }>('SELECT name FROM deployment ORDER BY name')).map((r) => r.name);

  it('rolls back everything of a transaction that throws', async () => {
    const work = held.database.transaction(async () => {
      await held.database.insert('deployment', ['name', 'value'], [['rolled', '1']]);
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await names()).not.toContain('rolled');
  });

  if (dialect === 'sqlite') {
    it('commits again after transactions that SQLite undid by itself, as it does where the disk is full', async () => {
      const undone = (): Promise<void> =>
        held.database.transaction(async () => {
          await held.database.insert('deployment', ['name', 'value'], [['undone', '1']]);
          await held.database.execute('ROLLBACK');
          throw new Error('disk full');
        });
      for (let i = 0; i < 2; i += 1) await expect(undone()).rejects.toThrow('disk full');
      const failing = held.database.transaction(() => Promise.reject(new Error('no')));
      await expect(failing).rejects.toThrow('no');
      await held.database.insert('deployment', ['name', 'value'], [['afterwards', '1']]);
      // Asked of the reading connection, which sees what is committed.
      expect(await names()).toContain('afterwards');
      expect(await names()).not.toContain('undone');
    });
  }

  it('joins an inner transaction to the outer one', async () => {
    const work = held.database.transaction(async () => {
      await held.database.transaction(() => held.database.insert('deployment', ['name', 'value'], [['inner', '1']]));
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await names()).not.toContain('inner');
  });

  it('shows nobody a row that is not committed', async () => {
    let look: () => void = () => undefined;
    const looked = new Promise<void>((resolve) => (look = resolve));
    const work = held.database.transaction(async () => {
      await held.database.insert('deployment', ['name', 'value'], [['hidden', '1']]);
      look();
      await new Promise((resolve) => setTimeout(resolve, 50));
    });
    await looked;
    const seen = await names();
    await work;
    expect(seen).not.toContain('hidden');
    expect(await names()).toContain('hidden');
  });

  it('runs a hundred transactions at once without losing one', async () => {
    await held.database.insert('id_blocks', ['name', 'next'], [['race', 0]]);
    await Promise.all(
      Array.from({ length: 100 }, () =>
        held.database.transaction(() =>
          held.database.execute('UPDATE id_blocks SET next = next + 1 WHERE name = ?', ['race']),
        ),
      ),
    );
    expect(await held.database.one('SELECT next FROM id_blocks WHERE name = ?', ['race'])).toEqual({ next: 100 });
  });

  it('says which error is a taken key, counts only what an ignoring insert inserted, and adds on conflict', async () => {
    await held.database.insert('deployment', ['name', 'value'], [['once', '1']]);
    const again = held.database.insert('deployment', ['name', 'value'], [['once', '2']]);
    await expect(again.catch((error: unknown) => isDuplicate(error))).resolves.toBe(true);
    const inserted = await held.database.insert(
      'deployment',
      ['name', 'value'],
      [
        ['once', '2'],
        ['twice', '1'],
      ],
      'ignore',
    );
    expect(inserted).toBe(1);
    await held.database.upsert('id_blocks', ['name'], ['next'], [['sum', 3]], { add: ['next'] });
    await held.database.upsert('id_blocks', ['name'], ['next'], [['sum', 4]], { add: ['next'] });
    expect(await held.database.one('SELECT next FROM id_blocks WHERE name = ?', ['sum'])).toEqual({ next: 7 });
  });

  it('sets each row to values of its own, and nothing else', async () => {
    const rows = Array.from({ length: 1500 }, (_, i) => [`each${i}`, i]);
    await held.database.insert('id_blocks', ['name', 'next'], [...rows, ['other', 5]]);
    const changed = await held.database.updateEach(
      'id_blocks',
      ['name', 'next'],
      [...rows.map(([name, n]) => [name, Number(n) + 1000]), ['nobody', 1]],
    );
    expect(changed).toBe(1500);
    const after = await held.database.query<{ name: string; next: number }>(
      "SELECT name, next FROM id_blocks WHERE name LIKE 'each%' OR name IN ('other', 'nobody') ORDER BY next",
    );
    expect(after).toEqual([{ name: 'other', next: 5 }, ...rows.map(([name, n]) => ({ name, next: Number(n) + 1000 }))]);
  });

  it('hands out blocks that never overlap', async () => {
    const blocks = new IdBlocks(held.database);
    const firsts = await Promise.all(Array.from({ length: 20 }, () => blocks.take('thing', 10)));
    expect([...firsts].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => 1 + i * 10));
  });

  it('hands out single numbers from a block that it took ahead, each once', async () => {
    const [one, other] = [new IdBlocks(held.database), new IdBlocks(held.database)];
    const taken: number[] = [];
    const draw = async (from: IdBlocks) => {
      const first = await from.next('small', 7);
      taken.push(...Array.from({ length: 7 }, (_, i) => first + i));
    };
    for (let i = 0; i < 300; i += 1) await Promise.all([draw(one), draw(other), draw(one)]);
    expect(new Set(taken).size).toBe(taken.length);
  });
});
