import { Segmented } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import { PageHead } from '../../shared/Page';
import { More, usePages } from '../../shared/pages';
import { Answer, Empty } from '../../shared/states';
import { Conflict } from './Conflict';
import { useTexts } from './texts';

type Status = 'open' | 'decided';

/** People who share a number, beside each other, for somebody to decide. */
export default function Conflicts() {
  const t = useTexts();
  const [status, setStatus] = useState<Status>('open');
  const pages = usePages(['conflicts', status], async (cursor) => {
    const { data } = await api.GET('/api/v1/people/conflicts', {
      params: { query: { status, limit: 20, ...(cursor ? { cursor } : {}) } },
    });
    return data!;
  });
  return (
    <>
      <PageHead title={t('title')} hint={t('hint')}>
        <Segmented<Status>
          aria-label={t('status')}
          value={status}
          onChange={setStatus}
          options={[
            { value: 'open', label: t('open') },
            { value: 'decided', label: t('decided') },
          ]}
        />
      </PageHead>
      <Answer
        of={pages.asked}
        isEmpty={(items) => items.length === 0}
        empty={<Empty text={t(status === 'open' ? 'none' : 'noneDecided')} />}
      >
        {(items) => items.map((conflict) => <Conflict key={conflict.id} conflict={conflict} />)}
      </Answer>
      <More of={pages} />
    </>
  );
}
