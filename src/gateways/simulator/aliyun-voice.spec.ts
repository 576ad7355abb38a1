import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import { acs3Signature, popSignature } from './aliyun-signature.js';
import { given, MORNING, type Given } from './given.js';

const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
let here: Given;
let nonce = 0;
beforeEach(async () => {
  here = await given();
  await here.setClock(MORNING);
});
afterEach(() => here.close());

const callOf = (more: Record<string, string> = {}) => ({
  CalledNumber: '13800000001',
  CalledShowNumber: '05710000000',
  TtsCode: 'TTS_1',
  TtsParam: '{"text":"请不要转账"}',
  OutId: 'd-1',
  ...more,
});

function signed(
  params: Record<string, string>,
  { method = 'POST', at = MORNING, secret = 'simulator-secret' } = {},
): URLSearchParams {
  const all = new URLSearchParams({
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: `n-${(nonce += 1)}`,
    AccessKeyId: 'ak',
    Timestamp: at,
    Format: 'JSON',
    Action: 'SingleCallByTts',
    Version: '2017-05-25',
    ...params,
  });
  all.set('Signature', popSignature(method, new Map(all), secret));
  return all;
}
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const call = (params: Record<string, string> = callOf(), options = {}) =>
  here.post('/aliyun-voice/', signed(params, options).toString(), form);

function rawCall(options: {
  path: string;
  headers: Record<string, string>;
}): Promise<{ status: number; body: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const sent = request({ port: here.simulator.port, host: '127.0.0.1', method: 'POST', ...options }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Record<string, unknown> }),
      );
    });
    sent.on('error', reject).end();
  });
}

describe('signatures', () => {
  it('takes POP v1 by POST form and by GET', async () => {
    expect((await call()).json).toEqual({
      Code: 'OK',
      Message: 'OK',
      RequestId: expect.any(String),
      CallId: expect.stringMatching(/^\d{12}\^\d{12}$/),
    });
    const query = signed(callOf({ CalledNumber: '13800000011' }), { method: 'GET' });
    expect((await here.get(`/aliyun-voice/?${query.toString()}`)).json['Code']).toBe('OK');
  });

  it('takes the ACS3 vector as it stands', async () => {
    await here.close();
    here = await given({ secrets: { 'aliyun-voice': 'demoSecret' } });
    await here.setClock(MORNING);
    const answer = await rawCall({
      path: '/aliyun-voice/?CalledNumber=13800000001&CalledShowNumber=05710000000&OutId=job1-r1&PlayTimes=2&TtsCode=TTS_100000001&TtsParam=%7B%22name%22%3A%22%E5%BC%A0%E5%85%88%E7%94%9F%22%7D',
      headers: {
        host: 'dyvmsapi.aliyuncs.com',
        'x-acs-action': 'SingleCallByTts',
        'x-acs-content-sha256': EMPTY_SHA256,
        'x-acs-date': MORNING,
        'x-acs-signature-nonce': 'nonce-0001',
        'x-acs-version': '2017-05-25',
        authorization:
          'ACS3-HMAC-SHA256 Credential=demoAk,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=1b4b8f821d174ef6bb0a47d6e9e9f030a503ed7437150b69b19dcc70352a93e5',
      },
    });
    expect(answer).toMatchObject({ status: 200, body: { Code: 'OK' } });
    const { json } = await here.get('/_sim/messages?gateway=aliyun-voice');
    expect(json['items']).toMatchObject([{ to: '13800000001', content: 'TTS_100000001 {"name":"张先生"}' }]);
  });

  it('refuses an ACS3 signature that leaves the action unsigned, or a body that was changed', async () => {
    const headers = {
      host: 'h',
      'x-acs-action': 'SingleCallByTts',
      'x-acs-content-sha256': EMPTY_SHA256,
      'x-acs-date': MORNING,
      'x-acs-signature-nonce': 'a',
      'x-acs-version': '2017-05-25',
    };
    const names = Object.keys(headers).filter((name) => name !== 'x-acs-action');
    const signature = acs3Signature(
      { method: 'POST', uri: '/', query: new Map(), headers, body: Buffer.alloc(0) },
      names,
      'simulator-secret',
    );
    const authorization = `ACS3-HMAC-SHA256 Credential=ak,SignedHeaders=${names.join(';')},Signature=${signature}`;
    const answer = await rawCall({ path: '/aliyun-voice/', headers: { ...headers, authorization } });
    expect(answer).toMatchObject({ status: 400, body: { Code: 'IncompleteSignature' } });
  });

  it('refuses a wrong secret, a nonce used again and an old time', async () => {
    expect(await call(callOf(), { secret: 'other' })).toMatchObject({
      status: 400,
      json: { Code: 'SignatureDoesNotMatch' },
    });
    const words = signed(callOf()).toString();
    await here.post('/aliyun-voice/', words, form);
    expect(await here.post('/aliyun-voice/', words, form)).toMatchObject({
      status: 400,
      json: { Code: 'SignatureNonceUsed' },
    });
    expect(await call(callOf(), { at: '2026-01-05T01:15:14Z' })).toMatchObject({
      status: 400,
      json: { Code: 'InvalidTimeStamp.Expired' },
    });
    expect((await here.get('/_sim/stats')).json['aliyun-voice']).toMatchObject({ messages: 1, rejectedSignatures: 3 });
  });

  it('does not fall over a request without anything', async () => {
    expect((await here.post('/aliyun-voice/', '')).status).toBe(400);
    expect((await here.get('/aliyun-voice')).json['Code']).toBe('MissingAccessKeyId');
  });
});

