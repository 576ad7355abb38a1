import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { adapterContract, at, callOf, context, pushOf } from '../../../test/contract/adapter-contract.js';
import type { HttpAdapter, Receipt } from '../contract.js';
import { aliyunVoice } from './aliyun-voice.js';
import { causes, outcomes, smartOutcomes, words } from './codes.js';
import { deliveryOf, outIdOf } from './receipts.js';
import { acs3Authorization, popSignature, queryOf, sha256Hex } from './sign.js';

const given = {
  baseUrl: 'http://127.0.0.1:4010/aliyun-voice',
  accessKeyId: 'demoAk',
  accessKeySecret: 'demoSecret',
  calledShowNumber: '05710000000',
  ttsCode: 'TTS_100000001',
  signature: 'pop',
};
const adapter = aliyunVoice as HttpAdapter<unknown>;
const settingsOf = (more: object = {}) => adapter.settings.parse({ ...given, ...more });
const item = { deliveryId: 4711, to: '13800000001', text: '您好，凡要求转账的都是诈骗' };
const refused = (cause: string, code: string) => ({
  items: [{ deliveryId: 4711, fault: { cause, code, note: words.get(code)?.en ?? 'refused' } }],
});

const report = {
  call_id: '116012354148^10281378',
  out_id: outIdOf(4711),
  callee: '13800000001',
  caller: '05710000000',
  start_time: '2026-01-05 09:29:55',
  end_time: '2026-01-05 09:30:15',
  duration: '20',
  status_code: '200000',
  status_msg: '用户听完',
  smart_status_code: 'ANSWERED',
  early_media_code: null,
};
const heard: Receipt = {
  deliveryId: 4711,
  ref: report.call_id,
  to: '13800000001',
  outcome: 'delivered',
  code: '200000',
  at,
  seconds: 20,
};
const missed = (code: string): Receipt => {
  const { seconds: _, ...rest } = heard;
  return { ...rest, outcome: 'undelivered', code };
};

