import { describe, expect, it } from '@jest/globals';
import { withHouse } from '../../test/support/accounts.js';
import { dialects } from '../../test/support/database.js';
import { verifyExport } from './ledger-export.service.js';
import { Sealer } from './sealer.service.js';

describe.each(dialects())('the routes of the ledger on %s', (dialect) => {
  const house = withHouse(dialect);
  const get = async (path: string, user = 'auditor') =>
    house
      .http()
      .get(`/api/v1/audit/${path}`)
      .set(await house.bearer(user));

  it('are for auditors and administrators', async () => {
    for (const path of ['entries', 'verify', 'export']) {
      expect((await house.http().get(`/api/v1/audit/${path}`)).status).toBe(401);
      expect((await get(path, 'officer')).status).toBe(403);
      expect((await get(path, 'admin')).status).toBe(200);
    }
  });

  it('show entries, prove them, and hand them out', async () => {
    await house.app.get(Sealer).sealAll();
    const entries = await get('entries?action=user.*&limit=2&from=2026-11-24');
    expect(entries.body).toMatchObject({
      items: [
        {
          action: 'user.create',
          actor: { id: null, name: 'cli' },
          detail: { role: 'township', township: '330922100' },
          hash: expect.any(String),
        },
        {},
      ],
      nextCursor: expect.any(String),
    });
    // Not yet in the chain: the two sign-ins since.
    const verified = await get('verify');
    expect(verified.body).toMatchObject({ valid: true, entries: expect.any(Number), checkpoints: 0, unsealed: 2 });
    await house.app.get(Sealer).sealAll();
    const file = await get('export').then((r) => r.text);
    expect(await verifyExport(file.split('\n'))).toMatchObject({ valid: true });
    expect((await get('entries?action=audit.export')).body).toMatchObject({
      items: [{ actor: { name: 'auditor' } }, { actor: { name: 'admin' } }],
    });
  });

  it('name what is wrong with a question', async () => {
    expect((await get('verify?from=yesterday')).body).toMatchObject({
      status: 422,
      code: 'invalid_input',
      errors: [{ path: '/from', code: 'invalid_date' }],
    });
    expect((await get('entries?action=Robert%27)')).status).toBe(422);
    expect((await get('entries?cursor=-1&limit=1000')).body).toMatchObject({
      errors: [{ path: '/cursor' }, { path: '/limit' }],
    });
    expect((await get('entries?nonsense=1')).status).toBe(422);
  });
});
