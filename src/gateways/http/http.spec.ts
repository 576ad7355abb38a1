import { describe, expect, it } from '@jest/globals';
import { adapterContract, at, callOf, context, pushOf, replyOf } from '../../../test/contract/adapter-contract.js';
import type { CallOutcome, FaultCause, HttpAdapter } from '../contract.js';
import { readReply } from '../read-reply.js';
import { http } from './http.js';
import { patternFault } from './pattern.js';

const adapter = http as HttpAdapter<unknown>;
const item = { deliveryId: 4711, to: '13800000001', text: '【示例局】防骗提醒' };
const failed = (cause: FaultCause, code: string, note: string): CallOutcome => ({
  items: [{ deliveryId: 4711, fault: { cause, code, note } }],
});

/** Kannel's sendsms with its dlr-url: configuration and nothing else. */
const kannel = {
  request: {
    method: 'GET',
    url: 'http://127.0.0.1:13013/cgi-bin/sendsms?username=demo&password=demo-pass&to={{to}}&from=10690001&coding=2&charset=UTF-8&text={{urlEncode text}}&dlr-mask=31&dlr-url={{urlEncode (concat receiptUrl "?id=" deliveryId "&type=%d&to=%p")}}',
  },
  accepted: { status: [202], body: '^[03]: ' },
  busyStatus: [503],
  receipt: {
    method: 'GET',
    fields: { to: 'to', ref: 'id', status: 'type' },
    statuses: { '1': 'delivered', '2': 'undelivered', '16': 'undelivered', '4': 'unknown', '8': 'unknown' },
  },
};
const receipt = (query: Record<string, string>) => pushOf('', { method: 'GET', query });

adapterContract(http, {
  settings: kannel,
  items: [item],
  replies: [
    { name: 'accepted', body: '0: Accepted for delivery', status: 202, expected: { items: [{ deliveryId: 4711 }] } },
    { name: 'queued', body: '3: Queued for later delivery', status: 202, expected: { items: [{ deliveryId: 4711 }] } },
    {
      name: 'a wrong password',
      body: 'Authorization failed for sendsms',
      status: 403,
      expected: failed('settings', 'HTTP 403', 'Authorization failed for sendsms'),
    },
    {
      name: 'a request that it does not take',
      body: 'Missing receiver',
      status: 400,
      expected: failed('refused', 'HTTP 400', 'Missing receiver'),
    },
    {
      name: 'a busy one, as the settings say',
      body: 'Temporal failure, try again later.',
      status: 503,
      expected: failed('throttled', 'HTTP 503', 'the gateway asks to wait'),
    },
    {
      name: 'the right status with the wrong words',
      body: '7: what?',
      status: 202,
      expected: failed('uncertain', 'HTTP 202', 'the answer cannot be read; it may have been sent'),
    },
  ],
  pushes: [
    {
      name: 'delivered',
      push: receipt({ id: '4711', type: '1', to: '8613800000001' }),
      receipts: [{ deliveryId: 4711, to: '13800000001', outcome: 'delivered', code: '1', at }],
    },
    {
      name: 'failed',
      push: receipt({ id: '4711', type: '2', to: '+8613800000001' }),
      receipts: [{ deliveryId: 4711, to: '13800000001', outcome: 'undelivered', code: '2', at }],
    },
    {
      name: 'at the centre, which is no outcome',
      push: receipt({ id: '4711', type: '8' }),
      receipts: [{ deliveryId: 4711, outcome: 'unknown', code: '8', at }],
    },
  ],
  forged: [
    { name: 'no status', push: receipt({ id: '4711' }) },
    { name: 'nobody', push: receipt({ type: '1' }) },
    { name: 'a POST', push: pushOf('id=4711&type=1') },
  ],
  unknownCode: { push: receipt({ id: '4711', type: '99' }), code: '99' },
});

const json = {
  request: {
    method: 'POST',
    url: 'https://sms.example/api/{{callId}}',
    headers: { Authorization: 'Bearer token-of-the-office' },
    body: '{"to":{{json to}},"text":{{json text}},"callback":{{json receiptUrl}}}',
  },
  accepted: {
    status: [200],
    body: '"ok":\\s*true',
    refusedBody: { blacklisted: 'optedOut', 'bad (?:number|format)': 'recipient', 'quota exceeded': 'throttled' },
  },
  id: '$.data.ids[0]',
  receipt: {
    method: 'POST',
    fields: { ref: '$.message.id', status: 'state' },
    statuses: { DELIVRD: 'delivered', UNDELIV: 'undelivered' },
    reply: '{"ok":true}',
  },
};

