// The first page of Tidecall: asks the API, shows what it answers. No framework; nothing is kept in the browser but the CSRF token in memory.
const $ = (id) => document.getElementById(id);
const API = '/api/v1';

const CHANNELS = { sms: '短信', voice: '语音', chat: '群消息', email: '邮件', visit: '上门' };
const POPULATIONS = { local: '本地居民', migrant: '流动人口', arrival: '入岛群众', special: '特殊群体' };
const STATES = {
  pending: '待发', awaiting: '待回执', delivered: '送达', undelivered: '未达', failed: '失败', uncertain: '存疑', cancelled: '已取消', expired: '已过期',
  planning: '计划中', sending: '发送中', paused: '已暂停', settled: '已结清',
  due: '到点', running: '进行中', done: '如期', caughtUp: '补发', skipped: '按规则跳过', missed: '错过',
};
const TONES = { delivered: 'good', done: 'good', settled: 'good', undelivered: 'warn', caughtUp: 'warn', uncertain: 'warn', paused: 'warn', failed: 'bad', missed: 'bad' };
const REASONS = {
  opted_out: '已退订', no_phone: '无号码', invalid_phone: '号码无效', landline: '固定电话', foreign_number: '境外号码', duplicate_phone: '号码重复',
  suppressed_number: '停用号码', no_email: '无邮箱', minor: '未成年', contact_cap: '频次上限', yielded: '让位', deferred: '顺延', already_covered: '已覆盖', no_script: '无话术', missing_variable: '缺变量',
};
const ALARMS = {
  approval_expired: '批准已到期', approval_expires: '批准将到期', audience_drift: '客群人数变动', segment_changed: '客群规则改动', occurrence_missed: '错过应发', no_arrivals: '没有入岛数据', folder_unreadable: '监视文件夹不可读', folder_file_failed: '文件未能导入', tags_lapsing: '标签即将失效', retention_failed: '留存任务失败', release_paused: '先发未达标',
  run_unplannable: '批次无法规划', gateway_missing: '缺少网关', gateway_settings: '网关设置被拒', gateway_unreachable: '网关无法连接', gateway_broken: '网关熔断', message_unreadable: '内容无法生成', stopped: '紧急停止', reply_alarm: '群众回复求助',
  holidays_unknown: '缺节假日安排', scheduler_failed: '定时任务失败', ledger: '台账异常',
};
const ERRORS = { invalid_credentials: '用户名或密码不对。', too_many_attempts: '尝试次数过多，请稍后再试。', totp_required: '请输入动态码。', forbidden: '没有查看权限。' };

let csrf = '';
const campaigns = new Map();
// Which month was asked for last: an answer that comes after the reader has turned the page is dropped.
let turn = 0;

class ApiError extends Error {
  constructor(status, problem) {
    super(ERRORS[problem?.code] ?? problem?.detail ?? `请求失败（${status}）`);
    this.status = status;
    this.code = problem?.code;
  }
}

async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(API + path, {
      ...options,
      credentials: 'same-origin',
      headers: { accept: 'application/json', ...(options.body ? { 'content-type': 'application/json' } : {}), ...(csrf ? { 'x-csrf-token': csrf } : {}) },
    });
  } catch {
    throw new ApiError(0, { detail: '连不上服务器。' });
  }
  const text = await response.text();
  let body = null;
  try {
    body = text ? JSON.parse(text) : null;
  } catch {
    /* an answer that is no JSON is told by its status */
  }
  if (!response.ok) throw new ApiError(response.status, body);
  return body;
}

