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

  it('gives its rows the defaults that it is brought with', async () => {
    await brought(['编号', 'DEF1'], { defaults: { populations: 'special', township: '菜园镇' } });
    expect(
      await held.database.query('SELECT p.township, m.kind FROM people p JOIN memberships m ON m.personId = p.id'),
    ).toEqual([{ township: '330922100', kind: 'special' }]);
  });
});
