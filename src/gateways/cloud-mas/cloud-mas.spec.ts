import { describe, expect, it } from '@jest/globals';
import {
  adapterContract,
  at,
  callOf,
  context,
  pushOf,
  replyOf,
  smsItems,
} from '../../../test/contract/adapter-contract.js';
import type { HttpAdapter } from '../contract.js';
import { readReply } from '../read-reply.js';
import { cloudMas } from './cloud-mas.js';
import { causes, words } from './codes.js';

const given = {
  baseUrl: 'http://127.0.0.1:4010/cloud-mas',
  ecName: '示例县公安局',
  apId: 'demoap01',
  secretKey: 'Demo@Secret1',
  sign: 'DemoSign1',
  addSerial: '',
};
const adapter = cloudMas as HttpAdapter<unknown>;
const settingsOf = (more: object = {}) => adapter.settings.parse({ ...given, ...more });
const bodyOf = (request: { body?: string }): unknown =>
  JSON.parse(Buffer.from(request.body ?? '', 'base64').toString('utf8'));

const pushed = {
  errorCode: 'DELIVRD',
  mobile: '13800000001',
  msgGroup: '0826112130001000330441',
  receiveDate: '20190826112100',
  reportStatus: 'CM:0000',
  submitDate: '20190826112000',
};
const receivedAt2019 = Date.UTC(2019, 7, 26, 3, 21, 0);
const delivered = {
  ref: '0826112130001000330441',
  to: '13800000001',
  outcome: 'delivered' as const,
  code: 'DELIVRD',
  at: receivedAt2019,
};
const refusedAll = (cause: 'settings' | 'throttled' | 'refused' | 'uncertain', code: string) => ({
  items: [11, 12].map((deliveryId) => ({ deliveryId, fault: { cause, code, note: words.get(code)?.en ?? 'refused' } })),
});

