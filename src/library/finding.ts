/** What a check of a text found: `error` stops it from being saved, `advice` is shown and left to the author. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: 'error' | 'advice';
  /** Offset in the text as written, in UTF-16 units. */
  readonly where: number;
  readonly message: { readonly zh: string; readonly en: string };
  /** What to write instead, in Chinese as the texts are. */
  readonly instead: string | null;
}

interface Wording {
  readonly severity?: 'advice';
  readonly zh: string;
  readonly en: string;
  readonly instead?: string;
}

/** `{name}` stands for what was found, `{limit}` for the bound that it broke. */
const WORDINGS = {
  template_too_long: {
    zh: '话术超过 10 KB',
    en: 'the text is longer than 10 KB',
    instead: '只写一件事，其余放到群发或邮件里',
  },
  unbalanced_braces: {
    zh: '大括号不成对',
    en: 'a brace has no partner',
    instead: '变量写成 {{hotline}}，正文里不用大括号',
  },
  empty_braces: {
    zh: '{{}} 里没有变量名',
    en: 'there is no name inside the braces',
    instead: '写上变量名，例如 {{hotline}}',
  },
  unknown_variable: {
    zh: '没有变量“{name}”',
    en: 'there is no variable {name}',
    instead: '可用：callerName、hotline、hotlineSpoken、officeName、name、township',
  },
  unknown_helper: {
    zh: '没有函数“{name}”，话术里只能写变量',
    en: 'there is no helper {name}: a script names variables only',
    instead: '直接写变量名，例如 {{name}}',
  },
  prototype_path: {
    zh: '不允许“{name}”',
    en: '{name} reaches into the program and is refused',
    instead: '直接写变量名，例如 {{name}}',
  },
  not_allowed: {
    zh: '不允许“{name}”，只能写 {{变量名}}',
    en: '{name} is not allowed: only {{variable}} is',
    instead: '直接写变量名，例如 {{name}}',
  },
  missing_variable: {
    zh: '变量“{name}”没有值',
    en: 'there is no value for {name}',
    instead: '补上示例值，或改写成不用这个变量',
  },
  empty_text: { zh: '没有内容', en: 'the text is empty' },
  title_required: {
    zh: '群发和邮件要有标题',
    en: 'a group post and an e-mail need a title',
    instead: '标题写情形，不写人群',
  },
  sms_too_long: {
    severity: 'advice',
    zh: '连签名和退订共 {name} 字，超过 {limit} 字',
    en: '{name} characters with signature and opt-out suffix: more than {limit}',
    instead: '只留一个识别点、一个动作',
  },
  chat_too_long: {
    zh: '标题和正文共 {name} 字节，群机器人最多收 {limit} 字节',
    en: '{name} bytes with the title; a robot takes at most {limit}',
    instead: '150 到 350 字：经过、看三点、怎么做、求助',
  },
  title_too_long: {
    severity: 'advice',
    zh: '邮件标题 {name} 字，手机上只显示约 {limit} 字',
    en: 'a subject of {name} characters; a phone shows about {limit}',
    instead: '标题只写情形',
  },
  signature_in_body: {
    zh: '正文里有【】，签名由系统加一次',
    en: 'the body holds 【】; the signature is added once by the system',
    instead: '去掉【】，需要引用用“”',
  },
  link: { zh: '正文里有链接“{name}”', en: 'there is a link: {name}', instead: '写“到官方软件里查”，不放链接' },
  phone_number: {
    zh: '号码“{name}”不在允许之列',
    en: 'the number {name} is not on the list',
    instead: '只写 {{hotline}} 或 110',
  },
  asks_for_data: {
    zh: '“{name}”像是在索要信息或回复',
    en: '“{name}” asks the reader for something',
    instead: '说明我们什么都不要，请对方先核实',
  },
  asks_to_download: {
    zh: '“{name}”像是在引导下载或扫码',
    en: '“{name}” asks the reader to download or scan',
    instead: '写“在手机自带的应用商店搜索”',
  },
  promise: {
    zh: '“{name}”许下了做不到的承诺',
    en: '“{name}” promises what nobody can keep',
    instead: '写“早报警，多一分追回的可能”',
  },
  sensitive_word: {
    zh: '“{name}”会透露为什么选中这个人',
    en: '“{name}” tells why this person was chosen',
    instead: '用“居民朋友”，以“如果……”开头',
  },
  fear: { zh: '“{name}”是在吓人', en: '“{name}” frightens', instead: '写“先停一停，再核实”' },
  blame: { zh: '“{name}”是在责怪人', en: '“{name}” blames', instead: '写“谁都可能遇到，早报警不丢人”' },
  looks_like_scam: {
    zh: '“{name}”听着像骗局本身',
    en: '“{name}” sounds like the scam itself',
    instead: '写情形和动作，不催促、不留回拨',
  },
  exclamations: { zh: '感叹号连用', en: 'a chain of exclamation marks', instead: '用句号' },
  blocked_character: {
    zh: '字符“{name}”会被运营商拦下或显示不出来',
    en: 'carriers block or garble {name}',
    instead: '用普通标点，不用表情和特殊符号',
  },
  brand: {
    severity: 'advice',
    zh: '“{name}”是商家名称',
    en: '“{name}” is a company',
    instead: '写“购物平台”“支付软件”“订房平台”',
  },
  voice_opening: {
    zh: '语音第一句要说明是谁打来的（{{callerName}}）',
    en: 'a call must open with who calls ({{callerName}})',
    instead: '您好，这里是{{callerName}}的反诈提醒。',
  },
  spoken_length: {
    zh: '读出来约 {name} 秒，应在 {limit} 秒之间',
    en: 'about {name} s when spoken; it should be {limit} s',
    instead: '100 到 180 字：一个识别点、一个动作、一个电话',
  },
  spoken_digits: {
    severity: 'advice',
    zh: '语音里的数字“{name}”要写成读音',
    en: 'digits in a call are written as spoken: {name}',
    instead: '用 {{hotlineSpoken}}，110 写成幺幺零',
  },
} as const satisfies Record<string, Wording>;

export type FindingCode = keyof typeof WORDINGS;

const filledIn = (text: string, name: string, limit: string): string =>
  text.replaceAll(/\{(name|limit)\}(?!\})/g, (_, which: string) => (which === 'name' ? name : limit));

/** A finding of a kind at an offset; `name` is what was found there, `limit` the bound that it broke. */
export function mistake(code: FindingCode, where: number, about: { name?: string; limit?: string } = {}): Finding {
  const wording: Wording = WORDINGS[code];
  const say = (text: string) => filledIn(text, about.name ?? '', about.limit ?? '');
  return {
    code,
    severity: wording.severity ?? 'error',
    where,
    message: { zh: say(wording.zh), en: say(wording.en) },
    instead: wording.instead ?? null,
  };
}
