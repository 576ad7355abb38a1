import type { FaultCause } from '../contract.js';

/**
 * `errcode`s of the group robot. HTTP is 200 whatever happens. A fault that lies in one group's robot (its token, the group
 * itself) fails that delivery alone; one that lies in the security settings stops the gateway.
 */
const answers: readonly (readonly [code: number, cause: FaultCause, zh: string, en: string])[] = [
  [-1, 'throttled', '系统繁忙', 'the system is busy'],
  [
    130101,
    'throttled',
    '发送过快：每个机器人每分钟20条，超限将停10分钟',
    'too fast: 20 a minute for a robot, then ten minutes of silence',
  ],
  [410100, 'throttled', '发送过快', 'too fast'],
  [90030, 'throttled', '超过每日调用次数', "over the day's calls"],
  [
    310000,
    'recipient',
    '安全设置不符（加签、关键词、IP）',
    "the robot's security settings do not fit (sign, keyword, address)",
  ],
  [300001, 'recipient', '机器人token不存在', "the robot's token does not exist"],
  [300005, 'recipient', '机器人token不存在', "the robot's token does not exist"],
  [400101, 'recipient', '机器人token不存在', "the robot's token does not exist"],
  [40035, 'recipient', '缺少参数（机器人地址不完整）', "a parameter is missing (the robot's address is not complete)"],
  [400013, 'recipient', '群已解散', 'the group was dissolved'],
  [400102, 'recipient', '机器人已停用', 'the robot was stopped'],
  [400106, 'recipient', '机器人不存在', 'the robot does not exist'],
  [43002, 'settings', '须用POST', 'POST is needed'],
  [43004, 'settings', 'Content-Type不正确', 'the content type is wrong'],
  [400105, 'settings', '消息类型不支持', 'the kind of message is not supported'],
  [460101, 'content', '消息超过20000字节', 'longer than 20,000 bytes'],
  [430101, 'content', '含不安全链接', 'an unsafe link'],
  [430102, 'content', '文本不合规', 'the text is not allowed'],
  [430103, 'content', '图片不合规', 'the picture is not allowed'],
  [430104, 'content', '内容不合规', 'the content is not allowed'],
];

/** One public client shows the numbers shifted by one, so what the message says goes first. */
const byMessage: readonly (readonly [pattern: RegExp, code: number])[] = [
  [/send too fast/i, 130101],
  [/sign not match|keywords? not in content|not in whitelist|invalid timestamp/i, 310000],
  [/token is not exist/i, 300005],
  [/message too long/i, 460101],
];

/** Of the security settings, our clock and our address concern every group; a sign or a keyword only the one robot's. */
const CONCERNS_ALL = /invalid timestamp|not in whitelist/i;

const causes: ReadonlyMap<number, FaultCause> = new Map(answers.map(([code, cause]) => [code, cause]));

export const causeOf = (errcode: number, errmsg: string): FaultCause => {
  if (CONCERNS_ALL.test(errmsg)) return 'settings';
  const meant = byMessage.find(([pattern]) => pattern.test(errmsg))?.[1] ?? errcode;
  return causes.get(meant) ?? 'refused';
};

export const words: ReadonlyMap<string, { readonly zh: string; readonly en: string }> = new Map([
  ['0', { zh: '已发送', en: 'posted' }],
  ['webhook', { zh: '群机器人地址无法使用', en: "the group's robot address cannot be used" }],
  ['tooLong', { zh: '消息超过20000字节', en: 'longer than 20,000 bytes' }],
  ...answers.map(([code, , zh, en]): [string, { zh: string; en: string }] => [String(code), { zh, en }]),
]);
