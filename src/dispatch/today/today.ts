import Handlebars from 'handlebars';

/** One wording of the day, as people see it; personal parts are marked and not filled in. */
export interface TodayText {
  readonly campaignId: string;
  /** Its name; 重点提醒 where its segment is sensitive and the reader has not the right. */
  readonly campaign: string;
  /** When it occurs, ISO 8601. */
  readonly at: string;
  /** `sent`: in people's hands or on its way; `due`: later today. */
  readonly status: 'sent' | 'due';
  readonly channel: string;
  readonly trick: string;
  readonly trickName: string;
  readonly typeName: string;
  readonly title?: string;
  readonly text: string;
  /** How many it is for; null where that is not known yet. */
  readonly recipients: number | null;
}

export interface TodayView {
  readonly date: string;
  readonly madeAt: string;
  readonly office: { readonly name: string; readonly callerName: string; readonly hotline: string };
  readonly items: readonly TodayText[];
  /** Due later today, with a wording for each person that is chosen only then. */
  readonly perPerson: readonly { readonly campaign: string; readonly at: string; readonly channel: string }[];
}

const squeezed = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\p{P}\p{S}\s]/gu, '');

/** The texts in which somebody's words occur, whatever marks they use; all of them where nothing is asked. */
export function matching(items: readonly TodayText[], question: string | undefined): TodayText[] {
  const q = squeezed(question ?? '');
  return q === '' ? [...items] : items.filter((item) => squeezed(`${item.title ?? ''}${item.text}`).includes(q));
}

const escaped = (text: string): string => Handlebars.escapeExpression(text);

const CHANNELS: Readonly<Record<string, string>> = {
  sms: '短信',
  voice: '语音电话',
  chat: '群消息',
  email: '邮件',
  visit: '上门',
};

const STYLE = `body{font:15px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;color:#111;max-width:46rem;margin:1.5rem auto;padding:0 1rem}
h1{font-size:1.4rem;margin:0}h2{font-size:1.05rem;margin:1.2rem 0 .3rem;break-after:avoid}p{margin:.3rem 0}.quiet{color:#555;font-size:.85rem}
article{border-left:4px solid #0b5a72;padding:.1rem .8rem;margin:.6rem 0;break-inside:avoid}pre{font:inherit;white-space:pre-wrap;margin:.2rem 0}
input{font:inherit;padding:.3rem .5rem;width:60%}button{font:inherit;padding:.3rem .8rem}@media print{form{display:none}body{margin:0;max-width:none}}`;

const article = (item: TodayText): string =>
  `<article><p class="quiet">${escaped(CHANNELS[item.channel] ?? item.channel)} · ${escaped(item.campaign)} · ${escaped(item.at.slice(11, 16))}${
    item.status === 'due' ? ' · 待发' : ''
  }${item.recipients === null ? '' : ` · ${item.recipients} ${item.channel === 'chat' ? '个群' : '人'}`}</p>${
    item.title === undefined ? '' : `<p><strong>${escaped(item.title)}</strong></p>`
  }<pre>${escaped(item.text)}</pre></article>`;

/** The page for the desk that answers "is this message yours?": to be read on a screen or printed. It needs no script. */
export function todayPage(view: TodayView, question: string | undefined): string {
  const found = matching(view.items, question);
  const tricks = [...new Set(found.map((item) => `${item.typeName} · ${item.trickName}`))].sort();
  const groups = tricks.map((trick) => {
    const its = found.filter((item) => `${item.typeName} · ${item.trickName}` === trick);
    return `<h2>${escaped(trick)}</h2>${its.map(article).join('')}`;
  });
  const none = question ? '今天没有发过这样的话。请记下来电，按可疑信息处理。' : '今天没有发送，也没有待发。';
  const later = view.perPerson.map(
    (one) =>
      `<p class="quiet">${escaped(one.at.slice(11, 16))} ${escaped(CHANNELS[one.channel] ?? one.channel)} ${escaped(one.campaign)}：每人内容不同，发出后列在本页。</p>`,
  );
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>今日话术 ${escaped(view.date)}</title><style>${STYLE}</style></head><body>
<h1>今日话术 ${escaped(view.date)}</h1>
<p>${escaped(view.office.callerName)}&emsp;咨询 ${escaped(view.office.hotline)}&emsp;报警 110</p>
<p class="quiet">群众问“这条是不是你们发的”：下面有同样的话，就是；没有，就不是。我们的消息不带链接，不要验证码，不要转账。〔〕里是因人而异的部分。</p>
<form method="get"><input name="q" maxlength="80" value="${escaped(question ?? '')}" aria-label="来电人念的几个字" placeholder="输入来电人念的几个字"><input type="hidden" name="format" value="html"> <button>查找</button></form>
${groups.length > 0 ? groups.join('\n') : `<p><strong>${none}</strong></p>`}
${later.join('')}
<p class="quiet">生成于 ${escaped(view.madeAt)}</p></body></html>`;
}
