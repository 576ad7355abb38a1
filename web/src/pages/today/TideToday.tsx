import { Link } from 'react-router';
import { query } from '../../api/client';
import { addDays, timeOfDay } from '../../shared/county-time';
import { DataTable } from '../../shared/DataTable';
import { Block } from '../../shared/Page';
import { Answer, Empty } from '../../shared/states';
import { State } from '../../shared/Tone';
import { useWords } from '../../shared/words';
import { useTexts } from './texts';

export function TideToday({ today }: { readonly today: string }) {
  const t = useTexts();
  const word = useWords();
  const tide = query.useQuery(
    'get',
    '/api/v1/tide',
    { params: { query: { from: today, to: addDays(today, 1) } } },
    { refetchInterval: 15_000 },
  );
  return (
    <Block title={t('tide')} note={<Link to="/tide">−30 … +30</Link>}>
      <Answer of={tide} isEmpty={({ items }) => items.length === 0} empty={<Empty text={t('tideNone')} />}>
        {({ items }) => (
          <DataTable
            label={t('tide')}
            rows={items}
            keyOf={(row) => `${row.campaignId} ${row.at}`}
            toneOf={(row) => (row.status === 'missed' ? 'bad' : undefined)}
            columns={[
              { title: t('at'), show: (row) => timeOfDay(row.at) },
              { title: t('campaign'), kind: 'wide', show: (row) => row.campaign },
              { title: t('state'), show: (row) => <State of="tide" is={row.status} /> },
              {
                title: t('note'),
                show: (row) =>
                  row.reason ? (
                    word('reason', row.reason)
                  ) : row.runId ? (
                    <Link to={`/runs/${row.runId}`}>{t('open')}</Link>
                  ) : (
                    ''
                  ),
              },
            ]}
          />
        )}
      </Answer>
    </Block>
  );
}