const n = (value) => (value ?? 0).toLocaleString('zh-CN');
const percent = (value) => `${((value ?? 0) * 100).toFixed(1)}%`;
const pad = (value) => String(value).padStart(2, '0');
// Instants come with the county's offset: their own clock is read, not the browser's.
const when = (iso) => (iso ? iso.slice(5, 16).replace('T', ' ') : '–');
const dayOf = (iso) => (iso ? iso.slice(0, 10) : '');
const itemsOf = (body) => (Array.isArray(body) ? body : (body?.items ?? body?.rows ?? []));

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined && value !== '') made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const note = (text, tone = '') => element('p', { class: tone ? `note ${tone}` : 'none' }, text);
const state = (name) => element('span', { class: TONES[name] ?? '' }, STATES[name] ?? name ?? '');

/** columns: [title, row → text or node, 'n' for numbers, 'wide' for texts] */
function table(columns, rows, { total, tall } = {}) {
  const cell = ([, show, kind], row) => {
    const value = show(row);
    const isZero = kind === 'n' && (value === '0' || value === '0.0%');
    return element('td', { class: [kind, isZero ? 'zero' : ''].filter(Boolean).join(' ') }, value instanceof Node ? value : String(value ?? ''));
  };
  const line = (row, attributes) => element('tr', attributes, ...columns.map((column) => cell(column, row)));
  return element('div', { class: tall ? 'scroll tall' : 'scroll', tabindex: '0' },
    element('table', {},
      element('thead', {}, element('tr', {}, ...columns.map(([title, , kind]) => element('th', { class: kind, scope: 'col' }, title)))),
      element('tbody', {}, ...rows.map((row) => line(row)), ...(total ? [line(total, { class: 'total' })] : []))));
}

/** Each block fills by itself: one that fails says so and leaves the others standing. */
async function block(id, load) {
  const place = $(id);
  const asked = turn;
  place.setAttribute('aria-busy', 'true');
  try {
    const shown = await load();
    if (asked === turn) place.replaceChildren(shown);
  } catch (error) {
    if (asked !== turn) return;
    if (error.status === 401) return signedOut('登录已过期，请重新登录。');
    place.replaceChildren(error.status === 403 ? note('当前角色无权查看。') : note(error.message, 'bad'));
  } finally {
    place.removeAttribute('aria-busy');
  }
}

const months = {
  of: (iso) => iso.slice(0, 7),
  move(month, by) {
    const [year, m] = month.split('-').map(Number);
    const index = year * 12 + m - 1 + by;
    return `${Math.floor(index / 12)}-${pad((index % 12) + 1)}`;
  },
  query: (month) => `from=${month}-01&to=${months.move(month, 1)}-01`,
};

const skippedText = (skipped) => Object.entries(skipped ?? {}).map(([reason, count]) => `${REASONS[reason] ?? reason} ${n(count)}`).join('，') || '–';
const countColumns = [
  ['目标', (r) => n(r.targeted), 'n'], ['计划', (r) => n(r.planned), 'n'], ['已发', (r) => n(r.sent), 'n'], ['送达', (r) => n(r.delivered), 'n'],
  ['未达', (r) => n(r.undelivered), 'n'], ['待回执', (r) => n(r.awaiting), 'n'], ['待发', (r) => n(r.pending), 'n'], ['失败', (r) => n(r.failed), 'n'],
  ['存疑', (r) => n(r.uncertain), 'n'], ['取消', (r) => n(r.cancelled), 'n'], ['过期', (r) => n(r.expired), 'n'], ['触达人数', (r) => n(r.reachedPeople), 'n'],
  ['计费条数', (r) => n(r.smsParts), 'n'], ['拨打/接通', (r) => `${n(r.callAttempts)}/${n(r.callsAnswered)}`, 'n'], ['费用(元)', (r) => (r.cost ?? 0).toFixed(2), 'n'],
  ['跳过', (r) => skippedText(r.skipped), 'wide'],
];

