import { beforeAll, describe, expect, it } from '@jest/globals';
import { PASSWORD, PHONE, withHouse } from '../../test/support/accounts.js';
import { dialects } from '../../test/support/database.js';

describe.each(dialects())('users on %s', (dialect) => {
  const house = withHouse(dialect);

  it('keeps phone and password out of the database and the ledger in clear', async () => {
    const rows = JSON.stringify([
      await house.database.query('SELECT * FROM users'),
      await house.database.query('SELECT * FROM ledger_entries'),
      await house.database.query('SELECT * FROM sessions'),
    ]);
    expect(rows).not.toContain(PHONE);
    expect(rows).not.toContain(PASSWORD);
    expect(rows).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
  });

  describe('the front door', () => {
    it('knows users by name, role and verified phone', async () => {
      const officer = house.made.officer!;
      expect(await house.accounts.byUsername(' OFFICER ')).toEqual({
        id: officer,
        username: 'officer',
        role: 'officer',
        township: null,
        phone: PHONE,
        mayReadSensitive: false,
      });
      expect(await house.accounts.byUsername('nobody')).toBeNull();
      expect(await house.accounts.hasVerifiedPhone(officer, '+86 138-0000-1234')).toBe(true);
      expect(await house.accounts.hasVerifiedPhone(officer, '13800001235')).toBe(false);
      expect(await house.accounts.hasVerifiedPhone(house.made.auditor!, PHONE)).toBe(false);
      expect(await house.accounts.verifiedPhone(officer)).toBe(PHONE);
      expect(await house.accounts.verifiedPhone(house.made.auditor!)).toBeNull();
      expect(await house.accounts.usersWithRole('township', '330922100')).toHaveLength(1);
      expect(await house.accounts.usersWithRole('township', '330922101')).toEqual([]);
    });

    it.each([
      [{ username: 'x1', password: 'short', role: 'officer' as const }, '/password'],
      [{ username: 'x2', password: PASSWORD, role: 'township' as const }, '/township'],
      [{ username: 'x3', password: PASSWORD, role: 'township' as const, township: '大洋镇' }, '/township'],
      [{ username: 'x4', password: PASSWORD, role: 'admin' as const, township: '菜园镇' }, '/township'],
      [{ username: 'x5', password: PASSWORD, role: 'officer' as const, phone: '12345' }, '/phone'],
      [{ username: 'a b', password: PASSWORD, role: 'officer' as const }, '/username'],
    ])('refuses %j', async (wanted, path) => {
      const created = await house.accounts.create(wanted);
      expect(created).toMatchObject({ ok: false, error: 'invalid', detail: [{ path }] });
    });

    it('refuses a name that is taken, in any case', async () => {
      expect(await house.accounts.create({ username: 'Officer', password: PASSWORD, role: 'officer' })).toMatchObject({
        error: 'usernameTaken',
      });
    });
  });

  describe('users', () => {
    const users = '/api/v1/users';
    const admin = () => house.bearer('admin');

    it('are made, listed and shown without secrets, by an administrator alone', async () => {
      await house
        .http()
        .get(users)
        .set(await house.bearer('officer'))
        .expect(403);
      const body = { username: 'grid', password: PASSWORD, role: 'field', township: '嵊山镇', phone: '13900005678' };
      const created = await house
        .http()
        .post(users)
        .set(await admin())
        .send(body)
        .expect(201);
      expect(created.body).toMatchObject({
        username: 'grid',
        township: '330922101',
        townshipName: '嵊山镇',
        phone: '139****5678',
        phoneVerified: false,
      });
      expect(
        (
          await house
            .http()
            .post(users)
            .set(await admin())
            .send(body)
            .expect(409)
        ).body,
      ).toMatchObject({ code: 'username_taken' });
      const first = await house
        .http()
        .get(`${users}?limit=2`)
        .set(await admin())
        .expect(200);
      expect(first.body).toMatchObject({
        items: [{ username: 'admin' }, { username: 'auditor' }],
        nextCursor: 'auditor',
      });
      expect(JSON.stringify(first.body)).not.toMatch(/argon2|v1\.|passwordHash/);
      const { id } = created.body as { id: string };
      await house
        .http()
        .post(`${users}/${id}/phone-verified`)
        .set(await admin())
        .expect(200);
      expect(await house.accounts.verifiedPhone(id)).toBe('13900005678');
      await house
        .http()
        .put(`${users}/${id}`)
        .set(await admin())
        .send({ phone: '13900005679' })
        .expect(200);
      expect(await house.accounts.verifiedPhone(id)).toBeNull();
    });

    it('keep their township when their role may have one, and are refused otherwise', async () => {
      const { id } = (await house.accounts.byUsername('grid'))!;
      const change = async (body: object) =>
        house
          .http()
          .put(`${users}/${id}`)
          .set(await admin())
          .send(body);
      expect((await change({ role: 'officer' })).body).toMatchObject({
        errors: [{ path: '/township', code: 'township_not_allowed' }],
      });
      expect((await change({ role: 'officer', township: null })).body).toMatchObject({
        role: 'officer',
        township: null,
      });
      expect((await change({})).status).toBe(422);
    });

    it('do not raise their own rights nor lock themselves out', async () => {
      const own = `${users}/${house.made.admin}`;
      for (const body of [{ role: 'officer' }, { mayReadSensitive: true }]) {
        expect(
          (
            await house
              .http()
              .put(own)
              .set(await admin())
              .send(body)
              .expect(409)
          ).body,
        ).toMatchObject({ code: 'own_rights' });
      }
      await house
        .http()
        .put(own)
        .set(await admin())
        .send({ phone: PHONE })
        .expect(200);
      expect(
        (
          await house
            .http()
            .post(`${own}/disable`)
            .set(await admin())
            .expect(409)
        ).body,
      ).toMatchObject({ code: 'own_account' });
      expect(
        (
          await house
            .http()
            .post(`${own}/reset`)
            .set(await admin())
            .send({ password: PASSWORD })
            .expect(409)
        ).body,
      ).toMatchObject({ code: 'own_account' });
    });

    describe('that one administrator may not give alone', () => {
      const put = async (as: string, path: string, body: object) =>
        house
          .http()
          .put(`${users}/${path}`)
          .set(await house.bearer(as))
          .send(body);
      const post = async (as: string, path: string, body: object = {}) =>
        house
          .http()
          .post(`${users}${path}`)
          .set(await house.bearer(as))
          .send(body);
      const make = async (username: string, more: object) =>
        (await post('admin', '', { username, password: PASSWORD, ...more })).body as { id: string; disabled: boolean };

      beforeAll(async () => {
        await house.accounts.create({ username: 'second', password: PASSWORD, role: 'admin' });
      });

      it.each([
        ['an approver', { role: 'approver' }],
        ['an operator', { role: 'operator' }],
        ['an administrator', { role: 'admin' }],
        ['a reader of sensitive tags', { role: 'officer', mayReadSensitive: true }],
      ])('%s stands still until a second one enables it', async (_, more) => {
        const username = `new-${more.role}`;
        const { id, ...made } = await make(username, more);
        expect(made).toMatchObject({ disabled: true, awaitsSecondAdmin: true });
        await house.login(username).expect(401);
        expect((await post('admin', `/${id}/enable`)).body).toMatchObject({ code: 'second_admin_needed' });
        // Nor does a detour make it the first one's own.
        await post('admin', `/${id}/disable`);
        await put('admin', id, { phone: PHONE });
        expect((await post('admin', `/${id}/enable`)).status).toBe(409);
        expect((await post('second', `/${id}/enable`)).body).toMatchObject({
          disabled: false,
          awaitsSecondAdmin: false,
        });
        await house.login(username).expect(200);
        const [entry] = await house.database.query<{ detail: string }>(
          "SELECT detail FROM ledger_entries WHERE action = 'user.enable' AND subject = ? ORDER BY id DESC LIMIT 1",
          [`user/${id}`],
        );
        expect(JSON.parse(entry!.detail)).toEqual({ askedBy: house.made.admin });
      });

      it('others are made and raised by one, up to there', async () => {
        const { id, disabled } = await make('plain', { role: 'auditor' });
        expect(disabled).toBe(false);
        expect((await put('admin', id, { role: 'officer' })).body).toMatchObject({ disabled: false });
        const headers = await house.bearer('plain');
        expect((await put('admin', id, { role: 'approver' })).body).toMatchObject({
          disabled: true,
          awaitsSecondAdmin: true,
        });
        await house.http().get('/api/v1/auth/me').set(headers).expect(401);
        expect((await post('second', `/${id}/enable`)).status).toBe(200);
      });

      it('a new password of an approver is no way in for who set it', async () => {
        const { id } = (await house.accounts.byUsername('plain'))!;
        expect((await post('admin', `/${id}/reset`, { password: 'the admin knows it' })).body).toMatchObject({
          awaitsSecondAdmin: true,
        });
        await house.login('plain', 'the admin knows it').expect(401);
        expect((await post('admin', `/${id}/enable`)).status).toBe(409);
        expect((await post('second', `/${id}/enable`)).status).toBe(200);
        await house.login('plain', 'the admin knows it').expect(200);
      });

      it('what is taken away takes one', async () => {
        const { id } = (await house.accounts.byUsername('plain'))!;
        expect((await put('admin', id, { role: 'officer' })).body).toMatchObject({ disabled: false });
      });
    });

    it('are out at once when they are disabled', async () => {
      const headers = await house.bearer('officer');
      await house
        .http()
        .post(`${users}/${house.made.officer}/disable`)
        .set(await admin())
        .expect(200);
      await house.http().get('/api/v1/auth/me').set(headers).expect(401);
      await house.login('officer').expect(401);
      expect(await house.accounts.byUsername('officer')).toBeNull();
      await house
        .http()
        .post(`${users}/${house.made.officer}/enable`)
        .set(await admin())
        .expect(200);
      await house.http().get('/api/v1/auth/me').set(headers).expect(401);
      await house.login('officer').expect(200);
    });

    it('that are not there are 404', async () => {
      await house
        .http()
        .post(`${users}/nobody/disable`)
        .set(await admin())
        .expect(404);
      await house
        .http()
        .get(`${users}/nobody`)
        .set(await admin())
        .expect(404);
    });
  });
});
