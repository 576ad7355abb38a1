import { fileUrl, query } from '../../api/client';
import { DataTable } from '../../shared/DataTable';
import { Meter } from '../../shared/Meter';
import { grouped, percent } from '../../shared/numbers';
import { Block } from '../../shared/Page';
import { Answer, Empty } from '../../shared/states';
import { useWords } from '../../shared/words';
import type { Span } from './Sends';
import { useTexts } from './texts';

export function Reach({ span }: { readonly span: Span }) {
  const t = useTexts();
  const word = useWords();
  const cut = { ...span, groupBy: 'population' };
  const report = query.useQuery('get', '/api/v1/reports/reach', { params: { query: cut } });
  const share = (name: string, value: number) => (
    <>
      <Meter share={value} label={name} /> <span className="number">{percent(value)}</span>
    </>
  );
  return (
    <Block
      title={t('reach')}
      note={
        <>
          {t('reachNote')} <a href={fileUrl('/api/v1/reports/reach', { ...cut, format: 'csv' })}>CSV</a>
        </>
      }
    >
      <Answer of={report} isEmpty={({ rows }) => rows.length === 0} empty={<Empty text={t('reachNone')} />}>
        {({ rows, totals }) => (
          <DataTable
            label={t('reach')}
            rows={[...rows, { ...totals, population: '*' }]}
            keyOf={(row) => row.population ?? ''}
            toneOf={(row) => (row.population === '*' ? 'total' : undefined)}
            columns={[
              {
                title: t('population'),
                show: (row) =>
                  row.population === '*'
                    ? t('totalDistinct')
                    : row.population
                      ? word('population', row.population)
                      : t('unknown'),
              },
              { title: t('segmentSize'), kind: 'number', show: (row) => grouped(row.segmentSize) },
              { title: t('handedOver'), kind: 'number', show: (row) => grouped(row.handedOverPeople) },
              { title: t('reached'), kind: 'number', show: (row) => grouped(row.reachedPeople) },
              { title: t('attended'), kind: 'number', show: (row) => grouped(row.attendedPeople) },
              { title: t('coverage'), show: (row) => share(t('coverage'), row.coverage) },
              { title: t('fresh'), show: (row) => share(t('fresh'), row.freshCoverage) },
              { title: t('estimated'), kind: 'number', show: (row) => grouped(row.estimatedGroupReach) },
              { title: t('attested'), kind: 'number', show: (row) => grouped(row.attestedGroupReach) },
            ]}
          />
        )}
      </Answer>
    </Block>
  );
}
