import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ArrivalWatch } from '../../src/audience/events/arrival-watch.service.js';
import { RetentionClock } from '../../src/audience/retention/retention-clock.service.js';
import { CounterRebuild } from '../../src/dispatch/index.js';
import { dialects } from '../support/database.js';
import { startIsland, type Client, type Island } from '../support/app.js';

const phoneOf = (i: number) => `1380002${String(i).padStart(4, '0')}`;
const person = (i: number, more: object = {}) => ({
  externalId: `V${i}`,
  phone: phoneOf(i),
  township: '菜园镇',
  ...more,
});

/** 入岛全@, from the ferry's event to the message, and to the day on which the traveller is forgotten. */
describe.each(dialects())('arrivals on %s', (dialect) => {
  let island: Island;
  let officer: Client;
  let campaignId: string;
  const told = (events: object[]) =>
    officer.post<{ accepted: number; duplicates: number; rejected: { code: string }[] }>('/events', { events });
  const arrival = (i: number, occurredAt: string, more: object = {}) => ({
    type: 'arrival',
    person: person(i, more),
    occurredAt,
  });
  const given = async (i: number) => (await island.given('cloud-mas', phoneOf(i))).length;
  const reasons = async () => {
    const { body } = await officer.get<{ items: { counts: { skipped: Record<string, number>; cancelled: number } }[] }>(
      `/runs?campaignId=${campaignId}`,
    );
    return body.items.map((r) => [r.counts.skipped, r.counts.cancelled] as const);
  };

  beforeAll(async () => {
    island = await startIsland(dialect, '2026-11-02T09:00:00+08:00');
    officer = await island.client.as('officer');
    const approver = await island.client.as('approver');
    const segment = await officer.post<{ id: string }>('/segments', {
      name: '入岛',
      rule: { combinator: 'and', rules: [{ field: 'arrivedAt', operator: 'notNull' }] },
    });
    const made = await officer.post<{ id: string }>('/campaigns', {
      name: '入岛全@',
      segmentId: segment.body.id,
      channels: [{ channel: 'sms' }],
      assignment: { policy: 'rotate', by: 'person' },
      cadence: { kind: 'event', event: 'arrival', delay: 'PT10M' },
      missed: 'runOnce',
    });
    expect(made.status).toBe(201);
    campaignId = made.body.id;
    await officer.post(`/campaigns/${campaignId}/submit`);
    expect((await approver.post(`/campaigns/${campaignId}/approve`, { targeted: 0 })).status).toBe(200);
    expect((await officer.post(`/campaigns/${campaignId}/activate`)).status).toBe(200);
  });
  afterAll(async () => {
    await island.close();
  });

  it('alarms where a campaign waits for a ferry that never spoke', async () => {
    const watch = island.running.app.get(ArrivalWatch, { strict: false });
    const kinds = async () =>
      (await officer.get<{ items: { kind: string }[] }>('/alarms')).body.items.map((a) => a.kind);
    const start = island.clock.now();
    await watch.look();
    expect(await kinds()).not.toContain('no_arrivals');
    island.clock.set(start + 24 * 3_600_000 + 1);
    await watch.look();
    island.clock.set(start);
    expect(await kinds()).toContain('no_arrivals');
    await watch.look();
    expect(await kinds()).not.toContain('no_arrivals');
  });

  it('welcomes at the due minute, once; not residents, not who has left, not a commuter twice', async () => {
    await officer.put('/people', { people: [person(3, { populations: [{ kind: 'local' }] })] });
    const at = '2026-11-02T09:05:00+08:00';
    const { body } = await told([
      arrival(1, at),
      arrival(1, at),
      arrival(1, '2026-11-02T09:06:00+08:00'),
      arrival(2, at),
      arrival(3, at),
      arrival(4, '2027-11-02T09:05:00+08:00'),
    ]);
    // Told at nine of what happens at five past is within what clocks may differ by; a year ahead is not.
    expect(body).toMatchObject({ accepted: 3, duplicates: 2, rejected: [{ code: 'future_event' }] });
    await island.at('2026-11-02T09:14:00+08:00');
    expect([await given(1), await given(2)]).toEqual([0, 0]);
    await told([{ type: 'departure', externalId: 'V2', occurredAt: '2026-11-02T09:14:00+08:00' }]);
    await island.at('2026-11-02T09:15:00+08:00');
    await island.work();
    expect(await Promise.all([1, 2, 3].map(given))).toEqual([1, 0, 0]);
    expect(await reasons()).toEqual([[{ already_covered: 1 }, 1]]);
  });

  it('does not welcome again within the cooldown, and does after it', async () => {
    await told([{ type: 'departure', externalId: 'V1', occurredAt: '2026-11-02T18:00:00+08:00' }]);
    await island.at('2026-11-20T10:00:00+08:00');
    officer = await island.client.as('officer');
    await told([arrival(1, '2026-11-20T09:55:00+08:00')]);
    await island.at('2026-11-20T10:06:00+08:00');
    expect(await given(1)).toBe(1);
    await told([{ type: 'departure', externalId: 'V1', occurredAt: '2026-11-20T10:05:00+08:00' }]);
    await island.at('2026-12-10T10:00:00+08:00');
    officer = await island.client.as('officer');
    await told([arrival(1, '2026-12-10T09:55:00+08:00')]);
    await island.at('2026-12-10T10:06:00+08:00');
    expect(await given(1)).toBe(2);
  });

  it('alarms where the ferry is silent, until it speaks again', async () => {
    const watch = island.running.app.get(ArrivalWatch, { strict: false });
    const alarms = async () =>
      (await officer.get<{ items: { kind: string }[] }>('/alarms')).body.items.map((a) => a.kind);
    await island.at('2026-12-11T09:54:00+08:00');
    officer = await island.client.as('officer');
    await watch.look();
    expect(await alarms()).not.toContain('no_arrivals');
    await island.at('2026-12-11T09:56:00+08:00');
    await watch.look();
    expect(await alarms()).toContain('no_arrivals');
    await told([arrival(9, '2026-12-11T09:56:00+08:00')]);
    await watch.look();
    expect(await alarms()).not.toContain('no_arrivals');
  });

  it('forgets the traveller a month after departure, with the number and the answer; not the counts, not the refusal', async () => {
    await fetch(`${island.running.url}/api/v1/receipts/mas`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        smsContent: '请问是真的吗',
        mobile: phoneOf(1),
        sendTime: '2026-12-11 09:57:00',
        addSerial: '',
      }),
    });
    await officer.put('/opt-outs', { phones: [phoneOf(1)] });
    await told([{ type: 'departure', externalId: 'V1', occurredAt: '2026-12-11T09:57:00+08:00' }]);
    const totals = async () =>
      (await officer.get<{ totals: Record<string, unknown> }>('/reports/sends?from=2026-11-01&to=2027-01-01')).body
        .totals;
    const before = await totals();
    expect(before).toMatchObject({ targeted: expect.any(Number) });
    await island.at('2027-01-11T04:00:00+08:00');
    officer = await island.client.as('officer');
    expect(await island.running.app.get(RetentionClock, { strict: false }).look()).toBe(true);
    expect(
      (await officer.get<{ items: { externalId: string }[] }>('/people')).body.items.map((p) => p.externalId),
    ).not.toContain('V1');
    const { body } = await officer.get<{ items: { text: string; from: string }[] }>('/uplinks');
    expect(body.items.map((u) => [u.text, u.from])).toEqual([['', '****']]);
    expect(await totals()).toEqual(before);
    expect(await island.running.app.get(CounterRebuild, { strict: false }).differences()).toEqual([]);
    const auditor = await island.client.as('auditor');
    expect((await auditor.get<{ valid: boolean }>('/audit/verify')).body.valid).toBe(true);
    await officer.put('/people', {
      people: [person(1, { populations: [{ kind: 'arrival', since: '2027-01-11T03:55:00+08:00' }] })],
    });
    await island.at('2027-01-11T09:00:00+08:00');
    expect(await given(1)).toBe(2);
    expect((await reasons()).some(([skipped]) => skipped.opted_out === 1)).toBe(true);
  });
});
