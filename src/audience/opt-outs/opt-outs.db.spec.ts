import { beforeAll, describe, expect, it } from '@jest/globals';
import ExcelJS from 'exceljs';
import iconv from 'iconv-lite';
import { testVault } from '../../../test/support/accounts.js';
import { dialects } from '../../../test/support/database.js';
import { withDesk, type DeskUser } from '../../../test/support/desk.js';
import { Clock, Ledger, Vault } from '../../platform/index.js';
import { OptOutsModule } from './opt-outs.module.js';
import { OptOuts } from './opt-outs.service.js';
import { PhoneHealth } from './phone-health.service.js';

const by = { id: null, name: 'test' };
const keyOf = (number: string) => testVault().index('phone', number);

describe.each(dialects())('opt-outs on %s', (dialect) => {
  const desk = withDesk(dialect, [OptOutsModule]);
  let optOuts: OptOuts;

  beforeAll(async () => {
    optOuts = desk.app.get(OptOuts);
    await desk.database.insert(
      'people',
      ['id', 'externalId', 'phoneKey', 'township', 'spreadSlot', 'digest', 'createdAt', 'updatedAt'],
      [
        [1, 'P1', keyOf('13800000001'), '330922100', 0, '', 0, 0],
        [2, 'P2', keyOf('13800000002'), '330922101', 0, '', 0, 0],
        [3, 'P3', null, '330922100', 0, '', 0, 0],
      ],
    );
  });

  const all = async (user: 'auditor' | 'caiyuan' = 'auditor', limit = 2) => {
    const items: { phoneKey: string; channel: string | null; source: string }[] = [];
    for (let cursor = ''; ;) {
      const { body } = await desk.get(user, `/opt-outs?limit=${limit}${cursor && `&cursor=${cursor}`}`).expect(200);
      items.push(...body.items);
      if (body.nextCursor === null) return items;
      cursor = body.nextCursor;
    }
  };

  it('enters numbers as people type them, once', async () => {
    const phones = ['138 0000 0001', '+86-13800000009', '１３８０００００００９', '0580-5081110'];
    expect((await desk.send('officer', 'put', '/opt-outs', { phones }).expect(200)).body).toEqual({ added: 3 });
    expect((await desk.send('officer', 'put', '/opt-outs', { phones }).expect(200)).body).toEqual({ added: 0 });
    expect(await optOuts.of([keyOf('13800000001'), keyOf('13800000002')], 'sms')).toEqual(
      new Set([keyOf('13800000001')]),
    );
    expect(await optOuts.ofNumbers(['13800000009', '13800000002'], 'voice')).toEqual(new Set(['13800000009']));
    const entries = await desk.ledger('optOut.add');
    expect(entries.map((e) => e.detail.added)).toEqual([3]);
    expect(JSON.stringify(entries)).not.toMatch(/138/);
  });

  it('keeps to a channel', async () => {
    expect(
      (await desk.send('officer', 'put', '/opt-outs', { externalIds: ['P2'], channel: 'voice' }).expect(200)).body,
    ).toEqual({ added: 1 });
    expect(await optOuts.of([keyOf('13800000002')], 'sms')).toEqual(new Set());
    expect(await optOuts.of([keyOf('13800000002')], 'voice')).toEqual(new Set([keyOf('13800000002')]));
    await optOuts.addByKey(keyOf('13800000002'), 'sms', 'uplink');
    expect(await optOuts.of([keyOf('13800000002')], 'sms')).toEqual(new Set([keyOf('13800000002')]));
  });

  it('shows keys in short, latest first, a township its own', async () => {
    const items = await all();
    expect(items).toHaveLength(5);
    expect(items.every((i) => i.phoneKey.length === 8)).toBe(true);
    expect(items.map((i) => i.source).sort()).toEqual(['api', 'api', 'api', 'api', 'uplink']);
    expect((await all('caiyuan')).map((i) => [i.phoneKey, i.channel])).toEqual([
      [keyOf('13800000001').slice(0, 8), null],
    ]);
  });

  it('names each number and person that it cannot take, and enters none then', async () => {
    const before = (await all()).length;
    const refused = async (user: 'officer' | 'caiyuan', body: object) =>
      (await desk.send(user, 'put', '/opt-outs', body).expect(422)).body.errors.map(
        (e: { path: string; code: string }) => `${e.path} ${e.code}`,
      );
    expect(await refused('officer', { phones: ['13800000077', '123', 'abc'] })).toEqual([
      '/phones/1 invalid_phone',
      '/phones/2 invalid_phone',
    ]);
    expect(await refused('officer', { externalIds: ['P1', 'P9', 'P3'] })).toEqual([
      '/externalIds/1 unknown_person',
      '/externalIds/2 no_phone',
    ]);
    expect(await refused('caiyuan', { externalIds: ['P2'] })).toEqual(['/externalIds/0 unknown_person']);
    expect(await refused('officer', {})).toHaveLength(1);
    expect(await refused('officer', { phones: ['13800000077'], externalIds: ['P1'] })).toHaveLength(1);
    expect(await all()).toHaveLength(before);
    await desk.send('auditor', 'put', '/opt-outs', { phones: ['13800000077'] }).expect(403);
  });

  it('takes a list as a file: every number that can be read, and each line that cannot, in CSV and in any encoding', async () => {
    const before = (await all()).length;
    const form = (user: DeskUser, text: string | Buffer, fields: Record<string, string> = {}) => {
      const call = desk.upload(user, '/opt-outs/file').attach('file', Buffer.from(text), '退订.csv');
      return Object.entries(fields).reduce((to, [name, value]) => to.field(name, value), call);
    };
    const text = '姓名,手机号\n甲,13800000091\n乙,+86 138 0000 0092\n丙,12\n丁,\n甲,13800000091\n';
    const { body } = await form('officer', iconv.encode(text, 'gb18030'), { channel: 'sms' }).expect(200);
    expect(body).toMatchObject({ added: 2, known: 1 });
    expect(body.rejected.map((r: { line: number; code: string }) => [r.line, r.code])).toEqual([
      [4, 'invalid_phone'],
      [5, 'invalid_phone'],
    ]);
    expect(JSON.stringify(body)).not.toMatch(/1380000/);
    expect(await all()).toHaveLength(before + 2);
    expect((await form('officer', text, { channel: 'sms' }).expect(200)).body).toMatchObject({ added: 0, known: 3 });
    expect((await form('officer', '姓名,乡镇\n甲,菜园镇\n').expect(422)).body.errors).toMatchObject([
      { path: '/file', code: 'unknown_header' },
    ]);
    await form('officer', text, { channel: 'pigeon' }).expect(422);
    await form('auditor', text).expect(403);
  });

  it('takes a list as a workbook, its numbers written as numbers or as text', async () => {
    const book = new ExcelJS.Workbook();
    book.addWorksheet('退订').addRows([
      ['村居', '手机号'],
      ['一村', 13800000095],
      ['二村', '138 0000 0096'],
      ['三村', '没有'],
    ]);
    const file = Buffer.from(await book.xlsx.writeBuffer());
    const { body } = await desk.upload('officer', '/opt-outs/file').attach('file', file, '退订.xlsx').expect(200);
    expect(body).toMatchObject({ added: 2, known: 0, rejected: [{ line: 4, code: 'invalid_phone' }] });
    expect(await optOuts.of([keyOf('13800000095'), keyOf('13800000096')], 'voice')).toEqual(
      new Set([keyOf('13800000095'), keyOf('13800000096')]),
    );
  });

  it('takes a refusal back: of one channel, of all, a township’s of its own people', async () => {
    const remove = async (user: 'officer' | 'caiyuan', body: object) =>
      (await desk.send(user, 'delete', '/opt-outs', body).expect(200)).body;
    expect(await remove('officer', { externalIds: ['P2'], channel: 'voice' })).toEqual({ removed: 1 });
    expect(await optOuts.of([keyOf('13800000002')], 'sms')).toEqual(new Set([keyOf('13800000002')]));
    expect(await remove('caiyuan', { phones: ['13800000002', '13800000009'] })).toEqual({ removed: 0 });
    expect(await remove('caiyuan', { phones: ['13800000001'] })).toEqual({ removed: 1 });
    expect(await remove('officer', { phones: ['13800000002'] })).toEqual({ removed: 1 });
    expect(await remove('officer', { phones: ['13800000002'] })).toEqual({ removed: 0 });
    expect((await desk.ledger('optOut.remove')).length).toBe(3);
  });

  it('knows people by a second id too, each in the own township alone', async () => {
    await desk.database.insert(
      'person_aliases',
      ['externalId', 'personId', 'formerId'],
      [
        ['P1B', 1, 91],
        ['P2B', 2, 92],
      ],
    );
    const asked = (user: DeskUser, ...externalIds: string[]) =>
      desk.send(user, 'put', '/opt-outs', { externalIds, channel: 'email' });
    expect((await asked('caiyuan', 'P2B').expect(422)).body.errors).toMatchObject([{ code: 'unknown_person' }]);
    expect((await asked('officer', 'P1B', 'P1').expect(200)).body).toEqual({ added: 1 });
    await desk.send('officer', 'delete', '/opt-outs', { externalIds: ['P1B'], channel: 'email' }).expect(200);
  });

  it('still knows a refusal after the index key was rotated', async () => {
    await optOuts.addKeys([keyOf('13800000055')], null, { source: 'api', by });
    const rotated = new Vault([Buffer.alloc(32, 1)], [Buffer.alloc(32, 9), Buffer.alloc(32, 2)]);
    const later = new OptOuts(desk.database, rotated, desk.app.get(Clock), desk.app.get(Ledger));
    expect(await later.of([rotated.index('phone', '13800000055')], 'sms')).toEqual(new Set());
    expect(await later.ofNumbers(['13800000055'], 'sms')).toEqual(new Set(['13800000055']));
    expect(await later.removeKeys(later.keysOf('13800000055'), null, by)).toBe(1);
  });

  it('suppresses a number after as many failures as the setting says, and keeps counting', async () => {
    const health = desk.app.get(PhoneHealth);
    const fail = (phoneKey: string, at: number) => ({ phoneKey, code: 'MK:0001', at });
    await health.failed([fail('a', 1), fail('b', 1), fail('a', 3)]);
    expect(await health.suppressed(['a', 'b'])).toEqual(new Set());
    await health.failed([fail('a', 2), fail('b', 4)]);
    expect(await health.suppressed(['a', 'b', 'c'])).toEqual(new Set(['a']));
    await health.failed([fail('a', 9)]);
    const row = await desk.database.one(
      'SELECT failures, lastCode, lastAt, suppressedAt FROM phone_health WHERE phoneKey = ?',
      ['a'],
    );
    expect(row).toEqual({ failures: 4, lastCode: 'MK:0001', lastAt: 9, suppressedAt: 3 });
    await health.failed([]);
    expect(await health.suppressed([])).toEqual(new Set());
  });
});
