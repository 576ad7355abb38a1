import { Button, Checkbox, Input, Select } from 'antd';
import { useState } from 'react';
import { query } from '../../../api/client';
import { useLibraryName, useTrickNames } from '../../../shared/names';
import { useSettled } from '../../../shared/settled';
import { Answer, Empty } from '../../../shared/states';
import { useTexts } from '../texts';

const PAUSE_MS = 250;

interface Props {
  readonly id?: string;
  readonly value?: readonly string[];
  onChange?(value: string[]): void;
  /** The trick whose wordings are shown beside. */
  readonly shown: string | null;
  onShow(trick: string): void;
}

/** The library: search it (also by pinyin), read a trick's wordings, choose tricks in their order. */
export function TrickChoice({ id, value = [], onChange, shown, onShow }: Props) {
  const t = useTexts();
  const name = useTrickNames();
  const named = useLibraryName();
  const [typed, setTyped] = useState('');
  const [type, setType] = useState<string | undefined>(undefined);
  const q = useSettled(typed.trim(), PAUSE_MS);
  const types = query.useQuery('get', '/api/v1/library/types', {}, { staleTime: Infinity });
  const tricks = query.useQuery(
    'get',
    '/api/v1/library/tricks',
    { params: { query: { ...(q ? { q } : {}), ...(type ? { type } : {}) } } },
    { staleTime: Infinity, placeholderData: (known) => known },
  );
  const change = (code: string, isIn: boolean) =>
    onChange?.(isIn ? [...value, code] : value.filter((one) => one !== code));
  return (
    <div id={id} tabIndex={-1} role="group" aria-label={t('tricks')}>
      {value.length > 0 ? (
        <ol className="chosen" aria-label={t('tricks.chosen')}>
          {value.map((code) => (
            <li key={code}>
              {name(code)}
              <Button
                size="small"
                type="text"
                aria-label={t('tricks.remove', { name: name(code) })}
                onClick={() => change(code, false)}
              >
                ×
              </Button>
            </li>
          ))}
        </ol>
      ) : null}
      <div className="filters">
        <Input
          aria-label={t('tricks.search')}
          placeholder={t('tricks.searchHint')}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onPressEnter={(event) => event.preventDefault()}
          style={{ width: 220 }}
        />
        <Select
          aria-label={t('tricks.type')}
          value={type ?? ''}
          onChange={(next: string) => setType(next || undefined)}
          style={{ width: 190 }}
          options={[
            { value: '', label: t('tricks.allTypes') },
            ...(types.data?.items ?? []).map((one) => ({ value: one.code, label: named(one) })),
          ]}
        />
      </div>
      <Answer of={tricks} isEmpty={({ items }) => items.length === 0} empty={<Empty text={t('tricks.none')} />}>
        {({ items }) => (
          <ul className="trick-list">
            {items.map((trick) => (
              <li key={trick.code} className={trick.code === shown ? 'shown' : undefined}>
                <Checkbox
                  checked={value.includes(trick.code)}
                  onChange={(event) => change(trick.code, event.target.checked)}
                >
                  {named(trick)}
                </Checkbox>
                <Button
                  size="small"
                  type="link"
                  aria-pressed={trick.code === shown}
                  aria-label={t('tricks.showOf', { name: named(trick) })}
                  onClick={() => onShow(trick.code)}
                >
                  {t('tricks.show')}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </Answer>
    </div>
  );
}
