import { beforeAll, describe, expect, it } from '@jest/globals';
import ExcelJS from 'exceljs';
import { dialects, withDatabase } from '../../../test/support/database.js';
import { LIBRARY_NOW, libraryRoom, officer, type LibraryRoom } from '../../../test/support/library.js';
import { readSheets } from '../../platform/sheets/index.js';
import { assigner } from '../assignment/assignment.js';
import { shippedTaxonomy } from '../shipped.loader.js';
import { importFormat } from './own-list-format.js';
import { listOfSheets } from './own-list-file.js';
import { ownListSchema } from './own-list.schemas.js';

const trick = (code: string, about: object = {}) => ({
  code,
  no: 100,
  type: 'romance',
  nameZh: code,
  mechanism: '冒充熟人借钱。',
  ...about,
});
const list = (tricks: object[], types: object[] = []) => ownListSchema.parse({ types, tricks });

describe.each(dialects())("the bureau's own list on %s", (dialect) => {
  const held = withDatabase(dialect);
  const room = {} as LibraryRoom;
  beforeAll(async () => {
    Object.assign(room, libraryRoom(held.database));
    await room.seed.seed();
  });

  const run = (of: ReturnType<typeof list>, how: { whole?: boolean; dryRun?: boolean } = {}) =>
    room.lists.import(of, { whole: how.whole ?? false, dryRun: how.dryRun ?? false, by: officer });
  const codes = async () => (await room.library.tricks()).map(({ code }) => code);
  const rows = () => room.database.query('SELECT * FROM tricks ORDER BY code');

  it('says in a dry run what it would do, and does nothing', async () => {
    const before = await rows();
    const ledger = room.ledger.records.length;
    const dry = await run(list([trick('own_one')]), { dryRun: true, whole: true });
    expect(dry).toMatchObject({
      ok: true,
      value: { dryRun: true, tricks: { created: 1, retired: 48 }, listVersion: null, withoutScripts: ['own_one'] },
    });
    expect(await rows()).toEqual(before);
    expect(room.ledger.records).toHaveLength(ledger);
  });

  it('keeps codes: the same list again does nothing, a change updates, a retired trick keeps its history', async () => {
    const [shipped] = await room.library.tricks('romance');
    const version = (await room.library.shelf()).scripts.find((script) => script.trick === 'romance_invest')!;
    const mine = [trick('own_one'), trick('romance_invest', { no: shipped!.no, retired: true })];
    room.clock.set(LIBRARY_NOW + 1000);
    expect(await run(list(mine))).toMatchObject({
      ok: true,
      value: { tricks: { created: 1, retired: 1, updated: 0 }, listVersion: 2, weightsVersion: null },
    });
    expect(await run(list(mine))).toMatchObject({ ok: true, value: { tricks: { unchanged: 2 }, listVersion: null } });
    expect(await codes()).not.toContain('romance_invest');
    expect(await codes()).toContain('own_one');
    // Nothing of what was written or sent of it is gone.
    expect(await room.library.version(version.versionId)).toMatchObject({ body: version.body });
    expect((await room.library.shelfAsOf(LIBRARY_NOW)).byVersionId(version.versionId)).not.toBeNull();
    // A campaign that names it goes on with what is left, and draws it no more.
    const shelf = await room.library.shelf();
    const assign = assigner({
      assignment: { policy: 'fixed', tricks: ['romance_invest', 'romance_emergency_money'] },
      run: { seed: 's', occurrence: LIBRARY_NOW, index: 0 },
      shelf,
      channel: 'sms',
      month: 11,
    });
    const given = assign({ key: 'p1', populations: [], tags: [], language: 'zh', heard: new Map() });
    expect('script' in given && given.script.trick).toBe('romance_emergency_money');
    // Nor is a trick drawn on which nothing is written yet.
    expect(shelf.has('own_one', 'sms')).toBe(false);
    expect(await run(list([trick('romance_invest', { no: shipped!.no })]))).toMatchObject({
      ok: true,
      value: { tricks: { restored: 1 } },
    });
    expect(await codes()).toContain('romance_invest');
    expect(room.ledger.records.filter((r) => r.action === 'library.import').map((r) => r.subject)).toEqual([
      'library/2',
      'library/3',
    ]);
  });

  it('gives a new type its row in the matrix', async () => {
    const made = await run(
      list(
        [trick('pets_one', { no: 101, type: 'pets', vulnerableGroups: ['elderly'] })],
        [{ code: 'pets', no: 13, nameZh: '宠物类', severity: 2 }],
      ),
    );
    expect(made).toMatchObject({ ok: true, value: { types: { created: 1 }, weightsVersion: 2 } });
    const { matrix } = (await room.weights.find())!;
    expect(matrix.weights.pets).toMatchObject({ everybody: 2, elderly: 8, student: 2 });
    expect((await room.library.types()).at(-1)).toMatchObject({ code: 'pets', source: 'own' });
  });

  it('takes all of a list or none, each mistake in its place', async () => {
    const before = await rows();
    const wrong = await run(
      list([
        trick('own_two', { no: 105, type: 'nope' }),
        trick('own_three', { no: 21, vulnerableGroups: ['nobody'] }),
        trick('loan_fake_flow', { no: 102 }),
        trick('own_two', { no: 103 }),
        trick('own_four', { no: 103 }),
      ]),
    );
    expect(wrong).toMatchObject({ ok: false, error: 'invalid' });
    expect(!wrong.ok && (wrong.detail as { path: string; code: string }[]).map((m) => [m.path, m.code])).toEqual([
      ['/tricks/3/code', 'duplicate_code'],
      ['/tricks/0/type', 'unknown_type'],
      ['/tricks/1/no', 'duplicate_number'],
      ['/tricks/1/vulnerableGroups/0', 'unknown_group'],
      ['/tricks/2/type', 'type_is_fixed'],
      ['/tricks/4/no', 'duplicate_number'],
    ]);
    expect(await run(list([trick('own_one', { retired: true })]), { whole: true })).toMatchObject({
      ok: false,
      detail: [{ code: 'nothing_left' }],
    });
    expect(await rows()).toEqual(before);
  });

  it('takes the place of the shipped list, and a new version of the product does not put it back', async () => {
    const own = Array.from({ length: 3 }, (_, i) => trick(`bureau_${i}`, { no: i + 1 }));
    room.clock.set(LIBRARY_NOW + 5000);
    expect(await run(list(own), { whole: true })).toMatchObject({ ok: true, value: { tricks: { created: 3 } } });
    expect(await codes()).toEqual(['bureau_0', 'bureau_1', 'bureau_2']);
    expect(await room.library.statement()).toEqual({ zh: '本清单由本单位导入。', en: expect.any(String) });
    await room.database.execute("DELETE FROM tricks WHERE code = 'loan_fake_flow'");
    expect(await room.seed.seed()).toMatchObject({ tricks: 1 });
    expect(await codes()).toEqual(['bureau_0', 'bureau_1', 'bureau_2']);
  });
});