adapterContract(aliyunVoice, {
  settings: given,
  items: [item],
  replies: [
    {
      name: 'a call taken on',
      body: { Code: 'OK', Message: 'OK', RequestId: 'R', CallId: '116012354148^10281378' },
      expected: { ref: '116012354148^10281378', items: [{ deliveryId: 4711, ref: '116012354148^10281378' }] },
    },
    {
      name: 'too many calls to the number',
      body: { Code: 'isv.BUSINESS_LIMIT_CONTROL', Message: 'x', RequestId: 'R' },
      expected: refused('throttled', 'isv.BUSINESS_LIMIT_CONTROL') as never,
    },
    {
      name: 'a wrong signature',
      body: { Code: 'SignatureDoesNotMatch', Message: 'x' },
      status: 400,
      expected: refused('settings', 'SignatureDoesNotMatch') as never,
    },
    {
      name: 'an empty balance',
      body: { Code: 'isv.AMOUNT_NOT_ENOUGH', Message: 'x' },
      expected: refused('settings', 'isv.AMOUNT_NOT_ENOUGH') as never,
    },
    {
      name: 'a forbidden word',
      body: { Code: 'isv.BLACK_KEY_CONTROL_LIMIT', Message: 'x' },
      expected: refused('content', 'isv.BLACK_KEY_CONTROL_LIMIT') as never,
    },
    {
      name: 'a wrong number',
      body: { Code: 'isv.MOBILE_NUMBER_ILLEGAL', Message: 'x' },
      status: 400,
      expected: refused('recipient', 'isv.MOBILE_NUMBER_ILLEGAL') as never,
    },
    {
      name: 'somebody who complained',
      body: { Code: 'isv.COMPLAINT_REJECT', Message: 'x' },
      expected: refused('optedOut', 'isv.COMPLAINT_REJECT') as never,
    },
    {
      name: 'an error inside',
      body: { Code: 'isp.SYSTEM_ERROR', Message: 'x' },
      expected: refused('uncertain', 'isp.SYSTEM_ERROR') as never,
    },
    {
      name: 'a code that nobody knows',
      body: { Code: 'isv.NEW', Message: 'new words' },
      expected: { items: [{ deliveryId: 4711, fault: { cause: 'refused', code: 'isv.NEW', note: 'new words' } }] },
    },
  ],
  pushes: [
    { name: 'a call heard to the end', push: pushOf([report]), receipts: [heard] },
    {
      name: 'a call hung up early',
      push: pushOf([{ ...report, status_code: '200001', duration: 3 }]),
      receipts: [{ ...heard, code: '200001', seconds: 3 }],
    },
    { name: 'a key', push: pushOf([{ ...report, dtmf: '2' }]), receipts: [{ ...heard, key: '2' }] },
    {
      name: 'busy',
      push: pushOf([{ ...report, status_code: '200002', smart_status_code: 'USER_BUSY', duration: '0' }]),
      receipts: [missed('200002')],
    },
    {
      name: 'no answer',
      push: pushOf([{ ...report, status_code: '200003', smart_status_code: '', duration: '0' }]),
      receipts: [missed('200003')],
    },
    {
      name: 'off',
      push: pushOf([{ ...report, status_code: '200010', smart_status_code: 'POWERED_OFF' }]),
      receipts: [missed('200010')],
    },
    {
      name: 'refused',
      push: pushOf([{ ...report, status_code: '200005', smart_status_code: 'CALL_REJECTED' }]),
      receipts: [missed('200005')],
    },
    {
      name: 'an empty number',
      push: pushOf([{ ...report, status_code: '200004', smart_status_code: 'INVALID_NUMBER' }]),
      receipts: [{ ...missed('200004'), badNumber: true }],
    },
    {
      name: 'a mailbox, which is nobody',
      push: pushOf([{ ...report, smart_status_code: 'INTELLIGENT_ANSWER' }]),
      receipts: [missed('INTELLIGENT_ANSWER')],
    },
    {
      name: 'a key during the call, which only somebody who answered can press',
      push: pushOf({
        call_id: report.call_id,
        out_id: report.out_id,
        status_code: '300000',
        dtmf: '9',
        status_time: '2026-01-05 09:30:15',
      }),
      receipts: [{ deliveryId: 4711, ref: report.call_id, outcome: 'delivered', code: '300000', at, key: '9' }],
    },
    {
      name: 'a call of another program of the account: the reference is theirs, and no delivery of ours',
      push: pushOf([{ ...report, out_id: '4711' }]),
      receipts: [{ ref: report.call_id, to: '13800000001', outcome: 'delivered', code: '200000', at, seconds: 20 }],
    },
  ],
  forged: [
    { name: 'a report of no call', push: pushOf([{ ...report, call_id: '', out_id: '' }]) },
    { name: 'a GET', push: pushOf('', { method: 'GET' }) },
    { name: 'broken JSON', push: pushOf('[{"call_id":') },
  ],
  unknownCode: { push: pushOf([{ ...report, status_code: '200999', smart_status_code: '' }]), code: '200999' },
});

