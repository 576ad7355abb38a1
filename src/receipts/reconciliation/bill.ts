import type { Side } from './compare.js';

/** What the columns of a bill may be called; a gateway's `bill` setting names others. */
export const BILL_COLUMNS = {
  ref: ['ref', 'batch', 'msgGroup', 'mgsGroup', 'callId', '批次号', '批次', '任务号', '流水号', '消息批次'],
  day: ['day', 'date', 'sentAt', 'submitDate', '日期', '发送日期', '提交时间', '发送时间', '呼叫时间'],
  recipients: ['recipients', 'count', 'accepted', '条数', '发送条数', '提交条数', '成功条数', '数量', '号码数'],
  parts: ['parts', '计费条数', '拆分条数', '计费数量'],
} as const;
export type BillField = keyof typeof BILL_COLUMNS;

export interface BillMistake {
  readonly line: number;
  readonly field: BillField;
  readonly code: string;
  readonly message: string;
}

type Cells = Partial<Record<BillField, string>>;

const REF_MAX = 64;

/** `2026-11-24`, `20261124101500` and the like as 20261124; null where it is no date. */
export function dayOf(text: string): number | null {
  const match = /^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})(?:\D|\d{6}$|$)/.exec(text.trim());
  if (!match) return null;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? (year * 100 + month) * 100 + day : null;
}

const whole = (text: string): number | null => {
  const plain = text.replace(/[,，\s]/g, '');
  return /^\d{1,12}$/.test(plain) ? Number(plain) : null;
};

/**
 * Reads the rows of a bill by day and batch. A row counts `recipients`, or one message where the bill has a row for each;
 * without a column of days all is of `day`. Rows with a mistake are named and not counted; nothing else of a row is looked at.
 */
export function readBill(
  rows: readonly { readonly line: number; readonly record: Cells }[],
  day: number | null,
): { days: Map<number, Map<string, Side>>; mistakes: BillMistake[] } {
  const days = new Map<number, Map<string, Side>>();
  const mistakes: BillMistake[] = [];
  for (const { line, record } of rows) {
    const read = readRow(record, day);
    if ('field' in read) {
      mistakes.push({ line, ...read });
      continue;
    }
    const batches = days.get(read.day) ?? new Map<string, Side>();
    const known = batches.get(read.ref) ?? { recipients: 0, parts: 0 };
    batches.set(read.ref, {
      recipients: known.recipients + read.recipients,
      parts: known.parts === null || read.parts === null ? null : known.parts + read.parts,
    });
    days.set(read.day, batches);
  }
  return { days, mistakes };
}

function readRow(
  record: Cells,
  given: number | null,
): Omit<BillMistake, 'line'> | { ref: string; day: number; recipients: number; parts: number | null } {
  const ref = record.ref?.trim() ?? '';
  if (ref === '' || ref.length > REF_MAX)
    return { field: 'ref', code: 'invalid_ref', message: 'a batch reference, at most 64 characters' };
  const day = record.day === undefined ? given : dayOf(record.day);
  if (day === null)
    return { field: 'day', code: 'invalid_date', message: 'a date such as 2026-11-24; or say the day with the file' };
  const recipients = record.recipients === undefined ? 1 : whole(record.recipients);
  if (recipients === null) return { field: 'recipients', code: 'invalid_count', message: 'a whole number' };
  const parts = record.parts === undefined ? null : whole(record.parts);
  if (record.parts !== undefined && parts === null)
    return { field: 'parts', code: 'invalid_count', message: 'a whole number' };
  return { ref, day, recipients, parts };
}
