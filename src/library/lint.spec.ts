import { describe, expect, it } from '@jest/globals';
import { lintBody, lintTitle, type Frame, type Wording } from './lint.js';
import { shippedScripts } from './shipped.loader.js';
import { officeVariables } from './variables.js';

const frame: Frame = {
  signature: '【示例公安】',
  suffix: '拒收回T',
  office: officeVariables({ office: { name: '示例县公安局', callerName: '示例县反诈中心', hotline: '96110' } }),
  allowed: { links: [], numbers: ['110'] },
  sample: { name: '王女士', township: '示例镇' },
};

const sms = (body: string): Wording => ({ channel: 'sms', title: null, body, language: 'zh' });
const codes = (wording: Wording): string[] => [
  ...new Set([...lintTitle(wording, frame), ...lintBody(wording, frame)].map((f) => f.code)),
];

describe('the wording linter', () => {
  const shipped = shippedScripts().flatMap(({ language, scripts }) =>
    scripts.map((script) => ({
      name: `${language} ${script.trick} ${script.channel} ${script.audience ?? 'everybody'} ${script.variant}`,
      wording: { ...script, title: script.title ?? null, language },
    })),
  );

  it.each(shipped)('has nothing to say about the shipped $name', ({ wording }) => {
    expect([...lintTitle(wording, frame), ...lintBody(wording, frame)].map((f) => f.message.zh)).toEqual([]);
  });

  it('says what, where, and what to write instead', () => {
    expect(lintBody(sms('您属于高危人群，请注意。'), frame)).toEqual([
      {
        code: 'sensitive_word',
        severity: 'error',
        where: 0,
        message: { zh: '“您属于”会透露为什么选中这个人', en: '“您属于” tells why this person was chosen' },
        instead: '用“居民朋友”，以“如果……”开头',
      },
      { code: 'sensitive_word', severity: 'error', where: 3, message: expect.anything(), instead: expect.any(String) },
    ]);
  });

  it.each<[string, string]>([
    ['了解更多请看 https://t.cn/abc', 'link'],
    ['到 www．abc．com 看看', 'link'],
    ['详情见fanzha.gov.cn', 'link'],
    ['请打13800000001。', 'phone_number'],
    ['请打 0580-1234567。', 'phone_number'],
    ['消防打119。', 'phone_number'],
    ['请拨一三八零零零零零零零一。', 'phone_number'],
    ['离异的朋友要当心。', 'sensitive_word'],
    ['曾被骗的朋友请注意。', 'sensitive_word'],
    ['【示例公安】先核实。', 'signature_in_body'],
    ['先停一停！！', 'exclamations'],
    ['当心！别转！', 'exclamations'],
    ['不看就倾家荡产。', 'fear'],
    ['贪小便宜才会上当。', 'blame'],
    ['请提供您的身份证号码。', 'asks_for_data'],
    ['请回复Y确认。', 'asks_for_data'],
    ['请尽快转账到指定账户。', 'asks_for_data'],
    ['请下载这个软件。', 'asks_to_download'],
    ['点击下方链接查看。', 'asks_to_download'],
    ['报警一定能追回。', 'promise'],
    ['您的账户存在风险，立即处理。', 'looks_like_scam'],
    ['我是王警官，请回电。', 'looks_like_scam'],
    ['微信上有人借钱？', 'brand'],
    ['先核实😀', 'blocked_character'],
    ['先核实★', 'blocked_character'],
    ['有疑问打{{phone}}。', 'unknown_variable'],
    ['有疑问打{{hotline。', 'unbalanced_braces'],
    ['  ', 'empty_text'],
    ['字'.repeat(61), 'sms_too_long'],
  ])('finds the fault planted in %j', (body, code) => {
    expect(codes(sms(body))).toContain(code);
  });

  it.each<[string, string]>([
    ['Please click the link below.', 'asks_to_download'],
    ['Tap here to check.', 'asks_to_download'],
    ['Send us your bank card number.', 'asks_for_data'],
    ['Reply YES to confirm.', 'asks_for_data'],
    ['We see that you are divorced.', 'sensitive_word'],
    ['Only greedy people fall for it.', 'blame'],
    ['You will lose everything.', 'fear'],
    ['Your account has been frozen, act now.', 'looks_like_scam'],
    ['A refund is guaranteed.', 'promise'],
    ['See www.example.com', 'link'],
    ['Call +86 138 0000 0001', 'phone_number'],
    ['a'.repeat(125), 'sms_too_long'],
  ])('finds the fault planted in the English %j', (body, code) => {
    expect(codes({ ...sms(body), language: 'en' })).toContain(code);
  });

  it('lets an English text of two parts pass, and what tells people not to', () => {
    const body = "Don't click the link, never send your code. Hang up and dial {{hotline}}. We ask for nothing at all.";
    expect(codes({ ...sms(body), language: 'en' })).toEqual([]);
  });

  it('lets a link and a number pass that the bureau allows', () => {
    const allowing = { ...frame, allowed: { links: ['https://fanzha.example.gov.cn/'], numbers: ['110', '12381'] } };
    const found = lintBody(sms('看fanzha.example.gov.cn，或等12381的短信，别点 http://t.cn/a'), allowing);
    expect(found.map((f) => [f.code, f.where])).toEqual([['link', 37]]);
  });

  it('holds a post to what a robot takes, and a subject to what a phone shows', () => {
    expect(codes({ channel: 'chat', title: '先核实', body: '先停一停。'.repeat(300), language: 'zh' })).toEqual([
      'chat_too_long',
    ]);
    expect(codes({ channel: 'email', title: '先'.repeat(21), body: '先核实。', language: 'zh' })).toEqual([
      'title_too_long',
    ]);
  });

  it.each([
    '拿不准打96110，已转账打110。',
    '官方的提醒不带链接，不要验证码。',
    '请别点击里面的链接。',
    '班车 12 路，2026 年起。',
  ])('lets %j pass', (body) => {
    expect(codes(sms(body))).toEqual([]);
  });

  it('holds a call to its opening, its length and its way of saying numbers', () => {
    const voice = (body: string): Wording => ({ channel: 'voice', title: null, body, language: 'zh' });
    const fine = `您好，这里是{{callerName}}的反诈提醒。${'先停一停再核实。'.repeat(12)}请拨{{hotlineSpoken}}。`;
    expect(codes(voice(fine))).toEqual([]);
    expect(codes(voice(fine.replace('{{callerName}}', '反诈中心')))).toEqual(['voice_opening']);
    expect(codes(voice(`您好，这里是{{callerName}}。请打{{hotlineSpoken}}。`))).toEqual(['spoken_length']);
    expect(codes(voice(fine + fine))).toEqual(['spoken_length']);
    expect(codes(voice(fine.replace('{{hotlineSpoken}}', '96110')))).toEqual(['spoken_digits']);
    expect(codes(voice(fine.replace('{{hotlineSpoken}}', '{{hotline}}')))).toEqual(['spoken_digits']);
  });

  it('wants a title where one is shown', () => {
    expect(codes({ channel: 'chat', title: null, body: '先核实。', language: 'zh' })).toEqual(['title_required']);
    expect(codes({ channel: 'email', title: '离异人群注意', body: '先核实。', language: 'zh' })).toEqual([
      'sensitive_word',
    ]);
  });
});
