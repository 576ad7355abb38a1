import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HttpAdapter, Receipt } from '../../src/gateways/contract.js';
import { readPush, readReply } from '../../src/gateways/read-reply.js';
import { registry } from '../../src/gateways/registry.js';
import { Wire, type Database } from '../../src/platform/index.js';
import { hasKannel, startKannel, type Kannel } from '../support/kannel.js';
import { callOf } from './adapter-contract.js';

/** Kannel's sendsms with its dlr-url, by configuration alone, as `src/gateways/http/README.md` has it. */
(hasKannel ? describe : describe.skip)('http against Kannel', () => {
  const adapter = registry.get('http') as HttpAdapter<unknown>;
  const wire = new Wire({ inTransaction: false } as Database);
  const receipts: Receipt[] = [];
  let kannel: Kannel;
  let receiver: Server;
  let receiptUrl = '';

  const settingsOf = (password: string) =>
    adapter.settings.parse({
      request: {
        method: 'GET',
        url: `${kannel.url}/cgi-bin/sendsms?username=tidecall&password=${password}&to={{to}}&from=10690001&coding=2&charset=UTF-8&text={{urlEncode text}}&dlr-mask=31&dlr-url={{urlEncode (concat receiptUrl "?id=" deliveryId "&type=%d&to=%p")}}`,
      },
      accepted: { status: [202], body: '^[03]: ' },
      busyStatus: [503],
      receipt: {
        method: 'GET',
        fields: { to: 'to', ref: 'id', status: 'type' },
        statuses: { '1': 'delivered', '2': 'undelivered', '16': 'undelivered', '4': 'unknown', '8': 'unknown' },
      },
    });

  async function send(item: { deliveryId: number; to: string; text: string }, password = 'kannel-password') {
    const settings = settingsOf(password);
    const call = callOf(item);
    const request = adapter.encode(call, settings, { at: Date.now(), nonce: '', receiptUrl });
    const answered = await wire.send(request, {
      timeoutMs: 10_000,
      hosts: adapter.hosts(settings),
      allowPrivate: true,
    });
    return readReply(adapter, call, settings, answered).items[0];
  }

  async function until(isDone: () => boolean): Promise<void> {
    for (let i = 0; i < 200 && !isDone(); i += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  beforeAll(async () => {
    kannel = await startKannel({ name: 'tidecall', password: 'kannel-password' });
    receiver = createServer((request, response) => {
      const { searchParams } = new URL(request.url ?? '/', 'http://here');
      const push = {
        method: 'GET' as const,
        headers: {},
        query: Object.fromEntries(searchParams),
        body: '',
        receivedAt: Date.now(),
      };
      receipts.push(...(readPush(adapter, push, settingsOf('x'))?.receipts ?? []));
      response.end('OK');
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    receiptUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/api/v1/receipts/kannel/token`;
  }, 60_000);
  afterAll(async () => {
    await wire.onApplicationShutdown();
    await kannel.close();
    await new Promise((resolve) => receiver.close(resolve));
  }, 30_000);

  it('hands over a Chinese text as it is, and gets its receipt back under our delivery', async () => {
    const text = '【示例公安】凡要求转账的都是诈骗 & 100% 不要点链接';
    expect(await send({ deliveryId: 4711, to: '13800000001', text })).toEqual({ deliveryId: 4711 });
    await until(() => kannel.given.length > 0 && receipts.some((r) => r.outcome === 'delivered'));
    const [sender, to, , body = ''] = kannel.given[0]!.split(' ');
    expect([sender, to]).toEqual(['10690001', '13800000001']);
    const bytes = Buffer.from(
      body
        .replaceAll('+', ' ')
        .replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    );
    expect(new TextDecoder('utf-16be').decode(bytes)).toBe(text);
    expect(receipts).toContainEqual(
      expect.objectContaining({ deliveryId: 4711, to: '13800000001', outcome: 'delivered', code: '1' }),
    );
  });

  it('reads a wrong password as a mistake of our settings', async () => {
    const outcome = await send({ deliveryId: 4712, to: '13800000002', text: '不转账' }, 'wrong');
    expect(outcome).toMatchObject({ deliveryId: 4712, fault: { cause: 'settings' } });
    expect(kannel.given.some((line) => line.includes('13800000002'))).toBe(false);
  });
});
