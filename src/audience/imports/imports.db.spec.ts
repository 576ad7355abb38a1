import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import ExcelJS from 'exceljs';
import iconv from 'iconv-lite';
import request from 'supertest';
import { audienceApp, caiyuan, officer, type AudienceApp } from '../../../test/support/audience.js';
import { dialects, withDatabase } from '../../../test/support/database.js';
import { COUNTY } from '../../accounts/index.js';
import { sha256 } from '../../platform/index.js';
import { PersonUpsert } from '../people/person-upsert.service.js';
import { ImportStore } from './import.repository.js';
import { ImportsModule } from './imports.module.js';
import { Imports } from './imports.service.js';

/** The upload goes right after its import has ended; whoever sees the end may be a moment earlier. */
async function emptied(folder: string): Promise<void> {
  for (let i = 0; i < 100 && readdirSync(folder).length > 0; i += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(readdirSync(folder)).toEqual([]);
}

const HEADER = [
  '人员编号',
  '姓名',
  '手机号',
  '乡镇',
  '社区',
  '人群',
  '标签',
  '登记日期',
  '入岛时间',
  '离岛时间',
  '出生日期',
  '备注',
];

/** What an officer's file looks like: ten rows that are taken and ten that are not, each for a reason of its own. */
const DIRTY: string[][] = [
  ['D01', '张三', '13800138000', '菜园镇', '沙河', '本地居民', '企业业主', '', '', '', '1980-01-05', ''],
  ['D02', '李四', '＋８６ 139-0013-9000', '330922101', '', '流动人口', '', '2026-11-23', '', '', '1990年2月3日', ''],
  [
    'D03',
    '王五',
    '0086 13700137000',
    '嵊泗县菜园镇',
    '',
    '入岛;本地',
    '学生；离异女性',
    '',
    '2026/11/24 08:30',
    '2026年11月30日',
    '',
    '带引号"的',
  ],
  ['D04', '赵六', '0580-5081110', '菜园镇', '', '特殊', '', '', '', '', '', ''],
  ['D05', '钱七', '', '菜园镇', '', '', '', '46349', '', '', '', ''],
  ['D06', '孙八', '12345', '菜园镇', '', '', '', '', '', '', '', ''],
  ['', '周九', '13600136000', '菜园镇', '', '', '', '', '', '', '', ''],
  ['D08', '吴十', '13600136001', '远方镇', '', '', '', '', '', '', '', ''],
  ['D09', '郑一', '13600136002', '菜园镇', '', '', '', '2026-02-30', '', '', '', ''],
  ['D10', '冯二', '13600136003', '菜园镇', '', '天外来客', '', '', '', '', '', ''],
  ['D11', '陈三', '13600136004', '菜园镇', '', '', '爱钓鱼', '', '', '', '', ''],
  ['D01', '张三', '13800138000', '菜园镇', '沙河', '本地居民', '企业业主', '', '', '', '1980-01-05', '同上'],
  ['D01', '张三丰', '13800138000', '菜园镇', '沙河', '本地居民', '企业业主', '', '', '', '1980-01-05', ''],
  ['330922199001011234', '卫五', '13600136005', '菜园镇', '', '', '', '', '', '', '', ''],
  ['D15', '蒋六', '1390013900', '不知道', '', '', '', '', '', '', '2990-01-01', ''],
  ['D06', '孙八', '13600136006', '菜园镇', '', '', '', '', '', '', '', '第二次写对了'],
  ['D17', '同号', '13800138000', '菜园镇', '', '', '', '', '', '', '', ''],
  ['D18', '𠮷野', '+65 8123 4567', '菜园镇', '', '入岛', '', '', '2026-11-24 09:00', '', '', ''],
  ['D19', '只有名字', '', '', '', '', '', '', '', '', '', ''],
  ['D20', '倒着走', '', '', '', '', '', '', '2026-11-24', '2026-11-20', '', ''],
];
const COUNTS = { total: 20, created: 9, updated: 0, unchanged: 1, rejected: 10 };
const CODES = [
  'invalid_phone',
  'missing_external_id',
  'unknown_township',
  'invalid_date',
  'unknown_population',
  'unknown_tag',
  'duplicate_in_file',
  'identity_number',
  'invalid_phone;unknown_township;invalid_date',
  'invalid_date',
];

const quoted = (cell: string) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const csv = (rows: string[][]) => rows.map((row) => row.map(quoted).join(',')).join('\r\n') + '\r\n';
const gb18030 = (rows: string[][]) => iconv.encode(csv(rows), 'gb18030');

async function xlsx(rows: string[][]): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet('名单');
  for (const row of rows) sheet.addRow(row);
  return Buffer.from(await book.xlsx.writeBuffer());
}

