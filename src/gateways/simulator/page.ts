const style = `
  :root { --ink: #1d2730; --soft: #5d6b78; --line: #dde3e8; --paper: #fff; --ground: #f4f6f8; --own: #e3f1ea; --accent: #1a6b8f; }
  * { box-sizing: border-box; }
  body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.55 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
  header { display: flex; flex-wrap: wrap; gap: 4px 20px; align-items: baseline; padding: 14px 20px; background: var(--paper); border-bottom: 1px solid var(--line); }
  h1 { margin: 0; font-size: 18px; }
  header p { margin: 0; color: var(--soft); font-size: 13px; }
  main { display: grid; grid-template-columns: 340px minmax(0, 1fr); gap: 16px; max-width: 1180px; margin: 16px auto; padding: 0 16px; }
  section { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; min-width: 0; }
  form { display: flex; gap: 8px; padding: 12px; border-bottom: 1px solid var(--line); }
  input { flex: 1; min-width: 0; font: inherit; padding: 6px 10px; border: 1px solid #b8c3cc; border-radius: 6px; }
  form button { font: inherit; padding: 6px 14px; border: 0; border-radius: 6px; background: var(--accent); color: #fff; cursor: pointer; }
  ul { list-style: none; margin: 0; padding: 0; }
  #list { max-height: calc(100vh - 190px); overflow-y: auto; }
  #list button { display: block; width: 100%; padding: 10px 14px; border: 0; border-bottom: 1px solid var(--line); background: none; color: inherit; font: inherit; text-align: left; cursor: pointer; }
  #list button:hover { background: var(--ground); }
  #list button:focus-visible, input:focus-visible, form button:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
  #list [aria-current="true"] { background: #e8f0f5; }
  .row { display: flex; gap: 8px; justify-content: space-between; }
  .row b { font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .row span, .note { color: var(--soft); font-size: 12px; white-space: nowrap; }
  .text { display: block; color: var(--soft); font-size: 13px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  #talk { padding: 14px 18px; }
  #talk h2 { margin: 0 0 10px; font-size: 16px; overflow-wrap: anywhere; }
  #talk li { width: fit-content; max-width: min(620px, 100%); margin: 0 0 12px; padding: 8px 12px; border-radius: 8px; background: var(--ground); white-space: pre-wrap; overflow-wrap: anywhere; }
  #talk li.own { margin-left: auto; background: var(--own); }
  .note { display: block; white-space: normal; }
  .empty { padding: 20px; color: var(--soft); }
  @media (max-width: 760px) { main { grid-template-columns: minmax(0, 1fr); margin: 10px auto; padding: 0 10px; gap: 10px; } #list { max-height: 42vh; } header { padding: 12px 14px; } }
`;

const script = `
  const names = { 'cloud-mas': '短信 · 云MAS', dingtalk: '钉钉群', wecom: '企业微信群', zhezhengding: '浙政钉工作通知', 'aliyun-voice': '语音电话', http: 'HTTP', smtp: '邮件' };
  const list = document.getElementById('list'), talk = document.getElementById('talk'), search = document.getElementById('search');
  let chosen = null;
  const get = async (path) => { const answer = await fetch(path); if (!answer.ok) throw new Error(answer.status); return answer.json(); };
  const element = (tag, className, text) => { const made = document.createElement(tag); if (className) made.className = className; if (text !== undefined) made.textContent = text; return made; };
  const time = (iso) => new Date(iso).toLocaleString('zh-CN', { timeZone: 'Asia/Shanghai', hour12: false, month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' });
  function button(item) {
    const made = element('button'); made.type = 'button';
    const row = element('span', 'row');
    row.append(element('b', '', item.to), element('span', '', time(item.at)));
    made.append(row, element('span', 'text', item.content), element('span', 'note', names[item.gateway] + ' · ' + item.count + ' 条'));
    made.setAttribute('aria-current', String(chosen !== null && chosen.to === item.to && chosen.gateway === item.gateway));
    made.onclick = async () => { chosen = item; await refresh(); const now = list.querySelector('[aria-current="true"]'); if (now) now.focus(); };
    return made;
  }
  // Only what has changed is drawn again: a redraw every few seconds would take the keyboard's place away.
  const drawn = {};
  const isNew = (part, data) => { const text = JSON.stringify(data); const changed = drawn[part] !== text; drawn[part] = text; return changed; };
  async function showList() {
    const { items } = await get('/_sim/recipients?limit=60&search=' + encodeURIComponent(search.value.trim()));
    if (!chosen && items[0]) chosen = items[0];
    if (!isNew('list', [items, chosen && chosen.to, chosen && chosen.gateway, search.value])) return;
    list.replaceChildren(...items.map((item) => { const line = element('li'); line.append(button(item)); return line; }));
    if (items.length === 0) list.append(element('li', 'empty', search.value ? '没有找到这个号码或群' : '还没有任何消息'));
  }
  async function showTalk() {
    if (!chosen) return talk.replaceChildren(element('p', 'empty', '收到的消息会出现在这里'));
    const to = encodeURIComponent(chosen.to);
    const [got, said] = await Promise.all([get('/_sim/messages?order=newest&limit=100&to=' + to), get('/_sim/uplinks?from=' + to)]);
    const all = [...got.items, ...said.items].sort((one, other) => (one.at < other.at ? 1 : -1));
    if (!isNew('talk', [chosen.to, all])) return;
    const lines = element('ul');
    for (const one of all) {
      const line = element('li', one.from ? 'own' : '', one.from ? one.text : one.content);
      line.prepend(element('span', 'note', (one.from ? '回复' : names[one.gateway]) + ' · ' + time(one.at)));
      lines.append(line);
    }
    talk.replaceChildren(element('h2', '', chosen.to), lines);
  }
  async function showHead() {
    const [stats, clock] = await Promise.all([get('/_sim/stats'), get('/_sim/clock')]);
    const total = Object.values(stats).reduce((sum, one) => sum + one.messages, 0);
    document.getElementById('clock').textContent = (clock.isStanding ? '模拟时间 ' : '当前时间 ') + new Date(clock.at).toLocaleString('zh-CN', { timeZone: 'Asia/Shanghai', hour12: false });
    document.getElementById('total').textContent = '共 ' + total + ' 条消息，待回执 ' + clock.pending + ' 条';
  }
  async function refresh() {
    try { await showHead(); await showList(); await showTalk(); }
    catch { document.getElementById('total').textContent = '模拟器没有应答，稍后自动重试'; }
  }
  document.forms[0].onsubmit = (event) => { event.preventDefault(); chosen = null; refresh(); };
  refresh(); setInterval(refresh, 5000);
`;

/** The page at `/`: what each simulated phone and group received. One file, nothing fetched from elsewhere. */
export const page = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>网关模拟器 · 手机与群</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<header><h1>网关模拟器</h1><p id="clock"></p><p id="total" role="status"></p><p>这里的手机和群都是模拟的，没有任何消息真正发出。</p></header>
<main>
<section aria-label="手机与群"><form><input id="search" type="search" placeholder="手机号、群或邮箱" aria-label="搜索"><button>搜索</button></form><ul id="list"></ul></section>
<section id="talk" aria-label="收到的消息"></section>
</main>
<script>${script}</script>
</body>
</html>
`;
