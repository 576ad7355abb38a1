import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFlags } from './flags.js';
import { gatewayNames } from './gateway.js';
import { given, masBody, MORNING, type Given } from './given.js';
import { MessageStore } from './messages.js';
import { startSimulator } from './simulator.js';

let here: Given;
beforeEach(async () => {
  here = await given();
});
afterEach(() => here.close());

const submit = (mobiles: string, content = 'x') => here.post('/cloud-mas/sms/norsubmit', masBody({ mobiles, content }));

describe('what was accepted', () => {
  it('comes in pages that meet, by gateway and by recipient', async () => {
    for (const to of ['13800000011', '13800000012', '13800000011']) await submit(to, to);
    await here.post('/http/send', { to: '13800000011', text: 'h' });
    const first = (await here.get('/_sim/messages?limit=2')).json;
    expect(first).toMatchObject({ items: [{ to: '13800000011' }, { to: '13800000012' }], nextCursor: '1' });
    const second = (await here.get('/_sim/messages?limit=2&cursor=1')).json;
    expect(second).toMatchObject({ items: [{ gateway: 'cloud-mas' }, { gateway: 'http' }], nextCursor: null });
    expect((await here.get('/_sim/messages?to=13800000011')).json['items']).toHaveLength(3);
    expect((await here.get('/_sim/messages?to=13800000011&gateway=http')).json['items']).toHaveLength(1);
    const newest = (await here.get('/_sim/messages?to=13800000011&order=newest&limit=1')).json;
    expect(newest).toMatchObject({ items: [{ gateway: 'http' }], nextCursor: '3' });
    const older = (await here.get('/_sim/messages?to=13800000011&order=newest&limit=5&cursor=3')).json;
    expect(older).toMatchObject({ items: [{ callId: expect.any(String) }, {}], nextCursor: null });
    expect((await here.get('/_sim/messages?gateway=pigeon')).status).toBe(422);
    expect((await here.get('/_sim/messages?cursor=x')).status).toBe(422);
  });

  it('lists recipients, latest first, by a part of the number', async () => {
    await submit('13800000011,13800000012');
    await submit('13800000011', 'y');
    expect((await here.get('/_sim/recipients')).json['items']).toMatchObject([
      { to: '13800000011', content: 'y', count: 2 },
      { to: '13800000012', count: 1 },
    ]);
    expect((await here.get('/_sim/recipients?search=0012')).json['items']).toMatchObject([{ to: '13800000012' }]);
  });

  it('is forgotten on DELETE, with faults, receipts and the set time', async () => {
    await here.setClock(MORNING);
    await submit('13800000001');
    await here.post('/_sim/faults', { gateway: 'http', down: true });
    expect((await fetch(`${here.simulator.url}/_sim`, { method: 'DELETE' })).status).toBe(204);
    expect((await here.get('/_sim/stats')).json['cloud-mas']).toMatchObject({
      requests: 0,
      messages: 0,
      duplicates: 0,
    });
    expect((await here.get('/_sim/messages')).json['items']).toEqual([]);
    expect((await here.get('/_sim/faults')).json['http']).toEqual({});
    expect((await here.get('/_sim/clock')).json).toMatchObject({ isStanding: false, pending: 0, nextDueAt: null });
    await submit('13800000001');
    expect((await here.get('/_sim/stats')).json['cloud-mas']).toMatchObject({ messages: 1, duplicates: 0 });
  });

  it('stays small and fast with 300,000 messages', () => {
    const store = new MessageStore();
    for (let i = 0; i < 300_000; i += 1) {
      const to = String(13_900_000_000 + (i % 100_000));
      const { nth, isAgain } = store.add({ gateway: 'cloud-mas', to, content: `text ${i % 48}`, at: i, callId: 'c' });
      if (i >= 200_000 && nth !== 2) throw new Error(`message ${i} is number ${nth}`);
      if (isAgain && i < 100_000) throw new Error(`message ${i} was never given before`);
    }
    expect(store.size).toBe(300_000);
    expect(store.page({ to: '13900000007', limit: 10 }).items.map(({ at }) => at)).toEqual([7, 100_007, 200_007]);
  });
});

describe('the clock', () => {
  it('stands, runs again, and refuses what is no instant', async () => {
    expect((await here.setClock('2026-12-01T09:00:00+08:00')).json).toEqual({
      at: '2026-12-01T01:00:00.000Z',
      isStanding: true,
      pushed: 0,
      failed: 0,
      pending: 0,
      nextDueAt: null,
    });
    expect((await here.post('/_sim/clock', { at: null })).json).toMatchObject({ isStanding: false });
    for (const at of ['tomorrow', 5, '2026-12-01', undefined])
      expect((await here.post('/_sim/clock', { at })).status).toBe(422);
  });
});

