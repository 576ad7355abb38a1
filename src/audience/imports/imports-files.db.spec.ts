import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { audienceApp, officer, type AudienceApp } from '../../../test/support/audience.js';
import { dialects, withDatabase } from '../../../test/support/database.js';
import { COUNTY } from '../../accounts/index.js';
import { ImportsModule } from './imports.module.js';
import { ImportRejects } from './import-rejects.service.js';
import { Imports, type ImportFileOptions } from './imports.service.js';

describe.each(dialects())('a file of this machine on %s', (dialect) => {
  const held = withDatabase(dialect);
  let room: AudienceApp;
  beforeAll(async () => {
    room = await audienceApp(held, [ImportsModule]);
  });
  afterAll(() => room.close());

  const imports = () => room.app.get(Imports);
  const rejects = () => room.app.get(ImportRejects);
  const brought = (lines: readonly string[], more: Partial<ImportFileOptions> = {}) => {
    const file = join(room.folder, '..', 'list.csv');
    writeFileSync(file, lines.join('\n'));
    return imports().importFile(file, { by: { id: null, name: 'cli' }, scope: COUNTY, ...more });
  };

  it('keeps a long row that was not taken, and tells its mistakes without opening it', async () => {
    const long = '长'.repeat(40_000);
    const { id, rejected } = await brought(['编号,手机号,备注', `L1,123,${long}`]);
    expect(rejected).toBe(1);
    const pages = await rejects().rejects(id, officer);
    let text = '';
    if (pages.ok) for await (const page of pages.value) text += page;
    expect(text).toContain(long);
    await held.database.execute("UPDATE import_rejects SET cells = 'unreadable' WHERE importId = ?", [id]);
    const told = [];
    for await (const { line, codes } of rejects().mistakes(id)) told.push([line, codes]);
    expect(told).toEqual([[2, 'invalid_phone']]);
  });

  it('says what each column was read as, and by pages what is wrong with which field of which line', async () => {
    const { id, columns } = await brought(['编号,备注,手机,谁', 'M1,,12,张', 'M2,,13800000001,李', 'M3,,x,', ',,1,'], {
      mapping: { name: '谁' },
    });
    expect(columns).toEqual([
      { header: '编号', field: 'externalId' },
      { header: '备注', field: null },
      { header: '手机', field: 'phone' },
      { header: '谁', field: 'name' },
    ]);
    const page = async (cursor?: string) => {
      const answer = await rejects().mistakePage(id, { limit: 2, ...(cursor ? { cursor } : {}) }, officer);
      if (!answer.ok) throw new Error(answer.error);
      return answer.value;
    };
    const told = ({ items }: Awaited<ReturnType<typeof page>>) =>
      items.map(({ line, mistakes }) => [line, mistakes.map(({ field, code }) => `${field} ${code}`).sort()]);
    const first = await page();
    expect(told(first)).toEqual([
      [2, ['phone invalid_phone']],
      [4, ['phone invalid_phone']],
    ]);
    const last = await page(first.nextCursor!);
    expect(told(last)).toEqual([[5, ['externalId missing_external_id', 'phone invalid_phone']]]);
    expect(last.nextCursor).toBeNull();
    const { id: unread, error, errorCode } = await brought(['甲,乙', '1,2']);
    expect([errorCode, error]).toEqual(['unknown_header', expect.stringContaining('No known header')]);
    expect((await imports().find(unread, officer))?.columns).toEqual([]);
  });

  it('gives its rows the defaults that it is brought with', async () => {
    await brought(['编号', 'DEF1'], { defaults: { populations: 'special', township: '菜园镇' } });
    expect(
      await held.database.query('SELECT p.township, m.kind FROM people p JOIN memberships m ON m.personId = p.id'),
    ).toEqual([{ township: '330922100', kind: 'special' }]);
  });
});