const manyRows = (n: number, from = 0) =>
  Array.from({ length: n }, (_, k) => {
    const i = k + from;
    const phone = i % 97 === 0 ? '123' : `139${String((i * 7919) % 100_000_000).padStart(8, '0')}`;
    return [
      `M${i % 50 === 49 ? i - 7 : i}`,
      `村民${i}`,
      phone,
      i % 2 ? '菜园镇' : '嵊山镇',
      '',
      i % 3 ? '本地' : '流动人口',
      '',
      '',
      '',
      '',
      '',
      '',
    ];
  });

describe.each(dialects())('imports on %s', (dialect) => {
  const held = withDatabase(dialect);
  let room: AudienceApp;
  beforeAll(async () => {
    room = await audienceApp(held, [ImportsModule]);
  });
  afterAll(() => room.close());

  const http = () => request(room.app.getHttpServer());
  const imports = () => room.app.get(Imports);
  const count = async (table: string, where = '1 = 1') =>
    Number((await held.database.one<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table} WHERE ${where}`))!.n);
  const empty = async () => {
    for (const table of ['people', 'memberships', 'person_tags', 'person_events'])
      await held.database.execute(`DELETE FROM ${table}`);
  };
  /** Everything that an import leaves, as one short text. */
  const dump = async () =>
    sha256(
      JSON.stringify([
        await held.database.query(
          'SELECT externalId, phoneKey, phoneKind, township, community, birthDate, digest FROM people ORDER BY externalId',
        ),
        await held.database.query(
          'SELECT p.externalId, m.kind, m.since, m.until FROM memberships m JOIN people p ON p.id = m.personId ORDER BY p.externalId, m.kind',
        ),
        await held.database.query(
          'SELECT p.externalId, e.type, e.occurredAt, e.triggers FROM person_events e JOIN people p ON p.id = e.personId ORDER BY p.externalId, e.type',
        ),
      ]),
    );

  async function send(content: Buffer, name: string, fields: Record<string, string> = {}, as = 'officer') {
    const post = http().post('/api/v1/people/imports').set('x-actor', as);
    for (const [key, value] of Object.entries(fields)) void post.field(key, value);
    return post.attach('file', content, name);
  }
  async function ended(id: string, as = 'officer'): Promise<Record<string, unknown> & { error: string }> {
    for (;;) {
      const { body } = await http().get(`/api/v1/people/imports/${id}`).set('x-actor', as).expect(200);
      if (!['queued', 'running'].includes(body.status)) return body;
      await pause(20);
    }
  }
  async function imported(content: Buffer, name: string, fields: Record<string, string> = {}) {
    const answer = await send(content, name, fields);
    expect([answer.status, answer.body.status]).toEqual([202, 'queued']);
    return ended(answer.body.id);
  }
  async function rejectsOf(id: unknown): Promise<string[][]> {
    const { text } = await http()
      .get(`/api/v1/people/imports/${id}/rejects`)
      .expect(200)
      .expect('Content-Type', /text\/csv/);
    return text
      .replace('\ufeff', '')
      .trim()
      .split('\r\n')
      .map((line: string) => line.split(','));
  }

  it('takes a dirty GB18030 file: the right people, each refusal with its line and code', async () => {
    const job = await imported(gb18030([HEADER, ...DIRTY]), '离异女性名单.csv');
    expect(job).toMatchObject({ status: 'done', progress: 1, ...COUNTS, fileName: '重点提醒', error: null });
    expect(job.warnings).toEqual([
      expect.objectContaining({ code: 'unknown_columns', count: 1 }),
      expect.objectContaining({ code: 'phone_shared', count: 2, lines: [2, 18] }),
    ]);
    const [header, ...rejects] = await rejectsOf(job.id);
    expect(header).toEqual([...HEADER, 'line', 'code', 'message']);
    expect(rejects.map((r) => Number(r[12]))).toEqual([7, 8, 9, 10, 11, 12, 14, 15, 16, 21]);
    expect(rejects.map((r) => r[13])).toEqual(CODES);
    expect(await count('person_events')).toBe(4);
    expect(await count('person_events', "triggers = 1 AND type = 'arrival'")).toBe(2);
    expect(await count('person_tags', "tag = 'focus_romance'")).toBe(1);
    expect(await count('people', `importId = '${String(job.id)}'`)).toBe(9);
  });

  it('changes nothing when the same comes again, in XLSX too', async () => {
    const before = await dump();
    const again = { ...COUNTS, created: 0, unchanged: COUNTS.created + COUNTS.unchanged };
    expect(await imported(gb18030([HEADER, ...DIRTY]), 'again.csv')).toMatchObject({ status: 'done', ...again });
    expect(await imported(await xlsx([HEADER, ...DIRTY]), 'again.xlsx')).toMatchObject({ status: 'done', ...again });
    expect(await dump()).toBe(before);
  });

  it('says the same of an XLSX file, and of a dry run that writes nothing', async () => {
    await empty();
    const dry = await imported(await xlsx([['名单'], HEADER, ...DIRTY]), 'dry.xlsx', { dryRun: 'true' });
    expect(dry).toMatchObject({ status: 'done', dryRun: true, ...COUNTS });
    expect([await count('people'), await count('memberships'), await count('person_events')]).toEqual([0, 0, 0]);
    const real = await imported(await xlsx([['名单'], HEADER, ...DIRTY]), 'real.xlsx');
    expect(real).toMatchObject({ status: 'done', dryRun: false, ...COUNTS });
    expect((await rejectsOf(real.id)).slice(1).map((r) => r[13])).toEqual(CODES);
    expect((await rejectsOf(dry.id)).slice(1).map((r) => r[12])).toEqual(
      (await rejectsOf(real.id)).slice(1).map((r) => r[12]),
    );
  });

  it('updates what a file says, and leaves what it does not say', async () => {
    const rows = [
      ['externalId', 'phone', 'populations', 'tags'],
      ['D01', '', 'special', 'elderly'],
      ['D02', '13900139001', '', ''],
    ];
    expect(await imported(Buffer.from(csv(rows)), 'more.csv')).toMatchObject({ created: 0, updated: 2, unchanged: 0 });
    const kinds = await held.database.query<{ kind: string }>(
      "SELECT m.kind FROM memberships m JOIN people p ON p.id = m.personId WHERE p.externalId = 'D01' ORDER BY m.kind",
    );
    expect(kinds.map((k) => k.kind)).toEqual(['local', 'special']);
  });

  it('keeps an upload sealed while it waits, and removes it when it is read', async () => {
    const file = join(room.folder, '..', 'people.csv');
    writeFileSync(file, csv([HEADER, ...DIRTY]));
    let found = '';
    const begin = ImportStore.prototype.begin;
    const watching = jest.spyOn(ImportStore.prototype, 'begin').mockImplementation(async function (
      this: ImportStore,
      ...of
    ) {
      const [name] = readdirSync(room.folder);
      found = readFileSync(join(room.folder, name!)).toString('latin1');
      return begin.apply(this, of);
    });
    await imports().importFile(file, { by: { id: 'U1', name: 'officer' }, scope: COUNTY });
    watching.mockRestore();
    expect(found).not.toBe('');
    expect(found).not.toContain('13800138000');
    await emptied(room.folder);
  });

  it('comes to the same counts when it dies in the middle and is resumed', async () => {
    const content = csv([HEADER, ...manyRows(4600), ...manyRows(40, 100)]);
    const file = join(room.folder, '..', 'many.csv');
    writeFileSync(file, content);
    const run = () => imports().importFile(file, { by: { id: 'U1', name: 'officer' }, scope: COUNTY });
    await empty();
    const whole = await run();
    expect(whole.total).toBe(whole.created + whole.updated + whole.unchanged + whole.rejected);
    expect(whole).toMatchObject({ status: 'done', total: 4640, updated: 0 });
    const [expected, rejects] = [await dump(), await rejectsOf(whole.id)];

    await empty();
    const put = PersonUpsert.prototype.put;
    const dying = jest.spyOn(PersonUpsert.prototype, 'put').mockImplementation(async function (
      this: PersonUpsert,
      ...of
    ) {
      const outcomes = await put.apply(this, of);
      // Some thousands of rows are taken, the next people are written, and the process dies before their transaction ends.
      const [job] = await held.database.query<{ total: number }>("SELECT total FROM imports WHERE status = 'running'");
      if (Number(job!.total) > 0) throw new Error('killed');
      return outcomes;
    });
    await expect(run()).rejects.toThrow('killed');
    dying.mockRestore();
    const [id] = (await held.database.query<{ id: string }>("SELECT id FROM imports WHERE status = 'running'")).map(
      (r) => r.id,
    );
    const half = await imports().find(id!, officer);
    expect(half!.total).toBeGreaterThan(0);
    expect(half!.total).toBeLessThan(4640);
    expect(await count('people')).toBe(half!.created);

    await imports().resumeImports();
    const { id: _a, createdAt: _b, ...resumed } = (await imports().find(id!, officer))!;
    const { id: _c, createdAt: _d, ...straight } = whole;
    expect(resumed).toEqual(straight);
    expect(await dump()).toBe(expected);
    expect(await rejectsOf(id)).toEqual(rejects);
  }, 120_000);

  it('leaves a job alone that another process runs, and takes it when that one is silent', async () => {
    const file = join(room.folder, '..', 'lease.csv');
    writeFileSync(file, csv([HEADER, ...manyRows(30, 90_000)]));
    const dying = jest.spyOn(PersonUpsert.prototype, 'put').mockRejectedValueOnce(new Error('killed'));
    await expect(imports().importFile(file, { by: { id: 'U1', name: 'officer' }, scope: COUNTY })).rejects.toThrow(
      'killed',
    );
    dying.mockRestore();
    const [id] = (await held.database.query<{ id: string }>("SELECT id FROM imports WHERE status = 'running'")).map(
      (r) => r.id,
    );
    await held.database.execute('UPDATE leases SET owner = ?, until = ? WHERE name = ?', [
      'other',
      room.clock.now() + 60_000,
      `import/${id}`,
    ]);
    await imports().resumeImports();
    expect((await imports().find(id!, officer))!.status).toBe('running');
    room.clock.set(room.clock.now() + 61_000);
    await imports().resumeImports();
    expect((await imports().find(id!, officer))!.status).toBe('done');
  });

  it('holds a township to its own people and imports', async () => {
    const rows = [
      ['编号', '姓名', '乡镇'],
      ['M2', '改名', ''],
      ['T1', '本镇', ''],
      ['T2', '外镇', '嵊山镇'],
      ['T2', '又本镇', '菜园镇'],
    ];
    const answer = await send(Buffer.from(csv(rows)), 't.csv', {}, 'caiyuan');
    const job = await ended(answer.body.id, 'caiyuan');
    expect(job).toMatchObject({ total: 4, created: 2, rejected: 2 });
    const theirs = await http().get('/api/v1/people/imports').set('x-actor', 'caiyuan').expect(200);
    expect(theirs.body.items.map((i: { id: string }) => i.id)).toEqual([job.id]);
    const county = await http().get('/api/v1/people/imports?limit=2').expect(200);
    expect(county.body.items).toHaveLength(2);
    expect(county.body.nextCursor).not.toBeNull();
    await http().get(`/api/v1/people/imports/${county.body.items[1].id}`).set('x-actor', 'caiyuan').expect(404);
    await http().get(`/api/v1/people/imports/${county.body.items[1].id}/rejects`).set('x-actor', 'caiyuan').expect(404);
    await http()
      .get(`/api/v1/people/imports/${county.body.items[1].id}/mistakes`)
      .set('x-actor', 'caiyuan')
      .expect(404);
    expect(caiyuan.scope.township).toBe('330922100');
  });

  it('can be cancelled while it runs, and not when it is over', async () => {
    const put = PersonUpsert.prototype.put;
    const slow = jest.spyOn(PersonUpsert.prototype, 'put').mockImplementation(async function (
      this: PersonUpsert,
      ...of
    ) {
      await pause(50);
      return put.apply(this, of);
    });
    const answer = await send(Buffer.from(csv([HEADER, ...manyRows(20_000, 200_000)])), 'long.csv');
    await pause(200);
    const cancelled = await http().post(`/api/v1/people/imports/${answer.body.id}/cancel`).expect(200);
    expect(cancelled.body.status).toBe('cancelled');
    await pause(300);
    slow.mockRestore();
    const after = await ended(answer.body.id);
    expect(after).toMatchObject({ status: 'cancelled', total: cancelled.body.total });
    expect(await count('people', `importId = '${answer.body.id}'`)).toBe(cancelled.body.created);
    await http().post(`/api/v1/people/imports/${answer.body.id}/cancel`).expect(409);
    await http().post('/api/v1/people/imports/nobody/cancel').expect(404);
  });

  it('reads unknown headers by a mapping', async () => {
    const rows = [
      ['工号', '谁', '打哪个'],
      ['W1', '张三', '13811138111'],
    ];
    const mapping = JSON.stringify({ externalId: '工号', name: '谁', phone: '打哪个' });
    expect(await imported(Buffer.from(csv(rows)), 'm.csv', { mapping })).toMatchObject({
      status: 'done',
      created: 1,
      warnings: [],
    });
    expect((await send(Buffer.from(csv(rows)), 'm.csv', { mapping: '{"nick":"谁"}' })).body.errors).toEqual([
      expect.objectContaining({ path: '/mapping/nick', code: 'unknown_field' }),
    ]);
    expect((await send(Buffer.from(csv(rows)), 'm.csv', { mapping: '{' })).body.errors[0]).toMatchObject({
      path: '/mapping',
      code: 'invalid_json',
    });
    expect((await imported(Buffer.from(csv(rows)), 'm.csv', { mapping: '{"externalId":"没有"}' })).error).toContain(
      '没有',
    );
  });

  it('answers bad files clearly', async () => {
    expect((await send(Buffer.alloc(0), 'empty.csv')).body).toMatchObject({
      code: 'invalid_input',
      errors: [{ path: '/file', code: 'empty_file' }],
    });
    await http().post('/api/v1/people/imports').field('dryRun', 'true').expect(422);
    expect(await imported(Buffer.from('a,b\n1,2\n'), 'x.csv')).toMatchObject({
      status: 'failed',
      total: 0,
      error: expect.stringContaining('No known header'),
    });
    expect(await imported(Buffer.from([0x50, 0x4b, 3, 4, 0, 0]), 'x.xlsx')).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('damaged'),
    });
    expect(await imported(Buffer.from('编号,姓名\n'), 'header-only.csv')).toMatchObject({
      status: 'done',
      total: 0,
      progress: 1,
    });
    await emptied(room.folder);
    await expect(
      imports().importFile('/no/such/file.csv', { by: { id: null, name: 'cli' }, scope: COUNTY }),
    ).rejects.toThrow('no such file');
  });

  it('leaves an entry for each start, end, cancellation and look at the rejects, without names', () => {
    const actions = new Set(room.ledger.entries.map((e) => e.action));
    expect([...actions].sort()).toEqual([
      'import.cancel',
      'import.done',
      'import.failed',
      'import.rejects',
      'import.start',
    ]);
    expect(JSON.stringify(room.ledger.entries)).not.toMatch(/张三|138001|名单/);
    expect(existsSync(room.folder)).toBe(true);
  });
});
