import { describe, expect, it } from '@jest/globals';
import { Controller, HttpCode, Module, Post } from '@nestjs/common';
import { PHONE, testVault, withHouse } from '../../test/support/accounts.js';
import { dialects } from '../../test/support/database.js';
import { Idempotent, Needs } from './index.js';

const MINUTE = 60_000;
let calls = 0;
let finish: (() => void) | null = null;

@Controller('trial')
class TrialController {
  @Post('run')
  @HttpCode(202)
  @Needs('campaigns.run')
  @Idempotent()
  run() {
    calls += 1;
    return { runId: `run-${calls}` };
  }
  @Post('slow')
  @Needs('campaigns.run')
  @Idempotent()
  async slow() {
    await new Promise<void>((resolve) => (finish = resolve));
    return { done: true };
  }
  @Post('broken')
  @Needs('campaigns.run')
  @Idempotent()
  broken() {
    calls += 1;
    throw new Error('half done');
  }
}
@Module({ controllers: [TrialController] })
class TrialModule {}

describe.each(dialects())('idempotency on %s', (dialect) => {
  const house = withHouse(dialect, [TrialModule]);

  describe('Idempotency-Key', () => {
    const post = async (path: string, key: string, body: object = {}, user = 'officer') =>
      house
        .http()
        .post(`/api/v1/trial/${path}`)
        .set(await house.bearer(user))
        .set('idempotency-key', key)
        .send(body);

    it('answers a repetition as it answered first, and does nothing again', async () => {
      const first = await post('run', 'k1', { a: 1 });
      const before = calls;
      const again = await post('run', 'k1', { a: 1 });
      expect([again.status, again.body]).toEqual([202, first.body]);
      expect(again.headers['idempotency-replayed']).toBe('true');
      expect(calls).toBe(before);
      expect((await post('run', 'k2', { a: 1 })).body).not.toEqual(first.body);
    });

    it('refuses another body or another route under the same key', async () => {
      await post('run', 'k3', { a: 1 });
      expect([(await post('run', 'k3', { a: 2 })).status, (await post('broken', 'k3', { a: 1 })).body]).toMatchObject([
        422,
        { code: 'idempotency_key_reused' },
      ]);
      expect((await post('run', 'x'.repeat(129))).body).toMatchObject({ code: 'invalid_idempotency_key' });
    });

    it('lets one of many at a time through', async () => {
      const headers = await house.bearer('officer');
      const call = () =>
        house
          .http()
          .post('/api/v1/trial/slow')
          .set(headers)
          .set('idempotency-key', 'k4')
          .then((r) => r);
      const first = call();
      while (!finish) await new Promise((resolve) => setTimeout(resolve, 5));
      expect((await call()).body).toMatchObject({ code: 'in_progress' });
      finish();
      expect((await first).body).toEqual({ done: true });
      expect((await call()).body).toEqual({ done: true });
    });

    it('says so where nobody knows what the first call did', async () => {
      expect((await post('broken', 'k5')).status).toBe(500);
      const before = calls;
      expect((await post('broken', 'k5')).body).toMatchObject({ status: 409, code: 'outcome_unknown' });
      expect(calls).toBe(before);
      const row = [
        house.made.officer,
        'k6',
        'POST /api/v1/trial/run',
        testVault().index('idempotency', 'POST /api/v1/trial/run\n{}'),
        house.clock.now(),
      ];
      await house.database.insert(
        'idempotency_keys',
        ['userId', 'idempotencyKey', 'route', 'bodyDigest', 'createdAt'],
        [row],
      );
      expect((await post('run', 'k6')).body).toMatchObject({ code: 'in_progress' });
      house.clock.set(house.clock.now() + 11 * MINUTE);
      expect((await post('run', 'k6')).body).toMatchObject({ code: 'outcome_unknown' });
    });

    it('keeps what it stores unreadable', async () => {
      await post('run', 'k7', { phone: PHONE });
      expect(JSON.stringify(await house.database.query('SELECT * FROM idempotency_keys'))).not.toMatch(
        /run-|13800001234/,
      );
    });
  });
});
