import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../platform/index.js';
import { alarmWordIn, isOptOut, normalisedReply } from './opt-out-words.js';

const { optOutWords, alarmWords } = loadConfig({ TIDECALL_CONFIG: 'config/example.yaml' }).settings.library;

describe('a reply', () => {
  it.each([
    ['  t ', 'T'],
    ['ｔｄ！', 'TD'],
    ['“退订”。', '退订'],
    ['００００', '0000'],
    ['退 订', '退订'],
    ['\u3000Ｒ\n', 'R'],
    ['！？', ''],
  ])('%j is compared as %j', (text, expected) => expect(normalisedReply(text)).toBe(expected));

  it.each([
    'T',
    't',
    'td',
    'R',
    'N',
    'n。',
    '0000',
    '00000',
    '退订',
    '拒收！',
    '【退订】',
    ' Ｔ ',
    '回复T',
    '回T',
    '拒收回T',
    '回复：TD',
    '请回复T',
  ])('%j refuses', (text) => {
    expect(isOptOut(text, optOutWords)).toBe(true);
  });

  it.each([
    '',
    ' ',
    '。',
    'T恤在哪里买',
    '怎么退订',
    '000',
    '000000',
    '你们是真的吗',
    '回复',
    '不要拒收',
    'TT',
    'no',
    '收到',
  ])('%j does not', (text) => {
    expect(isOptOut(text, optOutWords)).toBe(false);
  });

  it.each(['我已经转账了怎么办', '被 骗 了', '我 被，骗 了', '钱没了！！'])('%j alarms', (text) => {
    expect(alarmWords).toContain(alarmWordIn(text, alarmWords));
  });

  it.each(['谢谢提醒', '', '被', '骗'])('%j does not alarm', (text) => {
    expect(alarmWordIn(text, alarmWords)).toBeNull();
  });
});