adapterContract(cloudMas, {
  settings: given,
  items: smsItems,
  replies: [
    {
      name: 'success, with the batch id',
      body: { msgGroup: '0927152506001000833076', rspcod: 'success', success: true },
      expected: {
        ref: '0927152506001000833076',
        items: [11, 12].map((deliveryId) => ({ deliveryId, ref: '0927152506001000833076' })),
      },
    },
    {
      name: 'success, with the other spelling',
      body: { mgsGroup: '0927152506001000833076', rspcod: 'success', success: true },
      expected: {
        ref: '0927152506001000833076',
        items: [11, 12].map((deliveryId) => ({ deliveryId, ref: '0927152506001000833076' })),
      },
    },
    {
      name: 'a wrong password',
      body: { msgGroup: '', rspcod: 'InvalidUsrOrPwd', success: false },
      expected: refusedAll('settings', 'InvalidUsrOrPwd'),
    },
    {
      name: 'a wrong mac',
      body: { msgGroup: '', rspcod: 'IllegalMac', success: false },
      expected: refusedAll('settings', 'IllegalMac'),
    },
    {
      name: 'flow control',
      body: { msgGroup: '', rspcod: 'FlowOverLimit', success: false },
      expected: refusedAll('throttled', 'FlowOverLimit'),
    },
    {
      name: 'a timeout inside',
      body: { msgGroup: '', rspcod: 'RequestTimeout', success: false },
      expected: refusedAll('uncertain', 'RequestTimeout'),
    },
    {
      name: 'a refusal list, without saying whose',
      body: { msgGroup: '', rspcod: 'ErrEcBlackList', success: false },
      expected: refusedAll('refused', 'ErrEcBlackList'),
    },
    {
      name: 'a code that nobody knows',
      body: { msgGroup: '', rspcod: 'Brandneu', success: false },
      expected: refusedAll('refused', 'Brandneu'),
    },
    {
      name: 'an answer that contradicts itself',
      body: { msgGroup: '1', rspcod: 'InvalidUsrOrPwd', success: true },
      expected: {
        items: [11, 12].map((deliveryId) => ({
          deliveryId,
          fault: { cause: 'uncertain', code: 'InvalidUsrOrPwd', note: 'the answer contradicts itself' },
        })),
      },
    },
  ],
  pushes: [
    { name: 'a report in JSON', push: pushOf(pushed), receipts: [delivered] },
    {
      name: 'a report in Base64',
      push: pushOf(Buffer.from(JSON.stringify(pushed)).toString('base64')),
      receipts: [delivered],
    },
    { name: 'a report in a form', push: pushOf(new URLSearchParams(pushed).toString()), receipts: [delivered] },
    {
      name: 'JSON in a field of a form',
      push: pushOf(new URLSearchParams({ data: JSON.stringify([pushed]) }).toString()),
      receipts: [delivered],
    },
    {
      name: 'several in a list',
      push: pushOf([pushed, { ...pushed, mobile: '13800000002' }]),
      receipts: [delivered, { ...delivered, to: '13800000002' }],
    },
    {
      name: 'success as the document has it',
      push: pushOf({ ...pushed, reportStatus: 'DELIVRD', errorCode: '' }),
      receipts: [delivered],
    },
    {
      name: 'a failure as the document has it',
      push: pushOf({ ...pushed, reportStatus: 'UNDELIV', errorCode: 'DB:0140' }),
      receipts: [{ ...delivered, outcome: 'undelivered', code: 'DB:0140' }],
    },
    {
      name: 'a failure as observed',
      push: pushOf({ ...pushed, reportStatus: 'CM:2007', errorCode: 'CM:2007' }),
      receipts: [{ ...delivered, outcome: 'undelivered', code: 'CM:2007' }],
    },
    {
      name: 'an empty number',
      push: pushOf({ ...pushed, reportStatus: 'MK:0001', errorCode: 'MK:0001' }),
      receipts: [{ ...delivered, outcome: 'undelivered', code: 'MK:0001', badNumber: true }],
    },
    {
      name: 'a refusal list',
      push: pushOf({ ...pushed, reportStatus: 'CM:8004', errorCode: '' }),
      receipts: [{ ...delivered, outcome: 'undelivered', code: 'CM:8004', optedOut: true }],
    },
    {
      name: '"submitted", which is no outcome',
      push: pushOf({ ...pushed, reportStatus: 'CM:3000', errorCode: '' }),
      receipts: [{ ...delivered, outcome: 'unknown', code: 'CM:3000' }],
    },
    {
      name: 'a reply of a person',
      push: pushOf({
        smsContent: '退订',
        mobile: '13800000001',
        sendTime: '2026-01-05 09:30:15',
        addSerial: '106509999',
      }),
      uplinks: [{ from: '13800000001', text: '退订', at }],
    },
  ],
  forged: [
    { name: 'a report without a number', push: pushOf({ ...pushed, mobile: '' }) },
    { name: 'a report without a status', push: pushOf({ mobile: '13800000001', msgGroup: '1' }) },
    { name: 'a GET', push: pushOf('', { method: 'GET', query: pushed }) },
  ],
  unknownCode: { push: pushOf({ ...pushed, reportStatus: 'CM:7777', errorCode: '' }), code: 'CM:7777' },
});

