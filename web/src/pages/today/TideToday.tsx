import { Link } from 'react-router';
import { query } from '../../api/client';
import { addDays } from '../../shared/county-time';
import { Block } from '../../shared/Page';
import { Answer, Empty } from '../../shared/states';
import { TideTable } from '../../shared/TideTable';
import { useTexts } from './texts';

export function TideToday({ today }: { readonly today: string }) {
  const t = useTexts();
  const tide = query.useQuery(
    'get',
    '/api/v1/tide',
    { params: { query: { from: today, to: addDays(today, 1) } } },
    { refetchInterval: 15_000 },
  );
  return (
    <Block title={t('tide')} note={<Link to="/tide">{t('tideAll')}</Link>}>
      <Answer of={tide} isEmpty={({ items }) => items.length === 0} empty={<Empty text={t('tideNone')} />}>
        {({ items }) => <TideTable label={t('tide')} rows={items} isOfDay />}
      </Answer>
    </Block>
  );
}
