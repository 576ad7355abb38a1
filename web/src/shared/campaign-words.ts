import { useCallback } from 'react';
import { texts } from '../app/i18n';
import type { Definition } from '../api/types';
import { useWords } from './words';

const useTexts = texts(
  'campaign-words',
  {
    once: '{{at}} 一次',
    daily: '每天 {{at}}',
    weekly: '每周{{days}} {{at}}',
    monthly: '每月{{day}}日 {{at}}',
    cron: '按表达式 {{expression}}',
    arrival: '入岛后 {{delay}}',
    registration: '登记后 {{delay}}',
    'day.1': '一',
    'day.2': '二',
    'day.3': '三',
    'day.4': '四',
    'day.5': '五',
    'day.6': '六',
    'day.7': '日',
    between: '、',
    holidayskip: '逢节假日不发',
    holidayshift: '逢节假日顺延',
    holidayrun: '节假日照发',
    workdays: '仅工作日',
    PT: '{{n}} 分钟',
    H: '{{n}} 小时',
    D: '{{n}} 天',
    M: '{{n}} 个月',
    atOnce: '立即',
    after: '{{channel}}（{{by}}未触达 {{for}}后）',
    fixed: '指定骗术',
    rotate: '轮换',
    weighted: '按易感程度',
    riskMatrix: '按易感程度和本地发案',
    tricks: '{{policy}}：{{tricks}}',
    cap: '{{per}}内至多 {{max}} 条',
    spread: '约 {{over}} 天轮到一次',
    never: '长期',
    none: '未设',
    yes: '是',
    no: '否',
    'missed.runOnce': '补发一次',
    'missed.skip': '不补发',
    'onCapConflict.yield': '让位',
    'onCapConflict.nextSlot': '顺延下次',
    'field.name': '名称',
    'field.description': '说明',
    'field.segmentId': '客群',
    'field.groupSegmentId': '群的客群',
    'field.channels': '渠道',
    'field.assignment': '话术分配',
    'field.cadence': '频次',
    'field.window': '发送时段',
    'field.missed': '错过时',
    'field.maxLateness': '最长延误',
    'field.workdaysOnly': '仅工作日',
    'field.onHoliday': '节假日',
    'field.startsOn': '开始日',
    'field.endsOn': '结束日',
    'field.approvalValidFor': '批准有效期',
    'field.contactCap': '频次上限',
    'field.priority': '优先级',
    'field.onCapConflict': '上限冲突时',
    'field.spread': '分散',
    'field.expiresAfter': '过期时间',
    'field.urgent': '紧急',
  },
  {
    once: 'once, {{at}}',
    daily: 'every day at {{at}}',
    weekly: 'every {{days}} at {{at}}',
    monthly: 'on day {{day}} of each month at {{at}}',
    cron: 'by the expression {{expression}}',
    arrival: '{{delay}} after an arrival',
    registration: '{{delay}} after a registration',
    'day.1': 'Mon',
    'day.2': 'Tue',
    'day.3': 'Wed',
    'day.4': 'Thu',
    'day.5': 'Fri',
    'day.6': 'Sat',
    'day.7': 'Sun',
    between: ', ',
    holidayskip: 'not on holidays',
    holidayshift: 'holidays move it to the next workday',
    holidayrun: 'on holidays too',
    workdays: 'workdays only',
    PT: '{{n}} min',
    H: '{{n}} h',
    D: '{{n}} days',
    M: '{{n}} months',
    atOnce: 'at once',
    after: '{{channel}} ({{for}} after {{by}} reached nobody)',
    fixed: 'named tricks',
    rotate: 'in turn',
    weighted: 'by susceptibility',
    riskMatrix: 'by susceptibility and local cases',
    tricks: '{{policy}}: {{tricks}}',
    cap: '{{max}} in {{per}} at most',
    spread: 'each person once in about {{over}} days',
    never: 'for ever',
    none: 'not set',
    yes: 'yes',
    no: 'no',
    'missed.runOnce': 'caught up once',
    'missed.skip': 'skipped',
    'onCapConflict.yield': 'yields',
    'onCapConflict.nextSlot': 'moves to the next time',
    'field.name': 'Name',
    'field.description': 'Description',
    'field.segmentId': 'Segment',
    'field.groupSegmentId': 'Segment of groups',
    'field.channels': 'Channels',
    'field.assignment': 'Assignment',
    'field.cadence': 'Cadence',
    'field.window': 'Windows',
    'field.missed': 'When missed',
    'field.maxLateness': 'Latest start',
    'field.workdaysOnly': 'Workdays only',
    'field.onHoliday': 'Holidays',
    'field.startsOn': 'From',
    'field.endsOn': 'Until',
    'field.approvalValidFor': 'Approval valid for',
    'field.contactCap': 'Contact cap',
    'field.priority': 'Priority',
    'field.onCapConflict': 'On a cap conflict',
    'field.spread': 'Spread',
    'field.expiresAfter': 'Expires after',
    'field.urgent': 'Urgent',
  },
);

