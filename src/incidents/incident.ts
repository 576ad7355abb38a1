import { parseInstant, type Instant } from '../platform/kernel/index.js';

/** What the columns of a file of cases may be called; the first is what the documents name. */
export const INCIDENT_COLUMNS = {
  type: ['类型', '案件类型', 'type'],
  trick: ['骗术', '作案手段', 'trick'],
  township: ['乡镇', '街道乡镇', 'township'],
  tags: ['标签', '人群', 'tags'],
  occurredAt: ['发案时间', '案发时间', '日期', '时间', 'occurredAt'],
  loss: ['损失', '损失金额', '涉案金额', 'loss'],
  victimPhone: ['受害人电话', '受害人手机号', '手机号', '电话', 'victimPhone'],
} as const;
export type IncidentField = keyof typeof INCIDENT_COLUMNS;

const LOCAL =
  /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]*(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2}))?[分秒]?)?$/;

/**
 * An instant as files write it: ISO 8601 with an offset, or a date with or without a time, which is the county's. `midnight`
 * answers the county's midnight of a date (2026-11-24), null where there is no such date.
 */
export function incidentInstant(text: string, midnight: (date: string) => Instant | null): Instant | null {
  const whole = parseInstant(text.trim());
  if (whole !== null) return whole;
  const match = LOCAL.exec(text.trim());
  if (!match) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0'] = match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const start = midnight(`${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`);
  return start === null ? null : start + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000;
}

/** An amount in yuan: `1,234.5`, `1234.50元`, `3.5万`. Null where it is none. */
export function yuan(text: string): number | null {
  const match = /^(\d[\d,，]*(?:\.\d+)?)\s*(万)?\s*元?$/.exec(text.trim());
  if (!match) return null;
  return Number(match[1]!.replaceAll(/[,，]/g, '')) * (match[2] ? 10_000 : 1);
}

/** A case as it is kept, for telling the same case told twice. */
export const caseKey = (of: {
  readonly type: string;
  readonly trick: string | null;
  readonly township: string | null;
  readonly occurredAt: Instant;
  readonly loss: number | null;
  readonly victimKey: string | null;
}): string => JSON.stringify([of.type, of.trick, of.township, of.occurredAt, of.loss, of.victimKey]);
