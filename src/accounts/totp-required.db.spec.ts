import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { PASSWORD, withHouse } from '../../test/support/accounts.js';
import { dialects } from '../../test/support/database.js';
import { codeOf, stepOf } from './totp.js';

const hmac = (key: Uint8Array, message: Uint8Array) => createHmac('sha1', key).update(message).digest();

describe.each(dialects())('a role that needs a second factor on %s', (dialect) => {
  const house = withHouse(dialect, [], 'server: { totpRequiredFor: [approver, admin] }');

  it('may do nothing but enrol before it has one, also with a token; then everything', async () => {
    const session = await house.bearer('admin');
    const users = (headers: Record<string, string>) => house.http().get('/api/v1/users').set(headers);
    const refused = await users(session).expect(403);
    expect(refused.body).toMatchObject({ code: 'totp_enrolment_required' });
    await house.http().get('/api/v1/auth/me').set(session).expect(200);
    const expiresAt = new Date(house.clock.now() + 3_600_000).toISOString();
    const token = await house
      .http()
      .post('/api/v1/auth/tokens')
      .set(session)
      .send({ name: 'a program', scopes: ['users'], expiresAt })
      .expect(201);
    const program = { authorization: `Bearer ${(token.body as { token: string }).token}` };
    expect((await users(program).expect(403)).body).toMatchObject({ code: 'totp_enrolment_required' });

    const enrolled = await house.http().post('/api/v1/auth/totp').set(session).send({ password: PASSWORD }).expect(201);
    const { secret } = enrolled.body as { secret: string };
    const code = codeOf(secret, stepOf(house.clock.now()), hmac);
    await house.http().post('/api/v1/auth/totp/confirm').set(session).send({ code }).expect(204);
    await users(session).expect(200);
    await users(program).expect(200);
  });

  it('asks nothing of the others', async () => {
    const auditor = await house.bearer('auditor');
    await house.http().get('/api/v1/audit/entries').set(auditor).expect(200);
  });
});