describe('the plain gateway', () => {
  it('takes JSON, form and query, and reports to the address that came along', async () => {
    await here.setClock(MORNING);
    const receiptUrl = `${here.receiverUrl}/receipts/http/token?x=1`;
    const { json } = await here.post('/http/send', { to: '13800000001', text: '一', deliveryId: 'd1', receiptUrl });
    expect(json).toEqual({ status: 'accepted', id: expect.any(String) });
    const query = new URLSearchParams({ to: '13800000003', text: '二 +&', deliveryId: 'd2', receiptUrl });
    await here.get(`/http/send?${query.toString()}`);
    const form = new URLSearchParams({ to: '13800000011', text: '三', receiptUrl: '' });
    await here.post('/http/send', form.toString(), { 'content-type': 'application/x-www-form-urlencoded' });
    await here.setClock('2026-01-05T01:32:15Z');
    expect(here.received.sort((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)))).toMatchObject(
      here.received.map(() => ({ path: '/receipts/http/token?x=1' })),
    );
    expect(here.received.map(({ body }) => body)).toEqual(
      expect.arrayContaining([
        { id: json['id'], to: '13800000001', deliveryId: 'd1', status: 'DELIVRD' },
        { id: expect.any(String), to: '13800000003', deliveryId: 'd2', status: 'UNDELIV' },
      ]),
    );
    expect((await here.get('/_sim/messages?to=13800000003')).json['items']).toMatchObject([{ content: '二 +&' }]);
  });

  it('names what is missing', async () => {
    expect(await here.post('/http/send', { text: 'x' })).toMatchObject({ status: 400, json: { status: 'refused' } });
    expect((await here.post('/http/send', 'x')).status).toBe(400);
    expect((await here.post('/http/send', { to: '1', text: 'x', receiptUrl: 'ftp://x' })).status).toBe(400);
  });
});

describe('the house', () => {
  it('has a page, a health answer and nothing else', async () => {
    const page = await here.get('/');
    expect(page.text).toContain('网关模拟器');
    for (const name of gatewayNames) expect(page.text).toMatch(new RegExp(`${name}'?: '`));
    expect(page.text).not.toMatch(/src=|https?:\/\//);
    expect((await here.get('/_sim/health')).status).toBe(200);
    for (const path of ['/nothing', '/_sim/nothing', '/http/nothing', '//', '/?%', '/cloud-masx']) {
      expect([200, 404]).toContain((await here.get(path)).status);
    }
  });

  it('refuses 17 MB and lives on', async () => {
    expect((await here.post('/cloud-mas/sms/norsubmit', 'x'.repeat(17 * 1024 * 1024))).status).toBe(413);
    expect((await submit('13800000001')).json['rspcod']).toBe('success');
  });

  it('cannot start twice on one port', async () => {
    await expect(startSimulator({ port: here.simulator.port })).rejects.toThrow(/EADDRINUSE/);
  });
});

describe('flags', () => {
  it('reads them all', () => {
    const words = [
      '--port',
      '0',
      '--smtp-port=4025',
      '--seed',
      '7',
      '--callback',
      'cloud-mas=http://h/a?b=c',
      '--secret',
      'dingtalk=SEC=x',
      '--mas-account',
      '局:ap:s:1',
    ];
    expect(readFlags(words)).toEqual({
      options: {
        port: 0,
        host: '127.0.0.1',
        smtpPort: 4025,
        seed: 7,
        callbacks: { 'cloud-mas': 'http://h/a?b=c' },
        secrets: { dingtalk: 'SEC=x' },
        masAccounts: [{ ecName: '局', apId: 'ap', secretKey: 's:1' }],
      },
    });
    expect(readFlags([])).toMatchObject({ options: { port: 4010 } });
    expect(readFlags(['--help'])).toEqual({ help: true });
  });

  it.each([
    [['--port', 'x'], '--port'],
    [['--port', '70000'], '--port'],
    [['--colour'], '--colour'],
    [['word'], 'word'],
    [['--callback', 'pigeon=http://x'], '--callback'],
    [['--callback', 'http=ftp://x'], '--callback'],
    [['--secret', 'cloud-mas'], '--secret'],
    [['--mas-account', 'a:b'], '--mas-account'],
    [['--mas-status', 'x'], '--mas-status'],
  ])('names the mistake in %j', (words, name) => {
    expect(readFlags(words)).toEqual({ mistake: expect.stringContaining(name) });
  });

  it('does not repeat a secret in its complaint', () => {
    expect(readFlags(['--secret', 'pigeon=hush'])).toEqual({ mistake: expect.not.stringContaining('hush') });
  });
});
