import type { FaultCause } from '../contract.js';

interface Meaning {
  readonly zh: string;
  readonly en: string;
}

/**
 * Submit answers (`rspcod`): what each means for us. From the interface document, and the further reasons of the vendor's
 * SDK (`McMgwError`). A code that is not here is a refusal like any other.
 */
const answers: readonly (readonly [code: string, cause: FaultCause, zh: string, en: string])[] = [
  ['SystemBusy', 'throttled', '平台繁忙，请稍后', 'the platform is busy'],
  ['QueueOverLimit', 'throttled', '平台队列已满', "the platform's queue is full"],
  ['FlowOverLimit', 'throttled', '超过流量限制', 'too many messages a second'],
  ['RequestTooOften', 'throttled', '请求过于频繁', 'too many requests'],
  ['RequestTimeout', 'uncertain', '平台处理超时，可能已发送', 'the platform timed out; it may have been sent'],
  [
    'TransportError',
    'uncertain',
    '平台传输出错，可能已发送',
    'the platform lost its own connection; it may have been sent',
  ],
  ['InternalError', 'uncertain', '平台内部错误，可能已发送', 'the platform failed inside; it may have been sent'],
  ['InvalidUsrOrPwd', 'settings', '接口账号或密码错误', 'wrong interface account or password'],
  ['IllegalMac', 'settings', 'MAC校验失败，请核对接口密码', 'the mac does not match: check the interface password'],
  ['NoSignId', 'settings', '签名编码未找到', 'no such signature code'],
  ['IllegalSignId', 'settings', '签名编码无效', 'the signature code is not valid'],
  ['ConflictSignId', 'settings', '签名编码冲突', 'the signature code conflicts with another'],
  ['NoOtSign', 'settings', '没有异网签名', 'no signature for the other carriers'],
  ['NotLoadedSign', 'settings', '签名尚未加载', 'the signature is not loaded yet'],
  ['IllegalAp', 'settings', '接口账号无效', 'the interface account is not valid'],
  ['IllegalSpId', 'settings', '企业代码无效', 'the enterprise code is not valid'],
  ['IllegalIpAddress', 'settings', '本机IP不在白名单', 'our address is not on the allow list'],
  ['NOT_WHITE_IP', 'settings', '本机IP不在白名单', 'our address is not on the allow list'],
  [
    'IllegalProtocol',
    'settings',
    '接口协议与账号不符（HTTP/HTTPS）',
    'the account belongs to the other protocol (HTTP/HTTPS)',
  ],
  ['IllegalState', 'settings', '接口账号状态异常', 'the account is not in a state to send'],
  ['IllegalUseTemplate', 'settings', '账号不允许该模板用法', 'the account may not use templates so'],
  ['IllegalTemplateId', 'settings', '模板编号无效', 'the template is not valid'],
  ['RouteNotFound', 'settings', '没有可用路由', 'no route'],
  ['FastChNotFound', 'settings', '没有可用通道', 'no channel'],
  ['LMSDisabled', 'settings', '账号未开通长短信', 'long messages are not enabled for the account'],
  ['InvalidMessage', 'settings', '请求无法解析', 'the platform could not read the request'],
  ['IllegalMsgfmt', 'settings', '消息格式无效', 'the format is not valid'],
  ['TooManyMobiles', 'settings', '单批号码超过上限', 'too many numbers in one request'],
  ['dailyMaxNumZero', 'settings', '模板日发送上限为零', "the template's daily maximum is zero"],
  ['OverDailyMax', 'settings', '超过当日发送上限', "over the day's maximum"],
  ['PrepayBalanceZero', 'settings', '预付费余额为零', 'the prepaid balance is zero'],
  ['PrepayOperErr', 'settings', '预付费扣费失败', 'the prepaid account could not be charged'],
  ['SenderNotStarted', 'settings', '发送端未启动', 'the sender has not been started'],
  ['ContainSensitiveWord', 'content', '内容含敏感词', 'a forbidden word in the text'],
  [
    'ContainLabsSensitiveWord',
    'content',
    '内容含敏感词（实验室词库）',
    'a forbidden word in the text (laboratory list)',
  ],
  ['IllegalLMS', 'content', '长短信格式无效', 'not a valid long message'],
  ['ExceedMaxContentLength', 'content', '内容超过最大长度', 'the text is too long'],
  ['ParamsAndTemplateDoesNotMatch', 'content', '参数与模板不匹配', 'the parameters do not fit the template'],
  ['InvalidMobile', 'recipient', '号码无效', 'a number is not valid'],
  ['NoMobile', 'recipient', '没有号码', 'no number'],
  ['DupMobile', 'refused', '同批号码重复', 'a number twice in one request'],
  ['ContainBlackList', 'optedOut', '号码在黑名单', 'a number is on a refusal list'],
  ['ErrGlobalBlackList', 'optedOut', '号码在全局黑名单', 'a number is on the global refusal list'],
  ['ErrEcBlackList', 'optedOut', '号码在企业黑名单', "a number is on the enterprise's refusal list"],
  // Further reasons by name only (the SDK's lists); their words say no more than their names.
  ['NotFindMimeData', 'content', '未找到彩信数据', 'no data of the multimedia message'],
  ['InvalidMmsContent', 'content', '彩信内容无效', 'not a valid multimedia message'],
  ['MmsContentIsNull', 'content', '彩信内容为空', 'the multimedia message is empty'],
  ['MmsAttachmentExceedMaxSize', 'content', '彩信附件过大', 'the attachment is too large'],
  ['MessageExpired', 'refused', '消息已过期', 'the message has expired'],
];