export interface CampaignWords {
  cadence(definition: Pick<Definition, 'cadence' | 'onHoliday' | 'workdaysOnly'>): string;
  channels(definition: Pick<Definition, 'channels'>): string;
  duration(iso: string): string;
  field(name: string): string;
  /** The value of a definition's field, as somebody who approves reads it. */
  value(field: string, value: unknown): string;
}

/** A campaign's definition in words: `每月1日 09:00，逢节假日顺延`. */
export function useCampaignWords(): CampaignWords {
  const t = useTexts();
  const word = useWords();
  const duration = useCallback(
    (iso: string) => {
      const found = /^P(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:\d+S)?)?$/.exec(iso);
      if (!found) return iso;
      const [, months, weeks, days, hours, minutes] = found.map((n) => Number(n ?? 0));
      const parts = [
        months ? t('M', { n: months }) : '',
        weeks || days ? t('D', { n: weeks! * 7 + days! }) : '',
        hours ? t('H', { n: hours }) : '',
        minutes ? t('PT', { n: minutes }) : '',
      ].filter(Boolean);
      return parts.length > 0 ? parts.join(' ') : t('atOnce');
    },
    [t],
  );
  const cadenceOnly = (cadence: Definition['cadence']): string => {
    switch (cadence.kind) {
      case 'once':
        return t('once', { at: cadence.at.slice(0, 16).replace('T', ' ') });
      case 'daily':
        return t('daily', { at: cadence.at });
      case 'weekly':
        return t('weekly', {
          at: cadence.at,
          days: cadence.days.map((day) => t(`day.${day}` as 'day.1')).join(t('between')),
        });
      case 'monthly':
        return t('monthly', { day: cadence.day, at: cadence.at });
      case 'cron':
        return t('cron', { expression: cadence.expression });
      case 'event':
        return t(cadence.event, { delay: duration(cadence.delay) });
      default:
        return cadence satisfies never;
    }
  };
  const channels: CampaignWords['channels'] = (definition) =>
    definition.channels
      .map((step) =>
        step.after
          ? t('after', {
              channel: word('channel', step.channel),
              by: word('channel', step.after.unreachedBy),
              for: duration(step.after.for),
            })
          : word('channel', step.channel),
      )
      .join(t('between'));
  const plain = (value: unknown): string => {
    if (value === null || value === undefined) return t('none');
    if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  };
  return {
    duration,
    channels,
    cadence: (definition) =>
      [
        cadenceOnly(definition.cadence),
        definition.workdaysOnly ? t('workdays') : '',
        definition.onHoliday && definition.onHoliday !== 'run' ? t(`holiday${definition.onHoliday}`) : '',
      ]
        .filter(Boolean)
        .join(t('between')),
    field: (name) => t(`field.${name}` as 'field.name'),
    value: (field, value) => {
      if (value === null || value === undefined) return t('none');
      switch (field) {
        case 'cadence':
          return cadenceOnly(value as Definition['cadence']);
        case 'channels':
          return channels({ channels: value as Definition['channels'] });
        case 'assignment': {
          const { policy, tricks, types } = value as Definition['assignment'];
          const named = [...(types ?? []), ...(tricks ?? [])].join(t('between'));
          return named ? t('tricks', { policy: t(policy), tricks: named }) : t(policy);
        }
        case 'window':
          return (Array.isArray(value) ? value : [value])
            .map((w: { from: string; to: string }) => `${w.from}–${w.to}`)
            .join(t('between'));
        case 'contactCap':
          return t('cap', { max: (value as { max: number }).max, per: duration((value as { per: string }).per) });
        case 'spread':
          return t('spread', { over: (value as { over: number }).over });
        case 'urgent':
          return (value as { reason: string }).reason;
        case 'onHoliday':
          return t(`holiday${value as 'run' | 'skip' | 'shift'}`);
        case 'missed':
          return t(`missed.${value as 'runOnce' | 'skip'}`);
        case 'onCapConflict':
          return t(`onCapConflict.${value as 'yield' | 'nextSlot'}`);
        case 'maxLateness':
        case 'expiresAfter':
          return duration(String(value));
        case 'approvalValidFor':
          return value === 'never' ? t('never') : duration(String(value));
        default:
          return plain(value);
      }
    },
  };
}