adapterContract(http, {
  settings: json,
  items: [item],
  replies: [
    {
      name: 'accepted, with an id',
      body: { ok: true, data: { ids: ['m-1'] } },
      expected: { ref: 'm-1', items: [{ deliveryId: 4711, ref: 'm-1' }] },
    },
    { name: 'accepted, without an id', body: { ok: true }, expected: { items: [{ deliveryId: 4711 }] } },
    {
      name: 'a refusal inside a 200',
      body: { ok: false, why: 'blacklisted' },
      expected: failed('optedOut', 'HTTP 200', '{"ok":false,"why":"blacklisted"}'),
    },
    {
      name: 'a refusal that repeats the message',
      body: `quota exceeded for ${item.text}`,
      expected: failed('throttled', 'HTTP 200', 'quota exceeded for …'),
    },
  ],
  pushes: [
    {
      name: 'one',
      push: pushOf({ message: { id: 'm-1' }, state: 'DELIVRD' }),
      receipts: [{ ref: 'm-1', outcome: 'delivered', code: 'DELIVRD', at }],
    },
    {
      name: 'several',
      push: pushOf([
        { message: { id: 'm-1' }, state: 'DELIVRD' },
        { message: { id: 'm-2' }, state: 'UNDELIV' },
      ]),
      receipts: [
        { ref: 'm-1', outcome: 'delivered', code: 'DELIVRD', at },
        { ref: 'm-2', outcome: 'undelivered', code: 'UNDELIV', at },
      ],
    },
  ],
  unknownCode: { push: pushOf({ message: { id: 'm-1' }, state: 'constructor' }), code: 'constructor' },
});