export const causes: ReadonlyMap<string, FaultCause> = new Map(answers.map(([code, cause]) => [code, cause]));

/** Status codes of reports (the SDK's `McRptStatus`, and carrier codes as public lists give them: indicative). */
const reports: readonly (readonly [code: string, zh: string, en: string])[] = [
  ['CM:1004', '签名无效', 'illegal signature'],
  ['CM:1005', '模板无效', 'illegal template'],
  ['CM:1006', '参数与模板不匹配', 'the parameters do not fit the template'],
  ['CM:2007', '发送失败（原因未公布）', 'failed (no reason published)'],
  ['CM:3007', '没有签名', 'no signature'],
  ['CM:4001', '账号无效', 'illegal account'],
  ['CM:4002', '未开通长短信', 'long messages disabled'],
  ['CM:4003', '长短信无效', 'not a valid long message'],
  ['CM:4004', '消息无效', 'invalid message'],
  ['CM:4005', '没有路由', 'no route'],
  ['CM:4006', '没有异网签名', 'no signature for the other carriers'],
  ['CM:4007', '账号或密码错误', 'wrong user or password'],
  ['CM:4008', '号码过多', 'too many numbers'],
  ['CM:4009', '签名冲突', 'conflicting signature'],
  ['CM:4010', '模板日上限为零', "the template's daily maximum is zero"],
  ['CM:8001', '含敏感词', 'a forbidden word'],
  ['CM:8002', '含敏感词（实验室词库）', 'a forbidden word (laboratory list)'],
  ['CM:8003', '全局黑名单', 'on the global refusal list'],
  ['CM:8004', '企业黑名单', "on the enterprise's refusal list"],
  ['CM:8005', '预付费余额为零', 'the prepaid balance is zero'],
  ['CM:8006', '发送端未启动', 'the sender has not been started'],
  ['CM:8007', '预付费扣费失败', 'the prepaid account could not be charged'],
  ['CM:9999', '其他错误', 'another error'],
  ['GW:9999', '请求超时', 'the request timed out'],
  ['EXPIRED', '超过有效期未送达', 'not delivered within its validity'],
  ['DELETED', '消息被删除', 'deleted'],
  ['UNDELIV', '无法送达', 'undeliverable'],
  ['REJECTD', '被拒绝', 'rejected'],
  ['MBBLACK', '黑名单', 'on a local refusal list'],
  ['DBBLACK', '网关黑名单', "on the gateway's refusal list"],
  ['NOROUTER', '没有路由', 'no route'],
  ['MK:0001', '空号', 'unknown subscriber'],
  ['MK:0005', '停机', 'suspended'],
  ['MK:0010', '关机或不在服务区', 'off or out of coverage'],
  ['MK:0013', '停机', 'suspended'],
  ['MK:0023', '关机或不在服务区', 'off or out of coverage'],
  ['MK:0115', '被识别为垃圾短信', 'intercepted as spam'],
  ['MK:0012', '省内拦截', 'blocked in the province'],
  ['MK:0015', '省内拦截', 'blocked in the province'],
  ['MK:0036', '省内拦截', 'blocked in the province'],
  ['MI:0042', '关机', 'off'],
  ['MI:0054', '空号或关机', 'unknown or off'],
  ['MI:0059', '空号或关机', 'unknown or off'],
  ['MI:0076', '关机', 'off'],
  ['MI:0079', '超过限制', 'over a limit'],
  ['MI:0082', '关机', 'off'],
  ['DB:0140', '业务平台拒绝', "refused by the carrier's platform"],
  ['MI:0024', '关机', 'off'],
  ['MI:0073', '空号', 'empty number'],
  ['MI:0210', '空号', 'empty number'],
  ['DB:0101', '号码错误', 'bad number'],
  ['DB:0102', '停机', 'suspended'],
  ['DB:0108', '业务暂停', 'service paused'],
  ['DB:0142', '超过当日上限', 'over the daily maximum'],
  ['DB:0144', '网关黑名单', "on the gateway's refusal list"],
  ['IB:0008', '流量控制', 'flow control'],
  ['NP:1243', '已携号转网', 'ported to another carrier'],
];

