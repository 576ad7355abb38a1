import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import type { AddressInfo } from 'node:net';
import { GatewayTest } from '../../src/dispatch/index.js';
import { GatewayChecks, Gateways } from '../../src/gateways/index.js';
import { startIsland, type Client, type Island } from '../support/app.js';
import { dialects } from '../support/database.js';

const mas = (key: string, url: string, more: string) => `  - key: ${key}
    adapter: cloud-mas
    settings: { baseUrl: '${url}/cloud-mas', ecName: 示例县公安局, apId: anti-fraud, sign: abcdef, ${more} }
    signature: 【示例公安】
    simulator: true
`;
const voice = (key: string, url: string, more: string) => `  - key: ${key}
    adapter: aliyun-voice
    settings: { baseUrl: '${url}/aliyun-voice', accessKeyId: demoAk, calledShowNumber: '05800000000', ttsCode: TTS_100000001, ${more} }
    simulator: true
`;

/** What the operator sees of the ways out of the house. */
describe.each(dialects())('gateways on %s', (dialect) => {
  let island: Island;
  let operator: Client;
  const relay = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: (auth, _, done) =>
      auth.password === 'right' ? done(null, { user: auth.username }) : done(new Error('no such account')),
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', () => resolve()));
    const { port } = relay.server.address() as AddressInfo;
    const email = (key: string, at: number, pass: string) => `  - key: ${key}
    adapter: smtp
    settings: { host: 127.0.0.1, port: ${at}, user: office, pass: ${pass}, from: office@county.example }
    simulator: true
`;
    island = await startIsland(
      dialect,
      '2026-11-02T10:00:00+08:00',
      (url) =>
        mas('mas-wrong', url, 'secretKey: wrong') +
        mas('mas-unsigned', url, "secretKey: simulator-secret, addSerial: '1', variant: https") +
        mas('sdk', url, 'secretKey: simulator-secret, variant: sdk') +
        mas('sdk-wrong', url, 'secretKey: wrong, variant: sdk') +
        mas('mas-gone', 'http://127.0.0.1:9', 'secretKey: x') +
        voice('voice-acs3', url, 'accessKeySecret: simulator-secret') +
        voice('voice-wrong', url, 'accessKeySecret: wrong') +
        email('email', port, 'right') +
        email('email-wrong', port, 'wrong') +
        email('email-gone', 9, 'right') +
        `  - key: work
    adapter: zhezhengding-work
    settings: { baseUrl: '${url}/zhezhengding', appKey: k, appSecret: simulator-secret, tenantId: '1' }
    simulator: true
  - key: work-wrong
    adapter: zhezhengding-work
    settings: { baseUrl: '${url}/zhezhengding', appKey: k, appSecret: wrong, tenantId: '1' }
    simulator: true
`,
    );
    operator = await island.client.as('operator');
  });
  afterAll(async () => {
    await island.close();
    await new Promise<void>((resolve) => relay.close(() => resolve()));
  });

  const given = async () =>
    ((await (await fetch(`${island.simulator.url}/_sim/messages`)).json()) as { items: unknown[] }).items;

  it.each([
    ['mas', 'account', null],
    ['mas-unsigned', 'account', null],
    ['sdk', 'account', null],
    ['voice', 'account', null],
    ['voice-acs3', 'account', null],
    ['work', 'account', null],
    ['email', 'account', null],
    ['zhezhengding', 'reached', null],
    ['wecom', 'reached', null],
    ['wechat', 'nothingToReach', null],
    ['mas-wrong', 'account', 'InvalidUsrOrPwd'],
    ['sdk-wrong', 'account', 'IllegalMac'],
    ['mas-gone', 'account', 'ECONNREFUSED'],
    ['voice-wrong', 'account', 'SignatureDoesNotMatch'],
    ['work-wrong', 'account', '401'],
    ['email-wrong', 'account', 'EAUTH'],
    ['email-gone', 'account', 'ESOCKET'],
  ])('a check of %s looks at the %s and finds %j, and nobody gets anything', async (key, how, code) => {
    const gateway = island.running.app.get(Gateways, { strict: false }).get(key)!;
    const checked = await island.running.app.get(GatewayChecks, { strict: false }).check(gateway);
    expect([checked.how, checked.fault?.code ?? null]).toEqual([how, code]);
    expect(await given()).toEqual([]);
  });

  it('a test send is one marked message, masked in what is told of it', async () => {
    const test = island.running.app.get(GatewayTest, { strict: false });
    const by = { id: 'cli', name: 'cli:test' };
    const sent = await test.send('mas', '+86 138-0001-0001', by);
    expect(sent).toMatchObject({ ok: true, value: { to: '138****0001', fault: null, ref: expect.any(String) } });
    const [message, ...others] = (await given()) as { to: string; content: string }[];
    expect(others).toEqual([]);
    expect(message).toMatchObject({ to: '13800010001', content: expect.stringMatching(/^（测试）.*请忽略。$/) });
    expect(await test.send('mas', '0580-5081234', by)).toMatchObject({ ok: false, error: 'address' });
    expect(await test.send('wechat', 'x', by)).toMatchObject({ ok: false, error: 'task' });
    expect(await test.send('nobody', 'x', by)).toMatchObject({ ok: false, error: 'notFound' });
  });

  it('health is what receipts say', async () => {
    type Listed = { items: { key: string; health: object | null }[] };
    const healthOf = async (key: string) =>
      (await operator.get<Listed>('/gateways')).body.items.find((g) => g.key === key)?.health;
    expect(await healthOf('mas')).toMatchObject({ messages: 0, share: null });
    expect(await healthOf('wecom')).toBeNull();
    const officer = await island.client.as('officer');
    const people = Array.from({ length: 20 }, (_, i) => ({
      externalId: `P${i}`,
      phone: `137000200${String(i).padStart(2, '0')}`,
      township: '菜园镇',
      populations: [{ kind: 'local' }],
    }));
    await officer.put('/people', { people });
    const rule = { combinator: 'and', rules: [{ field: 'population', operator: '=', value: 'local' }] };
    const segment = await officer.post<{ id: string }>('/segments', { name: '本地', of: 'people', rule });
    const campaign = await officer.post<{ id: string }>('/campaigns', {
      name: '健康',
      segmentId: segment.body.id,
      channels: [{ channel: 'sms', gateways: ['mas'] }],
      assignment: { policy: 'fixed', tricks: ['brush_like_task'] },
      cadence: { kind: 'monthly', day: 1, at: '09:00' },
      missed: 'skip',
    });
    await officer.post(`/campaigns/${campaign.body.id}/submit`);
    await (await island.client.as('approver')).post(`/campaigns/${campaign.body.id}/approve`, { targeted: 20 });
    await officer.post(`/campaigns/${campaign.body.id}/activate`);
    await officer.post(`/campaigns/${campaign.body.id}/runs`);
    await island.work();
    await island.at('2026-11-02T10:20:00+08:00');
    const health = (await healthOf('mas')) as { sent: number; receipts: number; share: number; medianSeconds: number };
    expect(health).toMatchObject({ messages: 20, sent: 20, failed: 0, uncertain: 0 });
    expect(health.share).toBeGreaterThan(0.7);
    expect(health.share).toBe(health.receipts / 20);
    expect(health.medianSeconds).toBeGreaterThan(0);
  });
});
