import { Link } from 'react-router';
import { api } from '../../api/client';
import type { ImportView } from '../../api/types';
import { dateTime } from '../../shared/county-time';
import { DataTable } from '../../shared/DataTable';
import { grouped } from '../../shared/numbers';
import { Block, PageHead } from '../../shared/Page';
import { More, usePages } from '../../shared/pages';
import { Answer, Empty } from '../../shared/states';
import { State } from '../../shared/Tone';
import { useTexts } from './texts';

const LOOK_AGAIN_MS = 10_000;

/** What lists brought, the newest first. */
export default function Imports() {
  const t = useTexts();
  const pages = usePages(
    ['imports'],
    async (cursor) => {
      const { data } = await api.GET('/api/v1/people/imports', { params: { query: cursor ? { cursor } : {} } });
      return data!;
    },
    { everyMs: LOOK_AGAIN_MS },
  );
  const number = (name: 'total' | 'created' | 'updated' | 'unchanged' | 'rejected') => ({
    title: t(name),
    kind: 'number' as const,
    show: (row: ImportView) => grouped(row[name]),
  });
  return (
    <>
      <PageHead title={t('title')} hint={t('hint')}>
        <Link className="link-button" to="/imports/new">
          {t('new')}
        </Link>
      </PageHead>
      <Block title={t('list')} className="untitled">
        <Answer
          of={pages.asked}
          isEmpty={(items) => items.length === 0}
          empty={
            <Empty text={t('none')}>
              <Link to="/imports/new">{t('new')}</Link>
            </Empty>
          }
        >
          {(items) => (
            <DataTable
              label={t('list')}
              rows={items}
              keyOf={(row) => row.id}
              columns={[
                {
                  title: t('file'),
                  kind: 'wide',
                  show: (row) => (
                    <>
                      <Link to={`/imports/${row.id}`}>{row.fileName}</Link>{' '}
                      <small>{t(row.dryRun ? 'dryRun' : 'real')}</small>
                    </>
                  ),
                },
                { title: t('at'), show: (row) => <span className="number">{dateTime(row.createdAt)}</span> },
                { title: t('state'), show: (row) => <State of="import" is={row.status} /> },
                number('total'),
                number('created'),
                number('updated'),
                number('unchanged'),
                number('rejected'),
              ]}
            />
          )}
        </Answer>
        <More of={pages} />
      </Block>
    </>
  );
}
