import { grouped, money, say } from './steps.mjs';
import { table, widthOf } from './table.mjs';

const CHANNELS = {
  chat: '群消息 chat',
  sms: '短信 sms',
  voice: '语音 voice',
  visit: '上门 visit',
  email: '邮件 email',
};
const POPULATIONS = {
  local: '本地居民 local',
  migrant: '流动人口 migrant',
  arrival: '入岛群众 arrival',
  special: '特殊人群 special',
};
const REASONS = {
  contact_cap: '频次上限',
  already_covered: '已覆盖',
  opted_out: '已退订',
  landline: '固定电话',
  no_phone: '无号码',
  minor: '未成年',
  duplicate_phone: '号码重复',
  suppressed_number: '停用号码',
  foreign_number: '境外号码',
};

const percent = (share) => `${(share * 100).toFixed(1)} %`;
const sum = (numbers) => Object.values(numbers).reduce((a, b) => a + b, 0);

/** The states of all that was targeted, as docs/architecture.md defines the counts. */
const COUNTS = [
  ['目标\ntargeted', (c) => grouped(c.targeted)],
  ['跳过\nskipped', (c) => grouped(sum(c.skipped))],
  ['计划\nplanned', (c) => grouped(c.planned)],
  ['待发\npending', (c) => grouped(c.pending)],
  ['发送\nsent', (c) => grouped(c.sent)],
  ['送达\ndelivered', (c) => grouped(c.delivered)],
  ['未达\nundelivered', (c) => grouped(c.undelivered)],
  ['待回执\nawaiting', (c) => grouped(c.awaiting)],
  ['失败\nfailed', (c) => grouped(c.failed)],
  ['存疑\nuncertain', (c) => grouped(c.uncertain)],
  ['取消\ncancelled', (c) => grouped(c.cancelled)],
  ['过期\nexpired', (c) => grouped(c.expired)],
];
/** What is counted beside them. */
const MEASURES = [
  ['目标人数\npeople', (c) => grouped(c.targetedPeople)],
  ['触达人数\nreached', (c) => grouped(c.reachedPeople)],
  ['听进人数\nattended', (c) => grouped(c.attendedPeople)],
  ['群触达（估）\ngroups, estimated', (c) => grouped(c.estimatedGroupReach)],
  ['群触达（证）\ngroups, attested', (c) => grouped(c.attestedGroupReach)],
  ['发送条数\nmessages', (c) => grouped(c.messages)],
  ['计费条数\nSMS parts', (c) => grouped(c.smsParts)],
  ['拨打次数\ncalls', (c) => grouped(c.callAttempts)],
  ['接通数\nanswered', (c) => grouped(c.callsAnswered)],
  ['费用（元）\ncost', (c) => money(c.cost)],
];

const heading = (zh, en) => say(`\n${zh}  ${en}`);
const order = (campaigns, list) => (a, b) =>
  campaigns.indexOf(a.campaign) - campaigns.indexOf(b.campaign) || list.indexOf(a.channel) - list.indexOf(b.channel);

/**
 * @param {{ rows: object[], totals: object }} report by campaign and channel
 * @param {{ id: string, label: string }[]} campaigns
 */
export function printSends({ rows, totals }, campaigns) {
  const sorted = [...rows].sort(
    order(
      campaigns.map(({ id }) => id),
      Object.keys(CHANNELS),
    ),
  );
  const lines = (columns) => [
    ...sorted.flatMap((row, i) => [
      ...(sorted[i - 1]?.campaign === row.campaign ? [] : [[row.campaignName]]),
      [`  ${CHANNELS[row.channel] ?? row.channel}`, ...columns.map(([, of]) => of(row))],
    ]),
    ['合计 total', ...columns.map(([, of]) => of(totals))],
  ];
  const shown = (columns) =>
    say(table(['活动 campaign\n  渠道 channel', ...columns.map(([header]) => header)], lines(columns)));
  heading('发送情况', 'What was sent, by campaign and channel');
  shown(COUNTS);
  const reasons = Object.entries(totals.skipped).sort(([, a], [, b]) => b - a);
  say(
    `  跳过原因 skipped because: ${reasons.map(([reason, n]) => `${REASONS[reason] ?? ''} ${reason} ${grouped(n)}`.trim()).join(', ')}`,
  );
  heading('人数、条数、费用', 'People, messages, cost (people are distinct; what groups heard is never added to them)');
  shown(MEASURES);
}

