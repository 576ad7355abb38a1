import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CallItem, CallOutcome, HttpAdapter, MailAdapter, Push, Received } from '../../src/gateways/contract.js';
import { readMailReply, readPush, readReply } from '../../src/gateways/read-reply.js';
import { registry } from '../../src/gateways/registry.js';
import { startSimulator, type RunningSimulator } from '../../src/gateways/simulator/index.js';
import { MailWire, Wire, type Database } from '../../src/platform/index.js';
import { callOf } from './adapter-contract.js';

const database = { inTransaction: false } as Database;
const wire = new Wire(database);
const mailWire = new MailWire(database);
const pushes: Push[] = [];
let simulator: RunningSimulator;
let receiver: Server;
let receiverUrl = '';
let calls = 0;

const http = (id: string) => registry.get(id) as HttpAdapter<unknown>;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://here');
      const push: Push = {
        method: request.method as 'POST',
        headers: {},
        query: Object.fromEntries(searchParams),
        body,
        receivedAt: Date.now(),
      };
      pushes.push({ ...push, headers: { path: pathname } });
      response.end('{"code":0,"msg":"ok"}');
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  simulator = await startSimulator({
    smtpPort: 0,
    masTemplates: [
      { id: 'T1', wording: '{name}，请勿转账。' },
      { id: 'T2', wording: '不转账' },
    ],
    callbacks: { 'cloud-mas': `${receiverUrl}/mas`, 'aliyun-voice': `${receiverUrl}/voice` },
  });
  for (const gateway of ['cloud-mas', 'aliyun-voice', 'http']) {
    await fetch(`${simulator.url}/_sim/faults`, {
      method: 'POST',
      body: JSON.stringify({ gateway, receiptDelayMs: 0 }),
      headers: { 'content-type': 'application/json' },
    });
  }
});

afterAll(async () => {
  await Promise.all([wire.onApplicationShutdown(), mailWire.onApplicationShutdown(), simulator.close()]);
  await new Promise((resolve) => receiver.close(resolve));
});

async function send(
  id: string,
  given: object,
  items: readonly CallItem[],
  receiptUrl = receiverUrl,
): Promise<CallOutcome> {
  const adapter = http(id);
  const settings = adapter.settings.parse(given);
  calls += 1;
  const call = { ...callOf(...items), requestId: `t${String(calls).padStart(31, '0')}` };
  const context = { at: Date.now(), nonce: Math.random().toString(16).slice(2).padStart(32, '0'), receiptUrl };
  const options = { timeoutMs: 5_000, hosts: adapter.hosts(settings), allowPrivate: true };
  const login = adapter.session?.request(settings, context);
  const signed = login && (await wire.send(login, options));
  const signing = signed?.kind === 'reply' ? adapter.session!.decode(signed, settings) : undefined;
  const request = adapter.encode(call, settings, {
    ...context,
    ...(signing && 'session' in signing ? { session: signing.session } : {}),
  });
  return readReply(adapter, call, settings, await wire.send(request, options));
}

const causes = ({ items }: CallOutcome) =>
  items.map((item) => ('fault' in item ? `${item.fault.cause} ${item.fault.code}` : 'accepted'));

