import { api } from '../../api/client';
import { useSession } from '../../app/session';
import { dateTime } from '../../shared/county-time';
import { CursorList } from '../../shared/CursorList';
import { Block, PageHead } from '../../shared/Page';
import { Empty } from '../../shared/states';
import { useWords } from '../../shared/words';
import { Enter } from './Enter';
import type zh from './texts.zh';
import { useTexts } from './texts';

/** Who wants no publicity: entered in one line, listed without numbers. */
export default function OptOuts() {
  const t = useTexts();
  const word = useWords();
  const { may } = useSession();
  return (
    <>
      <PageHead title={t('title')} hint={t('hint')} />
      {may('optOuts') ? (
        <Block title={t('enter')}>
          <Enter />
        </Block>
      ) : null}
      <Block title={t('list')}>
        <CursorList
          label={t('list')}
          queryKey={['opt-outs']}
          fetchPage={async (cursor) =>
            (await api.GET('/api/v1/opt-outs', { params: { query: cursor ? { cursor } : {} } })).data!
          }
          keyOf={(row) => `${row.phoneKey} ${row.channel} ${row.at}`}
          empty={<Empty text={t('none')} />}
          columns={[
            { title: t('at'), width: '10rem', show: (row) => <span className="number">{dateTime(row.at)}</span> },
            {
              title: t('channel'),
              width: '8rem',
              show: (row) => (row.channel === null ? t('all') : word('channel', row.channel)),
            },
            {
              title: t('source'),
              width: 'minmax(8rem, 1fr)',
              show: (row) => t(`source.${row.source}` as keyof typeof zh),
            },
            { title: t('mark'), width: '8rem', show: (row) => <code>{row.phoneKey}</code> },
          ]}
        />
      </Block>
    </>
  );
}
