import { Input, Select } from 'antd';
import type { ImportView } from '../../api/types';
import { Block } from '../../shared/Page';
import { useWords } from '../../shared/words';
import { FIELDS, type Mapping } from './job';
import { useTexts } from './texts';

interface Props {
  readonly job: ImportView;
  readonly mapping: Mapping;
  change(mapping: Mapping): void;
}

/** Which column is which, as the server guessed it; what is chosen here goes before the guess. */
export function Columns({ job, mapping, change }: Props) {
  const t = useTexts();
  const word = useWords();
  const unread = job.columns.filter((c) => c.field === null && c.header.trim() !== '').map((c) => c.header);
  const set = (field: string, header: string | undefined) => {
    const others = Object.fromEntries(Object.entries(mapping).filter(([name]) => name !== field));
    change(header?.trim() ? { ...others, [field]: header.trim() } : others);
  };
  return (
    <Block title={t('columns')}>
      <p className="quiet">{t('columnsHint')}</p>
      <div className="mapping">
        {FIELDS.map((field) => {
          const [guess, ...others] = job.columns.filter((c) => c.field === field).map((c) => c.header);
          const id = `column-${field}`;
          return (
            <div key={field}>
              <label htmlFor={id}>{word('person', field)}</label>
              {job.columns.length === 0 ? (
                <Input
                  id={id}
                  placeholder={t('columnTyped')}
                  value={mapping[field] ?? ''}
                  onChange={(event) => set(field, event.target.value)}
                />
              ) : (
                <Select
                  id={id}
                  allowClear={mapping[field] !== undefined}
                  placeholder={t('columnNone')}
                  value={mapping[field] ?? guess ?? null}
                  onChange={(header: string | null | undefined) => set(field, header ?? undefined)}
                  options={[...new Set(job.columns.map((c) => c.header).filter((header) => header.trim() !== ''))].map(
                    (header) => ({ value: header, label: header }),
                  )}
                />
              )}
              {others.length > 0 && mapping[field] === undefined ? (
                <small>{t('also', { names: others.join('、') })}</small>
              ) : null}
            </div>
          );
        })}
      </div>
      {unread.length > 0 ? <p className="quiet">{t('unread', { names: unread.join('、') })}</p> : null}
    </Block>
  );
}