describe('the call of aliyun-voice', () => {
  const formOf = (more: object = {}) =>
    Object.fromEntries(new URLSearchParams(adapter.encode(callOf(item), settingsOf(more), context).body));

  it('says the text through the one variable of the template, and carries our delivery', () => {
    const { Signature, ...form } = formOf({ playTimes: 2 });
    expect(form).toEqual({
      Action: 'SingleCallByTts',
      Version: '2017-05-25',
      Format: 'JSON',
      AccessKeyId: 'demoAk',
      SignatureMethod: 'HMAC-SHA1',
      SignatureVersion: '1.0',
      SignatureNonce: context.nonce,
      Timestamp: '2026-01-05T01:30:15Z',
      CalledNumber: '13800000001',
      CalledShowNumber: '05710000000',
      TtsCode: 'TTS_100000001',
      TtsParam: '{"text":"您好，凡要求转账的都是诈骗"}',
      PlayTimes: '2',
      OutId: 'td3mv',
    });
    expect(Signature).toBe(popSignature('POST', form, 'demoSecret'));
  });

  it('takes another variable where the template has one', () => {
    expect(formOf({ ttsVariable: 'content' }).TtsParam).toBe('{"content":"您好，凡要求转账的都是诈骗"}');
  });

  it('signs headers and an empty body the newer way', () => {
    const request = adapter.encode(callOf(item), settingsOf({ signature: 'acs3' }), context);
    const url = new URL(request.url);
    expect(request.body).toBeUndefined();
    expect(url.pathname).toBe('/aliyun-voice/');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ CalledNumber: '13800000001', OutId: 'td3mv' });
    expect(request.headers).toMatchObject({
      host: '127.0.0.1:4010',
      'x-acs-action': 'SingleCallByTts',
      'x-acs-content-sha256': sha256Hex(''),
    });
    expect(request.headers.authorization).toMatch(
      /^ACS3-HMAC-SHA256 Credential=demoAk,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=[0-9a-f]{64}$/,
    );
  });

  it('refuses what cannot be spoken', () => {
    expect(adapter.refuses?.({ ...item, text: '长'.repeat(250) }, settingsOf())).toMatchObject({
      cause: 'content',
      code: 'tooLong',
    });
    expect(adapter.refuses?.({ ...item, text: '长'.repeat(249) }, settingsOf())).toBeNull();
    expect(adapter.refuses?.({ ...item, text: '见 https://example.org' }, settingsOf())).toMatchObject({
      code: 'noLinks',
    });
  });
});