describe('limits', () => {
  it('calls nobody twice in a minute, nor six times in an hour', async () => {
    expect((await call()).json['Code']).toBe('OK');
    expect(await call()).toMatchObject({ status: 200, json: { Code: 'isv.BUSINESS_LIMIT_CONTROL' } });
    for (const minute of [31, 32, 33, 34]) {
      const at = `2026-01-05T01:${minute}:15Z`;
      await here.setClock(at);
      expect((await call(callOf(), { at })).json['Code']).toBe('OK');
    }
    await here.setClock('2026-01-05T01:40:15Z');
    expect((await call(callOf(), { at: '2026-01-05T01:40:15Z' })).json['Code']).toBe('isv.BUSINESS_LIMIT_CONTROL');
    await here.setClock('2026-01-05T02:30:15Z');
    expect((await call(callOf(), { at: '2026-01-05T02:30:15Z' })).json['Code']).toBe('OK');
  });

  it('calls nobody 21 times in a day', async () => {
    let answered = 0;
    for (let i = 0; i < 24; i += 1) {
      const at = new Date(Date.parse(MORNING) + i * 30 * 60_000).toISOString().replace('.000', '');
      await here.setClock(at);
      if ((await call(callOf(), { at })).json['Code'] === 'OK') answered += 1;
    }
    expect(answered).toBe(20);
  });

  it.each([
    [{ OutId: '1234567890123456' }, 'isv.INVALID_PARAMETERS'],
    [{ OutId: '' }, 'isv.INVALID_PARAMETERS'],
    [{ OutId: '一二三四五六' }, 'isv.INVALID_PARAMETERS'],
    [{ OutId: '123456789012345' }, 'OK'],
    [{ TtsParam: JSON.stringify({ text: '长'.repeat(250) }) }, 'isv.PARAM_LENGTH_LIMIT'],
    [{ TtsParam: JSON.stringify({ text: '长'.repeat(249) }) }, 'OK'],
    [{ TtsParam: '不是' }, 'isv.TEMPLATE_PARAMS_ILLEGAL'],
    [{ TtsParam: '{"text":"http://x.example"}' }, 'isv.PARAM_NOT_SUPPORT_URL'],
    [{ TtsCode: '' }, 'isv.TTS_TEMPLATE_ILLEGAL'],
    [{ CalledNumber: '12' }, 'isv.MOBILE_NUMBER_ILLEGAL'],
    [{ CalledNumber: '058012345678' }, 'OK'],
    [{ PlayTimes: '4' }, 'isv.INVALID_PARAMETERS'],
  ])('answers %j', async (more, Code) => {
    expect(await call(callOf(more))).toMatchObject({ status: 200, json: { Code } });
  });
});

describe('VoiceReport', () => {
  it('pushes an array of what became of the calls', async () => {
    const { json } = await call();
    await call(callOf({ CalledNumber: '13800000002', OutId: 'd-2' }));
    await call(callOf({ CalledNumber: '13800000004', OutId: 'd-4' }));
    await here.setClock('2026-01-05T01:32:15Z');
    const reports = here.received.flatMap(({ body }) => body as object[]);
    expect(here.received.every(({ path, body }) => path === '/voice' && Array.isArray(body))).toBe(true);
    expect(reports).toMatchObject([
      {
        out_id: 'd-2',
        status_code: '200010',
        smart_status_code: 'POWERED_OFF',
        duration: '0',
        start_time: '',
        end_time: '',
      },
      { out_id: 'd-4', status_code: '200105' },
      {
        call_id: json['CallId'],
        out_id: 'd-1',
        callee: '13800000001',
        status_code: '200000',
        smart_status_code: 'ANSWERED',
        originate_time: '2026-01-05 09:30:15',
        start_time: '2026-01-05 09:30:18',
        end_time: '2026-01-05 09:30:38',
        duration: '20',
        voice_type: 'voice',
      },
    ]);
  });

  it('carries at most fifty reports a push', async () => {
    await here.post('/_sim/faults', { gateway: 'aliyun-voice', receiptDelayMs: 10_000 });
    for (let i = 0; i < 60; i += 1) await call(callOf({ CalledNumber: String(13_900_001_000 + i) }));
    await here.setClock('2026-01-05T01:32:15Z');
    expect(here.received.map(({ body }) => (body as object[]).length).sort()).toEqual([10, 50]);
  });

  it.each([
    ['another status', { status: 500, body: '{"code":0}' }],
    ['another code', { status: 200, body: '{"code":1}' }],
    ['no JSON', { status: 200, body: 'ok' }],
  ])('repeats after 1, 5 and 10 minutes on %s', async (_, refusal) => {
    Object.assign(here.reply, refusal);
    await call();
    const first = await here.setClock('2026-01-05T01:31:00Z');
    expect(first.json).toMatchObject({ pushed: 0, pending: 1, nextDueAt: '2026-01-05T01:31:39.000Z' });
    expect((await here.setClock('2026-01-05T01:32:00Z')).json['nextDueAt']).toBe('2026-01-05T01:36:39.000Z');
    expect((await here.setClock('2026-01-05T01:37:00Z')).json['nextDueAt']).toBe('2026-01-05T01:46:39.000Z');
    expect((await here.setClock('2026-01-05T02:00:00Z')).json).toMatchObject({
      failed: 1,
      pending: 0,
      nextDueAt: null,
    });
    expect(here.received).toHaveLength(4);
  });

  it('reaches a receiver that is back in time', async () => {
    here.reply.status = 503;
    await call();
    await here.setClock('2026-01-05T01:31:00Z');
    here.reply.status = 200;
    expect((await here.setClock('2026-01-05T01:32:00Z')).json).toMatchObject({ pushed: 1, failed: 0, pending: 0 });
  });
});
