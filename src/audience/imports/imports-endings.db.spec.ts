import { readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { audienceApp, officer, type AudienceApp } from '../../../test/support/audience.js';
import { dialects, withDatabase } from '../../../test/support/database.js';
import { COUNTY } from '../../accounts/index.js';
import { Alarms } from '../../platform/index.js';
import { PersonUpsert } from '../people/person-upsert.service.js';
import { ImportsModule } from './imports.module.js';
import { Imports, type ImportView } from './imports.service.js';
import { UploadStore } from './upload.repository.js';

const BY = { id: 'U1', name: 'officer' };

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 500 && !(await isSo()); i += 1) await pause(20);
}

describe.each(dialects())('the end of an import on %s', (dialect) => {
  const held = withDatabase(dialect);
  let room: AudienceApp;
  beforeAll(async () => {
    room = await audienceApp(held, [ImportsModule]);
  });
  afterAll(() => room.close());

  const imports = () => room.app.get(Imports);
  const alarms = () => room.app.get(Alarms).open();
  const files = () => readdirSync(room.folder).length;
  const csv = (rows: readonly (readonly string[])[]) =>
    Buffer.from([['编号', '姓名', '手机号'], ...rows].map((row) => row.join(',')).join('\n'));
  async function begun(content: Buffer): Promise<string> {
    const { id, bytes } = await room.app.get(UploadStore).keep(
      (async function* () {
        yield await Promise.resolve(content);
      })(),
    );
    await imports().start({ id, bytes, fileName: 'list.csv' }, BY, COUNTY);
    return id;
  }
  async function taken(content: Buffer): Promise<ImportView> {
    const id = await begun(content);
    await until(async () => !['queued', 'running'].includes((await imports().find(id, officer))!.status));
    await until(() => files() === 0);
    return (await imports().find(id, officer))!;
  }

  it('gives up what fails on our side again and again, and ends it like any other that failed', async () => {
    const failing = jest.spyOn(PersonUpsert.prototype, 'put').mockRejectedValue(new Error('disk'));
    const id = await begun(csv([['G0', '张三', '']]));
    for (let i = 0; i < 6; i += 1) await imports().resumeImports();
    failing.mockRestore();
    const job = await imports().find(id, officer);
    expect(job).toMatchObject({ status: 'failed', total: 0, error: expect.stringContaining('on our side') });
    expect(job!.finishedAt).not.toBeNull();
    expect(files()).toBe(0);
    const entry = room.ledger.entries.filter((e) => e.subject === `import/${id}`).at(-1);
    expect(entry).toMatchObject({ action: 'import.failed', detail: { total: 0 } });
    expect((await alarms()).map((a) => a.kind)).toEqual(['import_given_up']);
    expect(await taken(csv([['G1', '张三', '']]))).toMatchObject({ status: 'done', created: 1 });
    await until(async () => (await alarms()).length === 0);
    expect(await alarms()).toEqual([]);
  });

  it('warns of a list whose numbers count upwards from 250 on', async () => {
    const rows = (n: number, from: number) =>
      Array.from({ length: n }, (_, i) => [`Z${from + i}`, '某人', String(from + i)]);
    const madeUp = await taken(csv(rows(300, 15_000_000_000)));
    expect(madeUp).toMatchObject({ created: 300, progress: 1 });
    expect(madeUp.warnings).toEqual([expect.objectContaining({ code: 'consecutive_numbers', count: 1, lines: [251] })]);
    expect(await taken(csv(rows(249, 15_100_000_000)))).toMatchObject({ created: 249, warnings: [] });
  });

  it('answers what is no list of people, each by its name, and keeps nothing of it', async () => {
    for (const [content, error] of [
      [`编号,姓名\n1,"${'x'.repeat(10_000_000)}"\n`, 'longer than 128 KB'],
      ['x'.repeat(10_000_000), 'longer than 128 KB'],
      ['\u0000\u0001\u0002binary', 'neither CSV nor XLSX'],
      ['\n\n \n', 'holds no rows'],
      ['a,b\n1,2\n', 'No known header'],
    ] as const)
      expect(await taken(Buffer.from(content))).toMatchObject({
        status: 'failed',
        total: 0,
        error: expect.stringContaining(error),
      });
    expect(files()).toBe(0);
  });
});