const settingsOf = (given: object) => adapter.settings.parse(given);
const issuesOf = (given: object): string[] =>
  (adapter.settings.safeParse(given).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('any gateway by configuration', () => {
  it("writes Kannel's request as the worked example has it", () => {
    const url =
      'http://127.0.0.1:13013/cgi-bin/sendsms?username=demo&password=demo&to=86{{to}}&from=10690001&coding=2&charset=UTF-8&text={{urlEncode text}}&dlr-mask=31&dlr-url={{urlEncode receiptUrl}}%3Fid%3Djob1-r1%26type%3D%25d%26to%3D%25p%26smsc%3D%25i%26reply%3D%25A%26fid%3D%25F';
    const request = adapter.encode(callOf(item), settingsOf({ ...kannel, request: { method: 'GET', url } }), {
      ...context,
      receiptUrl: 'http://127.0.0.1:8080/dlr',
    });
    expect(request).toEqual({
      method: 'GET',
      headers: {},
      url: 'http://127.0.0.1:13013/cgi-bin/sendsms?username=demo&password=demo&to=8613800000001&from=10690001&coding=2&charset=UTF-8&text=%E3%80%90%E7%A4%BA%E4%BE%8B%E5%B1%80%E3%80%91%E9%98%B2%E9%AA%97%E6%8F%90%E9%86%92&dlr-mask=31&dlr-url=http%3A%2F%2F127.0.0.1%3A8080%2Fdlr%3Fid%3Djob1-r1%26type%3D%25d%26to%3D%25p%26smsc%3D%25i%26reply%3D%25A%26fid%3D%25F',
    });
  });

  it('writes JSON that stays JSON whatever the text is', () => {
    const text = '"quoted"\n\\ & <b> {{to}} 😀';
    const request = adapter.encode(callOf({ ...item, text }), settingsOf(json), context);
    expect(JSON.parse(request.body ?? '')).toEqual({ to: item.to, text, callback: context.receiptUrl });
    expect(request).toMatchObject({
      url: 'https://sms.example/api/77',
      headers: { authorization: 'Bearer token-of-the-office', 'content-type': 'application/json; charset=utf-8' },
    });
  });

  it('escapes what stands between the quotes of a JSON body', () => {
    const text = 'a "quote", a\nline, and "}, "to": "13900000009"';
    const body = '{"to":"{{to}}","text":"{{text}}","of":{"call":{{callId}}}}';
    const request = adapter.encode(
      callOf({ ...item, text }),
      settingsOf({ ...json, request: { ...json.request, body } }),
      context,
    );
    expect(JSON.parse(request.body ?? '')).toEqual({ to: item.to, text, of: { call: 77 } });
  });

  it('writes a form, and keeps a content type that is given', () => {
    const form = { method: 'POST', url: 'http://127.0.0.1:1/', body: 'to={{to}}&text={{urlEncode text}}' };
    expect(adapter.encode(callOf(item), settingsOf({ request: form, accepted: {} }), context).headers).toEqual({
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    });
    const given = { ...form, headers: { 'Content-Type': 'text/plain' } };
    expect(adapter.encode(callOf(item), settingsOf({ request: given, accepted: {} }), context).headers).toEqual({
      'content-type': 'text/plain',
    });
  });

  it('finds the id by a pattern, and takes the number of the call for one where that is what the request carries', () => {
    const read = (given: object, body: string) => readReply(http, callOf(item), settingsOf(given), replyOf(body));
    expect(read({ ...json, accepted: {}, id: 'id=(\\w+)' }, 'ok id=a1 x').ref).toBe('a1');
    const { id: _, ...noId } = json;
    expect(read({ ...noId, accepted: {} }, 'ok').ref).toBe('77');
  });

  it('serves the channel that the settings name', () => {
    expect(adapter.serves?.(settingsOf(json))).toEqual(['sms']);
    expect(adapter.serves?.(settingsOf({ ...json, channel: 'email' }))).toEqual(['email']);
  });

  it('tells a delivery by a field of its own', () => {
    const own = { ...json, receipt: { ...json.receipt, fields: { deliveryId: 'd', ref: 'r', status: 'state' } } };
    expect(adapter.receive?.(pushOf({ d: '4711', r: 'm-1', state: 'DELIVRD' }), settingsOf(own))?.receipts).toEqual([
      { deliveryId: 4711, ref: 'm-1', outcome: 'delivered', code: 'DELIVRD', at },
    ]);
  });
});

describe('a configuration that cannot be', () => {
  const requestWith = (more: object) => ({ ...json, request: { ...json.request, ...more } });
  it.each<[string, object, RegExp]>([
    ['a name that is none', requestWith({ body: '{{phone}}' }), /^request\.body: .*phone is not known/],
    ['a helper that is none', requestWith({ body: '{{exec to}}' }), /^request\.body: the template cannot be used/],
    [
      'a way out of the values',
      requestWith({ body: '{{constructor.constructor}}' }),
      /^request\.body: the template cannot be used/,
    ],
    ['an open template', requestWith({ body: '{{to' }), /^request\.body: .*Parse error on line 1/],
    [
      'a host that the message chooses',
      requestWith({ url: 'http://{{to}}.example/' }),
      /^request\.url: the host cannot depend/,
    ],
    ['another scheme', requestWith({ url: 'ftp://sms.example/' }), /^request\.url: not an http/],
    [
      'a password in the address',
      requestWith({ url: 'http://a:b@sms.example/' }),
      /^request\.url: put user and password/,
    ],
    [
      'a pattern that runs away',
      { ...json, accepted: { body: '(a+)+$' } },
      /^accepted\.body: .*repeat of what itself repeats/,
    ],
    ['a path that filters', { ...json, id: '$..[?(@.id)]' }, /^id: /],
    ['a path that runs code', { ...json, id: '$.a[(@.length-1)]' }, /^id: /],
    ['an unknown cause', { ...json, accepted: { refusedBody: { x: 'bored' } } }, /^accepted\.refusedBody\.x: /],
    [
      'an unknown outcome',
      { ...json, receipt: { ...json.receipt, statuses: { x: 'eaten' } } },
      /^receipt\.statuses\.x: /,
    ],
    ['a field that nobody knows', { ...json, retry: true }, /retry/],
  ])('has %s', (_, given, expected) => {
    const issues = issuesOf(given);
    expect(issues).toEqual(expect.arrayContaining([expect.stringMatching(expected)]));
    expect(issues.join()).not.toContain('token-of-the-office');
  });
});

describe('a pattern', () => {
  it.each([
    '(a+)+',
    '(a*)*',
    '(a|a)*',
    '(?:a|ab)+$',
    '((ab)+c)+',
    '([a-z]+)*',
    '(a{2,})+',
    '(a+){2,}',
    '(.*a){10}',
    '(x+x+)+y',
    '(',
    '(?=a)b',
    '(a)\\1',
    'a*b*c*d*',
    'x'.repeat(301),
  ])('%s is refused', (text) => {
    expect(patternFault(text)).not.toBeNull();
  });
  it.each([
    '^[03]: ',
    '"ok":\\s*true',
    'id=(\\w+)',
    '(?:error|fail)',
    '^OK[:,](\\d{1,20})',
    '"code":"?0"?',
    '(?<id>[a-f0-9-]{36})',
    'a\\(b\\)+',
    '[(*+]+',
    '成功',
    '(?:a|b)?',
    '(abc)+',
    '\\u4e2d',
  ])('%s may be used', (text) => {
    expect(patternFault(text)).toBeNull();
  });
  it('that may be used ends soon, on any answer', () => {
    const started = Date.now();
    const settings = settingsOf({ ...json, accepted: { status: [200], body: 'a*b*c*d' } });
    readReply(http, callOf(item), settings, replyOf('a'.repeat(1_000_000)));
    expect(Date.now() - started).toBeLessThan(2_000);
  });
});
