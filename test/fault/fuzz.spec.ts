import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CounterRebuild } from '../../src/dispatch/index.js';
import { FAULT_CAUSES, RECEIPT_OUTCOMES, type Adapter, type CallItem } from '../../src/gateways/contract.js';
import { readMailReply, readPush, readReply } from '../../src/gateways/read-reply.js';
import { registry } from '../../src/gateways/registry.js';
import { Database } from '../../src/platform/index.js';
import { at, callOf, pushOf, smsItems } from '../contract/adapter-contract.js';
import { startIsland, type Client, type Island } from '../support/app.js';
import { chanceOf, mutated } from '../support/mutate.js';

const isLong = process.env.FAULT_LONG === '1';
/** Over all decoders, and over the receipt endpoints. */
const DECODED = isLong ? 100_000 : 6_000;
const PUSHED = isLong ? 10_000 : 400;

jest.setTimeout(isLong ? 1_800_000 : 180_000);

const sms = { ecName: 'e', apId: 'a', secretKey: 'secret-key', sign: 's' };
const robot = JSON.stringify({ webhook: 'http://127.0.0.1:9/robot/send?access_token=x', secret: 'SECx' });
const wecom = JSON.stringify({ webhook: 'http://127.0.0.1:9/cgi-bin/webhook/send?key=x' });

/** One of each adapter and variant: settings, items of a call. An adapter without an entry stops the suite. */
const variants: Readonly<Record<string, readonly (readonly [settings: object, items: readonly CallItem[]])[]>> = {
  'cloud-mas': [
    [{ baseUrl: 'http://127.0.0.1:9', ...sms }, smsItems],
    [{ baseUrl: 'http://127.0.0.1:9', ...sms, variant: 'sdk', receipts: 'poll' }, smsItems],
  ],
  'aliyun-voice': [
    [
      { baseUrl: 'http://127.0.0.1:9', accessKeyId: 'a', accessKeySecret: 'secret', ttsCode: 'T' },
      smsItems.slice(0, 1),
    ],
  ],
  'dingtalk-robot': [[{ baseUrl: 'http://127.0.0.1:9' }, [{ deliveryId: 11, to: robot, text: 'x' }]]],
  zhezhengding: [[{ baseUrl: 'http://127.0.0.1:9' }, [{ deliveryId: 11, to: robot, text: 'x' }]]],
  'zhezhengding-work': [
    [
      { baseUrl: 'http://127.0.0.1:9', appKey: 'k', appSecret: 'secret', tenantId: '1' },
      [{ deliveryId: 11, to: '{"accountId":"1"}', text: 'x' }],
    ],
  ],
  'wecom-robot': [[{ baseUrl: 'http://127.0.0.1:9' }, [{ deliveryId: 11, to: wecom, text: 'x' }]]],
  smtp: [[{ host: '127.0.0.1', port: 25, from: 'a@b.example' }, [{ deliveryId: 11, to: 'c@d.example', text: 'x' }]]],
  http: [
    [
      {
        request: { method: 'POST', url: 'http://127.0.0.1:9/{{deliveryId}}', body: '{"to":"{{to}}"}' },
        accepted: { status: [200], body: '"ok":\\s*true', refusedBody: { 'black(?:list)?': 'optedOut' } },
        id: '$.data.id',
        receipt: {
          method: 'POST',
          fields: { to: 'to', ref: '$.m.id', status: 'status' },
          statuses: { '1': 'delivered' },
        },
      },
      smsItems.slice(0, 1),
    ],
  ],
};

/** What the gateways really say, of all kinds: each decoder is given those of the others too. */
const samples: readonly string[] = [
  '{"msgGroup":"0927152506001000833076","rspcod":"success","success":true}',
  '{"mgsGroup":"","rspcod":"InvalidUsrOrPwd","success":"false"}',
  '{"success":true,"rspcod":"success","sysflag":"1","url":"http://127.0.0.1:9/x","msgId":"1"}',
  '[{"errorCode":"DELIVRD","mobile":"13800000001","msgGroup":"0826112130001000330441","receiveDate":"20190826112100","reportStatus":"CM:0000","submitDate":"20190826112100"}]',
  '{"smsContent":"退订","mobile":"13800000001","sendTime":"2026-01-05 09:30:15","addSerial":"1065"}',
  'mobile=13800000001&reportStatus=DELIVRD&errorCode=&msgGroup=1',
  '{"Code":"OK","Message":"OK","RequestId":"R","CallId":"116012354148^10"}',
  '[{"call_id":"1^1","out_id":"td3mv","callee":"13800000001","status_code":"200000","smart_status_code":"ANSWERED","duration":"20","dtmf":"2","end_time":"2026-01-05 09:30:15"}]',
  '{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}',
  '{"success":true,"content":{"success":true,"content":"{\\"msgId\\":\\"1\\"}"}}',
  '{"ok": true,"data":{"id":"7"},"m":{"id":"7"},"status":"1","to":"13800000001"}',
  '250 2.0.0 Ok: queued as EEB8C2866B7',
  '550 5.1.1 no such user here',
  readFileSync('test/contract/mails/postfix-failed.eml', 'utf8'),
  'From: =?GBK?B?1cXI/Q==?= <p@e.org>\r\nSubject: =?UTF-8?Q?unsubscribe?=\r\nMessage-ID: <1@x>\r\n\r\nx',
];

