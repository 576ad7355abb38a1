import { texts } from '../app/i18n';
import { useTownshipNames, useTrickNames } from './names';

const useTexts = texts(
  'rule-words',
  {
    and: '且',
    or: '或',
    not: '非',
    everybody: '全部',
    nobody: '无人',
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

const WORDY = /[a-z]/i;

/** A segment's rule on one line, its fields as the API calls them: `population = local 且 township 属于 菜园镇、嵊山镇`. */
export function useRuleWords(): (rule: unknown) => string {
  const t = useTexts();
  const township = useTownshipNames();
  const trick = useTrickNames();
  const one = (field: string, value: unknown): string => {
    const text = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? `${value}` : '';
    if (field === 'township') return township(text);
    return field === 'reachedByTrick' ? trick(text) : text;
  };
  const condition = ({ field, operator, value }: Condition): string => {
    const sign = WORDY.test(operator) ? t(`op.${operator}` as 'op.in') : operator;
    const values = value === undefined ? [] : Array.isArray(value) ? (value as unknown[]) : [value];
    return [field, sign, values.map((v) => one(field, v)).join('、')].filter(Boolean).join(' ');
  };
  const group = (rule: Group, isInside: boolean): string => {
    const parts = rule.rules.map((part) => ('rules' in part ? group(part, true) : condition(part)));
    if (parts.length === 0) return t(rule.combinator === 'and' ? 'everybody' : 'nobody');
    const joined = parts.join(` ${t(rule.combinator)} `);
    const whole = rule.not || (isInside && parts.length > 1) ? `(${joined})` : joined;
    return rule.not ? `${t('not')} ${whole}` : whole;
  };
  return (rule) => group(rule as Group, false);
}
