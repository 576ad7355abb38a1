import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { given, masBody, MORNING, type Given } from './given.js';

let here: Given;
beforeEach(async () => {
  here = await given();
  await here.setClock(MORNING);
});
afterEach(() => here.close());

const fault = (faults: object, gateway = 'cloud-mas') => here.post('/_sim/faults', { gateway, ...faults });
const submit = (mobiles: string) => here.post('/cloud-mas/sms/norsubmit', masBody({ mobiles, content: 'x' }));
const stats = async () => (await here.get('/_sim/stats')).json['cloud-mas'];
const phones = (count: number): string =>
  Array.from({ length: count }, (_, i) => `139${String(i).padStart(4, '0')}0001`).join(',');

it('dropAfterAccept takes the message and gives no answer', async () => {
  await fault({ dropAfterAccept: 1 });
  await expect(submit('13800000001')).rejects.toThrow();
  expect(await stats()).toMatchObject({ requests: 1, messages: 1 });
  await here.setClock('2026-01-05T01:31:15Z');
  expect(here.received).toHaveLength(1);
});

it('dropAfterAccept does not touch a refusal', async () => {
  await fault({ dropAfterAccept: 1 });
  expect((await submit('1')).json['rspcod']).toBe('InvalidMobile');
});

it('errorRate answers 500 and takes nothing, in about its share', async () => {
  await fault({ errorRate: 0.3 });
  const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => submit(`139${String(i).padStart(8, '0')}`)));
  const errors = answers.filter(({ status }) => status === 500).length;
  expect(errors).toBeGreaterThan(35);
  expect(errors).toBeLessThan(85);
  expect(await stats()).toMatchObject({ requests: 200, messages: 200 - errors });
});

it('down destroys the connection before anything is taken', async () => {
  await fault({ down: true });
  await expect(submit('13800000001')).rejects.toThrow();
  expect(await stats()).toMatchObject({ messages: 0 });
  await fault({ down: false });
  expect((await submit('13800000001')).json['rspcod']).toBe('success');
});

it('latencyMs delays the answer, not the acceptance', async () => {
  await fault({ latencyMs: 200 });
  const before = Date.now();
  const answer = submit('13800000001');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await stats()).toMatchObject({ messages: 1 });
  await answer;
  expect(Date.now() - before).toBeGreaterThanOrEqual(190);
});

it.each([
  ['cloud-mas', '/cloud-mas/sms/norsubmit', { rspcod: 'FlowOverLimit' }, 200],
  ['dingtalk', '/dingtalk/robot/send', { errcode: 130101 }, 200],
  ['wecom', '/wecom/cgi-bin/webhook/send', { errcode: 45009 }, 200],
  ['aliyun-voice', '/aliyun-voice/', { Code: 'isv.BUSINESS_LIMIT_CONTROL' }, 200],
  ['http', '/http/send', { status: 'refused' }, 429],
])('throttleAfter lets %s say that it is busy, in its own words', async (gateway, path, json, status) => {
  await fault({ throttleAfter: 0 }, gateway);
  expect(await here.post(path, {})).toMatchObject({ status, json });
});

it('throttleAfter counts by the real second', async () => {
  await fault({ throttleAfter: 2 });
  await new Promise((resolve) => setTimeout(resolve, 1_005 - (Date.now() % 1_000)));
  const answers = [await submit('13800000001'), await submit('13800000011'), await submit('13800000021')];
  expect(answers.map(({ json }) => json['rspcod'])).toEqual(['success', 'success', 'FlowOverLimit']);
  await new Promise((resolve) => setTimeout(resolve, 1_005));
  expect((await submit('13800000031')).json['rspcod']).toBe('success');
});

describe('receipts', () => {
  it('are lost in the share of receiptLossRate', async () => {
    await fault({ receiptLossRate: 0.25 });
    await submit(phones(2_000));
    await here.setClock('2026-01-05T01:32:15Z');
    expect(here.received.length).toBeGreaterThan(1_400);
    expect(here.received.length).toBeLessThan(1_600);
  });

  it('are all lost at 1', async () => {
    await fault({ receiptLossRate: 1 });
    await submit(phones(100));
    expect((await here.setClock('2026-01-05T01:32:15Z')).json).toMatchObject({
      pushed: 0,
      pending: 0,
      nextDueAt: null,
    });
  });

  it('come twice in the share of receiptDuplicateRate, word for word', async () => {
    await fault({ receiptDuplicateRate: 1 });
    await submit('13800000001');
    await here.setClock('2026-01-05T01:32:15Z');
    expect(here.received).toHaveLength(2);
    const [first, second] = here.received.map(({ body }) => ({
      ...(body as Record<string, unknown>),
      receiveDate: '',
    }));
    expect(second).toEqual(first);
  });

  it('come when receiptDelayMs says, but for the late number', async () => {
    await fault({ receiptDelayMs: 7_200_000 });
    await submit('13800000001,13800000006');
    expect((await here.setClock('2026-01-05T01:40:15Z')).json).toMatchObject({
      pushed: 1,
      nextDueAt: '2026-01-05T03:30:15.000Z',
    });
    expect(here.received).toMatchObject([{ body: { mobile: '13800000006' } }]);
  });

  it('come at once in real time at receiptDelayMs 0', async () => {
    await here.post('/_sim/clock', { at: null });
    await fault({ receiptDelayMs: 0 });
    await submit('13800000001');
    for (let i = 0; i < 50 && here.received.length === 0; i += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(here.received).toHaveLength(1);
  });
});

describe('the switch itself', () => {
  it('keeps what is absent, clears what is null and names what is wrong', async () => {
    await fault({ errorRate: 0.5, latencyMs: 3 });
    expect((await fault({ errorRate: null })).json).toEqual({ gateway: 'cloud-mas', latencyMs: 3 });
    const wrong = await fault({ errorRate: 2, colour: 'red' });
    expect(wrong).toMatchObject({ status: 422, json: { code: 'invalid_input' } });
    expect((await fault({}, 'pigeon')).json['errors']).toMatchObject([{ path: '/gateway' }]);
    expect((await here.post('/_sim/faults', 'no json')).status).toBe(422);
  });
});