describe('the signatures of aliyun-voice', () => {
  it('agrees with the published examples of the older one', () => {
    const regions = {
      Timestamp: '2016-02-23T12:46:24Z',
      Format: 'XML',
      AccessKeyId: 'testid',
      Action: 'DescribeRegions',
      SignatureMethod: 'HMAC-SHA1',
      SignatureNonce: '3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf',
      Version: '2014-05-26',
      SignatureVersion: '1.0',
    };
    expect(popSignature('GET', regions, 'testsecret')).toBe('OLeaidS1JvxuMvnyHOwuJ+uX5qY=');
    const sms = {
      SignatureMethod: 'HMAC-SHA1',
      SignatureNonce: '45e25e9b-0a6f-4070-8c85-2956eda1b466',
      AccessKeyId: 'testId',
      SignatureVersion: '1.0',
      Timestamp: '2017-07-12T02:42:19Z',
      Format: 'XML',
      Action: 'SendSms',
      Version: '2017-05-25',
      RegionId: 'cn-hangzhou',
      PhoneNumbers: '15300000001',
      SignName: '阿里云短信测试专用',
      TemplateParam: '{"customer":"test"}',
      TemplateCode: 'SMS_71390007',
      OutId: '123',
    };
    expect(popSignature('GET', sms, 'testSecret')).toBe('zJDF+Lrzhj/ThnlvIToysFRq6t4=');
  });

  it('agrees with the worked example of a call, the older way', () => {
    const call = {
      SignatureMethod: 'HMAC-SHA1',
      SignatureNonce: 'nonce-0001',
      AccessKeyId: 'demoAk',
      SignatureVersion: '1.0',
      Timestamp: '2026-01-05T01:30:15Z',
      Format: 'JSON',
      Action: 'SingleCallByTts',
      Version: '2017-05-25',
      CalledNumber: '13800000001',
      CalledShowNumber: '05710000000',
      TtsCode: 'TTS_100000001',
      TtsParam: '{"name":"张先生"}',
      PlayTimes: '2',
      Volume: '100',
      Speed: '0',
      OutId: 'job1-r1',
    };
    expect(popSignature('POST', call, 'demoSecret')).toBe('iYIzzQOBlFeyt7moWLZ41bV7yJ4=');
    expect(queryOf(call).startsWith('AccessKeyId=demoAk&Action=SingleCallByTts&CalledNumber=13800000001')).toBe(true);
  });

  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  const image = { ImageId: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd', RegionId: 'cn-shanghai' };
  const ecs = (date: string, nonce: string) => ({
    host: 'ecs.cn-shanghai.aliyuncs.com',
    'x-acs-action': 'RunInstances',
    'x-acs-content-sha256': empty,
    'x-acs-date': date,
    'x-acs-signature-nonce': nonce,
    'x-acs-version': '2014-05-26',
  });

  it.each([
    [
      '2023-10-26T10:22:32Z',
      '3156853299f313e23d1673dc12e1703d',
      '06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
    ],
    [
      '2023-10-26T09:01:01Z',
      'd410180a5abf7fe235dd9b74aca91fc0',
      'e521358f7776c97df52e6b2891a8bc73026794a071b50c3323388c4e0df64804',
    ],
  ])('agrees with the published example of the newer one at %s', (date, nonce, signature) => {
    const header = acs3Authorization(
      { method: 'POST', query: image, headers: ecs(date, nonce), body: '' },
      'YourAccessKeyId',
      'YourAccessKeySecret',
    );
    expect(header).toBe(
      `ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=${signature}`,
    );
  });

  it('agrees with the worked examples of the newer one, for a call and for a form', () => {
    const query = {
      CalledNumber: '13800000001',
      CalledShowNumber: '05710000000',
      OutId: 'job1-r1',
      PlayTimes: '2',
      TtsCode: 'TTS_100000001',
      TtsParam: '{"name":"张先生"}',
    };
    const headers = {
      host: 'dyvmsapi.aliyuncs.com',
      'x-acs-action': 'SingleCallByTts',
      'x-acs-content-sha256': empty,
      'x-acs-date': '2026-01-05T01:30:15Z',
      'x-acs-signature-nonce': 'nonce-0001',
      'x-acs-version': '2017-05-25',
    };
    expect(acs3Authorization({ method: 'POST', query, headers, body: '' }, 'demoAk', 'demoSecret')).toContain(
      'Signature=1b4b8f821d174ef6bb0a47d6e9e9f030a503ed7437150b69b19dcc70352a93e5',
    );
    const form = queryOf({
      PhoneNumberJson: '["13800000001","13800000002"]',
      SignNameJson: '["示例局","示例局"]',
      TemplateCode: 'SMS_100000001',
      TemplateParamJson: '[{"name":"张先生"},{"name":"李女士"}]',
    });
    const digest = 'b51ca249f5ab4c9a8d29d9a7d20030577739bee77712c6a42cbb6c55d242182c';
    expect(sha256Hex(form)).toBe(digest);
    const formHeaders = {
      host: 'dysmsapi.aliyuncs.com',
      'content-type': 'application/x-www-form-urlencoded',
      'x-acs-action': 'SendBatchSms',
      'x-acs-content-sha256': digest,
      'x-acs-date': '2026-01-05T01:30:15Z',
      'x-acs-signature-nonce': 'nonce-0002',
      'x-acs-version': '2017-05-25',
    };
    expect(
      acs3Authorization({ method: 'POST', query: {}, headers: formHeaders, body: form }, 'demoAk', 'demoSecret'),
    ).toContain('Signature=a36038e2fa26194e2e139eab50abab7185546ecbdf778196751848e1c8f12681');
  });
});

describe('the reference of aliyun-voice', () => {
  it('comes back as the same delivery, in at most 15 bytes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (id) => {
        expect(outIdOf(id).length).toBeLessThanOrEqual(15);
        expect(deliveryOf(outIdOf(id))).toBe(id);
      }),
    );
  });

  it.each(['', '4711', 'td', 'td0001', 'tdzzzzzzzzzzz', 'TD3mv', 'td-1', 'td3mv '])('takes %j for nobody', (text) => {
    expect(deliveryOf(text)).toBeUndefined();
  });

  it('has words in both languages for every code', () => {
    for (const code of [...causes.keys(), ...outcomes.keys(), ...smartOutcomes.keys()]) {
      expect(words.get(code)).toMatchObject({ zh: expect.any(String), en: expect.any(String) });
    }
  });
});