describe('a workbook with the list', () => {
  it('is read as the printed format says', async () => {
    const format = importFormat(shippedTaxonomy);
    const book = new ExcelJS.Workbook();
    for (const [name, columns] of Object.entries(format.xlsx.sheets))
      book.addWorksheet(name).addRow(columns.map((column) => column.header));
    book.getWorksheet('类型')!.addRow(['fake_loan', 5, '虚假贷款类', '', 1.5]);
    book
      .getWorksheet('骗术')!
      .addRow([
        'loan_x',
        60,
        'fake_loan',
        '贷款',
        '',
        '先收钱。',
        '要先交钱；不见面',
        '不交',
        'elderly;student',
        '11;12月',
        '年底',
        '',
        '是',
      ]);
    const { list: read, rows } = listOfSheets(await readSheets(Buffer.from(await book.xlsx.writeBuffer())));
    expect(ownListSchema.parse(read)).toEqual({
      types: [{ code: 'fake_loan', no: 5, nameZh: '虚假贷款类', severity: 1.5 }],
      tricks: [
        {
          code: 'loan_x',
          no: 60,
          type: 'fake_loan',
          nameZh: '贷款',
          mechanism: '先收钱。',
          recognitionSigns: ['要先交钱', '不见面'],
          advice: ['不交'],
          vulnerableGroups: ['elderly', 'student'],
          season: { months: [11, 12], noteZh: '年底' },
          variants: [],
          retired: true,
        },
      ],
    });
    expect(rows.get('/tricks/0')).toBe('骗术 2');
  });
});
