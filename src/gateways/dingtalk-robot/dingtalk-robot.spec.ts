import { describe, expect, it } from '@jest/globals';
import { adapterContract, callOf, context } from '../../../test/contract/adapter-contract.js';
import type { CallOutcome, FaultCause, HttpAdapter } from '../contract.js';
import { dingtalkRobot } from './dingtalk-robot.js';
import { robotSign } from './sign.js';
import { zhezhengding } from './zhezhengding.js';

const secret = `SECdemo${'0'.repeat(58)}`;
const webhook = 'https://oapi.dingtalk.com/robot/send?access_token=demo-token';
const item = {
  deliveryId: 7,
  to: JSON.stringify({ webhook, secret }),
  text: '### 防骗提醒\n刷单返利都是诈骗',
  title: '防骗提醒',
};
const failed = (cause: FaultCause, code: string, note: string): CallOutcome => ({
  items: [{ deliveryId: 7, fault: { cause, code, note } }],
});

const replies = [
  { name: 'posted', body: { errcode: 0, errmsg: 'ok' }, expected: { items: [{ deliveryId: 7 }] } },
  {
    name: 'too fast',
    body: { errcode: 130101, errmsg: 'send too fast, exceed 20 times per minute' },
    expected: failed(
      'throttled',
      '130101',
      'too fast: 20 a minute for a robot, then ten minutes of silence: send too fast, exceed 20 times per minute',
    ),
  },
  {
    name: 'a wrong sign',
    body: { errcode: 310000, errmsg: 'sign not match' },
    expected: failed(
      'recipient',
      '310000',
      "the robot's security settings do not fit (sign, keyword, address): sign not match",
    ),
  },
  {
    name: 'our address is not allowed',
    body: { errcode: 310000, errmsg: 'ip 1.2.3.4 not in whitelist' },
    expected: failed(
      'settings',
      '310000',
      "the robot's security settings do not fit (sign, keyword, address): ip 1.2.3.4 not in whitelist",
    ),
  },
  {
    name: 'an unknown robot',
    body: { errcode: 300005, errmsg: 'token is not exist' },
    expected: failed('recipient', '300005', "the robot's token does not exist: token is not exist"),
  },
  {
    name: 'shifted numbers, where the words tell',
    body: { errcode: 400102, errmsg: 'token is not exist' },
    expected: failed('recipient', '400102', 'the robot was stopped: token is not exist'),
  },
  { name: 'busy', body: { errcode: -1, errmsg: '' }, expected: failed('throttled', '-1', 'the system is busy') },
  {
    name: 'improper words',
    body: { errcode: 430104, errmsg: '' },
    expected: failed('content', '430104', 'the content is not allowed'),
  },
  {
    name: 'a code that nobody knows',
    body: { errcode: 999, errmsg: 'new' },
    expected: failed('refused', '999', 'new: new'),
  },
  {
    name: 'a page of the access control',
    body: { status: 1111, wait: 5, punish: 'deny' },
    expected: failed('uncertain', 'HTTP 200', 'the answer cannot be read; it may have been sent'),
  },
];

adapterContract(dingtalkRobot, { settings: {}, items: [item], replies });
adapterContract(zhezhengding, { settings: { baseUrl: 'http://127.0.0.1:4010/dingtalk' }, items: [item], replies });

describe('the robot of DingTalk', () => {
  const adapter = dingtalkRobot as HttpAdapter<unknown>;
  const settingsOf = (given: object = {}) => adapter.settings.parse(given);
  const encode = (to: object, given: object = {}, at = 1_700_000_000_000) =>
    adapter.encode(callOf({ ...item, to: JSON.stringify(to) }), settingsOf(given), { ...context, at });

  it('signs as the worked example does', () => {
    expect(robotSign('1700000000000', secret)).toBe('Xj9RSuJGKC2yHQNQQnzh5J0ueNaIwwruApIj36Uk1+I=');
    expect(encode({ webhook, secret }).url).toBe(
      `${webhook}&timestamp=1700000000000&sign=Xj9RSuJGKC2yHQNQQnzh5J0ueNaIwwruApIj36Uk1%2BI%3D`,
    );
  });

  it('posts markdown, unsigned where the group has no secret', () => {
    const request = encode({ webhook });
    expect(request.url).toBe(webhook);
    expect(JSON.parse(request.body ?? '')).toEqual({
      msgtype: 'markdown',
      markdown: { title: '防骗提醒', text: item.text },
      at: { isAtAll: false },
    });
  });

  it('calls people by name, in the text too, and everybody where the settings say so', () => {
    const request = encode({ webhook, atMobiles: ['13800000001'] }, { atAll: true });
    expect(JSON.parse(request.body ?? '')).toMatchObject({
      markdown: { text: `${item.text} @13800000001` },
      at: { atMobiles: ['13800000001'], isAtAll: true },
    });
  });

  it('posts text, or a card with a button, where the settings say so', () => {
    expect(JSON.parse(encode({ webhook }, { message: 'text' }).body ?? '')).toEqual({
      msgtype: 'text',
      text: { content: item.text },
      at: { isAtAll: false },
    });
    const button = { title: '查看', url: 'https://gat.example.gov.cn/' };
    expect(JSON.parse(encode({ webhook }, { message: 'actionCard', button }).body ?? '')).toEqual({
      msgtype: 'actionCard',
      actionCard: {
        title: '防骗提醒',
        text: item.text,
        btnOrientation: '0',
        singleTitle: '查看',
        singleURL: 'https://gat.example.gov.cn/',
      },
      at: { isAtAll: false },
    });
    for (const wrong of [{ message: 'actionCard' }, { button }])
      expect(adapter.settings.safeParse(wrong).error?.issues.map((issue) => issue.path)).toEqual([['button']]);
  });

  it('goes to another base where the settings name one', () => {
    expect(encode({ webhook }, { baseUrl: 'http://127.0.0.1:4010/dingtalk/' }).url).toBe(
      'http://127.0.0.1:4010/dingtalk/robot/send?access_token=demo-token',
    );
  });

  it.each([
    ['no JSON', 'https://oapi.dingtalk.com/robot/send?access_token=x'],
    ['no webhook', '{}'],
    ['another host', JSON.stringify({ webhook: 'https://evil.example/robot/send?access_token=x' })],
    ['another path', JSON.stringify({ webhook: 'https://oapi.dingtalk.com/user/delete' })],
    [
      'a password in the address',
      JSON.stringify({ webhook: 'https://a:b@oapi.dingtalk.com/robot/send?access_token=x' }),
    ],
    ['another scheme', JSON.stringify({ webhook: 'file:///robot/send' })],
  ])('refuses an address with %s', (_, to) => {
    expect(adapter.refuses?.({ ...item, to }, settingsOf())).toMatchObject({ cause: 'recipient', code: 'webhook' });
  });

  it('refuses more than 20,000 bytes', () => {
    expect(adapter.refuses?.({ ...item, text: '长'.repeat(6_600) }, settingsOf())).toBeNull();
    expect(adapter.refuses?.({ ...item, text: '长'.repeat(6_700) }, settingsOf())).toMatchObject({
      cause: 'content',
      code: 'tooLong',
    });
  });
});
