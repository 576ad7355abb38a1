import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api } from '../../api/client';
import type { BadNumber, MaskedPerson } from '../../api/types';
import { useSession } from '../../app/session';
import { dateTime } from '../../shared/county-time';
import { DataTable } from '../../shared/DataTable';
import { grouped } from '../../shared/numbers';
import { Block, PageHead } from '../../shared/Page';
import { More, usePages } from '../../shared/pages';
import { Recipient } from '../../shared/Recipient';
import { Answer, Empty } from '../../shared/states';
import { Correct, Reinstate } from './Mend';
import { useTexts } from './texts';

/** Numbers that failed so often that they are not used any more: the list to correct. */
export default function Numbers() {
  const t = useTexts();
  const { may } = useSession();
  const [mending, setMending] = useState<{ person: MaskedPerson; isRight: boolean } | null>(null);
  const pages = usePages(['bad-numbers'], async (cursor) => {
    const { data } = await api.GET('/api/v1/bad-numbers', { params: { query: cursor ? { cursor } : {} } });
    return data!;
  });
  const close = () => setMending(null);
  return (
    <>
      <PageHead title={t('title')} hint={t('hint')} />
      <Block title={t('list')} className="untitled">
        <Answer of={pages.asked} isEmpty={(items) => items.length === 0} empty={<Empty text={t('none')} />}>
          {(items) => (
            <DataTable
              label={t('list')}
              rows={items}
              keyOf={(row) => row.person.id}
              columns={[
                {
                  title: t('who'),
                  kind: 'wide',
                  show: ({ person }) => (
                    <>
                      <Link to={`/people/${person.id}`}>{person.externalId}</Link> <Recipient of={person} />
                    </>
                  ),
                },
                { title: t('failures'), kind: 'number', show: (row) => grouped(row.failures) },
                { title: t('code'), show: (row) => row.code ?? '–' },
                { title: t('since'), show: (row) => <span className="number">{dateTime(row.suppressedAt)}</span> },
                ...(may('people.write')
                  ? [
                      {
                        title: t('correct'),
                        show: ({ person }: BadNumber) => (
                          <span className="page-actions">
                            <Button size="small" onClick={() => setMending({ person, isRight: false })}>
                              {t('correct')}
                            </Button>
                            <Button size="small" onClick={() => setMending({ person, isRight: true })}>
                              {t('reinstate')}
                            </Button>
                          </span>
                        ),
                      },
                    ]
                  : []),
              ]}
            />
          )}
        </Answer>
        <More of={pages} />
      </Block>
      {mending?.isRight === false ? <Correct person={mending.person} close={close} /> : null}
      {mending?.isRight ? <Reinstate person={mending.person} close={close} /> : null}
    </>
  );
}
