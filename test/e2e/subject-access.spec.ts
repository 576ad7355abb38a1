import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Config } from '../../src/platform/index.js';
import { type Client, startIsland, type Island } from '../support/app.js';
import { dialects } from '../support/database.js';
import { launch } from '../support/launch.js';

const PHONE = '13900008801';
const check = { method: 'idCard', remark: '菜园镇派出所窗口核验 330922199001011234' };

interface Document {
  readonly people: {
    readonly externalId: string;
    readonly name: string;
    readonly tags: { tag: string }[];
    readonly messages: { text: string; why: string; status: string; sentAt: string }[];
    readonly whoLooked: { who: string; did: string }[];
  }[];
  readonly refusals: { channel: string }[];
  readonly replies: unknown[];
}

describe.each(dialects())('what is held about one person on %s', (dialect) => {
  let island: Island;
  let officer: Client;
  const ask = (client: Client, body: object) => client.post<Document>('/people/subject-access', body);

  beforeAll(async () => {
    island = await startIsland(dialect);
    officer = await island.client.as('officer');
    const of = (n: number, more: object) => ({
      externalId: `S${n}`,
      name: `查询人${n}`,
      phone: `1390000880${n}`,
      township: '菜园镇',
      populations: [{ kind: 'local' }],
      ...more,
    });
    await officer.put('/people', { people: [of(1, { tags: ['focus_romance'] }), of(2, { township: '嵊山镇' })] });
    await launch(island, officer);
    await island.at('2026-11-02T09:00:30+08:00');
    await island.at('2026-11-02T09:10:00+08:00');
    await officer.put('/opt-outs', { phones: [PHONE], channel: 'sms' });
  }, 60_000);
  afterAll(() => island.close());

  it('is one document: themselves, each message with its text and why, refusals, who looked', async () => {
    const [person] = (await officer.get<{ items: { id: string }[] }>('/people?q=S1')).body.items;
    await officer.post(`/people/${person!.id}/reveal`, { reason: '本人来电' });
    const { status, body } = await ask(officer, { phone: PHONE, identityCheck: check });
    expect(status).toBe(200);
    expect(body.people).toHaveLength(1);
    const [held] = body.people;
    expect(held).toMatchObject({ externalId: 'S1', name: '查询人1', tags: [{ tag: 'focus_romance' }] });
    expect(held!.messages).toHaveLength(1);
    expect(held!.messages[0]!.text).toMatch(/^【示例公安】/);
    expect(held!.messages[0]!.why).toMatch(/[\u4e00-\u9fff]/);
    expect(held!.messages[0]!.status).toBe('delivered');
    expect(body.refusals).toMatchObject([{ channel: 'sms' }]);
    expect(held!.whoLooked.map((l) => l.did)).toEqual(
      expect.arrayContaining(['person.reveal', 'person.subjectAccess']),
    );
  });

  it('takes an identity check, which stands in the ledger without a number of a document', async () => {
    expect((await ask(officer, { phone: PHONE })).status).toBe(422);
    expect((await ask(officer, { phone: 'abc', identityCheck: check })).status).toBe(422);
    const auditor = await island.client.as('auditor');
    expect((await ask(auditor, { phone: PHONE, identityCheck: check })).status).toBe(403);
    const { body } = await auditor.get<{ items: { detail: object }[] }>('/audit/entries?action=person.subjectAccess');
    expect(body.items[0]!.detail).toMatchObject({ found: 1, method: 'idCard' });
    expect(JSON.stringify(body.items)).not.toMatch(/330922199001011234|13900008801/);
  });

  it("shows a township's officer nobody of another township", async () => {
    const caiyuan = await island.client.as('caiyuan');
    expect((await ask(caiyuan, { phone: '13900008802', identityCheck: check })).body.people).toEqual([]);
    expect((await ask(caiyuan, { phone: PHONE, identityCheck: check })).body.people).toHaveLength(1);
  });

  it('a user is shown so many numbers a day, and no more before the next', async () => {
    const { settings } = island.running.app.get(Config, { strict: false });
    (settings.audience as { revealsPerDay: number }).revealsPerDay = 2;
    const [person] = (await officer.get<{ items: { id: string }[] }>('/people?q=S1')).body.items;
    const reveal = async (client: Client) =>
      (await client.post(`/people/${person!.id}/reveal`, { reason: '核对号码' })).status;
    expect(await reveal(officer)).toBe(200);
    expect(await reveal(officer)).toBe(429);
    expect(await reveal(await island.client.as('caiyuan'))).toBe(200);
    await island.at('2026-11-03T00:00:30+08:00');
    expect(await reveal(await island.client.as('officer'))).toBe(200);
  });
});
