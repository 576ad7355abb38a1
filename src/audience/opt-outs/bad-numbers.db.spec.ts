import { beforeAll, describe, expect, it } from '@jest/globals';
import { dialects } from '../../../test/support/database.js';
import { withDesk, type DeskUser } from '../../../test/support/desk.js';
import { COUNTY } from '../../accounts/index.js';
import { Vault } from '../../platform/index.js';
import { People } from '../people/people.service.js';
import { OptOutsModule } from './opt-outs.module.js';
import { PhoneHealth } from './phone-health.service.js';

describe.each(dialects())('bad numbers on %s', (dialect) => {
  const desk = withDesk(dialect, [OptOutsModule]);
  const people = () => desk.app.get(People);
  const put = (externalId: string, phone: string, township = '菜园镇') =>
    people().upsert([{ externalId, phone, township }], { by: { id: null, name: 'test' }, scope: COUNTY });
  const keyOf = (number: string) => desk.app.get(Vault).index('phone', number);
  const fail = (number: string, times: number) =>
    desk.app
      .get(PhoneHealth)
      .failed(Array.from({ length: times }, (_, i) => ({ phoneKey: keyOf(number), code: 'MK:0001', at: 1000 + i })));
  const listed = async (user: DeskUser) =>
    (await desk.get(user, '/bad-numbers').expect(200)).body.items as {
      person: { externalId: string; phone: string };
      failures: number;
    }[];

  beforeAll(async () => {
    await put('P1', '13800000001');
    await put('P2', '13800000002', '嵊山镇');
    await put('P3', '13800000003');
    for (const number of ['13800000001', '13800000002']) await fail(number, 3);
    await fail('13800000003', 2);
  });

  it('are the township’s list to correct: after so many failures, masked, each township its own', async () => {
    expect((await listed('officer')).map((i) => [i.person.externalId, i.person.phone, i.failures])).toEqual([
      ['P1', '138****0001', 3],
      ['P2', '138****0002', 3],
    ]);
    expect((await listed('caiyuan')).map((i) => i.person.externalId)).toEqual(['P1']);
    await desk.get('grid', '/bad-numbers').expect(403);
    const page = (await desk.get('officer', '/bad-numbers?limit=1').expect(200)).body;
    const next = (await desk.get('officer', `/bad-numbers?limit=1&cursor=${page.nextCursor}`).expect(200)).body;
    expect(next).toMatchObject({ items: [{ person: { externalId: 'P2' } }], nextCursor: null });
  });

  it('are corrected by another number, which is used', async () => {
    await put('P1', '13800000009');
    expect((await listed('officer')).map((i) => i.person.externalId)).toEqual(['P2']);
    const health = desk.app.get(PhoneHealth);
    expect(await health.suppressed([keyOf('13800000009'), keyOf('13800000001')])).toEqual(
      new Set([keyOf('13800000001')]),
    );
  });

  it('are used again where somebody says that they are right, with a reason', async () => {
    const reinstate = (user: DeskUser, body: object) => desk.send(user, 'post', '/bad-numbers/reinstate', body);
    await reinstate('caiyuan', { externalId: 'P2', reason: '本人已复机' }).expect(404);
    await reinstate('auditor', { externalId: 'P2', reason: '本人已复机' }).expect(403);
    await reinstate('officer', { externalId: 'P2' }).expect(422);
    await reinstate('officer', { externalId: 'P2', reason: '本人 138 0000 0002 已复机' }).expect(204);
    expect(await listed('officer')).toEqual([]);
    const entries = await desk.ledger('phone.reinstate');
    expect(entries.map((e) => e.detail.reason)).toEqual(['本人 138****0002 已复机']);
  });
});
