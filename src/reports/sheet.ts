import type { CutName } from './cut.js';
import { NAMED, type ReachReport, type ReportHead, type SendsReport, type TrickCoverage } from './report.js';
import { reasonInWords } from './words.js';

export type CellKind = 'text' | 'count' | 'money' | 'share';
export interface SheetColumn {
  readonly key: string;
  readonly header: string;
  readonly kind: CellKind;
}
export type SheetRow = Readonly<Record<string, string | number>>;

/** A report as a table: what CSV and XLSX are made of. */
export interface Sheet {
  readonly name: string;
  readonly columns: readonly SheetColumn[];
  readonly rows: readonly SheetRow[];
  /** Distinct people make it more than the sum of the rows; a data file (CSV) leaves it out. */
  readonly totals: SheetRow | null;
}

const CUT_TITLES: Readonly<Record<CutName, string>> = {
  day: '日期',
  week: '周',
  month: '月份',
  channel: '渠道',
  gateway: '网关',
  population: '人群',
  township: '乡镇代码',
  type: '类型代码',
  trick: '骗术代码',
  campaign: '活动编号',
};
const NAME_TITLES = { townshipName: '乡镇', typeName: '诈骗类型', trickName: '骗术', campaignName: '宣传活动' };

/** Each column of the reports: key, title, kind, and what it counts. */
const DEFINED = [
  ['targeted', '目标数', 'count', '跳过＋计划：(对象, 渠道) 对数'],
  ['planned', '计划数', 'count', '待发＋已发＋失败＋存疑＋取消＋过期'],
  ['pending', '待发', 'count', '已计划，尚未确知发出'],
  ['sent', '发送数', 'count', '网关已受理：送达＋未达＋待回执'],
  ['delivered', '送达', 'count', '短信回执成功、电话接通、群消息受理、代发与上门已确认'],
  ['undelivered', '未达', 'count', '回执失败、无人接听、退信等'],
  ['awaiting', '待回执', 'count', '已受理，尚无最终回执；不因时间转为失败'],
  ['failed', '失败', 'count', '移交时被最终拒绝'],
  ['uncertain', '存疑', 'count', '可能已发出；绝不为求证而重发'],
  ['cancelled', '取消', 'count', '人工取消，或移交前退订、达到上限'],
  ['expired', '过期', 'count', '有效时间内未移交'],
  ['targetedPeople', '目标人数', 'count', '去重人数'],
  ['reachedPeople', '触达人数', 'count', '去重人数：至少一次送达'],
  ['attendedPeople', '有效触达人数', 'count', '去重人数：接听满5秒、按键、回复或上门'],
  ['estimatedGroupReach', '群触达估算', 'count', '机器人群消息：群人数，估算，不与触达人数相加'],
  ['attestedGroupReach', '群触达确认', 'count', '群主确认代发：群人数，不与触达人数相加'],
  ['messages', '发送条数', 'count', '受理的短信、群消息、邮件'],
  ['smsParts', '计费条数', 'count', '短信分条'],
  ['callAttempts', '拨打次数', 'count', '外呼次数'],
  ['callsAnswered', '接通数', 'count', '接通次数'],
  ['cost', '费用(元)', 'money', '按网关单价'],
  ['segmentSize', '客群人数', 'count', '目标去重人数（含跳过）'],
  ['handedOverPeople', '移交人数', 'count', '去重人数：网关已受理'],
  ['coverage', '覆盖率', 'share', '触达人数÷客群人数'],
  ['freshReachedPeople', '近期触达人数', 'count', '期末前28天内触达'],
  ['freshCoverage', '近期覆盖率', 'share', '近期触达人数÷客群人数'],
] as const;
type Defined = (typeof DEFINED)[number];

const definedColumn = ([key, title, kind]: Defined): SheetColumn => ({ key, header: `${title}(${key})`, kind });
const text = (key: string, title: string): SheetColumn => ({ key, header: `${title}(${key})`, kind: 'text' });

