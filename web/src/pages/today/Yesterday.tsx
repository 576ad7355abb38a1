import { query } from '../../api/client';
import { addDays } from '../../shared/county-time';
import { grouped } from '../../shared/numbers';
import { Block } from '../../shared/Page';
import { Answer } from '../../shared/states';
import { useTexts } from './texts';

export function Yesterday({ today }: { readonly today: string }) {
  const t = useTexts();
  const day = addDays(today, -1);
  const sends = query.useQuery('get', '/api/v1/reports/sends', { params: { query: { from: day, to: today } } });
  return (
    <Block title={t('yesterday')} note={day}>
      <Answer of={sends}>
        {({ totals }) => (
          <div className="three">
            {(
              [
                ['messages', totals.messages],
                ['calls', totals.callAttempts],
                ['reached', totals.reachedPeople],
              ] as const
            ).map(([key, value]) => (
              <div key={key}>
                <div className="big-number">{grouped(value)}</div>
                <div className="quiet">{t(key)}</div>
              </div>
            ))}
          </div>
        )}
      </Answer>
    </Block>
  );
}
