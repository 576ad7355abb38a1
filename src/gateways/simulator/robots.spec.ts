import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { dingtalkSign } from './dingtalk.js';
import { given, MORNING, type Given } from './given.js';

let here: Given;
beforeEach(async () => {
  here = await given();
  await here.setClock(MORNING);
});
afterEach(() => here.close());

const hello = { msgtype: 'text', text: { content: '今日一骗' } };

describe('DingTalk', () => {
  const send = (
    body: unknown,
    options: { token?: string; at?: number; secret?: string; headers?: Record<string, string> } = {},
  ) => {
    const { token = 'group1', at = Date.parse(MORNING), secret = `SEC${token}`, headers } = options;
    const sign = encodeURIComponent(dingtalkSign(String(at), secret));
    return here.post(`/dingtalk/robot/send?access_token=${token}&timestamp=${at}&sign=${sign}`, body, headers);
  };

  it('accepts a signed text and keeps what the group read', async () => {
    expect(await send(hello)).toMatchObject({ status: 200, json: { errcode: 0, errmsg: 'ok' } });
    const { json } = await here.get('/_sim/messages?gateway=dingtalk&to=group1');
    expect(json['items']).toMatchObject([{ content: '今日一骗' }]);
  });

  it('refuses another secret, no signature, an unencoded plus and an old time', async () => {
    expect((await send(hello, { secret: 'SECother' })).json).toMatchObject({
      errcode: 310000,
      errmsg: 'sign not match',
    });
    const bare = await here.post(`/dingtalk/robot/send?access_token=group1&timestamp=${Date.parse(MORNING)}`, hello);
    expect(bare.json).toMatchObject({ errcode: 310000, errmsg: 'sign not match' });
    expect((await send(hello, { at: Date.parse(MORNING) - 3_600_001 })).json).toMatchObject({
      errcode: 310000,
      errmsg: 'invalid timestamp',
    });
    expect((await here.get('/_sim/stats')).json['dingtalk']).toMatchObject({ messages: 0, rejectedSignatures: 3 });
  });

  it.each([
    ['an unknown type', { msgtype: 'image' }, 400105],
    ['a type from the prototype', { msgtype: 'toString' }, 400105],
    ['a text without content', { msgtype: 'text', text: {} }, 40035],
    ['a markdown without title', { msgtype: 'markdown', markdown: { text: 'x' } }, 40035],
    ['no JSON', 'hello', 40035],
    ['more than 20000 bytes', { msgtype: 'text', text: { content: '长'.repeat(7_000) } }, 460101],
  ])('refuses %s', async (_, body, errcode) => {
    expect(await send(body)).toMatchObject({ status: 200, json: { errcode } });
  });

  it('wants POST, JSON and a token that exists', async () => {
    expect((await here.get('/dingtalk/robot/send?access_token=a')).json['errcode']).toBe(43002);
    expect((await send(hello, { headers: { 'content-type': 'text/plain' } })).json['errcode']).toBe(43004);
    expect((await send(hello, { token: '' })).json['errcode']).toBe(40035);
    expect((await send(hello, { token: 'badgroup' })).json['errcode']).toBe(300005);
  });

  it.each([
    [{ msgtype: 'markdown', markdown: { title: 't', text: '#### 正文' } }, '#### 正文'],
    [{ msgtype: 'link', link: { title: 't', text: '链接', messageUrl: 'https://example.invalid' } }, '链接'],
    [
      {
        msgtype: 'actionCard',
        actionCard: { title: 't', text: '卡片', singleTitle: '看', singleURL: 'https://e.invalid' },
      },
      '卡片',
    ],
    [{ msgtype: 'feedCard', feedCard: { links: [{ title: '一', messageURL: 'u' }] } }, '一'],
  ])('takes %j', async (body, content) => {
    expect((await send(body)).json['errcode']).toBe(0);
    expect((await here.get('/_sim/messages')).json['items']).toMatchObject([{ content }]);
  });

  it('takes 20 a minute for each robot and then blocks it for ten minutes', async () => {
    for (let i = 0; i < 20; i += 1) expect((await send(hello)).json['errcode']).toBe(0);
    expect((await send(hello)).json['errcode']).toBe(130101);
    expect((await send(hello, { token: 'group2' })).json['errcode']).toBe(0);
    await here.setClock('2026-01-05T01:40:14Z');
    expect((await send(hello, { at: Date.parse('2026-01-05T01:40:14Z') })).json['errcode']).toBe(130101);
    await here.setClock('2026-01-05T01:40:15Z');
    expect((await send(hello, { at: Date.parse('2026-01-05T01:40:15Z') })).json['errcode']).toBe(0);
  });

  it('gives the minute back after a minute where nobody went beyond it', async () => {
    for (let i = 0; i < 20; i += 1) await send(hello);
    await here.setClock('2026-01-05T01:31:15Z');
    expect((await send(hello)).json['errcode']).toBe(0);
  });
});

describe('WeCom', () => {
  const send = (body: unknown, key = 'k1') => here.post(`/wecom/cgi-bin/webhook/send?key=${key}`, body);

  it.each([
    ['2048 bytes of text', { msgtype: 'text', text: { content: 'a'.repeat(2_048) } }, 0],
    ['2049 bytes of text', { msgtype: 'text', text: { content: `${'字'.repeat(683)}` } }, 45002],
    ['4096 bytes of markdown', { msgtype: 'markdown', markdown: { content: 'a'.repeat(4_096) } }, 0],
    ['4097 bytes of markdown', { msgtype: 'markdown', markdown: { content: 'a'.repeat(4_097) } }, 45002],
    ['an empty text', { msgtype: 'text', text: { content: '' } }, 44004],
    ['a text without a part', { msgtype: 'text' }, 44004],
    ['an unknown type', { msgtype: 'toast' }, 40008],
    ['no type', {}, 40008],
    ['no JSON', 'hello', 40058],
    ['nine articles', { msgtype: 'news', news: { articles: Array(9).fill({ title: 't', url: 'u' }) } }, 40058],
    [
      'a picture',
      { msgtype: 'image', image: { base64: 'aGk=', md5: createHash('md5').update('hi').digest('hex') } },
      0,
    ],
    ['a picture with a wrong md5', { msgtype: 'image', image: { base64: 'aGk=', md5: 'x' } }, 40058],
  ])('answers %s', async (_, body, errcode) => {
    expect(await send(body)).toMatchObject({ status: 200, json: { errcode } });
  });

  it('knows no key that starts with bad, nor none', async () => {
    expect((await send(hello, 'bad1')).json['errcode']).toBe(93000);
    expect((await send(hello, '')).json['errcode']).toBe(93000);
  });

  it('takes 20 a minute for each key', async () => {
    for (let i = 0; i < 20; i += 1) expect((await send(hello)).json['errcode']).toBe(0);
    expect((await send(hello)).json['errcode']).toBe(45009);
    expect((await send(hello, 'k2')).json['errcode']).toBe(0);
    await here.setClock('2026-01-05T01:31:15Z');
    expect((await send(hello)).json['errcode']).toBe(0);
  });
});
