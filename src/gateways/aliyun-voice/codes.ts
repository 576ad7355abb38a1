import type { FaultCause, ReceiptOutcome } from '../contract.js';

interface Meaning {
  readonly zh: string;
  readonly en: string;
}

/** Answers to the call of the API (`Code`): what each means for us. A code that is not here is a refusal like any other. */
const answers: readonly (readonly [code: string, cause: FaultCause, zh: string, en: string])[] = [
  [
    'isv.BUSINESS_LIMIT_CONTROL',
    'throttled',
    '触发频次限制（每号码1次/分、5次/时、20次/日）',
    'over the frequency for this number (1 a minute, 5 an hour, 20 a day)',
  ],
  ['isv.VOICE_CALL_PERIOD_ERROR', 'throttled', '不在允许的呼叫时段', 'outside the hours in which calls are allowed'],
  ['isv.VOICE_ROBOT_NOT_PERIOD', 'throttled', '不在允许的呼叫时段', 'outside the hours in which calls are allowed'],
  ['Throttling', 'throttled', '请求过于频繁', 'too many requests'],
  ['Throttling.User', 'throttled', '请求过于频繁', 'too many requests'],
  ['Throttling.Api', 'throttled', '请求过于频繁', 'too many requests'],
  ['isp.SYSTEM_ERROR', 'uncertain', '平台系统错误，可能已呼出', 'the platform failed; the call may have been made'],
  [
    'isp.GATEWAY_ERROR',
    'uncertain',
    '平台网关错误，可能已呼出',
    "the platform's gateway failed; the call may have been made",
  ],
  ['SignatureNonceUsed', 'uncertain', '同一请求被重复收到', 'the platform has received this very request before'],
  [
    'SignatureDoesNotMatch',
    'settings',
    '签名不匹配，请核对AccessKeySecret',
    'the signature does not match: check the access key secret',
  ],
  ['IncompleteSignature', 'settings', '签名不完整', 'the signature is not complete'],
  ['InvalidAccessKeyId.NotFound', 'settings', 'AccessKeyId不存在', 'no such access key'],
  ['InvalidAccessKeyId.Inactive', 'settings', 'AccessKeyId已停用', 'the access key is switched off'],
  ['InvalidTimeStamp.Expired', 'settings', '请求时间与平台时间相差过大', 'our clock differs too much'],
  ['Forbidden.RAM', 'settings', '子账号没有权限', 'the access key has no right to call'],
  ['isp.RAM_PERMISSION_DENY', 'settings', '子账号没有权限', 'the access key has no right to call'],
  ['isv.OUT_OF_SERVICE', 'settings', '业务停机（欠费）', 'the service is suspended (in arrears)'],
  ['isv.PRODUCT_UN_SUBSCRIPT', 'settings', '未开通语音服务', 'the service is not subscribed'],
  ['isv.PRODUCT_UNSUBSCRIBE', 'settings', '未开通语音服务', 'the service is not subscribed'],
  ['isv.ACCOUNT_NOT_EXISTS', 'settings', '账户不存在', 'no such account'],
  ['isv.ACCOUNT_ABNORMAL', 'settings', '账户异常', 'the account is blocked'],
  ['isv.AMOUNT_NOT_ENOUGH', 'settings', '余额不足', 'the balance is too low'],
  ['isv.TTS_TEMPLATE_ILLEGAL', 'settings', '语音模板无效', 'the voice template is not valid'],
  ['isv.TEMPLATE_ILLEGAL', 'settings', '模板无效', 'the template is not valid'],
  [
    'isv.TEMPLATE_MISSING_PARAMETERS',
    'settings',
    '模板缺少变量（核对ttsVariable）',
    'the template wants another variable (check ttsVariable)',
  ],
  ['isv.VOICE_FILE_ILLEGAL', 'settings', '语音文件无效', 'the voice file is not valid'],
  ['isv.DISPLAY_NUMBER_ILLEGAL', 'settings', '主叫显示号码无效', 'the number to show is not valid'],
  ['isv.INVALID_PARAMETERS', 'settings', '参数错误', 'a parameter is wrong'],
  ['isv.TEMPLATE_PARAMS_ILLEGAL', 'content', '模板变量内容不合法', 'the text is not allowed in the template'],
  ['isv.PARAM_LENGTH_LIMIT', 'content', '变量超过长度限制', 'the text is too long'],
  ['isv.PARAM_NOT_SUPPORT_URL', 'content', '变量不支持网址', 'no address of a page may be in the text'],
  ['isv.BLACK_KEY_CONTROL_LIMIT', 'content', '内容含敏感词', 'a forbidden word in the text'],
  ['isv.MOBILE_NUMBER_ILLEGAL', 'recipient', '被叫号码不合法', 'the number is not valid'],
  ['isv.COMPLAINT_REJECT', 'optedOut', '号码在防骚扰名单', 'the number is on the list of those who complained'],
  ['isv.MOBILE_COUNT_OVER_LIMIT', 'refused', '号码数量超过限制', 'too many numbers'],
  ['isv.VOICE_CALL_FAIL', 'refused', '呼叫失败', 'the call failed'],
];

export const causes: ReadonlyMap<string, FaultCause> = new Map(answers.map(([code, cause]) => [code, cause]));