/** @param {{ rows: object[], totals: object }} report */
export function printReach({ rows, totals }) {
  heading(
    '触达与覆盖',
    'Reach and coverage by population (distinct people: totals may be smaller than the sum of their rows)',
  );
  const cells = (name, r) => [
    name,
    ...[r.segmentSize, r.handedOverPeople, r.reachedPeople, r.attendedPeople].map(grouped),
    percent(r.coverage),
    percent(r.freshCoverage),
  ];
  const names = Object.keys(POPULATIONS);
  const people = rows
    .filter((row) => row.segmentSize > 0)
    .sort((a, b) => names.indexOf(a.population) - names.indexOf(b.population));
  say(
    table(
      [
        '人群\npopulation',
        '目标人数\ntargeted',
        '已发人数\nhanded over',
        '触达人数\nreached',
        '听进人数\nattended',
        '覆盖率\ncoverage',
        '28天内\nfresh',
      ],
      [...people.map((row) => cells(POPULATIONS[row.population] ?? row.population, row)), cells('合计 total', totals)],
    ),
  );
}

/**
 * @param {{ label: string, cadence: string, expected: string, actual: string, holds: boolean }[]} lines
 * @param {{ due: number, onTime: number }} punctuality
 */
export function printTide(lines, { due, onTime }) {
  heading('频次', 'Occurrences: what the calendar says, and what happened');
  say(
    table(
      ['活动\ncampaign', '频次\ncadence', '应有\nexpected', '实有\nactual', ''],
      lines.map((l) => [l.label, l.cadence, l.expected, l.actual, l.holds ? '✓' : '✗']),
      2,
    ),
  );
  say(`  准点 punctuality: ${grouped(onTime)} of ${grouped(due)} occurrences began on time`);
}

/** @param {{ most: object[], least: object[] }} coverage */
export function printTricks({ most, least }) {
  heading('骗术覆盖', 'Tricks: the five most and the five least covered');
  const row = (mark) => (t) => [
    mark,
    t.trickName,
    t.typeName,
    grouped(t.reachedPeople),
    percent(t.coverage),
    grouped(t.attestedGroupReach + t.estimatedGroupReach),
  ];
  say(
    table(
      ['', '骗术\ntrick', '类型\ntype', '触达人数\nreached', '覆盖率\ncoverage', '群人数（估）\ngroups'],
      [...most.slice(0, 5).map(row('↑')), ...least.slice(0, 5).map(row('↓'))],
      3,
    ),
  );
}

const MOST_LINES = 8;

/** @param {object[]} examples deliveries as an auditor sees them */
export function printExamples(examples) {
  heading('三条示例', 'Three messages, and why each got its wording');
  for (const one of examples) {
    const to = one.person ? `${one.person.name} ${one.person.phone}` : (one.groupChat?.name ?? '');
    say(`  ${CHANNELS[one.channel]} → ${to}   ${one.status}${one.smsParts ? `, ${one.smsParts} part` : ''}`);
    const lines = wrapped(one.text, 96);
    for (const line of lines.slice(0, MOST_LINES)) say(`    ${line}`);
    if (lines.length > MOST_LINES) say(`    … (${lines.length - MOST_LINES} more lines)`);
    say(`    理由 why: ${one.why}`);
  }
}

/** Lines of at most `width` columns; a text's own line breaks stay. */
function wrapped(text, width) {
  return text.split('\n').flatMap((paragraph) => {
    const lines = [''];
    for (const character of paragraph) {
      if (widthOf(lines.at(-1) + character) > width) lines.push('');
      lines[lines.length - 1] += character;
    }
    return lines.filter((line, i) => line !== '' || i === 0);
  });
}

/**
 * @param {{ rows: { key: string, report: number, outside: number, theirs: number, holds: boolean }[], lines: string[] }} proof
 */
export function printProof({ rows, lines }) {
  heading('独立核对', 'Independent check: what the simulator counted for itself');
  say(
    table(
      [
        '网关\ngateway',
        '报表发送\nin the report',
        '报表外（自动答复）\noutside: answers',
        '网关收到\nat the gateway',
        '',
      ],
      rows.map((r) => [r.key, grouped(r.report), grouped(r.outside), grouped(r.theirs), r.holds ? '✓' : '✗']),
    ),
  );
  for (const line of lines) say(`  ${line}`);
}
