import { Link } from 'react-router';
import { api } from '../../api/client';
import { CursorList } from '../../shared/CursorList';
import { shortTime } from '../../shared/county-time';
import { grouped, percent } from '../../shared/numbers';
import { Block, PageHead } from '../../shared/Page';
import { nameOf } from '../../shared/runs';
import { Empty } from '../../shared/states';
import { State } from '../../shared/Tone';
import { useTexts } from './texts';

/** All runs, the latest first. */
export default function Runs() {
  const t = useTexts();
  return (
    <>
      <PageHead title={t('title')} hint={t('hint')} />
      <Block title={t('title')} className="untitled">
        <CursorList
          label={t('title')}
          queryKey={['runs']}
          fetchPage={async (cursor) => {
            const { data } = await api.GET('/api/v1/runs', {
              params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } },
            });
            return data!;
          }}
          keyOf={(run) => run.id}
          empty={<Empty text={t('none')} />}
          rowHeight={36}
          columns={[
            { title: t('occurrence'), width: '6.5rem', show: (run) => shortTime(run.occurrence) },
            {
              title: t('campaign'),
              isWide: true,
              width: 'minmax(10rem, 1fr)',
              show: (run) => (
                <>
                  <Link to={`/runs/${run.id}`}>{nameOf(run)}</Link>{' '}
                  {run.kind === 'scheduled' ? null : <small>{t(`kind.${run.kind}` as 'kind.test')}</small>}
                </>
              ),
            },
            { title: t('state'), width: '6.5rem', show: (run) => <State of="run" is={run.status} /> },
            { title: t('progress'), width: '4.5rem', show: (run) => percent(run.progress) },
            { title: t('targeted'), width: '5rem', show: (run) => grouped(run.counts.targeted) },
            { title: t('sent'), width: '5rem', show: (run) => grouped(run.counts.sent) },
            { title: t('delivered'), width: '5rem', show: (run) => grouped(run.counts.delivered) },
            { title: t('uncertain'), width: '4.5rem', show: (run) => grouped(run.counts.uncertain) },
            { title: t('settled'), width: '6.5rem', show: (run) => shortTime(run.settledAt) },
          ]}
        />
      </Block>
    </>
  );
}