/** Outcomes of a call (`status_code`). Progress and what says nothing of the person is `unknown`. */
const states: readonly (readonly [code: string, outcome: ReceiptOutcome, zh: string, en: string])[] = [
  ['200000', 'delivered', '接听，听完', 'answered, heard to the end'],
  ['200001', 'delivered', '接听，提前挂断', 'answered, hung up early'],
  ['200002', 'undelivered', '忙线', 'busy'],
  ['200003', 'undelivered', '无人接听', 'not answered'],
  ['200004', 'undelivered', '空号', 'empty number'],
  ['200005', 'undelivered', '无法接通或拒接', 'unreachable or refused'],
  ['200006', 'undelivered', '语音文件错误', 'the voice file is broken'],
  ['200007', 'undelivered', '不在服务区', 'out of coverage'],
  ['200008', 'delivered', '接听，未按键', 'answered, no key pressed'],
  ['200010', 'undelivered', '关机', 'off'],
  ['200011', 'undelivered', '停机', 'suspended'],
  ['200012', 'undelivered', '呼损或呼叫受限', 'lost or barred'],
  ['200100', 'unknown', '呼叫结束', 'the call has ended'],
  ['200101', 'unknown', '呼叫中', 'calling'],
  ['200102', 'unknown', '已应答', 'answered, going on'],
  ['200103', 'unknown', '通话中', 'talking'],
  ['200104', 'undelivered', '主叫受限', 'the caller is restricted'],
  ['200105', 'undelivered', '被叫受限', 'the callee is restricted'],
  ['200111', 'undelivered', '拒接', 'refused'],
  ['200112', 'undelivered', '忙线', 'busy'],
  ['200113', 'undelivered', '无人接听', 'not answered'],
  ['200116', 'undelivered', '空号', 'empty number'],
  ['200117', 'undelivered', '主叫显示号码不允许', 'the number to show is not allowed'],
  ['200118', 'undelivered', '线路时段限制', "outside the line's hours"],
  ['200119', 'undelivered', '线路频次限制', "over the line's frequency"],
  ['200120', 'undelivered', '不在服务区', 'out of coverage'],
  ['200121', 'undelivered', '超过并发', 'too many calls at once'],
  ['200130', 'unknown', '早期媒体未识别', 'the tone was not recognised'],
  ['200201', 'unknown', '振铃', 'ringing'],
  ['300000', 'unknown', '按键', 'a key was pressed'],
  ['400', 'undelivered', '网元忙', 'a network element is busy'],
  ['476', 'undelivered', '号码已被回收', 'the number has been taken back'],
  ['482', 'undelivered', '被叫不可用', 'the callee is unavailable'],
  ['500', 'undelivered', '运营商错误', 'the carrier failed'],
  ['9996', 'undelivered', '呼叫未建立', 'the call was not set up'],
  ['999999', 'undelivered', '系统错误', 'the system failed'],
];

/** The finer outcome (`smart_status_code`), preferred where the push carries one that we know. */
const smartStates: typeof states = [
  ['ANSWERED', 'delivered', '接听', 'answered'],
  ['INTELLIGENT_ANSWER', 'undelivered', '语音信箱或助理接听', 'answered by a mailbox or an assistant'],
  ['CANCEL', 'undelivered', '呼叫取消', 'cancelled'],
  ['CALL_REJECTED', 'undelivered', '拒接', 'refused'],
  ['CALL_FORWARDING', 'undelivered', '呼叫转移', 'forwarded'],
  ['INCOMING_CALL_BARRED', 'undelivered', '呼入限制', 'incoming calls are barred'],
  ['INVALID_NUMBER', 'undelivered', '空号', 'empty number'],
  ['NO_ANSWER', 'undelivered', '无人接听', 'not answered'],
  ['NO_USER_RESPONDING', 'undelivered', '不在服务区', 'out of coverage'],
  ['NETWORK_BUSY', 'undelivered', '网络忙', 'the network is busy'],
  ['OPERATOR_BLOCK', 'undelivered', '运营商拦截', 'blocked by the carrier'],
  ['POWERED_OFF', 'undelivered', '关机', 'off'],
  ['SUSPEND', 'undelivered', '停机', 'suspended'],
  ['USER_BUSY', 'undelivered', '忙线', 'busy'],
  ['UNAVAILABLE', 'undelivered', '无法接通', 'unavailable'],
];

export const outcomes: ReadonlyMap<string, ReceiptOutcome> = new Map(states.map(([code, outcome]) => [code, outcome]));
export const smartOutcomes: ReadonlyMap<string, ReceiptOutcome> = new Map(
  smartStates.map(([code, outcome]) => [code, outcome]),
);
export const badNumbers: ReadonlySet<string> = new Set(['200004', '200116', '476', 'INVALID_NUMBER']);

export const words: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['OK', { zh: '已受理', en: 'accepted' }],
  ['tooLong', { zh: '语音文本须少于250字', en: 'the text must have fewer than 250 characters' }],
  ['noLinks', { zh: '语音文本不能含网址', en: 'no address of a page may be in the text' }],
  ...answers.map(([code, , zh, en]): [string, Meaning] => [code, { zh, en }]),
  ...states.map(([code, , zh, en]): [string, Meaning] => [code, { zh, en }]),
  ...smartStates.map(([code, , zh, en]): [string, Meaning] => [code, { zh, en }]),
]);