const deliveries = (items: readonly { deliveryId: number }[]) =>
  items.map((item) => item.deliveryId).sort((a, b) => a - b);

/** Everything of an adapter that reads what comes from outside, with one input. */
function read(adapter: Adapter, settings: unknown, items: readonly CallItem[], text: string, status: number): void {
  if (adapter.transport === 'http') {
    const call = callOf(...items);
    const reply = { status, headers: {}, body: text };
    const outcome = readReply(adapter, call, settings, { kind: 'reply', ...reply });
    expect(deliveries(outcome.items)).toEqual(deliveries(items));
    for (const item of outcome.items) if ('fault' in item) expect(FAULT_CAUSES).toContain(item.fault.cause);
    // These three may throw at what they cannot read: their callers take that for an answer. They must come back.
    for (const decode of [
      () => adapter.poll?.decode(reply, settings, at),
      () => adapter.session?.decode(reply, settings),
      () => adapter.check?.decode(reply, settings),
    ])
      try {
        decode();
      } catch (error) {
        expect(error).not.toBeInstanceOf(RangeError);
      }
  }
  if (adapter.transport === 'smtp') {
    const code = 200 + (status % 400);
    expect(readMailReply(adapter, items[0]!, settings, { kind: 'reply', code, text }).deliveryId).toBe(
      items[0]!.deliveryId,
    );
  }
  for (const method of ['GET', 'POST'] as const) {
    const push = pushOf(text, { method, query: { to: text.slice(0, 20), status: text.slice(0, 5) } });
    for (const receipt of readPush(adapter, push, settings)?.receipts ?? []) {
      expect(RECEIPT_OUTCOMES).toContain(receipt.outcome);
      expect(Number.isSafeInteger(receipt.at)).toBe(true);
      if (receipt.deliveryId !== undefined) expect(Number.isSafeInteger(receipt.deliveryId)).toBe(true);
    }
  }
}

describe('decoders and what nobody meant', () => {
  const callable = [...registry.values()].filter((adapter) => adapter.transport !== 'task');
  const cases = callable.flatMap((adapter) =>
    (variants[adapter.id] ?? []).map(([given, items], i) => ({
      name: `${adapter.id} ${i + 1}`,
      adapter,
      given,
      items,
    })),
  );

  it('are all here', () => {
    expect(callable.map(({ id }) => id).filter((id) => !variants[id])).toEqual([]);
  });

  it.each(cases)('$name comes back, and accounts for everybody, whatever it is given', ({ adapter, given, items }) => {
    const settings = adapter.settings.parse(given);
    const chance = chanceOf(adapter.id.length * 7919);
    const statuses = [200, 200, 200, 202, 302, 400, 403, 429, 500];
    for (let i = 0; i < Math.ceil(DECODED / cases.length); i += 1) {
      const text = mutated(samples, chance);
      const status = statuses[Math.floor(chance() * statuses.length)]!;
      try {
        read(adapter, settings, items, text, status);
      } catch (error) {
        throw new Error(`at input ${i}, status ${status}: ${JSON.stringify(text.slice(0, 2_000))}`, { cause: error });
      }
    }
  });
});

