import { query } from '../../api/client';
import { DataTable } from '../../shared/DataTable';
import { grouped, percent } from '../../shared/numbers';
import { Block } from '../../shared/Page';
import { Answer, Empty } from '../../shared/states';
import type { Span } from './Sends';
import { useTexts } from './texts';

/** Which tricks people have heard of most, and which least. */
export function Tricks({ span }: { readonly span: Span }) {
  const t = useTexts();
  const report = query.useQuery('get', '/api/v1/reports/trick-coverage', { params: { query: span } });
  return (
    <Answer of={report}>
      {({ most, least, segmentSize }) => (
        <div className="columns even">
          {([['most', most] as const, ['least', least] as const] as const).map(([name, rows]) => (
            <Block key={name} title={t(name)}>
              {segmentSize === 0 && most.every((row) => row.estimatedGroupReach + row.attestedGroupReach === 0) ? (
                <Empty text={t('tricksNone')} />
              ) : (
                <DataTable
                  label={t(name)}
                  rows={rows}
                  keyOf={(row) => row.trick}
                  columns={[
                    { title: t('trick'), kind: 'wide', show: (row) => row.trickName },
                    { title: t('type'), kind: 'wide', show: (row) => row.typeName },
                    { title: t('reached'), kind: 'number', show: (row) => grouped(row.reachedPeople) },
                    { title: t('share'), kind: 'number', show: (row) => percent(row.coverage) },
                  ]}
                />
              )}
            </Block>
          ))}
        </div>
      )}
    </Answer>
  );
}
