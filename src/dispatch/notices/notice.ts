import { DISCREET_NAME } from '../../platform/kernel/index.js';
import type { Right } from '../../accounts/index.js';
import type { ClosedDay } from '../../platform/ledger.port.js';

/** Whom a notice concerns: persons by id; where there are none or none can be told, whoever holds the right. */
export interface Concerned {
  readonly users?: readonly string[];
  readonly right?: Right;
  /** The campaign's township: holders of the right who are held to another one are not told. */
  readonly township?: string | null;
  /** Only those who may read what is sensitive can act on it. */
  readonly isSensitive?: boolean;
  /** Who may not act on it: nobody approves their own. */
  readonly not?: readonly string[];
}

/** What somebody is told, and what it comes of: a source gives one notice to each of its targets, once at most. */
export interface Notice {
  /** `approval:<campaign>:<version>:<when>`, `return:…`, `alarm:<id>`, `tasks:<day>`, `tasks:<user>:<day>`, `root:<day>`. */
  readonly source: string;
  readonly about: 'approvals' | 'returns' | 'alarms' | 'tasks' | 'roots';
  readonly title: string;
  readonly text: string;
  /** Absent: it is for a group or a mailbox, and concerns no user by name. */
  readonly concerns?: Concerned;
}

interface Version {
  readonly campaignId: string;
  readonly version: number;
  readonly name: string;
  readonly isSensitive: boolean;
  /** Who submitted it: their username. */
  readonly by: string;
  readonly concerns?: Concerned;
}

const called = ({ name, isSensitive }: Version): string => (isSensitive ? DISCREET_NAME : name);

export const askedFor = (
  v: Version & { submittedAt: number; targeted: number | null; cost: number | null },
): Notice => ({
  source: `approval:${v.campaignId}:${v.version}:${v.submittedAt}`,
  about: 'approvals',
  title: '潮信：待审批',
  text: `宣传活动“${called(v)}”（第 ${v.version} 版，${v.by} 提交）待审批${v.targeted === null ? '' : `，拟触达 ${v.targeted}`}${v.cost === null ? '' : `，预计费用 ${v.cost} 元`}。请登录控制台查看预检后审批。`,
  ...(v.concerns ? { concerns: v.concerns } : {}),
});

export const returned = (v: Version & { reviewedAt: number; remark: string }): Notice => ({
  source: `return:${v.campaignId}:${v.version}:${v.reviewedAt}`,
  about: 'returns',
  title: '潮信：审批退回',
  text: `${v.by}：您提交的宣传活动“${called(v)}”（第 ${v.version} 版）被退回${v.isSensitive ? '' : `：${v.remark}`}。请修改后重新提交。`,
  ...(v.concerns ? { concerns: v.concerns } : {}),
});

/** `isSensitive`: it is about a campaign or run whose segment selects by a sensitive tag; then only its kind is told. */
export const alarmed = (alarm: {
  id: string;
  kind: string;
  text: string;
  isSensitive: boolean;
  concerns?: Concerned;
}): Notice => ({
  source: `alarm:${alarm.id}`,
  about: 'alarms',
  title: '潮信：告警',
  text: alarm.isSensitive ? `${DISCREET_NAME}（${alarm.kind}）。请登录控制台查看。` : `${alarm.text}（${alarm.kind}）`,
  ...(alarm.concerns ? { concerns: alarm.concerns } : {}),
});

/** Kept in a mailbox or a chat, it is what a ledger that was rebuilt as a whole cannot agree with. */
export const closed = ({ day, entriesRoot, settlementRoot, seq, hash }: ClosedDay): Notice => ({
  source: `root:${day}`,
  about: 'roots',
  title: `潮信：台账日根 ${day}`,
  text: [
    `台账日根 ${day}`,
    `条目根 ${entriesRoot}`,
    `投递根 ${settlementRoot ?? '（当日无投递）'}`,
    `末条 ${seq} ${hash}`,
    '请留存，审计时用于核对。',
  ].join('\n'),
});

/** Once a day: how much field work is due or overdue, by township; of whom is seen after signing in. */
export const reminded = (
  day: number,
  townships: readonly { readonly name: string; readonly due: number; readonly overdue: number }[],
): Notice => {
  const sum = (of: 'due' | 'overdue') => townships.reduce((n, t) => n + t[of], 0);
  const each = townships.map((t) => `${t.name} 今日到期 ${t.due}、逾期 ${t.overdue}`).join('；');
  return {
    source: `tasks:${day}`,
    about: 'tasks',
    title: '潮信：任务提醒',
    text: `网格任务今日到期 ${sum('due')} 项，逾期 ${sum('overdue')} 项。${each}。请登录查看任务清单。`,
  };
};
/** The link in it is its reader's alone: the text is made when it is sent, and kept nowhere. */
export const tasksWait = (open: number, url: string): string =>
  `您有 ${open} 项任务待办，请点击本人专用链接查看（请勿转发）：${url}`;