describe('receipt endpoints and what nobody meant', () => {
  let island: Island;
  let officer: Client;
  const post = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(`${island.running.url}/api/v1/receipts/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : new Uint8Array(body),
    });
  const database = () => island.running.app.get(Database, { strict: false });
  /** Both what was sent and what is counted of it. */
  const books = async () => [
    await database().query('SELECT id, status, code, receiptAt, attended FROM deliveries ORDER BY id'),
    await island.running.app.get(CounterRebuild, { strict: false }).differences(),
  ];

  beforeAll(async () => {
    island = await startIsland(
      'sqlite',
      '2026-11-02T10:00:00+08:00',
      (url) => `  - key: mas2
    adapter: cloud-mas
    settings: { baseUrl: '${url}/cloud-mas', ecName: 示例县公安局, apId: b, secretKey: simulator-secret, sign: abcdef }
    signature: 【示例公安】
    simulator: true
  - key: email
    adapter: smtp
    settings: { host: 127.0.0.1, port: 9, from: a@b.example }
    simulator: true
`,
    );
    await fetch(`${island.simulator.url}/_sim/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ gateway: 'cloud-mas', receiptLossRate: 1 }),
    });
    officer = await island.client.as('officer');
    const people = [{ externalId: 'F1', phone: '13700030001', township: '菜园镇', populations: [{ kind: 'local' }] }];
    await officer.put('/people', { people });
    const rule = { combinator: 'and', rules: [{ field: 'population', operator: '=', value: 'local' }] };
    const segment = await officer.post<{ id: string }>('/segments', { name: '本地', of: 'people', rule });
    const campaign = await officer.post<{ id: string }>('/campaigns', {
      name: '一条',
      segmentId: segment.body.id,
      channels: [{ channel: 'sms', gateways: ['mas'] }],
      assignment: { policy: 'fixed', tricks: ['brush_like_task'] },
      cadence: { kind: 'monthly', day: 1, at: '09:00' },
      missed: 'skip',
    });
    const path = `/campaigns/${campaign.body.id}`;
    await officer.post(`${path}/submit`);
    await (await island.client.as('approver')).post(`${path}/approve`, { targeted: 1 });
    await officer.post(`${path}/activate`);
    await officer.post(`${path}/runs`);
    await island.work();
  });
  afterAll(async () => {
    await island.close();
  });

  it('refuse or keep it, apply none of it, and live', async () => {
    const before = await books();
    const chance = chanceOf(4_711);
    const keys = ['mas', 'mas2', 'voice', 'email', 'wecom', 'visit', 'nobody', '..%2f', '%00'];
    const statuses = new Set<number>();
    for (let i = 0; i < PUSHED; i += 1) {
      const key = keys[Math.floor(chance() * keys.length)]!;
      const body = mutated(samples, chance);
      statuses.add((await post(key, body)).status);
      if (i % 100 === 99) await island.work();
    }
    await island.work();
    expect([...statuses].filter((status) => ![200, 400, 403, 404, 413].includes(status))).toEqual([]);
    expect(statuses).toContain(200);
    expect(await books()).toEqual(before);
    expect((await fetch(`${island.running.url}/health/ready`)).status).toBe(200);
  });

  it('refuse 50 MB before they have read it, and bytes of no charset, a packing that is none and another method', async () => {
    expect((await post('mas', Buffer.alloc(50 * 1024 * 1024, 0x20)).catch(() => ({ status: 413 }))).status).toBe(413);
    expect((await post('mas', Buffer.from([0xff, 0xfe, 0x00, 0xd8]))).status).toBe(400);
    expect((await post('mas', 'x', { 'content-encoding': 'gzip' })).status).toBe(400);
    expect([400, 415]).toContain((await post('mas', 'x', { 'content-type': 'text/plain; charset=x-none' })).status);
    const put = await fetch(`${island.running.url}/api/v1/receipts/mas`, { method: 'PUT', body: 'x' });
    expect(put.status).toBe(405);
  });

  it('apply nothing for an unknown batch, a wrong token, or a message of another gateway', async () => {
    const before = await books();
    const { ref } = (await database().one<{ ref: string }>('SELECT ref FROM calls WHERE gateway = ?', ['mas']))!;
    const report = { mobile: '13700030001', msgGroup: ref, reportStatus: 'CM:0000', errorCode: 'DELIVRD' };
    expect((await post('mas', JSON.stringify({ ...report, msgGroup: '1' }))).status).toBe(200);
    expect((await post('mas2', JSON.stringify(report))).status).toBe(200);
    expect((await post('mas/not-the-token', JSON.stringify(report))).status).toBe(403);
    await island.work();
    expect(await books()).toEqual(before);
    const { body } = await officer.get<{ items: { ref: string | null }[] }>('/receipts-unmatched');
    expect(body.items.map((one) => one.ref)).toEqual(expect.arrayContaining(['1', ref]));
    expect((await post('mas', JSON.stringify(report))).status).toBe(200);
    await island.work();
    expect(await books()).not.toEqual(before);
  });
});