function showSends({ rows, totals, period, ledger }) {
  const calls = totals.callAttempts;
  $('sentence').replaceChildren(
    `${period.from.slice(0, 4)}年${Number(period.from.slice(5, 7))}月，共发送防范消息 `, element('b', {}, n(totals.messages)), ' 条（短信计费 ', element('b', {}, n(totals.smsParts)),
    ' 条），拨打智能电话 ', element('b', {}, n(calls)), ' 个，触达 ', element('b', {}, n(totals.reachedPeople)), ' 人。');
  $('proof').textContent = ledger ? `台账末条 #${ledger.seq} ${ledger.hash}${ledger.root ? `；日根 ${ledger.day} ${ledger.root}` : ''}` : '台账尚无已封存条目。';
  if (rows.length === 0) return note('这个月还没有发送。可翻看其他月份。');
  for (const row of rows) campaigns.set(row.campaign, row.campaignName);
  return table([['活动', (r) => r.campaignName || r.campaign], ['渠道', (r) => CHANNELS[r.channel] ?? r.channel ?? ''], ...countColumns], rows, { total: { ...totals, campaignName: '合计' } });
}

const meter = (value) => element('span', {}, element('meter', { min: '0', max: '1', value: String(value ?? 0), title: percent(value) }), ` ${percent(value)}`);
const reachColumns = [
  ['人群', (r) => POPULATIONS[r.population] ?? r.population ?? '未分'], ['客群人数', (r) => n(r.segmentSize), 'n'], ['移交', (r) => n(r.handedOverPeople), 'n'], ['触达', (r) => n(r.reachedPeople), 'n'],
  ['有效触达', (r) => n(r.attendedPeople), 'n'], ['覆盖率', (r) => meter(r.coverage)], ['近28天覆盖', (r) => meter(r.freshCoverage)],
  ['群触达·估算', (r) => n(r.estimatedGroupReach), 'n'], ['群触达·确认', (r) => n(r.attestedGroupReach), 'n'],
];
const trickColumns = [['骗术', (r) => r.trickName || r.trick], ['类型', (r) => r.typeName], ['触达人数', (r) => n(r.reachedPeople), 'n'], ['占比', (r) => percent(r.coverage), 'n'], ['群估算', (r) => n(r.estimatedGroupReach), 'n'], ['群确认', (r) => n(r.attestedGroupReach), 'n']];

/** Runs of the last county day that has any, newest first. */
async function lastRuns() {
  const runs = itemsOf(await ask('/runs?limit=100'));
  const last = runs.map((run) => dayOf(run.occurrence)).sort().at(-1);
  return runs.filter((run) => dayOf(run.occurrence) === last).sort((a, b) => (a.occurrence < b.occurrence ? 1 : -1));
}

function showRuns(runs) {
  $('runsDay').textContent = runs.length > 0 ? dayOf(runs[0].occurrence) : '';
  if (runs.length === 0) return note('还没有批次。活动获批启用后，到点自动生成。');
  return table([
    ['时点', (r) => when(r.occurrence)], ['活动', (r) => r.campaignName ?? campaigns.get(r.campaignId) ?? r.campaignId], ['状态', (r) => state(r.status)],
    ['进度', (r) => (r.progress === undefined ? '–' : percent(r.progress)), 'n'], ['目标', (r) => n(r.counts?.targeted), 'n'], ['已发', (r) => n(r.counts?.sent), 'n'], ['送达', (r) => n(r.counts?.delivered), 'n'],
    ['待发', (r) => n(r.counts?.pending), 'n'], ['存疑', (r) => n(r.counts?.uncertain), 'n'], ['结清', (r) => when(r.settledAt)],
  ], runs, { tall: true });
}

