import type { FindingCode } from './finding.js';

/** Words and turns that a message of the police does not use, by what is wrong with them (docs/library.md). */
export const WORD_RULES: readonly { readonly code: FindingCode; readonly pattern: RegExp }[] = [
  {
    code: 'sensitive_word',
    pattern:
      /离异|离婚|单身(?!公寓)|丧偶|独居|空巢|高危|高风险人群|易(?:受|被)骗|易感|重点人(?:群|员)|负债|欠债|网贷记录|失信|(?:曾|曾经)被骗|被骗过|上过当|受骗人员|年纪大|年老|老年痴呆|低保|贫困户|残疾|失业|待业|无业|系统显示您|您属于|您已被列入/g,
  },
  {
    code: 'fear',
    pattern:
      /倾家荡产|血本无归|家破人亡|妻离子散|身败名裂|万劫不复|(?:已|已经)被盯上|后果自负|后果严重|大祸|十万火急|紧急/g,
  },
  { code: 'blame', pattern: /贪(?:小)?便宜|贪心|贪婪|太傻|真傻|犯傻|愚蠢|太笨|活该|无知|自作自受|上当的(?:人)?都/g },
  {
    code: 'looks_like_scam',
    pattern:
      /您的(?:账户|账号|银行卡|手机号)(?:已|存在|异常|将|涉)|请(?:您)?(?:务必)?(?:尽快|马上|立即|立刻|于今日)?(?:回电|回拨)|请(?:您)?(?:尽快|马上|立即|立刻)(?:登录|认证|处理|办理|配合)|立即处理|最后(?:一次)?(?:机会|通知)|我是[\p{Script=Han}]{1,3}警官/gu,
  },
  {
    code: 'asks_for_data',
    pattern:
      /请(?:您)?(?:主动|尽快|马上|立即)?(?:提供|告知|填写|发送|报出|输入|核对|上传)[^，。；！？不别勿]{0,12}(?:验证码|密码|卡号|身份证|姓名|住址|银行卡|截图|账号)|(?:请|可)?回复(?:数字|字母)?\s*[“"]?[A-Za-zＡ-Ｚ0-9０-９是](?![A-Za-z])|请(?:您)?(?:尽快|马上|立即|立刻)?(?:转账|汇款|缴费|打款|充值)(?!记录)/g,
  },
  {
    code: 'asks_to_download',
    pattern:
      /请(?:您)?(?:尽快|马上|立即|立刻)?(?:扫码|扫描|点击|点开|下载|安装|添加|加(?:微信|好友|群))|(?<![不别勿莫让叫])点击[^，。；不别]{0,6}(?:链接|网址)|(?<![不别勿莫让叫说])扫(?:描)?(?:下方|以下|下面|上方)[^，。；]{0,4}码/g,
  },
  {
    code: 'promise',
    pattern:
      /(?:保证|一定|肯定|包|必定|全额)(?:能|可以|会|帮您)?(?:追回|挽回|退回|返还)|百分(?:之)?百|100\s*[%％]|绝对安全|万无一失/g,
  },
  {
    code: 'brand',
    pattern:
      /微信|支付宝|淘宝|天猫|京东|拼多多|抖音|快手|美团|饿了么|携程|去哪儿|飞猪|闲鱼|小红书|腾讯|钉钉|花呗|借呗|微粒贷|顺丰|中通|圆通|韵达|申通|\b(?:QQ|Zoom|WeChat|Alipay|Taobao|TikTok)\b/gi,
  },
];

/** The same in English, for the translations. */
export const ENGLISH_RULES: readonly { readonly code: FindingCode; readonly pattern: RegExp }[] = [
  {
    code: 'sensitive_word',
    pattern:
      /\b(?:divorced|widow(?:ed|er)?|single (?:woman|mother|man)|elderly|high[- ]risk|vulnerable|unemployed|in debt|disabled|cheated before|former victims?|you (?:are|were) (?:listed|selected|chosen))\b/gi,
  },
  {
    code: 'fear',
    pattern: /\b(?:ruined|lose everything|life savings|destroyed|urgent|emergency alert|final warning)\b/gi,
  },
  { code: 'blame', pattern: /\b(?:greedy|greed|stupid|foolish|naive|your (?:own )?fault|gullible)\b/gi },
  {
    code: 'asks_for_data',
    pattern:
      /(?<!n['’]t |not |never |no need to )\b(?:send|give|tell|provide|enter|confirm|reply with) (?:us |me )?your (?:\w+ )?(?:code|password|pin|card|id|passport|bank|account|name|address)\b|\breply (?:yes|y|no|1)\b|\bplease (?:transfer|remit|pay|top up)\b/gi,
  },
  {
    code: 'asks_to_download',
    pattern:
      /(?<!n['’]t |not |never )\b(?:click|tap) (?:on )?(?:the|this|here|below)\b|\bplease (?:download|install|scan|click|tap|add)\b|(?<!n['’]t |not |never )\bscan (?:the|this) (?:qr )?code (?:below|here)\b/gi,
  },
  {
    code: 'promise',
    pattern: /\bguaranteed?\b|\b100 ?%|\b(?:get|win) (?:all )?your money back\b|\bcompletely safe\b/gi,
  },
  {
    code: 'looks_like_scam',
    pattern:
      /\byour (?:account|card|phone|number) (?:is|has been|will be)\b|\bcall (?:us )?back\b|\bact now\b|\blast chance\b/gi,
  },
];

const TOP_LEVEL =
  'com|cn|net|org|cc|top|xyz|vip|info|io|me|app|gov|edu|ly|link|site|online|club|shop|ltd|work|icu|tk|ru|hk|tw|us|co';

/** An address that could be tapped, also one with a full-width dot. */
export const LINK = new RegExp(
  `(?:https?|ftp)\\s*[:：]\\s*[/／]{2}\\S*|www[.．。]\\S+|[a-z0-9-]+(?:[.．][a-z0-9-]+)*[.．。](?:${TOP_LEVEL})(?![a-z0-9])(?:[/／]\\S*)?`,
  'gi',
);

/** What could be dialled: five digits or more (spaces and dashes inside), or a short number after a word of calling. */
export const NUMBER =
  /(?<![\d０-９])(?:[+＋]\s*)?[\d０-９](?:[ \-－—]?[\d０-９]){4,}|(?<=(?:打|拨|致电|电话|热线)[\s*：:]*)[\d０-９]{3,}/g;

/** The same spelt out, as somebody might in a call. */
export const SPOKEN_NUMBER = /[零〇幺一二三四五六七八九]{5,}|(?<=(?:打|拨|致电))[零〇幺一二三四五六七八九]{3,}/g;

export const EXCLAMATIONS = /[!！]\s*[!！]|[!！][^!！\n]{0,15}[!！]/g;

/** Marks that carriers refuse or that phones show as boxes; control and invisible characters. */
export const BLOCKED = /\p{Extended_Pictographic}|\p{Cs}|(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|[★☆◆◇●○■□▲△※→←↑↓♥]/gu;
export const BLOCKED_IN_SMS = /[~～^|\\<>$￥[\]「」『』*#`]/g;
