import { describe, expect, it } from '@jest/globals';
import { acs3Signature, popSignature, readAcs3, unsignedHeaders } from './aliyun-signature.js';
import { openEnvelope, submitBody, submitMac, templateBody, templateMac } from './cloud-mas-envelope.js';
import { dingtalkSign } from './dingtalk.js';

const secret = 'Demo@Secret1';
const account = {
  ecName: '示例县公安局',
  apId: 'demoap01',
  secretKey: secret,
  sign: 'DemoSign1',
  addSerial: '',
  mac: '',
};
const NORSUBMIT_BODY =
  'eyJlY05hbWUiOiLnpLrkvovljr/lhazlronlsYAiLCJhcElkIjoiZGVtb2FwMDEiLCJzZWNyZXRLZXkiOiJEZW1vQFNlY3JldDEiLCJtb2JpbGVzIjoiMTM4MDAwMDAwMDEsMTM4MDAwMDAwMDIiLCJjb250ZW50Ijoi44CQ56S65L6L5Y6/5YWs5a6J5bGA44CR6K2m5oOV5YaS5YWF5a6i5pyN6YCA5qy+6aqX5bGA77yM5Yeh6KaB5rGC5bGP5bmV5YWx5Lqr55qE5LiA5b6L5oyC5pat44CC5ZKo6K+iOTYxMTDvvIzlm57lpI1U6YCA6K6iIiwic2lnbiI6IkRlbW9TaWduMSIsImFkZFNlcmlhbCI6IiIsIm1hYyI6IjY3ZWFhYzM1NTE0YzM2NGU0MTg4NGZkNWI5YzNjNjM3In0=';

describe('the vectors of Cloud MAS', () => {
  it('cloudmas-norsubmit-1', () => {
    const mobiles = '13800000001,13800000002';
    const content = '【示例县公安局】警惕冒充客服退款骗局，凡要求屏幕共享的一律挂断。咨询96110，回复T退订';
    expect(submitMac({ ...account, mobiles, content }, secret)).toBe('67eaac35514c364e41884fd5b9c3c637');
  });

  it('cloudmas-norsubmit-1 as it stands on the wire', () => {
    const body = submitBody.parse(openEnvelope(Buffer.from(NORSUBMIT_BODY)));
    expect(submitMac(body, secret)).toBe(body.mac);
  });

  it('cloudmas-norsubmit-m2m-1', () => {
    const content =
      '{"13800000001":"张先生，您近期可能遭遇刷单返利诈骗，请勿转账。","13800000002":"李女士，您近期可能遭遇虚假贷款诈骗，请勿转账。"}';
    expect(submitMac({ ...account, mobiles: '', content }, secret)).toBe('21aa81c64651543e5cf5998c0ea13f40');
  });

  it('cloudmas-tmpsubmit-1', () => {
    const body = templateBody.parse({
      ...account,
      templateId: '0123456789abcdef0123456789abcdef',
      mobiles: '13800000001',
      params: '["张先生","刷单返利"]',
    });
    expect(templateMac(body, secret)).toBe('f91ac2055585b505d61547a6a185c260');
  });

  it('opens Base64 only', () => {
    expect(openEnvelope(Buffer.from(`"${NORSUBMIT_BODY}"`))).toBeUndefined();
    expect(openEnvelope(Buffer.from('{"ecName":"x"}'))).toBeUndefined();
    expect(openEnvelope(Buffer.from(''))).toBeUndefined();
    expect(openEnvelope(Buffer.from([0x7b, 0xff, 0x7d].map((byte) => byte).join('')))).toBeUndefined();
    expect(openEnvelope(Buffer.from(Buffer.from([0x22, 0xff, 0x22]).toString('base64')))).toBeUndefined();
  });
});

it('dingtalk-sign-1', () => {
  const robotSecret = `SECdemo${'0'.repeat(58)}`;
  expect(dingtalkSign('1700000000000', robotSecret)).toBe('Xj9RSuJGKC2yHQNQQnzh5J0ueNaIwwruApIj36Uk1+I=');
});

describe('the vectors of Aliyun', () => {
  it('aliyun-pop-v1-published-sms: Chinese and JSON values', () => {
    const params = new Map(
      Object.entries({
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
      }),
    );
    expect(popSignature('GET', params, 'testSecret')).toBe('zJDF+Lrzhj/ThnlvIToysFRq6t4=');
  });

  it('aliyun-pop-v1-singlecallbytts', () => {
    const params = new Map(
      Object.entries({
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
      }),
    );
    expect(popSignature('POST', params, 'demoSecret')).toBe('iYIzzQOBlFeyt7moWLZ41bV7yJ4=');
    // What is left out of the text to sign must not change it.
    expect(popSignature('POST', new Map([...params, ['Signature', 'x']]), 'demoSecret')).toBe(
      'iYIzzQOBlFeyt7moWLZ41bV7yJ4=',
    );
  });

  it('aliyun-acs3-singlecallbytts', () => {
    const headers = {
      host: 'dyvmsapi.aliyuncs.com',
      'x-acs-action': 'SingleCallByTts',
      'x-acs-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      'x-acs-date': '2026-01-05T01:30:15Z',
      'x-acs-signature-nonce': 'nonce-0001',
      'x-acs-version': '2017-05-25',
    };
    const query = new Map(
      Object.entries({
        CalledNumber: '13800000001',
        CalledShowNumber: '05710000000',
        OutId: 'job1-r1',
        PlayTimes: '2',
        TtsCode: 'TTS_100000001',
        TtsParam: '{"name":"张先生"}',
      }),
    );
    const read = readAcs3(
      'ACS3-HMAC-SHA256 Credential=demoAk,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=1b4b8f821d174ef6bb0a47d6e9e9f030a503ed7437150b69b19dcc70352a93e5',
    );
    expect(read?.accessKeyId).toBe('demoAk');
    const request = { method: 'POST', uri: '/', query, headers, body: Buffer.alloc(0) };
    expect(acs3Signature(request, read?.signedHeaders ?? [], 'demoSecret')).toBe(read?.signature);
    expect(unsignedHeaders(headers, read?.signedHeaders ?? [])).toEqual([]);
  });

  it('wants every x-acs header signed', () => {
    expect(unsignedHeaders({ host: 'h', 'x-acs-security-token': 't' }, ['host'])).toContain('x-acs-security-token');
    expect(readAcs3('Bearer x')).toBeUndefined();
  });
});
