import { describe, expect, it } from '@jest/globals';
import { adapterContract, callOf, context } from '../../../test/contract/adapter-contract.js';
import type { CallOutcome, FaultCause, HttpAdapter } from '../contract.js';
import { wecomRobot } from './wecom-robot.js';

const webhook = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa';
const item = { deliveryId: 7, to: JSON.stringify({ webhook }), text: '**防骗提醒**\n刷单返利都是诈骗' };
const failed = (cause: FaultCause, code: string, note: string): CallOutcome => ({
  items: [{ deliveryId: 7, fault: { cause, code, note } }],
});

adapterContract(wecomRobot, {
  settings: { baseUrl: 'http://127.0.0.1:4010/wecom' },
  items: [item],
  replies: [
    { name: 'posted', body: { errcode: 0, errmsg: 'ok' }, expected: { items: [{ deliveryId: 7 }] } },
    {
      name: 'too fast',
      body: { errcode: 45009, errmsg: 'api freq out of limit' },
      expected: failed('throttled', '45009', 'too fast: 20 a minute for a robot'),
    },
    {
      name: 'an unknown robot',
      body: { errcode: 93000, errmsg: 'invalid webhook url' },
      expected: failed('recipient', '93000', "the group's robot address is not valid"),
    },
    {
      name: 'too long',
      body: { errcode: 45002, errmsg: 'content size out of limit' },
      expected: failed('content', '45002', 'the text is too long'),
    },
    {
      name: 'a code that nobody knows',
      body: { errcode: 1, errmsg: 'new words' },
      expected: failed('refused', '1', 'new words'),
    },
  ],
});

describe('the robot of WeCom', () => {
  const adapter = wecomRobot as HttpAdapter<unknown>;
  const settingsOf = (given: object = {}) => adapter.settings.parse(given);

  it('posts markdown to the webhook, or to the base that the settings name', () => {
    const request = adapter.encode(callOf(item), settingsOf(), context);
    expect(request.url).toBe(webhook);
    expect(JSON.parse(request.body ?? '')).toEqual({ msgtype: 'markdown', markdown: { content: item.text } });
    expect(adapter.encode(callOf(item), settingsOf({ baseUrl: 'http://127.0.0.1:4010/wecom' }), context).url).toBe(
      'http://127.0.0.1:4010/wecom/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa',
    );
  });

  it('calls people by their number, which only text can, and everybody where the settings say so', () => {
    const to = JSON.stringify({ webhook, atMobiles: ['13800000001'] });
    const bodyOf = (given: object, address = to) =>
      JSON.parse(adapter.encode(callOf({ ...item, to: address }), settingsOf(given), context).body ?? '') as unknown;
    expect(bodyOf({ atAll: true })).toEqual({
      msgtype: 'text',
      text: { content: item.text, mentioned_mobile_list: ['13800000001', '@all'] },
    });
    expect(bodyOf({ message: 'text' }, item.to)).toEqual({ msgtype: 'text', text: { content: item.text } });
    const long = { ...item, to, text: '长'.repeat(683) };
    expect(adapter.refuses?.(long, settingsOf())).toMatchObject({ code: 'tooLong' });
  });

  it('counts bytes, not characters, and cuts nothing', () => {
    const of = (text: string) => adapter.refuses?.({ ...item, text }, settingsOf());
    expect(of('长'.repeat(1365))).toBeNull();
    expect(of('长'.repeat(1366))).toMatchObject({ cause: 'content', code: 'tooLong' });
  });

  it.each([
    'x',
    '{}',
    JSON.stringify({ webhook: 'https://evil.example/cgi-bin/webhook/send?key=x' }),
    JSON.stringify({ webhook: 'https://qyapi.weixin.qq.com/other' }),
  ])('refuses the address %j', (to) => {
    expect(adapter.refuses?.({ ...item, to }, settingsOf())).toMatchObject({ cause: 'recipient', code: 'webhook' });
  });
});
