import { createHmac } from 'node:crypto';
import { describe, expect, it, jest } from '@jest/globals';
import { HOUR, PASSWORD, withHouse } from '../../test/support/accounts.js';
import { dialects } from '../../test/support/database.js';
import { Passwords } from './passwords.service.js';
import { codeOf, stepOf } from './totp.js';

const MINUTE = 60_000;

describe.each(dialects())('sign-in on %s', (dialect) => {
  const house = withHouse(
    dialect,
    [],
    `server: { signInAttempts: 4, oidc: { issuer: 'http://127.0.0.1:9', clientId: tidecall, clientSecret: 'a secret of ours', claim: preferred_username } }`,
  );
  const entries = (action: string) =>
    house.database.query<{ actor: string; subject: string; detail: string }>(
      'SELECT actor, subject, detail FROM ledger_entries WHERE action = ? ORDER BY id',
      [action],
    );

  describe('sign-in', () => {
    it('answers user, token, end and CSRF token, and sets a cookie that scripts cannot read', async () => {
      const response = await house.login('officer').expect(200);
      expect(response.body).toMatchObject({
        user: { username: 'officer', role: 'officer', phone: '138****1234' },
        csrfToken: expect.any(String),
      });
      expect((response.body as { expiresAt: string }).expiresAt).toMatch(/\+08:00$/);
      expect(response.headers['set-cookie']?.[0]).toMatch(
        /^tidecall_session=ts_[\w-]{43};.*Path=\/;.*HttpOnly; SameSite=Lax$/,
      );
      expect((await entries('auth.login')).at(-1)?.actor).toBe('officer');
    });

    it('refuses a wrong password and an unknown name alike, and records only names that exist', async () => {
      const wrong = await house.login('officer', 'wrong password').expect(401);
      const unknown = await house.login('hunter2', PASSWORD).expect(401);
      expect(unknown.body).toEqual(wrong.body);
      expect(wrong.body).toMatchObject({ code: 'invalid_credentials' });
      const failed = await entries('auth.failed');
      expect(failed.map((e) => e.actor)).toEqual(['officer', 'unknown']);
      expect(JSON.stringify(failed)).not.toContain('hunter2');
    });

    it('looks at the password of a name that nobody has, and of who is disabled, as at any other', async () => {
      const looked = jest.spyOn(house.app.get(Passwords), 'holds');
      await house.login('officer', 'wrong password').expect(401);
      await house.login('hunter3', 'wrong password').expect(401);
      await house.database.execute("UPDATE users SET disabledAt = 1 WHERE username = 'township'");
      await house.login('township').expect(401);
      await house.database.execute("UPDATE users SET disabledAt = NULL WHERE username = 'township'");
      expect(looked.mock.calls.map(([hash]) => hash === null)).toEqual([false, true, true]);
      looked.mockRestore();
    });

    it('pauses an account for one address after so many mistakes, and for no other', async () => {
      house.app.set('trust proxy', true);
      const from = (address: string, password: string) =>
        house.login('officer', password).set('x-forwarded-for', address);
      for (let i = 0; i < 4; i += 1) await from('10.0.0.1', 'guess').expect(401);
      const paused = await from('10.0.0.1', PASSWORD).expect(429);
      expect(paused.body).toMatchObject({ code: 'too_many_attempts' });
      expect(paused.headers['retry-after']).toBe('300');
      await from('10.0.0.2', PASSWORD).expect(200);
      house.clock.set(house.clock.now() + 4 * MINUTE);
      expect((await from('10.0.0.1', PASSWORD).expect(429)).headers['retry-after']).toBe('60');
      house.clock.set(house.clock.now() + MINUTE);
      await from('10.0.0.1', PASSWORD).expect(200);
      house.app.set('trust proxy', false);
    });

    it('closes no office because one of its desks goes on knocking: who has to wait counts nowhere', async () => {
      house.app.set('trust proxy', true);
      const from = (name: string, password: string) => house.login(name, password).set('x-forwarded-for', '10.0.0.3');
      for (let i = 0; i < 4; i += 1) await from('officer', 'guess').expect(401);
      for (let i = 0; i < 40; i += 1) await from('officer', 'guess').expect(429);
      await from('auditor', PASSWORD).expect(200);
      house.app.set('trust proxy', false);
    });

    it('slows links by their address alone: guesses from many close nobody out', async () => {
      house.app.set('trust proxy', true);
      const open = (address: string) =>
        house
          .http()
          .post('/api/v1/auth/link')
          .set('x-forwarded-for', address)
          .send({ token: 'x'.repeat(43) });
      for (let i = 0; i < 41; i += 1) await open(`10.1.0.${i}`).expect(401);
      await open('10.1.1.1').expect(401);
      for (let i = 0; i < 3; i += 1) await open('10.1.1.1').expect(401);
      await open('10.1.1.1').expect(429);
      house.app.set('trust proxy', false);
    });

    it("slows the bureau's sign-on as well, and refuses a cookie that nobody can read", async () => {
      const back = () =>
        house
          .http()
          .get('/api/v1/auth/oidc/callback?code=x&state=y')
          .set('cookie', 'tidecall_sign_on=%E0%A4%A; tidecall_session=%');
      for (let i = 0; i < 4; i += 1)
        expect((await back().expect(401)).body).toMatchObject({ code: 'sign_on_not_under_way' });
      expect((await back().expect(429)).body).toMatchObject({ code: 'too_many_attempts' });
    });

    it('counts guesses that come at the same time', async () => {
      const answers = await Promise.all(Array.from({ length: 12 }, () => house.login('auditor', 'guess')));
      expect(answers.filter((a) => a.status === 401)).toHaveLength(4);
      expect(answers.filter((a) => a.status === 429)).toHaveLength(8);
    });

    it('forgets mistakes after a sign-in', async () => {
      for (let round = 0; round < 3; round += 1) {
        await house.login('admin', 'guess').expect(401);
        await house.login('admin', 'guess').expect(401);
        await house.login('admin').expect(200);
      }
    });

    it('refuses a body with more than it should have', async () => {
      const response = await house.login('officer', PASSWORD, { role: 'admin' }).expect(422);
      expect(response.body).toMatchObject({ code: 'invalid_input' });
    });
  });

  describe('sessions', () => {
    const me = (headers: Record<string, string>) => house.http().get('/api/v1/auth/me').set(headers);

    it('tell the user, the rights and the CSRF token', async () => {
      const response = await me(await house.bearer('auditor')).expect(200);
      expect(response.body).toMatchObject({ user: { username: 'auditor' }, csrfToken: expect.any(String) });
      expect((response.body as { rights: string[] }).rights).toContain('audit');
    });

    it('end when they are idle, and at last in any case', async () => {
      const headers = await house.bearer('officer');
      house.clock.set(house.clock.now() + 7 * HOUR);
      await me(headers).expect(200);
      house.clock.set(house.clock.now() + 8 * HOUR);
      await me(headers).expect(401);
      const busy = await house.bearer('officer');
      for (let hours = 0; hours < 7 * 24 - 6; hours += 6) {
        await me(busy).expect(200);
        house.clock.set(house.clock.now() + 6 * HOUR);
      }
      await me(busy).expect(200);
      house.clock.set(house.clock.now() + 6 * HOUR);
      await me(busy).expect(401);
    });

    it('end by signing out, here or everywhere', async () => {
      const [a, b, c] = [await house.bearer('officer'), await house.bearer('officer'), await house.bearer('officer')];
      await house.http().post('/api/v1/auth/logout').set(a).expect(204);
      await me(a).expect(401);
      await house.http().post('/api/v1/auth/logout').set(b).send({ everywhere: true }).expect(204);
      await me(c).expect(401);
    });

    it('end with a new password, but for the one that set it', async () => {
      const [here, there] = [await house.bearer('township'), await house.bearer('township')];
      const change = (body: object) => house.http().post('/api/v1/auth/password').set(here).send(body);
      await change({ current: 'wrong', next: 'another horse' }).expect(401);
      await change({ current: PASSWORD, next: 'short' }).expect(422);
      await change({ current: PASSWORD, next: 'another horse' }).expect(204);
      await me(here).expect(200);
      await me(there).expect(401);
      await house.login('township', PASSWORD).expect(401);
      await house.login('township', 'another horse').expect(200);
    });

    it('know only the hash of a token', async () => {
      const { authorization } = await house.bearer('officer');
      const rows = JSON.stringify(await house.database.query('SELECT * FROM sessions'));
      expect(rows).not.toContain(authorization.split(' ')[1]);
    });
  });

  describe('the second factor', () => {
    const hmac = (key: Uint8Array, message: Uint8Array) => createHmac('sha1', key).update(message).digest();

    it('is asked for once it is confirmed, and takes a code once', async () => {
      const headers = await house.bearer('auditor');
      await house.http().post('/api/v1/auth/totp').set(headers).send({ password: 'wrong password' }).expect(401);
      const { body } = await house
        .http()
        .post('/api/v1/auth/totp')
        .set(headers)
        .send({ password: PASSWORD })
        .expect(201);
      const { secret, uri } = body as { secret: string; uri: string };
      expect(uri).toContain(`secret=${secret}`);
      await house.login('auditor').expect(200);
      const code = (shift = 0) => codeOf(secret, stepOf(house.clock.now()) + shift, hmac);
      await house
        .http()
        .post('/api/v1/auth/totp/confirm')
        .set(headers)
        .send({ code: code(5) })
        .expect(422);
      await house.http().post('/api/v1/auth/totp/confirm').set(headers).send({ code: code() }).expect(204);
      expect((await house.login('auditor').expect(401)).body).toMatchObject({ code: 'totp_required' });
      expect((await house.login('auditor', PASSWORD, { totp: code() }).expect(401)).body).toMatchObject({
        code: 'invalid_credentials',
      });
      house.clock.set(house.clock.now() + MINUTE);
      const [first, second] = await Promise.all([
        house.login('auditor', PASSWORD, { totp: code() }),
        house.login('auditor', PASSWORD, { totp: code() }),
      ]);
      expect([first.status, second.status].sort()).toEqual([200, 401]);
      expect(JSON.stringify(await house.database.query('SELECT totpSecret, totpPending FROM users'))).not.toContain(
        secret,
      );
      await house
        .http()
        .post(`/api/v1/users/${house.made.auditor}/reset`)
        .set(await house.bearer('admin'))
        .send({ password: PASSWORD })
        .expect(200);
      await house.login('auditor').expect(200);
    });
  });
});
