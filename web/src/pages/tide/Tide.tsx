import { query } from '../../api/client';
import type { TideRow } from '../../api/types';
import { texts } from '../../app/i18n';
import { addDays, dayOf, useToday } from '../../shared/county-time';
import { grouped, percent } from '../../shared/numbers';
import { Block, PageHead } from '../../shared/Page';
import { Answer, Empty } from '../../shared/states';
import { TideTable } from '../../shared/TideTable';
import { State } from '../../shared/Tone';
import en from './texts.en';
import zh from './texts.zh';

const useTexts = texts('tide', zh, en);

/** What was missed first, then today, what is to come and what was. */
export default function Tide() {
  const t = useTexts();
  const today = useToday();
  const tide = query.useQuery(
    'get',
    '/api/v1/tide',
    { params: { query: { from: addDays(today, -30), to: addDays(today, 31) } } },
    { refetchInterval: 60_000 },
  );
  return (
    <>
      <PageHead title={t('title')} hint={t('hint')} />
      <Answer of={tide} isEmpty={({ items }) => items.length === 0} empty={<Empty text={t('none')} />}>
        {({ items, punctuality }) => (
          <>
            <div className="columns">
              <Block title={t('punctuality')}>
                <div className="big-number">{punctuality.share === null ? '–' : percent(punctuality.share)}</div>
                <p className="quiet">
                  {punctuality.share === null
                    ? t('nothingDue')
                    : t('due', { due: grouped(punctuality.due), onTime: grouped(punctuality.onTime) })}
                </p>
              </Block>
              <Block title={t('tally')}>
                <ul className="plain-list">
                  {tally(items).map(([status, n]) => (
                    <li key={status} className="line">
                      <State of="tide" is={status} /> <span className="number">{grouped(n)}</span>
                    </li>
                  ))}
                </ul>
              </Block>
            </div>
            {(
              [
                ['missed', items.filter((row) => row.status === 'missed').reverse()],
                ['today', items.filter((row) => dayOf(row.at) === today)],
                ['ahead', items.filter((row) => dayOf(row.at) > today)],
                ['past', items.filter((row) => dayOf(row.at) < today).reverse()],
              ] as const
            )
              .filter(([, rows]) => rows.length > 0)
              .map(([part, rows]) => (
                <Block key={part} title={t(part)} note={grouped(rows.length)}>
                  <TideTable label={t(part)} rows={rows} isOfDay={part === 'today'} />
                </Block>
              ))}
          </>
        )}
      </Answer>
    </>
  );
}

function tally(rows: readonly TideRow[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { status } of rows) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}
