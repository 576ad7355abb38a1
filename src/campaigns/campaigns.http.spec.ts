import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { approver, caiyuan, campaignsEntities, campaignsRoutes, officer } from '../../test/support/campaigns.js';
import { withDatabase } from '../../test/support/database.js';

const body = {
  name: '本地居民日@',
  segmentId: 'LOCALS',
  channels: [{ channel: 'sms' }],
  assignment: { policy: 'rotate' },
  cadence: { kind: 'daily', at: '09:00' },
  missed: 'runOnce',
};

describe('the routes of campaigns', () => {
  const held = withDatabase('sqlite', campaignsEntities);
  let house: Awaited<ReturnType<typeof campaignsRoutes>>;
  beforeAll(async () => {
    house = await campaignsRoutes(held.database, '2026-12-01T12:00:00+08:00');
  });
  afterAll(() => house.close());

  it('lead a campaign from its making to its runs', async () => {
    const { call, campaigns, clock, clockwork } = house;
    const made = await call(officer, 'post', '/campaigns', body);
    expect(made).toMatchObject({
      status: 201,
      body: { ...body, version: 1, status: 'draft', nextRunAt: null, approvedVersion: null },
    });
    const id = String(made.body.id);
    expect(await call(officer, 'put', `/campaigns/${id}`, { priority: 4 })).toMatchObject({
      status: 200,
      body: { priority: 4 },
    });
    expect(await call(officer, 'put', `/campaigns/${id}`, { priority: null })).toMatchObject({
      status: 200,
      body: { version: 1 },
    });
    expect(await call(officer, 'post', `/campaigns/${id}/activate`)).toMatchObject({
      status: 409,
      body: { code: 'illegal_move', status: 409, state: 'draft' },
    });

    await campaigns.submit(id, officer, { targeted: 100 });
    expect(await call(officer, 'post', `/campaigns/${id}/approve`, { targeted: 100 })).toMatchObject({
      status: 409,
      body: { code: 'own_campaign' },
    });
    expect(await call(approver, 'post', `/campaigns/${id}/return`)).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/remark', code: 'required' }] },
    });
    expect(await call(approver, 'post', `/campaigns/${id}/approve`, {})).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/targeted' }] },
    });
    expect(await call(approver, 'post', `/campaigns/${id}/approve`, { targeted: 50 })).toMatchObject({
      status: 409,
      body: { code: 'magnitude_mismatch' },
    });
    // The approver had another version before them than the one that waits now.
    const read = { targeted: 100, digest: 'a'.repeat(64) };
    expect(await call(approver, 'post', `/campaigns/${id}/approve`, read)).toMatchObject({
      status: 409,
      body: { code: 'changed' },
    });
    expect(await call(approver, 'post', `/campaigns/${id}/approve`, { ...read, digest: 'x' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/digest' }] },
    });
    const shown = await call(approver, 'get', `/campaigns/${id}`);
    const { digest } = shown.body.review as { digest: string };
    const approval = { targeted: 100, digest, remark: '同意' };
    expect(await call(approver, 'post', `/campaigns/${id}/approve`, approval)).toMatchObject({
      status: 200,
      body: { status: 'approved' },
    });
    expect(await call(officer, 'post', `/campaigns/${id}/runs`)).toMatchObject({
      status: 409,
      body: { code: 'not_active' },
    });
    expect(await call(officer, 'post', `/campaigns/${id}/activate`)).toMatchObject({
      status: 200,
      body: { status: 'active', nextRunAt: '2026-12-02T09:00:00+08:00' },
    });

    const run = await call(officer, 'post', `/campaigns/${id}/runs`);
    expect(run).toMatchObject({ status: 202, body: { runId: expect.any(String) } });
    expect(await call(officer, 'post', `/campaigns/${id}/runs`)).toMatchObject({
      status: 409,
      body: { code: 'repeat_needs_reason' },
    });
    expect((await call(officer, 'post', `/campaigns/${id}/runs`, { reason: 'cut off' })).status).toBe(202);

    clock.set(Date.parse('2026-12-02T09:00:02+08:00'));
    await clockwork.tick();
    const occurrences = await call(officer, 'get', `/campaigns/${id}/occurrences?from=2026-12-01&to=2026-12-04`);
    expect(occurrences.body).toMatchObject([
      { at: '2026-12-02T09:00:00+08:00', status: 'due', runId: expect.any(String) },
      { at: '2026-12-03T09:00:00+08:00', status: 'due', runId: null },
    ]);
    expect(await call(officer, 'get', '/tide?from=2026-12-01&to=2026-12-04')).toMatchObject({
      status: 200,
      body: { items: [{ campaignId: id, campaign: '本地居民日@' }, {}], punctuality: { due: 1, onTime: 1, share: 1 } },
    });
    expect(await call(officer, 'get', '/tide?from=nonsense')).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/from' }] },
    });
    expect(await call(officer, 'get', '/campaigns?status=active&limit=1')).toMatchObject({
      status: 200,
      body: { items: [{ id }], nextCursor: null },
    });
    expect((await call(caiyuan, 'get', `/campaigns/${id}`)).status).toBe(404);
    expect((await call(caiyuan, 'get', '/tide')).body).toMatchObject({ items: [] });
  });

  it('name the place of each mistake and keep nothing', async () => {
    const bad = await house.call(officer, 'post', '/campaigns', {
      ...body,
      cadence: { kind: 'cron', expression: '* * * * *' },
      window: { from: '20:00', to: '08:00' },
    });
    expect(bad).toMatchObject({
      status: 422,
      body: {
        code: 'invalid_input',
        errors: [
          { path: '/cadence/expression', code: 'too_often' },
          { path: '/window/to', code: 'window_crosses_midnight' },
        ],
      },
    });
    expect(await house.call(officer, 'post', '/campaigns', { ...body, segmentId: 'X' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/segmentId', code: 'unknown_segment' }] },
    });
    expect((await house.call(officer, 'get', '/campaigns')).body.items).toHaveLength(1);
  });

  it('tell the next dates of a cadence that nobody has saved, what its rule leaves out, and when each channel may send', async () => {
    const ask = {
      cadence: { kind: 'weekly', days: [5, 6], at: '07:00' },
      workdaysOnly: true,
      channels: ['voice', 'sms'],
    };
    expect(await house.call(officer, 'post', '/campaigns/dates', ask)).toMatchObject({
      status: 200,
      body: {
        next: [
          {
            at: '2026-12-04T07:00:00+08:00',
            opens: [
              { channel: 'sms', at: '2026-12-04T08:30:00+08:00' },
              { channel: 'voice', at: '2026-12-04T09:00:00+08:00' },
            ],
          },
          { at: '2026-12-11T07:00:00+08:00' },
          { at: '2026-12-18T07:00:00+08:00' },
          { at: '2026-12-25T07:00:00+08:00' },
          { at: '2027-01-01T07:00:00+08:00' },
        ],
        leftOut: ['05', '12', '19', '26'].map((day) => ({
          at: `2026-12-${day}T07:00:00+08:00`,
          reason: 'not_a_workday',
        })),
        windows: [{ channel: 'sms' }, { channel: 'voice', windows: [{}, {}] }],
      },
    });
    expect(
      await house.call(officer, 'post', '/campaigns/dates', { ...ask, cadence: { kind: 'monthly', day: 32, at: '7' } }),
    ).toMatchObject({ status: 422, body: { errors: [{ path: '/cadence/day' }, { path: '/cadence/at' }] } });
    expect(
      await house.call(officer, 'post', '/campaigns/dates', { ...ask, specialDays: { only: ['nothing'] } }),
    ).toMatchObject({ status: 422, body: { errors: [{ path: '/specialDays/only/0', code: 'unknown_special_days' }] } });
    const event = { cadence: { kind: 'event', event: 'arrival', delay: 'PT10M' } };
    expect((await house.call(officer, 'post', '/campaigns/dates', event)).body).toMatchObject({
      next: [],
      leftOut: [],
    });
  });
});
