import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { CounterRebuild } from '../../src/dispatch/index.js';
import { Gateways } from '../../src/gateways/index.js';
import { Alarms, Database } from '../../src/platform/index.js';
import { ReceiptsLoop } from '../../src/receipts/index.js';
import { Poller } from '../../src/receipts/poller.service.js';
import { startIsland, type Client, type Island } from '../support/app.js';
import { dialects } from '../support/database.js';

interface Asked {
  readonly path: string;
  readonly body: string;
  readonly answer: (body: object | readonly object[]) => void;
}

/** A cloud-MAS that answers when the test says so. */
class HandGateway {
  private server: Server | null = null;
  private readonly asked: Asked[] = [];
  port = 0;

  async open(): Promise<void> {
    this.server = createServer((request, response: ServerResponse) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        this.asked.push({
          path: request.url ?? '',
          body,
          answer: (said) => response.setHeader('connection', 'close').end(JSON.stringify(said)),
        });
      });
    });
    await new Promise<void>((resolve) => this.server!.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => (this.server ? this.server.close(resolve) : resolve(undefined)));
    this.server = null;
  }

  /** The next request, when it is there. */
  async next(): Promise<Asked> {
    for (;;) {
      const asked = this.asked.shift();
      if (asked) return asked;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

describe.each(dialects())('receipts on %s', (dialect) => {
  const hand = new HandGateway();
  const relay = new SMTPServer({ authOptional: true, disabledCommands: ['STARTTLS'] });
  let island: Island;
  let officer: Client;
  let made = 0;
  const database = () => island.running.app.get(Database, { strict: false });
  const push = (gateway: string, body: unknown) =>
    fetch(`${island.running.url}/api/v1/receipts/${gateway}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const alarmsOf = async (kind: string) =>
    (await island.running.app.get(Alarms, { strict: false }).open()).filter((a) => a.kind === kind);

  /** One more person, and a run of a campaign over them alone. */
  async function run(
    channel: 'sms' | 'voice' | 'email',
    gateway: string,
  ): Promise<{ runId: string; phone: string; email: string }> {
    made += 1;
    const tag = `one_${made}`;
    const phone = `1370001${String(made).padStart(4, '0')}`;
    const email = `${tag}@example.org`;
    await officer.put('/people', {
      people: [{ externalId: tag, phone, email, township: '菜园镇', populations: [{ kind: 'local' }], tags: [tag] }],
    });
    const rule = { combinator: 'and', rules: [{ field: 'tag', operator: '=', value: tag }] };
    const segment = await officer.post<{ id: string }>('/segments', { name: tag, of: 'people', rule });
    const campaign = await officer.post<{ id: string }>('/campaigns', {
      name: tag,
      segmentId: segment.body.id,
      channels: [{ channel, gateways: [gateway] }],
      assignment: { policy: 'fixed', tricks: ['brush_like_task'] },
      cadence: { kind: 'monthly', day: 1, at: '09:00' },
      missed: 'skip',
    });
    const { id } = campaign.body;
    await officer.post(`/campaigns/${id}/submit`);
    const approver = await island.client.as('approver');
    expect((await approver.post(`/campaigns/${id}/approve`, { targeted: 1 })).status).toBe(200);
    await officer.post(`/campaigns/${id}/activate`);
    const { body } = await officer.post<{ runId: string }>(`/campaigns/${id}/runs`);
    return { runId: body.runId, phone, email };
  }
  const deliveryOf = async (runId: string) =>
    (await officer.get<{ items: { id: string; status: string }[] }>(`/runs/${runId}/deliveries`)).body.items[0]!;

  beforeAll(async () => {
    await hand.open();
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    const relayPort = (relay.server.address() as AddressInfo).port;
    island = await startIsland(
      dialect,
      '2026-11-02T10:00:00+08:00',
      (url) => `  - key: hand
    adapter: cloud-mas
    settings: { baseUrl: 'http://127.0.0.1:${hand.port}', ecName: 示例县公安局, apId: a, secretKey: hand-secret, sign: abcdef, addSerial: '', receipts: poll, timeoutMs: 600000 }
    signature: 【示例公安】
    simulator: true
  - key: email
    adapter: smtp
    settings: { host: 127.0.0.1, port: ${relayPort}, from: office@county.example }
    simulator: true
  - key: sdk
    adapter: cloud-mas
    settings: { baseUrl: '${url}/cloud-mas', variant: sdk, ecName: 示例县公安局, apId: sdk, secretKey: simulator-secret, sign: abcdef }
    signature: 【示例公安】
    simulator: true
`,
    );
    officer = await island.client.as('officer');
  });
  afterAll(async () => {
    await island.close();
    await hand.close();
    await new Promise<void>((resolve) => relay.close(resolve));
  });

  const receiptsLoop = () => island.running.app.get(ReceiptsLoop, { strict: false });
  const unmatched = async () => (await officer.get<{ items: { ref: string }[] }>('/receipts-unmatched')).body.items;

  it('wait while the call is open that may answer with their reference, however long it takes', async () => {
    const { runId, phone } = await run('sms', 'hand');
    const working = island.work();
    const asked = await hand.next();
    await push('hand', { mobile: phone, msgGroup: 'G1', reportStatus: 'CM:0000', errorCode: 'DELIVRD' });
    await receiptsLoop().drain();
    island.clock.set(island.clock.now() + 5 * 60_000);
    await receiptsLoop().drain();
    expect(await unmatched()).toEqual([]);
    asked.answer({ rspcod: 'success', success: true, msgGroup: 'G1' });
    await working;
    await receiptsLoop().drain();
    expect(await deliveryOf(runId)).toMatchObject({ status: 'delivered' });
  });

  it('are looked at again when a call that had been given up is answered after all', async () => {
    const { runId, phone } = await run('sms', 'hand');
    const working = island.work();
    const asked = await hand.next();
    await database().execute("UPDATE calls SET status = 'uncertain' WHERE status = 'calling'");
    await push('hand', { mobile: phone, msgGroup: 'G2', reportStatus: 'CM:0000', errorCode: 'DELIVRD' });
    await receiptsLoop().drain();
    expect((await unmatched()).map((u) => u.ref)).toEqual(['G2']);
    asked.answer({ rspcod: 'success', success: true, msgGroup: 'G2' });
    await working;
    island.clock.set(island.clock.now() + 61_000);
    await receiptsLoop().drain();
    expect(await unmatched()).toEqual([]);
    expect(await deliveryOf(runId)).toMatchObject({ status: 'delivered' });
  });

  it('find their delivery by our own request id where the answer was lost', async () => {
    const faults = (dropAfterAccept: number) =>
      fetch(`${island.simulator.url}/_sim/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ gateway: 'cloud-mas', dropAfterAccept }),
      });
    await faults(1);
    const { runId, phone } = await run('sms', 'sdk');
    await island.work();
    expect(await deliveryOf(runId)).toMatchObject({ status: 'uncertain' });
    const { callId } = (await database().one<{ callId: number }>('SELECT callId FROM deliveries WHERE runId = ?', [
      runId,
    ]))!;
    await faults(0);
    await push('sdk', {
      mobile: phone,
      msgGroup: `tc${callId.toString(36).padStart(30, '0')}`,
      reportStatus: 'CM:0000',
      errorCode: 'DELIVRD',
    });
    await receiptsLoop().drain();
    expect(await deliveryOf(runId)).toMatchObject({ status: 'delivered' });
  });

  it('find it by our own request id also where another receipt of the same call came with the reference of the gateway', async () => {
    const known = (await unmatched()).length;
    const { runId, phone } = await run('sms', 'sdk');
    await island.work();
    const { id } = (await database().one<{ id: number }>(
      'SELECT c.id FROM calls c JOIN deliveries d ON d.callId = c.id WHERE d.runId = ?',
      [runId],
    ))!;
    // As of a gateway that answers with a reference of its own and reports with either.
    await database().execute("UPDATE calls SET ref = 'OWN1' WHERE id = ?", [id]);
    const told = { reportStatus: 'CM:0000', errorCode: 'DELIVRD' };
    await push('sdk', { ...told, mobile: '13700019998', msgGroup: 'OWN1' });
    await push('sdk', { ...told, mobile: phone, msgGroup: `tc${id.toString(36).padStart(30, '0')}` });
    await receiptsLoop().drain();
    expect((await unmatched()).map(({ ref }) => ref).slice(0, -known || undefined)).toEqual(['OWN1']);
  });

  it('do not keep replies from being asked for, where the reports are refused', async () => {
    const gateway = island.running.app.get(Gateways, { strict: false }).get('hand')!;
    const polling = island.running.app.get(Poller, { strict: false }).poll(gateway);
    const reports = await hand.next();
    expect(reports.path).toBe('/sms/report');
    reports.answer({ rspcod: 'IllegalAp', success: false });
    const replies = await hand.next();
    expect(replies.path).toBe('/sms/deliver');
    replies.answer([{ mobile: '13700019999', smsContent: '是你们发的吗', sendTime: '2026-11-02 10:05:00' }]);
    await polling;
    const { body } = await officer.get<{ items: { text: string }[] }>('/uplinks?status=open');
    expect(body.items.map((i) => i.text)).toEqual(['是你们发的吗']);
  });

  it('make one task of a key that is told twice, and count who pressed it as having attended', async () => {
    const { runId } = await run('voice', 'voice');
    await island.work();
    const { id } = await deliveryOf(runId);
    const told = { call_id: 'C1', out_id: `td${Number(id).toString(36)}`, dtmf: '2' };
    await push('voice', { ...told, status_code: '300000', status_time: '2026-11-02 10:07:00' });
    await receiptsLoop().drain();
    await push('voice', [{ ...told, status_code: '200001', duration: '3', end_time: '2026-11-02 10:07:03' }]);
    await push('voice', { ...told, status_code: '300000', status_time: '2026-11-02 10:07:01' });
    await receiptsLoop().drain();
    const { body } = await officer.get<{ items: { kind: string }[] }>('/tasks?status=open');
    expect(body.items.map((t) => t.kind)).toEqual(['call']);
    const { body: counted } = await officer.get<{ counts: { attendedPeople: number } }>(`/runs/${runId}`);
    expect(counted.counts.attendedPeople).toBe(1);
  });

  it('or not: the alarm of a dead gateway goes when it answers again, be it with a refusal', async () => {
    await hand.close();
    await run('sms', 'hand');
    await island.work();
    expect(await alarmsOf('gateway_unreachable')).toHaveLength(1);
    await hand.open();
    island.clock.set(island.clock.now() + 60 * 60_000);
    const working = island.work();
    (await hand.next()).answer({ rspcod: 'InvalidMobile', success: false });
    await working;
    expect(await alarmsOf('gateway_unreachable')).toEqual([]);
  });

  it('or not: the alarm of a missing gateway goes when the configuration has it again', async () => {
    // As it was raised while a former configuration was in force.
    await island.running.app
      .get(Alarms, { strict: false })
      .raise('gateway_missing', 'gateway/mas', '配置中没有网关 mas');
    await run('sms', 'mas');
    await island.work();
    expect(await alarmsOf('gateway_missing')).toEqual([]);
  });

  it('keeps who writes back to the fixed answer in their township, as who wrote before it', async () => {
    const { phone } = await run('sms', 'mas');
    const sendTime = new Date(island.clock.now() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
    await island.work();
    await push('mas', { mobile: phone, smsContent: '我被骗了', sendTime, addSerial: '' });
    await island.work();
    await push('mas', { mobile: phone, smsContent: '谢谢，已报警', sendTime, addSerial: '' });
    const caiyuan = await island.client.as('caiyuan');
    const { body } = await caiyuan.get<{ items: { text: string }[] }>('/uplinks');
    expect(body.items.map((i) => i.text)).toEqual(expect.arrayContaining(['我被骗了', '谢谢，已报警']));
  });

  const mailed = (...lines: string[]) =>
    fetch(`${island.running.url}/api/v1/receipts/email`, {
      method: 'POST',
      headers: { 'content-type': 'message/rfc822' },
      body: lines.join('\r\n'),
    });

  it('by mail: a refusal is an opt-out of e-mail, an answer is in the inbox, masked, and our own words alarm nobody', async () => {
    const before = (await alarmsOf('reply_alarm')).length;
    const answer = (who: string, subject: string, ...body: string[]) =>
      mailed(`From: <${who}@example.org>`, `Subject: ${subject}`, '', ...body);
    expect((await answer('person', 'unsubscribe')).status).toBe(200);
    await answer('second', '退订');
    await answer('third', 'Re: 转账之前先打96110', '退订', '', '> 转账之前先打96110');
    await answer('person', 'Is this yours?');
    await answer('fourth', '回复：凡要求转账的都是诈骗', '收到', '', '> 凡要求转账的都是诈骗');
    const outs = await officer.get<{ items: { channel: string }[] }>('/opt-outs');
    expect(outs.body.items.map((o) => o.channel)).toEqual(['email', 'email', 'email']);
    const { body } = await officer.get<{ items: { from: string; text: string; alarm: boolean }[] }>(
      '/uplinks?status=open',
    );
    expect(body.items).toContainEqual(expect.objectContaining({ from: 'p***@example.org', text: 'Is this yours?' }));
    expect(body.items).toContainEqual(expect.objectContaining({ text: '收到', alarm: false }));
    expect(await alarmsOf('reply_alarm')).toHaveLength(before);
    // Who was deceived and wants no more mails is called all the same.
    await answer('fifth', '退订', '我被骗了');
    expect(await alarmsOf('reply_alarm')).toHaveLength(before + 1);
    expect((await officer.get<{ items: object[] }>('/opt-outs')).body.items).toHaveLength(4);
    // And who comes to it at the end of a long story.
    await answer('sixth', 'Re: 提醒', '我昨天接到一个电话。'.repeat(50), '后来我把钱转账给了他');
    expect(await alarmsOf('reply_alarm')).toHaveLength(before + 2);
  });

  it('by mail: a bounce counts only where it names the address that the mail went to', async () => {
    const { runId, email } = await run('email', 'email');
    await island.work();
    const { id, status } = await deliveryOf(runId);
    expect(status).toBe('awaiting');
    const bounce = (recipient: string) =>
      mailed(
        'From: <MAILER-DAEMON@relay.example>',
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b1"',
        '',
        '--b1',
        'Content-Type: message/delivery-status',
        '',
        'Reporting-MTA: dns; relay.example',
        `Original-Envelope-Id: td${Number(id).toString(36)}`,
        '',
        `Final-Recipient: rfc822; ${recipient}`,
        'Action: failed',
        'Status: 5.1.1',
        '',
        '--b1--',
      );
    const before = (await unmatched()).length;
    await bounce('somebody-else@example.org');
    await receiptsLoop().drain();
    expect(await deliveryOf(runId)).toMatchObject({ status: 'awaiting' });
    expect(await unmatched()).toHaveLength(before + 1);
    await bounce(email.toUpperCase());
    await receiptsLoop().drain();
    expect(await deliveryOf(runId)).toMatchObject({ status: 'undelivered' });
  });

  it('leave the counters as the deliveries have them', async () => {
    expect(await island.running.app.get(CounterRebuild, { strict: false }).differences()).toEqual([]);
  });
});