async function showTide({ from, to }) {
  const body = await ask(`/tide?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`);
  const rows = itemsOf(body);
  if (rows.length === 0) return note('这个月没有应发时点。');
  const tally = {};
  for (const row of rows) tally[row.status] = (tally[row.status] ?? 0) + 1;
  const figure = Object.entries(tally).map(([name, count]) => `${STATES[name] ?? name} ${n(count)}`).join(' · ');
  const punctual = body?.punctuality?.share ?? null;
  // What was missed comes first, then the latest.
  const rank = (row) => (row.status === 'missed' ? 0 : 1);
  const sorted = [...rows].sort((a, b) => rank(a) - rank(b) || (a.at < b.at ? 1 : -1));
  const shown = sorted.filter((row) => row.status !== 'due').concat(sorted.filter((row) => row.status === 'due').reverse()).slice(0, 120);
  return element('div', {},
    element('p', { class: 'quiet' }, punctual === null ? figure : `准点率 ${percent(punctual)} · ${figure}`),
    table([
      ['应发', (r) => when(r.at)], ['活动', (r) => r.campaignName ?? campaigns.get(r.campaignId) ?? r.campaignId], ['状态', (r) => state(r.status)],
      ['开始', (r) => when(r.startedAt)], ['完成', (r) => when(r.finishedAt)], ['说明', (r) => r.reason ?? '', 'wide'],
    ], shown, { tall: true }));
}

async function showAlarms() {
  const alarms = itemsOf(await ask('/alarms'));
  const open = alarms.filter((alarm) => !alarm.clearedAt);
  if (open.length === 0) return note('没有未解除的告警。');
  return table([['时间', (r) => when(r.raisedAt)], ['事项', (r) => ALARMS[r.kind] ?? r.kind], ['内容', (r) => r.text ?? r.subject, 'wide'], ['次数', (r) => n(r.times ?? 1), 'n']], open, { tall: true });
}

const personText = (person) => (person ? [person.name, person.phone].filter(Boolean).join(' ') : '');
/** What the phones and groups of the last day got: some of each channel, so that no channel crowds out another. */
async function showMessages(runs) {
  if (runs.length === 0) return note('还没有投递。');
  const midnight = `${dayOf(runs[0].occurrence)}T00:00:00${runs[0].occurrence.slice(19)}`;
  const some = (channel) => ask(`/deliveries?status=sent&channel=${channel}&limit=17&from=${encodeURIComponent(midnight)}`).then(itemsOf);
  const [gateways, ...found] = await Promise.all([ask('/gateways').catch(() => []), some('sms'), some('voice'), some('chat')]);
  const isSimulated = itemsOf(gateways).some((gateway) => gateway.isSimulator ?? gateway.simulator);
  $('messagesTitle').replaceChildren(isSimulated ? '模拟手机与群收到的内容 ' : '最近投递 ', element('small', {}, `${dayOf(midnight)}，各渠道至多 17 条，号码已掩码`));
  const rows = found.flat();
  if (rows.length === 0) return note('这一天还没有投递。');
  return table([
    ['时间', (r) => when(r.sentAt)], ['收件', (r) => personText(r.person) || r.groupChat?.name || r.groupChatId || r.externalId || ''], ['渠道', (r) => `${CHANNELS[r.channel] ?? r.channel} ${r.gateway ?? ''}`],
    ['状态', (r) => state(r.status)], ['内容', (r) => r.text ?? '', 'wide'], ['理由', (r) => r.why ?? r.reason ?? '', 'wide'],
  ], rows, { tall: true });
}