describe('the envelope of cloud-mas', () => {
  const content = '【示例县公安局】警惕冒充客服退款骗局，凡要求屏幕共享的一律挂断。咨询96110，回复T退订';

  it('writes one content to many as the worked example does', () => {
    const call = callOf(
      { deliveryId: 1, to: '13800000001', text: content },
      { deliveryId: 2, to: '13800000002', text: content },
    );
    const request = adapter.encode(call, settingsOf(), context);
    expect(request.url).toBe('http://127.0.0.1:4010/cloud-mas/sms/norsubmit');
    expect(Buffer.from(request.body ?? '', 'base64').toString('utf8')).toBe(
      `{"ecName":"示例县公安局","apId":"demoap01","secretKey":"Demo@Secret1","mobiles":"13800000001,13800000002","content":"${content}","sign":"DemoSign1","addSerial":"","mac":"67eaac35514c364e41884fd5b9c3c637"}`,
    );
    expect(request.body?.endsWith('IjY3ZWFhYzM1NTE0YzM2NGU0MTg4NGZkNWI5YzNjNjM3In0=')).toBe(true);
  });

  it('writes a content each as the worked example does', () => {
    const call = callOf(
      { deliveryId: 1, to: '13800000001', text: '张先生，您近期可能遭遇刷单返利诈骗，请勿转账。' },
      { deliveryId: 2, to: '13800000002', text: '李女士，您近期可能遭遇虚假贷款诈骗，请勿转账。' },
    );
    expect(bodyOf(adapter.encode(call, settingsOf(), context))).toMatchObject({
      mobiles: '',
      content:
        '{"13800000001":"张先生，您近期可能遭遇刷单返利诈骗，请勿转账。","13800000002":"李女士，您近期可能遭遇虚假贷款诈骗，请勿转账。"}',
      mac: '21aa81c64651543e5cf5998c0ea13f40',
    });
  });

  describe('with templates', () => {
    const templates = [
      { id: '00000000000000000000000000000001', wording: '不转账，有疑问拨打96110' },
      { id: '0123456789abcdef0123456789abcdef', wording: '{name}，您近期可能遭遇{trick}诈骗，请勿转账。' },
    ];
    const own = settingsOf({ templates });

    it('writes template and parameters as the worked example does', () => {
      const text = '张先生，您近期可能遭遇刷单返利诈骗，请勿转账。';
      const request = adapter.encode(callOf({ deliveryId: 1, to: '13800000001', text }), own, context);
      expect(request.url).toBe('http://127.0.0.1:4010/cloud-mas/sms/tmpsubmit');
      expect(Buffer.from(request.body ?? '', 'base64').toString('utf8')).toBe(
        '{"ecName":"示例县公安局","apId":"demoap01","secretKey":"Demo@Secret1","templateId":"0123456789abcdef0123456789abcdef","mobiles":"13800000001","params":"[\\"张先生\\",\\"刷单返利\\"]","sign":"DemoSign1","addSerial":"","mac":"f91ac2055585b505d61547a6a185c260"}',
      );
    });

    it('gives a template without places one empty parameter', () => {
      expect(bodyOf(adapter.encode(callOf(...smsItems), own, context))).toMatchObject({
        templateId: '00000000000000000000000000000001',
        mobiles: '13800000001,13800000002',
        params: '[""]',
      });
    });

    it('carries one text a call, and refuses a text that no template fits before it is sent', () => {
      expect(adapter.variant?.(own)).toEqual({ limits: { sameContent: 5000, ownContent: 1 }, correlation: 'theirs' });
      const [one] = smsItems;
      expect(adapter.refuses?.({ ...one!, text: '另一段文字' }, own)).toMatchObject({
        cause: 'content',
        code: 'noTemplate',
      });
      expect(adapter.refuses?.(one!, own)).toBeNull();
      expect(() => adapter.encode(callOf({ ...one!, text: '另一段文字' }), own, context)).toThrow('template');
    });

    it('refuses a wording that cannot be told from a text', () => {
      const bad = adapter.settings.safeParse({ ...given, templates: [{ id: 'a1', wording: '{a}{b}' }] });
      expect(bad.error?.issues.map((issue) => issue.path.join('.'))).toEqual(['templates.0.wording']);
    });
  });

  describe('of the SDK', () => {
    const own = settingsOf({ variant: 'sdk', sdkHosts: ['mas2.example:8080'] });
    const signed = { ...context, session: 'http://mas2.example:8080/gw' };
    const said = (body: object) =>
      adapter.session!.decode({ status: 200, headers: {}, body: JSON.stringify(body) }, own);

    it('signs in without the password', () => {
      const request = adapter.session!.request(own, context)!;
      expect(request.url).toBe('http://127.0.0.1:4010/cloud-mas/sms/login');
      expect(bodyOf(request)).toEqual({ apId: 'demoap01', secretKey: '', ecName: '示例县公安局', version: '2.0.0' });
      expect(adapter.session!.request(settingsOf(), context)).toBeNull();
      expect(
        said({ success: true, rspcod: 'success', sysflag: '1', url: 'http://mas2.example:8080/gw/' }),
      ).toMatchObject({
        session: 'http://mas2.example:8080/gw',
      });
      expect(said({ success: false, rspcod: 'InvalidUsrOrPwd' })).toMatchObject({ fault: { cause: 'settings' } });
    });

    it('submits to the address that signing in gave, under our own id, which is the reference of the receipts', () => {
      const call = callOf(
        { deliveryId: 1, to: '13800000001', text: content },
        { deliveryId: 2, to: '13800000002', text: content },
      );
      const request = adapter.encode(call, own, signed);
      expect(request.url).toBe('http://mas2.example:8080/gw/sms/submit');
      expect(bodyOf(request)).toEqual({
        apId: 'demoap01',
        apReqId: call.requestId,
        mobiles: ['13800000001', '13800000002'],
        content,
        srcId: '',
        serviceId: 'DemoSign1',
        regReport: true,
        ecName: '示例县公安局',
        mac: 'e18cdad9af11299e192dd75abd8b2777',
      });
      expect(
        adapter.decode({ status: 200, headers: {}, body: '{"success":true,"rspcod":"success","msgId":"9"}' }, call, own)
          .ref,
      ).toBe(call.requestId);
      expect(adapter.variant?.(own).correlation).toBe('ours');
      expect(adapter.hosts(own)).toEqual(['127.0.0.1:4010', 'mas2.example:8080']);
      expect(() => adapter.encode(call, own, context)).toThrow('not signed in');
    });

    it('hashes the template in the place of the content', () => {
      const templates = [{ id: '0123456789abcdef0123456789abcdef', wording: '{name}，请勿转账。' }];
      const call = callOf({ deliveryId: 1, to: '13800000001', text: '张先生，请勿转账。' });
      expect(bodyOf(adapter.encode(call, settingsOf({ variant: 'sdk', templates }), signed))).toMatchObject({
        content: '["张先生"]',
        templateId: '0123456789abcdef0123456789abcdef',
        mac: 'af95b4bfa35fae61bc73927886dfdb6c',
      });
    });
  });

  it('keeps the password out of the body over HTTPS, and uses the other path', () => {
    const request = adapter.encode(
      callOf(...smsItems),
      settingsOf({ baseUrl: 'https://mas.example:28888/', variant: 'https' }),
      context,
    );
    expect(request.url).toBe('https://mas.example:28888/sms/submit');
    expect(bodyOf(request)).not.toHaveProperty('secretKey');
  });

  it('puts no number twice into one call', () => {
    const [first] = smsItems;
    expect(() => adapter.encode(callOf(first!, { ...first!, deliveryId: 99 }), settingsOf(), context)).toThrow('twice');
  });

  it('refuses a second signature where the platform adds one', () => {
    const item = { deliveryId: 1, to: '13800000001', text: '【示例公安】不转账' };
    expect(adapter.refuses?.(item, settingsOf())).toMatchObject({ cause: 'content', code: 'doubleSignature' });
    expect(adapter.refuses?.(item, settingsOf({ signatureBy: 'client' }))).toBeNull();
  });
});

