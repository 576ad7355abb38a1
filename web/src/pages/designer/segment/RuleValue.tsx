import { Input, InputNumber, Select } from 'antd';
import type { ReactNode } from 'react';
import type { ValueEditorProps } from 'react-querybuilder';
import { useSession } from '../../../app/session';
import { query } from '../../../api/client';
import { GENDERS, PLATFORMS, POPULATIONS } from '../../../shared/codes';
import { kindOf, type Subject } from '../../../shared/rule-fields';
import { useRuleFieldWords } from '../../../shared/rule-words';
import { useTexts } from '../texts';
import { placeWords } from './place-words';
import { hasNoValue, isList, isRelative } from './rule';
import { useKnownTags } from './known-tags';

interface Option {
  readonly value: string;
  readonly label: string;
}

/** What can be chosen for a field; null where any text may be typed. */
function useOptions(field: string): readonly Option[] | null {
  const { me } = useSession();
  const words = useRuleFieldWords();
  const tags = useKnownTags(field === 'tag');
  const tricks = query.useQuery('get', '/api/v1/library/tricks', {}, { staleTime: Infinity });
  const types = query.useQuery('get', '/api/v1/library/types', {}, { staleTime: Infinity });
  if (field === 'tag') return tags;
  const codesOf = (items: readonly { readonly code: string }[] = []) => items.map(({ code }) => code);
  const codes: Readonly<Record<string, readonly string[]>> = {
    population: POPULATIONS,
    platform: PLATFORMS,
    gender: GENDERS,
    township: codesOf(me.county.townships),
    reachedByTrick: codesOf(tricks.data?.items),
    reachedByType: codesOf(types.data?.items),
  };
  return codes[field]?.map((value) => ({ value, label: words.value(field, value) })) ?? null;
}

/** The control for a condition's value, as field and operator ask for it. */
export function RuleValue({ field, operator, value, path, context, handleOnChange }: ValueEditorProps): ReactNode {
  const t = useTexts();
  const words = useRuleFieldWords();
  const { of } = context as { of: Subject };
  const kind = kindOf(field, of);
  const options = useOptions(field);
  const given: unknown = value;
  const label = `${t('rule.value')} ${placeWords(path, t)}`;
  const change = (next: unknown) => handleOnChange(next);
  if (hasNoValue(operator)) return null;
  if (kind === 'flag') {
    return (
      <Select
        aria-label={label}
        value={typeof given === 'boolean' ? given : undefined}
        placeholder={t('rule.choose')}
        onChange={change}
        style={{ minWidth: 90 }}
        options={[true, false].map((one) => ({ value: one, label: words.value(field, one) }))}
      />
    );
  }
  if (isRelative(operator)) {
    const days = typeof given === 'string' ? /^P(\d+)D$/.exec(given)?.[1] : undefined;
    return (
      <InputNumber
        aria-label={label}
        min={1}
        max={3650}
        precision={0}
        value={days === undefined ? null : Number(days)}
        onChange={(n) => change(n === null ? '' : `P${n}D`)}
        suffix={t('rule.days')}
        style={{ width: 120 }}
      />
    );
  }
  if (operator === 'between') {
    const pair = Array.isArray(given) ? (given as unknown[]) : ['', ''];
    return (
      <span className="rule-pair">
        {[0, 1].map((at) => (
          <One
            key={at}
            kind={kind}
            label={`${label} ${t(at === 0 ? 'rule.from' : 'rule.to')}`}
            value={pair[at]}
            onChange={(next) => change(at === 0 ? [next, pair[1] ?? ''] : [pair[0] ?? '', next])}
          />
        ))}
      </span>
    );
  }
  const isFree = options === null || field === 'tag';
  if (isList(operator) || (options !== null && !(kind === 'number' || kind === 'count'))) {
    const chosen = (Array.isArray(given) ? (given as unknown[]) : [given]).filter((one) => one !== '' && one != null);
    const many = isList(operator);
    const isNumeric = kind === 'number' || kind === 'count';
    return (
      <Select
        aria-label={label}
        mode={isFree ? 'tags' : many ? 'multiple' : undefined}
        maxCount={isFree && !many ? 1 : undefined}
        value={many || isFree ? chosen.map(String) : chosen.map(String)[0]}
        placeholder={t(isFree ? 'rule.type' : 'rule.choose')}
        onChange={(next: string | string[]) => change(read(next, { many, isNumeric }))}
        tokenSeparators={isFree ? [',', '，', ';', '；', '、'] : undefined}
        showSearch={{ optionFilterProp: 'label' }}
        popupMatchSelectWidth={false}
        style={{ minWidth: 160, flex: '1 1 160px' }}
        options={[...(options ?? [])]}
      />
    );
  }
  return (
    <One kind={kind} label={label} value={Array.isArray(given) ? (given as unknown[])[0] : given} onChange={change} />
  );
}

const read = (next: string | string[], { many, isNumeric }: { many: boolean; isNumeric: boolean }): unknown => {
  if (!many) return Array.isArray(next) ? (next[0] ?? '') : next;
  const all = Array.isArray(next) ? next : [next];
  return isNumeric ? all.filter((one) => /^\d+$/.test(one)).map(Number) : all;
};

interface OneProps {
  readonly kind: ReturnType<typeof kindOf>;
  readonly label: string;
  readonly value: unknown;
  onChange(value: unknown): void;
}

/** One number, one date or one text. */
function One({ kind, label, value, onChange }: OneProps) {
  const t = useTexts();
  if (kind === 'number' || kind === 'count') {
    return (
      <InputNumber
        aria-label={label}
        min={0}
        precision={0}
        value={typeof value === 'number' ? value : null}
        onChange={(n) => onChange(n ?? '')}
        style={{ width: 110 }}
      />
    );
  }
  if (kind === 'date') {
    const isToday = value === 'today';
    return (
      <span className="rule-pair">
        <Select
          aria-label={`${label} ${t('rule.day')}`}
          value={isToday ? 'today' : 'date'}
          onChange={(next: string) => onChange(next === 'today' ? 'today' : '')}
          style={{ width: 92 }}
          options={[
            { value: 'today', label: t('rule.today') },
            { value: 'date', label: t('rule.date') },
          ]}
        />
        {isToday ? null : (
          <Input
            type="date"
            aria-label={label}
            value={typeof value === 'string' ? value.slice(0, 10) : ''}
            onChange={(event) => onChange(event.target.value)}
            style={{ width: 150 }}
          />
        )}
      </span>
    );
  }
  return (
    <Input
      aria-label={label}
      value={typeof value === 'string' ? value : ''}
      maxLength={200}
      onChange={(event) => onChange(event.target.value)}
      style={{ minWidth: 140, flex: '1 1 140px', width: 'auto' }}
    />
  );
}
