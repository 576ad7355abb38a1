import { describe, expect, it } from '@jest/globals';
import { Controller, Get, HttpCode, Module, Post } from '@nestjs/common';
import { HOUR, PASSWORD, withHouse } from '../../test/support/accounts.js';
import { dialects } from '../../test/support/database.js';
import { Caller, Needs, Open, type Actor } from './index.js';

@Controller('trial')
class TrialController {
  @Get('open')
  @Open()
  open() {
    return { open: true };
  }
  @Get('forgotten')
  forgotten() {
    return { leaked: true };
  }
  @Get('reports')
  @Needs('reports')
  reports(@Caller() caller: Actor) {
    return caller;
  }
  @Post('run')
  @HttpCode(202)
  @Needs('campaigns.run')
  run() {
    return { runId: 'run' };
  }
}
@Module({ controllers: [TrialController] })
class TrialModule {}

describe.each(dialects())('the guard of rights on %s', (dialect) => {
  const house = withHouse(dialect, [TrialModule]);

  describe('the guard', () => {
    const get = (path: string) => house.http().get(`/api/v1/trial/${path}`);

    it('closes a route that declares nothing, to everybody', async () => {
      await get('forgotten').expect(403);
      await get('forgotten')
        .set(await house.bearer('admin'))
        .expect(403);
    });

    it('asks for sign-in, then for the right', async () => {
      await get('open').expect(200);
      expect((await get('reports').expect(401)).body).toMatchObject({ code: 'unauthorized' });
      await get('reports').set('authorization', 'Bearer ts_00000000000000000000000000000000000').expect(401);
      await get('reports').set('authorization', 'Basic YTpi').expect(401);
      const forbidden = await house
        .http()
        .post('/api/v1/trial/run')
        .set(await house.bearer('auditor'))
        .expect(403);
      expect(forbidden.body).toMatchObject({ code: 'forbidden' });
    });

    it('hands the caller with the township that holds', async () => {
      const response = await get('reports')
        .set(await house.bearer('township'))
        .expect(200);
      expect(response.body).toEqual({
        id: house.made.township,
        name: 'township',
        role: 'township',
        scope: { township: '330922100' },
        mayReadSensitive: false,
      });
    });

    it('does not know a township officer without a township', async () => {
      const headers = await house.bearer('township');
      await house.database.execute('UPDATE users SET township = NULL WHERE id = ?', [house.made.township]);
      await get('reports').set(headers).expect(401);
      await house.database.execute("UPDATE users SET township = '330922100' WHERE id = ?", [house.made.township]);
      await get('reports').set(headers).expect(200);
    });

    it('demands the CSRF token for writes with the cookie, and only then', async () => {
      const signedIn = await house.login('officer').expect(200);
      const cookie = signedIn.headers['set-cookie']![0]!.split(';')[0]!;
      const { csrfToken } = signedIn.body as { csrfToken: string };
      const write = () => house.http().post('/api/v1/trial/run').set('cookie', `other=1; ${cookie}`);
      await house.http().get('/api/v1/trial/reports').set('cookie', cookie).expect(200);
      expect((await write().expect(403)).body).toMatchObject({ code: 'csrf_token_missing' });
      await write().set('x-csrf-token', 'wrong').expect(403);
      await write().set('x-csrf-token', csrfToken).expect(202);
      await house
        .http()
        .post('/api/v1/trial/run')
        .set(await house.bearer('officer'))
        .expect(202);
    });
  });

  describe('API tokens', () => {
    const create = async (user: string, body: object) =>
      house
        .http()
        .post('/api/v1/auth/tokens')
        .set(await house.bearer(user))
        .send(body);
    const inDays = (days: number) => new Date(house.clock.now() + days * 24 * HOUR).toISOString();

    it('are shown once, stored as a hash, and do what their scopes say until they end', async () => {
      const { body } = await create('officer', { name: 'reports', scopes: ['reports'], expiresAt: inDays(2) });
      const { token, id } = body as { token: string; id: string };
      expect(token).toMatch(/^tc_[\w-]{43}$/);
      const headers = { authorization: `Bearer ${token}` };
      expect(JSON.stringify(await house.database.query('SELECT * FROM api_tokens'))).not.toContain(token);
      await house.http().get('/api/v1/trial/reports').set(headers).expect(200);
      await house.http().post('/api/v1/trial/run').set(headers).expect(403);
      const me = await house.http().get('/api/v1/auth/me').set(headers).expect(200);
      expect(me.body).toMatchObject({ rights: ['reports'], csrfToken: null });
      const list = await house
        .http()
        .get('/api/v1/auth/tokens')
        .set(await house.bearer('officer'))
        .expect(200);
      expect(list.body).toMatchObject({
        items: [{ id, name: 'reports', lastUsedAt: expect.stringContaining('+08:00') }],
      });
      expect(JSON.stringify(list.body)).not.toContain(token);
      house.clock.set(house.clock.now() + 2 * 24 * HOUR);
      await house.http().get('/api/v1/trial/reports').set(headers).expect(401);
    });

    it('cannot make tokens, change the password or sign out', async () => {
      const { body } = await create('officer', { name: 'narrow', scopes: ['reports'], expiresAt: inDays(2) });
      const headers = { authorization: `Bearer ${(body as { token: string }).token}` };
      await house
        .http()
        .post('/api/v1/auth/tokens')
        .set(headers)
        .send({ name: 'x', scopes: ['reports'], expiresAt: inDays(100) })
        .expect(403);
      await house
        .http()
        .post('/api/v1/auth/password')
        .set(headers)
        .send({ current: PASSWORD, next: 'another horse' })
        .expect(403);
      await house.http().post('/api/v1/auth/logout').set(headers).expect(403);
    });

    it.each([
      [{ scopes: ['audit'] }, 'right_not_held'],
      [{ scopes: ['everything'] }, 'invalid_value'],
      [{ expiresAt: '2020-01-01T00:00:00Z' }, 'in_the_past'],
      [{ expiresAt: '2030-01-01T00:00:00Z' }, 'too_late'],
      [{ expiresAt: 'tomorrow' }, 'invalid_date'],
    ])('with %j are refused', async (wrong, code) => {
      const response = await create('officer', { name: 'x', scopes: ['reports'], expiresAt: inDays(1), ...wrong });
      expect(response.status).toBe(422);
      expect(response.body).toMatchObject({ errors: [{ code }] });
    });

    it('are ended by their owner or an administrator, not by others', async () => {
      const one = (await create('officer', { name: 'one', scopes: ['reports'], expiresAt: inDays(1) })).body as {
        id: string;
        token: string;
      };
      const end = async (user: string) =>
        house
          .http()
          .delete(`/api/v1/auth/tokens/${one.id}`)
          .set(await house.bearer(user));
      expect((await end('auditor')).status).toBe(404);
      expect((await end('admin')).status).toBe(204);
      expect((await end('officer')).status).toBe(404);
      await house.http().get('/api/v1/trial/reports').set('authorization', `Bearer ${one.token}`).expect(401);
    });
  });
});