describe('the codes of cloud-mas', () => {
  it('blames the one recipient of a call, and nobody of many', () => {
    const answer = replyOf({ msgGroup: '', rspcod: 'ErrEcBlackList', success: false });
    const causeOf = (n: number) =>
      readReply(cloudMas, callOf(...smsItems.slice(0, n)), settingsOf(), answer).items.map(
        (item) => 'fault' in item && item.fault.cause,
      );
    expect(causeOf(1)).toEqual(['optedOut']);
    expect(causeOf(2)).toEqual(['refused', 'refused']);
  });

  it('has words in both languages for each of them', () => {
    for (const code of causes.keys())
      expect(words.get(code)).toMatchObject({ zh: expect.any(String), en: expect.any(String) });
  });
});

describe('the polls of cloud-mas', () => {
  const poll = adapter.poll!;

  it('asks nothing where reports are pushed, and for reports and replies where they are not', () => {
    expect(poll.requests(settingsOf(), context)).toEqual([]);
    const requests = poll.requests(settingsOf({ receipts: 'poll' }), context);
    expect(requests.map(({ url }) => url)).toEqual([
      'http://127.0.0.1:4010/cloud-mas/sms/report',
      'http://127.0.0.1:4010/cloud-mas/sms/deliver',
    ]);
    expect(requests[0]?.body).toBe(
      'eyJlY05hbWUiOiLnpLrkvovljr/lhazlronlsYAiLCJhcElkIjoiZGVtb2FwMDEiLCJzZWNyZXRLZXkiOiJEZW1vQFNlY3JldDEifQ==',
    );
    expect(poll.everyMs).toBeGreaterThan(5_000);
  });

  it('polls by itself over HTTPS', () => {
    expect(poll.requests(settingsOf({ variant: 'https' }), context)).toHaveLength(2);
  });

  it('reads what comes, and only an array of rows is an answer', () => {
    const read = (body: unknown, status = 200) =>
      poll.decode({ status, headers: {}, body: JSON.stringify(body) }, settingsOf(), at);
    expect(read([pushed])).toEqual({ receipts: [delivered], uplinks: [] });
    expect(read([])).toEqual({ receipts: [], uplinks: [] });
    expect(read({ rspcod: 'RequestTooOften', success: false })).toEqual({ receipts: [], uplinks: [] });
    expect(() => read({ rspcod: 'InvalidUsrOrPwd', success: false })).toThrow('InvalidUsrOrPwd');
    expect(() => read('x')).toThrow('cannot be read');
    expect(() => read([], 500)).toThrow('HTTP 500');
  });
});
