import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { allAccepted, defineAdapter, type CallOutcome, type GatewayCall, type HttpAdapter } from './contract.js';
import { readMailReply, readPush, readReply, type Answered } from './read-reply.js';

const adapterWith = (more: Partial<HttpAdapter<{ secret: string }>>) =>
  defineAdapter<{ secret: string }>({
    id: 'sample',
    title: { zh: '样本', en: 'Sample' },
    transport: 'http',
    channels: ['sms'],
    settings: z.object({ secret: z.string() }),
    secrets: ['secret'],
    limits: { sameContent: 10, ownContent: 1 },
    correlation: 'theirs',
    promises: { deduplicates: false, receipts: 'none' },
    hosts: () => ['gateway.example'],
    encode: () => ({ method: 'GET', url: 'http://gateway.example/', headers: {} }),
    decode: (_, call) => allAccepted(call, 'r1'),
    ...more,
  });

const call: GatewayCall = {
  callId: 1,
  requestId: 'r1',
  items: [
    { deliveryId: 1, to: '13800000001', text: 'x' },
    { deliveryId: 2, to: '13800000002', text: 'x' },
  ],
};
const settings = { secret: 'very-secret' };
const reply = (status: number, body = ''): Answered => ({ kind: 'reply', status, headers: {}, body });
const read = (answered: Answered, more: Partial<HttpAdapter<{ secret: string }>> = {}) =>
  readReply(adapterWith(more), call, settings, answered);
const causes = (outcome: CallOutcome) =>
  outcome.items.map((item) => ('fault' in item ? `${item.fault.cause} ${item.fault.code}` : 'accepted'));

describe('reading what came of a call', () => {
  it.each<[string, Answered, string]>([
    ['no connection', { kind: 'notSent', why: 'ECONNREFUSED' }, 'unreachable ECONNREFUSED'],
    ['a host that nobody declared', { kind: 'notSent', why: 'hostNotDeclared' }, 'settings hostNotDeclared'],
    ['a reset', { kind: 'noAnswer', why: 'UND_ERR_SOCKET' }, 'uncertain UND_ERR_SOCKET'],
    ['429', reply(429), 'throttled HTTP 429'],
    ['500', reply(500), 'uncertain HTTP 500'],
    ['503', reply(503), 'uncertain HTTP 503'],
  ])('%s', (_, answered, expected) => {
    expect(causes(read(answered))).toEqual([expected, expected]);
  });

  it('believes a 503 only of an adapter that says so', () => {
    expect(
      causes(read(reply(503), { promises: { deduplicates: false, receipts: 'none', neverAcceptsOn503: true } }))[0],
    ).toBe('unreachable HTTP 503');
    expect(causes(read(reply(503), { busyStatus: () => [503] }))[0]).toBe('throttled HTTP 503');
  });

  it('gives what the adapter reads', () => {
    expect(read(reply(200))).toEqual({
      ref: 'r1',
      items: [
        { deliveryId: 1, ref: 'r1' },
        { deliveryId: 2, ref: 'r1' },
      ],
    });
  });

  it.each<[string, (call: GatewayCall) => CallOutcome]>([
    [
      'a throw',
      () => {
        throw new Error('x');
      },
    ],
    ['one too few', () => ({ items: [{ deliveryId: 1 }] })],
    ['one twice', () => ({ items: [{ deliveryId: 1 }, { deliveryId: 1 }] })],
    ['one too many', () => ({ items: [{ deliveryId: 1 }, { deliveryId: 2 }, { deliveryId: 3 }] })],
    ['a stranger', () => ({ items: [{ deliveryId: 1 }, { deliveryId: 9 }] })],
  ])('is uncertain of the whole call after %s', (_, decode) => {
    const outcome = read(reply(200), { decode: (_reply, given) => decode(given) });
    expect(outcome.items.map(({ deliveryId }) => deliveryId)).toEqual([1, 2]);
    expect(causes(outcome).every((cause) => cause.startsWith('uncertain'))).toBe(true);
  });

  it('cuts and cleans the words of the gateway', () => {
    const note = `bad key very-secret for 13800000001, see https://gateway.example/x?token=1 or ask a@b.example ${'x'.repeat(500)}`;
    const outcome = read(reply(200), {
      decode: (_, { items }) => ({
        items: items.map(({ deliveryId }) => ({
          deliveryId,
          fault: { cause: 'refused', code: 'c'.repeat(100), note },
        })),
      }),
    });
    const [first] = outcome.items;
    expect(first && 'fault' in first && first.fault.note).toMatch(
      /^bad key \*\*\* for 138\*\*\*\*0001, see https:\/\/gateway\.example\/x or ask \*\*\*@\*\*\* x+$/,
    );
    expect(first && 'fault' in first && [first.fault.code.length, first.fault.note.length]).toEqual([64, 200]);
  });
});

describe('reading what came of a mail', () => {
  const mail = defineAdapter<object>({
    id: 'mail',
    title: { zh: '邮件', en: 'Mail' },
    transport: 'smtp',
    channels: ['email'],
    settings: z.object({}),
    secrets: [],
    limits: { sameContent: 1, ownContent: 1 },
    correlation: 'ours',
    promises: { deduplicates: false, receipts: 'none' },
    server: () => ({ host: 'relay.example', port: 25, secure: false }),
    compose: () => {
      throw new Error('not needed');
    },
    decodeMail: (code, text, { deliveryId }) =>
      code === 250 ? { deliveryId } : { deliveryId, fault: { cause: 'refused', code: String(code), note: text } },
  });
  const item = { deliveryId: 1, to: 'a@b.example', text: 'x' };

  it('reads the common outcomes, and leaves codes to the adapter', () => {
    expect(readMailReply(mail, item, {}, { kind: 'notSent', why: 'ESOCKET' })).toMatchObject({
      fault: { cause: 'unreachable', code: 'ESOCKET' },
    });
    expect(readMailReply(mail, item, {}, { kind: 'notSent', why: 'EAUTH' })).toMatchObject({
      fault: { cause: 'settings' },
    });
    expect(readMailReply(mail, item, {}, { kind: 'noAnswer', why: 'timeout' })).toMatchObject({
      fault: { cause: 'uncertain' },
    });
    expect(readMailReply(mail, item, {}, { kind: 'reply', code: 250, text: '250 ok' })).toEqual({ deliveryId: 1 });
    expect(readMailReply(mail, item, {}, { kind: 'reply', code: 550, text: '550 no a@b.example here' })).toMatchObject({
      fault: { note: '550 no ***@*** here' },
    });
  });
});

describe('reading a push', () => {
  const push = { method: 'POST' as const, headers: {}, query: {}, body: '', receivedAt: 1 };
  const received = {
    receipts: [{ ref: 'r'.repeat(80), outcome: 'delivered' as const, code: 'c'.repeat(80), at: 1 }],
    uplinks: [],
    reply: { status: 200, contentType: 'text/plain', body: '' },
  };

  it('cuts references as the send does, and never throws', () => {
    expect(readPush(adapterWith({ receive: () => received }), push, settings)?.receipts[0]).toEqual({
      ref: 'r'.repeat(64),
      outcome: 'delivered',
      code: 'c'.repeat(64),
      at: 1,
    });
    expect(
      readPush(
        adapterWith({
          receive: () => {
            throw new Error('x');
          },
        }),
        push,
        settings,
      ),
    ).toBeNull();
    expect(readPush(adapterWith({}), push, settings)).toBeNull();
  });
});
