import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { PersonUpsert } from '../../src/audience/people/person-upsert.service.js';
import { Desk } from './desk.js';

const DIRTY = [
  ['编号', '姓名', '联系方式', '住哪个镇', '人群', '备注'],
  ['I1', '张三', '13800030001', '菜园镇', '本地居民', ''],
  ['I2', '李四', '1380003', '菜园镇', '本地居民', ''],
  ['I3', '王五', '13800030003', '不知道镇', '本地居民', ''],
  ['I4', '赵六', '13800030004', '嵊山镇', '外星人', ''],
  ['I5', '钱七', '13800030005', '嵊山镇', '流动人口', 'x'],
]
  .map((row) => row.join(','))
  .join('\n');
const file = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });

/** An officer brings a list as lists are: it is tried, corrected where it was misread, and imported. */
describe('an import', () => {
  let desk: Desk;
  const people = async () =>
    (await (await desk.island.client.as('officer')).get<{ items: { externalId: string }[] }>('/people')).body.items.map(
      (person) => person.externalId,
    );
  const count = (name: string) => desk.page.getByTestId(`import-${name}`).innerText();

  beforeAll(async () => {
    desk = await Desk.open();
  }, 120_000);
  afterAll(() => desk.close());

  it('is tried first: counts, columns to correct, each mistake with line, column and reason; nothing is changed', async () => {
    const { page } = desk;
    await desk.signIn('officer', 'zh', '/imports');
    await page.getByText('还没有导入过名单').waitFor();
    await page.getByRole('link', { name: '导入名单' }).first().click();
    await page.getByRole('button', { name: '先试读' }).click();
    await page.getByText('请先选一个文件').waitFor();
    expect(await desk.violations()).toEqual([]);
    await page.locator('input[type=file]').setInputFiles(file('名单.csv', DIRTY));
    await page.getByText('已选：名单.csv').waitFor();
    await page.getByRole('button', { name: '先试读' }).click();
    await page.getByRole('heading', { name: '试读结果' }).waitFor();
    expect([await count('total'), await count('created'), await count('rejected')]).toEqual(['5', '3', '2']);
    await page.getByText('没有读的列：住哪个镇、备注').waitFor();
    expect(await people()).toEqual([]);

    await page.getByLabel('乡镇', { exact: true }).click();
    await page.getByRole('option', { name: '住哪个镇' }).or(page.getByTitle('住哪个镇')).last().click();
    await page.getByRole('button', { name: '按新的对应再试读' }).click();
    await page.getByText('没有读的列：备注').waitFor();
    expect([await count('total'), await count('created'), await count('rejected')]).toEqual(['5', '2', '3']);
    const rows = await page.locator('tbody tr').allInnerTexts();
    expect(rows.map((row) => row.replace(/\s+/g, ' '))).toEqual([
      expect.stringMatching(/^3 手机号.*联系方式.*不是手机号/),
      expect.stringMatching(/^4 乡镇.*住哪个镇.*没有这个乡镇/),
      expect.stringMatching(/^5 人群 没有这种人群/),
    ]);
    expect(await people()).toEqual([]);
    expect(await desk.violations()).toEqual([]);
    expect(await desk.picture('import-tried-1280-zh')).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await desk.picture('import-tried-390-zh')).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1280, height: 800 });
    expect(desk.complaints).toEqual([]);
  }, 60_000);

  it('gives the rejected rows to correct, and is imported', async () => {
    const { page } = desk;
    await page.getByRole('button', { name: '正式导入 2 人' }).click();
    await page.getByRole('heading', { name: '导入结果' }).waitFor();
    expect((await people()).sort()).toEqual(['I1', 'I5']);
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: '下载退回的行' }).click();
    const rejects = readFileSync(await (await download).path(), 'utf8');
    expect(rejects).toContain('invalid_phone');
    expect(await desk.violations()).toEqual([]);

    await page.getByRole('link', { name: '再导一份' }).click();
    const corrected = rejects
      .replace('1380003,', '13800030002,')
      .replace('不知道镇', '菜园镇')
      .replace('外星人', '本地居民');
    await page.locator('input[type=file]').setInputFiles(file('退回.csv', corrected.replace('住哪个镇', '乡镇')));
    await page.getByRole('button', { name: '先试读' }).click();
    await page.getByRole('button', { name: '正式导入 3 人' }).click();
    await page.getByRole('heading', { name: '导入结果' }).waitFor();
    await page.getByText('没有退回的行').waitFor();
    expect((await people()).sort()).toEqual(['I1', 'I2', 'I3', 'I4', 'I5']);
    await page.getByRole('link', { name: '导入记录' }).click();
    await page.getByRole('link', { name: '退回.csv' }).first().waitFor();
    expect(await page.locator('tbody tr').count()).toBe(5);
    expect(desk.complaints).toEqual([]);
  }, 60_000);

  it('lets columns be named by hand where none is known, and says in words why a file cannot be read', async () => {
    const { page } = desk;
    await desk.signIn('caiyuan', 'en', '/imports/new');
    await page.locator('input[type=file]').setInputFiles(file('x.csv', '工号,打哪个\nK1,13800030009\n'));
    await page.getByRole('button', { name: 'Try it first' }).click();
    await page.getByText('No known column name was found').waitFor();
    await page.getByLabel('External id', { exact: true }).fill('工号');
    await page.getByLabel('Phone', { exact: true }).fill('打哪个');
    expect(await desk.violations()).toEqual([]);
    expect(await desk.picture('import-failed-1280-en')).toBeLessThanOrEqual(0);
    await page.getByRole('button', { name: 'Try again with these columns' }).click();
    await page.getByRole('button', { name: 'Import 1 people' }).waitFor();
    // A township sees its own imports, and nobody else's.
    await page.getByRole('link', { name: 'Imports' }).click();
    await page.getByRole('link', { name: 'x.csv' }).first().waitFor();
    expect(await page.locator('tbody tr').count()).toBe(2);
    await desk.signIn('approver', 'zh', '/imports');
    await page.getByText('当前角色没有查看这里的权限').waitFor();
  }, 60_000);

  it('says how far it is while it runs, and is stopped', async () => {
    const { page } = desk;
    const put = PersonUpsert.prototype.put;
    const slow = jest.spyOn(PersonUpsert.prototype, 'put').mockImplementation(async function (
      this: PersonUpsert,
      ...of
    ) {
      await pause(500);
      return put.apply(this, of);
    });
    await desk.signIn('officer', 'zh', '/imports/new');
    const many = Array.from({ length: 30_000 }, (_, i) => `Q${i},,菜园镇`).join('\n');
    await page.locator('input[type=file]').setInputFiles(file('many.csv', `编号,手机号,乡镇\n${many}\n`));
    await page.getByRole('button', { name: '先试读' }).click();
    await page.getByText('正在读').first().waitFor();
    expect(await desk.violations()).toEqual([]);
    await page.getByRole('button', { name: '停止' }).click();
    await page.getByText('已停止。试读不改任何资料').waitFor();
    slow.mockRestore();
    expect(desk.complaints).toEqual([]);
  }, 60_000);
});