/** What has been pushed to a path, read by the adapter, once there are so many receipts. */
async function received(id: string, given: object, path: string, many: number): Promise<Received['receipts']> {
  const settings = http(id).settings.parse(given);
  for (let i = 0; i < 100; i += 1) {
    const receipts = pushes
      .filter(({ headers }) => headers.path === path)
      .flatMap((push) => readPush(http(id), push, settings)?.receipts ?? []);
    if (receipts.length >= many) return receipts;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not ${many} receipts at ${path}`);
}

describe('the adapters and the simulator, which share no code', () => {
  const people = [
    { deliveryId: 1, to: '13800000001', text: '不转账' },
    { deliveryId: 2, to: '13900000003', text: '不转账' },
    { deliveryId: 3, to: '13700000004', text: '不转账' },
  ];

  it('cloud-mas: one content, a content each, receipts, a wrong secret', async () => {
    const given = {
      baseUrl: `${simulator.url}/cloud-mas`,
      ecName: '示例县公安局',
      apId: 'anti-fraud',
      secretKey: 'simulator-secret',
      sign: 'abcdef',
    };
    const same = await send('cloud-mas', given, people);
    expect(causes(same)).toEqual(['accepted', 'accepted', 'accepted']);
    const each = people.map((item) => ({ ...item, text: `${item.text} ${item.deliveryId}` }));
    expect(causes(await send('cloud-mas', given, each))).toEqual(['accepted', 'accepted', 'accepted']);
    const ours = (await received('cloud-mas', given, '/mas', 6)).filter(({ ref }) => ref === same.ref);
    expect(ours).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ to: '13800000001', outcome: 'delivered', code: 'DELIVRD' }),
        expect.objectContaining({ to: '13900000003', outcome: 'undelivered', badNumber: true }),
        expect.objectContaining({ to: '13700000004', outcome: 'undelivered', optedOut: true }),
      ]),
    );
    expect(causes(await send('cloud-mas', { ...given, secretKey: 'wrong' }, people))[0]).toMatch(/^settings /);
    expect(
      causes(await send('cloud-mas', { ...given, includeSecretInBody: false, secretKey: 'wrong' }, people))[0],
    ).toBe('settings IllegalMac');
  });

  it('cloud-mas: templates, and the SDK that names its batches itself', async () => {
    const templates = [
      { id: 'T1', wording: '{name}，请勿转账。' },
      { id: 'T2', wording: '不转账' },
    ];
    const given = {
      baseUrl: `${simulator.url}/cloud-mas`,
      ecName: '示例县公安局',
      apId: 'anti-fraud',
      secretKey: 'simulator-secret',
      sign: 'abcdef',
      templates,
    };
    const shown = async (to: string) => {
      const response = await fetch(`${simulator.url}/_sim/messages?gateway=cloud-mas&to=${to}`);
      return ((await response.json()) as { items: { content: string }[] }).items.at(-1)?.content;
    };
    const to = '13800000101';
    expect(causes(await send('cloud-mas', given, [{ deliveryId: 1, to, text: '张先生，请勿转账。' }]))).toEqual([
      'accepted',
    ]);
    expect(await shown(to)).toBe('张先生，请勿转账。');
    const sdk = { ...given, variant: 'sdk' };
    expect(causes(await send('cloud-mas', sdk, [{ deliveryId: 1, to, text: '李女士，请勿转账。' }]))).toEqual([
      'accepted',
    ]);
    expect(await shown(to)).toBe('李女士，请勿转账。');
    const outcome = await send('cloud-mas', { ...sdk, templates: [] }, people);
    expect(causes(outcome)).toEqual(['accepted', 'accepted', 'accepted']);
    await received('cloud-mas', sdk, '/mas', 3);
    for (let i = 0; i < 100; i += 1) {
      const named = (await received('cloud-mas', sdk, '/mas', 3)).filter(({ ref }) => ref === outcome.ref);
      if (new Set(named.map((receipt) => receipt.to)).size === 3) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const named = (await received('cloud-mas', sdk, '/mas', 3)).filter(({ ref }) => ref === outcome.ref);
    expect(new Set(named.map((receipt) => receipt.to))).toEqual(new Set(people.map((one) => one.to)));
    expect(causes(await send('cloud-mas', { ...sdk, secretKey: 'wrong' }, people))[0]).toBe('settings IllegalMac');
  });

  it.each(['pop', 'acs3'])('aliyun-voice: a call signed the %s way, its receipt, a wrong secret', async (signature) => {
    const given = {
      baseUrl: `${simulator.url}/aliyun-voice`,
      accessKeyId: 'demoAk',
      accessKeySecret: 'simulator-secret',
      calledShowNumber: '05800000000',
      ttsCode: 'TTS_100000001',
      signature,
    };
    const deliveryId = signature === 'pop' ? 4711 : 4712;
    const item = { deliveryId, to: signature === 'pop' ? '13800000001' : '13600000001', text: '凡要求转账的都是诈骗' };
    const outcome = await send('aliyun-voice', given, [item]);
    expect(causes(outcome)).toEqual(['accepted']);
    await received('aliyun-voice', given, '/voice', 1);
    for (let i = 0; i < 100; i += 1) {
      const receipts = await received('aliyun-voice', given, '/voice', 1);
      if (receipts.some((receipt) => receipt.deliveryId === deliveryId)) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const receipt = (await received('aliyun-voice', given, '/voice', 1)).find((one) => one.deliveryId === deliveryId);
    expect(receipt).toMatchObject({ ref: outcome.ref, to: item.to });
    expect(['delivered', 'undelivered']).toContain(receipt?.outcome);
    expect(causes(await send('aliyun-voice', { ...given, accessKeySecret: 'wrong' }, [item]))).toEqual([
      'settings SignatureDoesNotMatch',
    ]);
    expect(causes(await send('aliyun-voice', given, [item]))).toEqual(['throttled isv.BUSINESS_LIMIT_CONTROL']);
  });

  it.each(['dingtalk-robot', 'zhezhengding'])('%s: a signed post, a wrong secret, an unknown robot', async (id) => {
    const given = { baseUrl: `${simulator.url}/dingtalk` };
    const to = (token: string, secret: string) =>
      JSON.stringify({ webhook: `https://oapi.dingtalk.com/robot/send?access_token=${token}`, secret });
    const post = (token: string, secret: string) =>
      send(id, given, [{ deliveryId: 1, to: to(token, secret), text: '不转账' }]);
    expect(causes(await post(`${id}1`, `SEC${id}1`))).toEqual(['accepted']);
    expect(causes(await post(`${id}1`, 'SECother'))).toEqual(['recipient 310000']);
    expect(causes(await post('bad1', 'SECbad1'))).toEqual(['recipient 300005']);
  });

  it('zhezhengding-work: a signed notification, a wrong secret', async () => {
    const given = {
      baseUrl: `${simulator.url}/zhezhengding`,
      appKey: 'demo',
      appSecret: 'simulator-secret',
      tenantId: '196729',
    };
    const item = { deliveryId: 1, to: '{"accountId":"1001"}', title: '告警', text: '网关 & 余额 = 0' };
    expect(causes(await send('zhezhengding-work', given, [item]))).toEqual(['accepted']);
    const shown = await fetch(`${simulator.url}/_sim/messages?gateway=zhezhengding&to=1001`);
    expect(await shown.json()).toMatchObject({ items: [{ content: '网关 & 余额 = 0' }] });
    expect(causes(await send('zhezhengding-work', { ...given, appSecret: 'wrong' }, [item]))).toEqual(['settings 401']);
  });

  it('wecom-robot: a post, too many of them', async () => {
    const given = { baseUrl: `${simulator.url}/wecom` };
    const to = JSON.stringify({
      webhook: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-0000-4bc4-97a0-0ec2abcdef12',
    });
    const post = () => send('wecom-robot', given, [{ deliveryId: 1, to, text: '不转账' }]);
    for (let i = 0; i < 20; i += 1) expect(causes(await post())).toEqual(['accepted']);
    expect(causes(await post())).toEqual(['throttled 45009']);
  });

  it('http: a post by configuration, and its receipt', async () => {
    const given = {
      request: {
        method: 'POST',
        url: `${simulator.url}/http/send`,
        body: '{"to":"{{to}}","text":"{{text}}","deliveryId":"{{deliveryId}}","receiptUrl":"{{receiptUrl}}"}',
      },
      accepted: { status: [200], body: '"status":"accepted"' },
      id: '$.id',
      receipt: {
        method: 'POST',
        fields: { to: 'to', ref: 'id', deliveryId: 'deliveryId', status: 'status' },
        statuses: { DELIVRD: 'delivered', UNDELIV: 'undelivered' },
      },
    };
    const outcome = await send(
      'http',
      given,
      [{ deliveryId: 9, to: '13800000001', text: '"不转账"\n' }],
      `${receiverUrl}/any`,
    );
    expect(causes(outcome)).toEqual(['accepted']);
    expect(await received('http', given, '/any', 1)).toEqual([
      expect.objectContaining({ deliveryId: 9, ref: outcome.ref, to: '13800000001', outcome: 'delivered' }),
    ]);
  });

  it('smtp: a mail', async () => {
    const adapter = registry.get('smtp') as MailAdapter<unknown>;
    const settings = adapter.settings.parse({
      host: '127.0.0.1',
      port: simulator.smtpPort,
      from: 'office@county.example',
    });
    const item = { deliveryId: 5, to: 'person@example.org', text: '不转账' };
    const mail = adapter.compose(item, settings, { at: Date.now(), nonce: '', receiptUrl: '' });
    expect(
      readMailReply(adapter, item, settings, await mailWire.send(mail, adapter.server(settings), { timeoutMs: 5_000 })),
    ).toMatchObject({ deliveryId: 5, ref: 'td5' });
  });
});