const failures = new Set(reports.map(([code]) => code));

/** Elements of the carriers' networks answer with codes of their own; all of them are failures (CMPP 3.0, status reports). */
const CARRIER_CODE = /^(?:M[A-Z]|C[AB]|D[AB]|S[AB]|I[ABC]|N[PX]):\d{4}$/;

export const isFailure = (code: string): boolean => failures.has(code) || CARRIER_CODE.test(code);

/** "Submitted": a pseudo-report of the SDK, and the intermediate state of a short message centre. */
export const successes: ReadonlySet<string> = new Set(['DELIVRD', 'CM:0000']);
export const badNumbers: ReadonlySet<string> = new Set(['MK:0001', 'MI:0073', 'MI:0210', 'DB:0101']);
/** Some carriers take the opt-out reply themselves and never forward it: their refusal list is the only evidence of it. */
export const refusalLists: ReadonlySet<string> = new Set(['CM:8003', 'CM:8004', 'MBBLACK', 'DBBLACK', 'DB:0144']);

export const words: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['success', { zh: '已受理', en: 'accepted' }],
  ['DELIVRD', { zh: '已送达', en: 'delivered' }],
  ['CM:0000', { zh: '已送达', en: 'delivered' }],
  ['CM:3000', { zh: '已提交', en: 'submitted' }],
  ['ACCEPTD', { zh: '短信中心已接收', en: 'taken by the message centre' }],
  ['UNKNOWN', { zh: '状态未知', en: 'not known' }],
  [
    'doubleSignature',
    { zh: '签名重复：平台会自动加签名', en: 'the platform adds the signature; the text has one already' },
  ],
  ['noTemplate', { zh: '文本不符合任何已批准的模板', en: 'the text is none of the approved templates' }],
  ['signIn', { zh: '登录应答无法识别', en: 'the answer to signing in cannot be read' }],
  ...answers.map(([code, , zh, en]): [string, Meaning] => [code, { zh, en }]),
  ...reports.map(([code, zh, en]): [string, Meaning] => [code, { zh, en }]),
]);