const groupColumns = (groupBy: readonly CutName[]): SheetColumn[] =>
  groupBy.flatMap((name) => {
    const named = NAMED[name as keyof typeof NAMED] as keyof typeof NAME_TITLES | undefined;
    return [text(name, CUT_TITLES[name]), ...(named ? [text(named, NAME_TITLES[named])] : [])];
  });

/** The columns of DEFINED that the report's totals hold, in DEFINED's order. */
const columnsIn = (totals: object): SheetColumn[] => DEFINED.filter(([key]) => key in totals).map(definedColumn);

const flat = (row: object): SheetRow => {
  const { skipped, ...rest } = row as { skipped?: Record<string, number> } & Record<string, string | number>;
  const reasons = Object.entries(skipped ?? {}).map(([reason, n]) => [`skipped.${reason}`, n] as const);
  return Object.fromEntries([...Object.entries(rest as Record<string, string | number>), ...reasons]);
};

/** The send report as a table: one column a reason of skipping. */
export function sendsSheet(report: SendsReport): Sheet {
  const reasons = Object.keys(report.totals.skipped).map((reason): SheetColumn => ({
    key: `skipped.${reason}`,
    header: `跳过·${reasonInWords(reason)}(skipped.${reason})`,
    kind: 'count',
  }));
  const [targeted, ...others] = columnsIn(report.totals);
  return {
    name: '发送统计',
    columns: [...groupColumns(report.groupBy), targeted!, ...reasons, ...others],
    rows: report.rows.map(flat),
    totals: flat(report.totals),
  };
}

export const reachSheet = (report: ReachReport): Sheet => ({
  name: '触达统计',
  columns: [...groupColumns(report.groupBy), ...columnsIn(report.totals)],
  rows: report.rows.map(flat),
  totals: flat(report.totals),
});

/** Both halves of trick coverage in one table: `part` says whether a row is a trick or a number of tricks heard of. */
export const trickCoverageSheet = (report: TrickCoverage): Sheet => ({
  name: '骗术覆盖',
  columns: [
    text('part', '部分'),
    text('trick', '骗术代码'),
    text('trickName', '骗术'),
    text('typeName', '诈骗类型'),
    { key: 'targetedPeople', header: '目标人数(targetedPeople)', kind: 'count' },
    { key: 'reachedPeople', header: '触达人数(reachedPeople)', kind: 'count' },
    { key: 'coverage', header: '占全部目标人数(coverage)', kind: 'share' },
    { key: 'estimatedGroupReach', header: '群触达估算(estimatedGroupReach)', kind: 'count' },
    { key: 'attestedGroupReach', header: '群触达确认(attestedGroupReach)', kind: 'count' },
  ],
  rows: [
    ...report.byTrick.map((row) => ({ part: '骗术', ...row })),
    ...report.byTricksReached.map(({ tricks, people }) => ({
      part: '听到骗术数',
      trick: String(tricks),
      trickName: `听到${tricks}种骗术的人`,
      reachedPeople: people,
      coverage: report.segmentSize === 0 ? 0 : people / report.segmentSize,
    })),
  ],
  totals: null,
});

/** The second sheet of an export: period, ledger, notes, and what each column counts. */
export function definitions(head: ReportHead, sheet: Sheet, madeAt: string): (readonly [string, string])[] {
  const used = new Set(sheet.columns.map((column) => column.key));
  return [
    ['期间起（含）', head.period.from],
    ['期间止（不含）', head.period.to],
    ['按时点', head.asOf ?? '当前'],
    ['生成时间', madeAt],
    ['台账末条序号', head.ledger ? String(head.ledger.seq) : '尚无'],
    ['台账末条哈希', head.ledger?.hash ?? '尚无'],
    ['台账日根', head.ledger?.root ? `${head.ledger.day} ${head.ledger.root}` : '尚无'],
    ['投递日根', head.ledger?.settlementRoot ? `${head.ledger.day} ${head.ledger.settlementRoot}` : '尚无'],
    ...head.notes.map(({ zh, en }) => ['说明', `${zh}${en}`] as const),
    ...DEFINED.filter(([key]) => used.has(key)).map(
      ([key, title, , meaning]) => [`${title}(${key})`, meaning] as const,
    ),
  ];
}
