import { useCallback } from 'react';
import { texts } from '../app/i18n';
import { useTownshipNames, useTrickNames, useTypeNames } from './names';
import { kindOf, type Kind, type Subject } from './rule-fields';
import { useWords } from './words';

const useTexts = texts(
  'rule-words',
  {
    and: '且',
    or: '或',
    not: '非',
    everybody: '全部',
    nobody: '无人',
    'field.population': '人群',
    'field.township': '乡镇',
    'field.community': '社区',
    'field.tag': '标签',
    'field.age': '年龄',
    'field.gender': '性别',
    'field.language': '语言',
    'field.school': '学校',
    'field.registeredAt': '登记日期',
    'field.arrivedAt': '入岛时间',
    'field.departsAt': '离岛时间',
    'field.onIsland': '在岛',
    'field.lastContactedAt': '上次联系',
    'field.lastReachedAt': '上次触达',
    'field.lastAttendedAt': '上次有效触达',
    'field.reachedByTrick': '已触达骗术',
    'field.reachedByType': '已触达类型',
    'field.tricksReached': '已触达骗术数',
    'field.optedOut': '已退订',
    'field.externalId': '人员编号',
    'field.platform': '群平台',
    'field.headCount': '群人数',
    'field.name': '群名',
    'op.=': '是',
    'op.!=': '不是',
    'op.<': '小于',
    'op.<=': '至多',
    'op.>': '大于',
    'op.>=': '至少',
    'date.<': '早于',
    'date.<=': '不晚于',
    'date.>': '晚于',
    'date.>=': '不早于',
    today: '今天',
    true: '是',
    false: '否',
    days: '{{n}} 天',
    'op.null': '未填',
    'op.notNull': '已填',
    'op.in': '属于',
    'op.notIn': '不属于',
    'op.between': '介于',
    'op.contains': '包含',
    'op.beginsWith': '开头是',
    'op.withinLast': '在最近',
    'op.notWithinLast': '不在最近',
    'op.olderThan': '早于',
  },
  {
    and: 'and',
    or: 'or',
    not: 'not',
    everybody: 'everybody',
    nobody: 'nobody',
    'field.population': 'population',
    'field.township': 'township',
    'field.community': 'community',
    'field.tag': 'tag',
    'field.age': 'age',
    'field.gender': 'gender',
    'field.language': 'language',
    'field.school': 'school',
    'field.registeredAt': 'registered',
    'field.arrivedAt': 'arrived',
    'field.departsAt': 'departs',
    'field.onIsland': 'on the island',
    'field.lastContactedAt': 'last contacted',
    'field.lastReachedAt': 'last reached',
    'field.lastAttendedAt': 'last attended',
    'field.reachedByTrick': 'reached by trick',
    'field.reachedByType': 'reached by type',
    'field.tricksReached': 'tricks reached',
    'field.optedOut': 'opted out',
    'field.externalId': 'person id',
    'field.platform': 'platform',
    'field.headCount': 'head count',
    'field.name': 'name of the group',
    'op.=': 'is',
    'op.!=': 'is not',
    'op.<': 'less than',
    'op.<=': 'at most',
    'op.>': 'more than',
    'op.>=': 'at least',
    'date.<': 'before',
    'date.<=': 'not after',
    'date.>': 'after',
    'date.>=': 'not before',
    today: 'today',
    true: 'yes',
    false: 'no',
    days: '{{n}} days',
    'op.null': 'is unknown',
    'op.notNull': 'is known',
    'op.in': 'in',
    'op.notIn': 'not in',
    'op.between': 'between',
    'op.contains': 'contains',
    'op.beginsWith': 'begins with',
    'op.withinLast': 'within the last',
    'op.notWithinLast': 'not within the last',
    'op.olderThan': 'longer ago than',
  },
);

interface Condition {
  readonly field: string;
  readonly operator: string;
  readonly value?: unknown;
}
interface Group {
  readonly combinator: 'and' | 'or';
  readonly not?: boolean;
  readonly rules: readonly (Group | Condition)[];
}

const NAMED = ['today', 'true', 'false'] as const;

export interface RuleWords {
  /** The same function until the language changes. */
  readonly field: (name: string) => string;
  /** An operator as it is read beside a field of this kind: a date is `早于`, a number `小于`. */
  operator(operator: string, kind: Kind): string;
  value(field: string, value: unknown): string;
}

/** Fields, operators and values of a rule in the reader's words. */
export function useRuleFieldWords(): RuleWords {
  const t = useTexts();
  const word = useWords();
  const township = useTownshipNames();
  const trick = useTrickNames();
  const type = useTypeNames();
  const field = useCallback((name: string) => t(`field.${name}` as 'field.age'), [t]);
  return {
    field,
    operator: (operator, kind) => {
      const isOfDates = kind === 'date' && ['<', '<=', '>', '>='].includes(operator);
      return t(isOfDates ? (`date.${operator}` as 'date.<') : (`op.${operator}` as 'op.in'));
    },
    value: (field, value) => {
      const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
      const text = isPlain ? `${value}` : '';
      if (field === 'population' || field === 'gender' || field === 'platform') return word(field, text);
      if (field === 'township') return township(text);
      if (field === 'reachedByTrick') return trick(text);
      if (field === 'reachedByType') return type(text);
      const named = NAMED.find((one) => one === text);
      const days = /^P(\d+)D$/.exec(text)?.[1];
      return named ? t(named) : days ? t('days', { n: days }) : text;
    },
  };
}

/** A segment's rule on one line: `人群 是 本地居民 且 乡镇 属于 菜园镇、嵊山镇`. */
export function useRuleWords(): (rule: unknown, subject?: Subject) => string {
  const t = useTexts();
  const words = useRuleFieldWords();
  const condition = ({ field, operator, value }: Condition, subject: Subject): string => {
    const values = value === undefined ? [] : Array.isArray(value) ? (value as unknown[]) : [value];
    return [
      words.field(field),
      words.operator(operator, kindOf(field, subject)),
      values.map((one) => words.value(field, one)).join('、'),
    ]
      .filter(Boolean)
      .join(' ');
  };
  const group = (rule: Group, subject: Subject, isInside: boolean): string => {
    const parts = rule.rules.map((part) => ('rules' in part ? group(part, subject, true) : condition(part, subject)));
    if (parts.length === 0) return t(rule.combinator === 'and' ? 'everybody' : 'nobody');
    const joined = parts.join(` ${t(rule.combinator)} `);
    const whole = rule.not || (isInside && parts.length > 1) ? `(${joined})` : joined;
    return rule.not ? `${t('not')} ${whole}` : whole;
  };
  return (rule, subject = 'people') => group(rule as Group, subject, false);
}