async function show(month) {
  const query = months.query(month);
  turn += 1;
  const asked = turn;
  $('month').value = month;
  for (const [id, report, format] of [['sendsCsv', 'sends', 'csv'], ['sendsXlsx', 'sends', 'xlsx'], ['reachCsv', 'reach', 'csv']]) {
    $(id).href = `${API}/reports/${report}?${query}&groupBy=${report === 'sends' ? 'campaign,channel' : 'population'}&format=${format}`;
  }
  $('read').textContent = '读取中…';
  const runs = lastRuns();
  runs.catch(() => undefined);
  // Until the report says where the county's month begins and ends, its dates do.
  let period = { from: `${month}-01`, to: `${months.move(month, 1)}-01` };
  await block('sends', async () => {
    const report = await ask(`/reports/sends?${query}&groupBy=campaign,channel`);
    period = report.period;
    return asked === turn ? showSends(report) : note('');
  });
  if (asked !== turn) return;
  await Promise.all([
    block('reach', async () => {
      const { rows, totals } = await ask(`/reports/reach?${query}&groupBy=population`);
      return rows.length === 0 ? note('这个月还没有触达。') : table(reachColumns, rows, { total: { ...totals, population: '合计（去重）' } });
    }),
    block('most', async () => {
      const { most, least, segmentSize } = await ask(`/reports/trick-coverage?${query}`);
      if (asked !== turn) return note('');
      const empty = segmentSize === 0 && most.every((row) => row.estimatedGroupReach + row.attestedGroupReach === 0);
      $('least').replaceChildren(empty ? note('尚无数据。') : table(trickColumns, least));
      return empty ? note('尚无数据。') : table(trickColumns, most);
    }),
    block('runs', async () => showRuns(await runs)),
    block('tide', () => showTide(period)),
    block('alarms', showAlarms),
    block('messages', async () => showMessages(await runs)),
  ]);
  if (asked === turn) $('read').textContent = `读取于 ${new Date().toLocaleTimeString('zh-CN')}`;
}

async function open(user) {
  $('signIn').hidden = true;
  $('who').hidden = false;
  $('whoName').textContent = `${user.username ?? user.name ?? ''}`;
  $('desk').hidden = false;
  try {
    // The server's clock says which month it is: in the demo it is not the browser's.
    const now = await ask('/reports/sends');
    const month = months.of(now.period.from);
    await show(now.totals.targeted > 0 ? month : await lastWithSends(month));
  } catch (error) {
    if (error.status === 401) signedOut('');
    else $('sentence').replaceChildren(note(error.status === 403 ? '当前角色没有统计页面；请使用接口。' : error.message, 'bad'));
  }
}

/** A month that has only begun says little: the one before it is shown where it has something to say. */
async function lastWithSends(month) {
  const before = months.move(month, -1);
  const { totals } = await ask(`/reports/sends?${months.query(before)}`);
  return totals.targeted > 0 ? before : month;
}

function signedOut(message) {
  csrf = '';
  $('desk').hidden = true;
  $('who').hidden = true;
  $('signIn').hidden = false;
  $('signInError').hidden = !message;
  $('signInError').textContent = message;
  $('username').focus();
}

async function signIn(event) {
  event.preventDefault();
  const form = new FormData($('signIn'));
  const button = $('signIn').querySelector('button');
  button.disabled = true;
  try {
    const body = { username: form.get('username').trim(), password: form.get('password'), ...(form.get('totp') ? { totp: form.get('totp').trim() } : {}) };
    const answer = await ask('/auth/login', { method: 'POST', body: JSON.stringify(body) });
    csrf = answer.csrfToken ?? csrf;
    $('password').value = '';
    await open(answer.user);
  } catch (error) {
    if (/totp/.test(error.code ?? '')) $('totpRow').hidden = false;
    signedOut(error.message);
  } finally {
    button.disabled = false;
  }
}

async function signOut() {
  await ask('/auth/logout', { method: 'POST' }).catch(() => undefined);
  signedOut('');
}

async function start() {
  $('signIn').addEventListener('submit', signIn);
  $('signOut').addEventListener('click', signOut);
  $('month').addEventListener('change', (event) => event.target.value && show(event.target.value));
  $('earlier').addEventListener('click', () => show(months.move($('month').value, -1)));
  $('later').addEventListener('click', () => show(months.move($('month').value, 1)));
  $('again').addEventListener('click', () => show($('month').value));
  try {
    const me = await ask('/auth/me');
    csrf = me.csrfToken ?? '';
    await open(me.user ?? me);
  } catch (error) {
    signedOut(error.status === 401 ? '' : error.message);
  }
}

start();
