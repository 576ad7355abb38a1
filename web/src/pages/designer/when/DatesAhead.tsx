import { useQuery } from '@tanstack/react-query';
import { Form } from 'antd';
import { api } from '../../../api/client';
import { Problem } from '../../../api/problem';
import { useAppTexts, useLanguage } from '../../../app/i18n';
import { problemWords } from '../../../app/problem-words';
import { useCampaignWords } from '../../../shared/campaign-words';
import { dateTime, dayOf, timeOfDay, weekdayOf } from '../../../shared/county-time';
import { useMistakeWords } from '../../../shared/field-errors';
import { useSettled } from '../../../shared/settled';
import { useWords } from '../../../shared/words';
import { definitionOf, type Values } from '../definition';
import { useTexts } from '../texts';

const PAUSE_MS = 400;

/** The cadence in words, the next five dates by the county's calendar, and when each channel then may send. */
export function DatesAhead() {
  const t = useTexts();
  const app = useAppTexts();
  const word = useWords();
  const words = useCampaignWords();
  const mistakeWords = useMistakeWords();
  const { language } = useLanguage();
  const form = Form.useFormInstance<Values>();
  const all = Form.useWatch((values) => values as Values, { form, preserve: true }) as Values | undefined;
  const asked = all?.cadence ? askOf(all) : null;
  const settled = useSettled(JSON.stringify(asked), PAUSE_MS);
  const dates = useQuery({
    queryKey: ['campaigns', 'dates', settled],
    enabled: settled !== 'null',
    retry: false,
    staleTime: 60_000,
    queryFn: async () => (await api.POST('/api/v1/campaigns/dates', { body: JSON.parse(settled) as never })).data!,
  });
  if (!all?.cadence || asked === null) return <p className="quiet">{t('dates.unfilled')}</p>;
  const { cadence, onHoliday, workdaysOnly } = definitionOf(all);
  const day = (iso: string) =>
    `${dayOf(iso)} ${language === 'zh' ? t('weekday') : ''}${t(`weekday.${weekdayOf(dayOf(iso)) as 1}`)} ${timeOfDay(iso)}`;
  const { data, error } = dates;
  return (
    <>
      <p className="lead" data-testid="cadence-words">
        <strong>
          {words.cadence({
            cadence,
            ...(onHoliday ? { onHoliday } : {}),
            ...(workdaysOnly ? { workdaysOnly } : {}),
          })}
        </strong>
      </p>
      {error ? (
        <p className="mistake">
          {error instanceof Problem && error.errors[0] ? mistakeWords(error.errors[0]) : problemWords(error, app)}
        </p>
      ) : null}
      {data && !error ? (
        <>
          <h3>{t('dates.title')}</h3>
          {cadence.kind === 'event' ? <p className="quiet">{t('dates.event')}</p> : null}
          {cadence.kind !== 'event' && data.next.length === 0 ? (
            <p className="mistake">{app('field.never_occurs')}</p>
          ) : null}
          <ol className="dates" data-testid="dates">
            {data.next.map(({ at, opens }) => (
              <li key={at}>
                <span className="number">{day(at)}</span>
                {opens
                  .filter((one) => one.at !== at)
                  .map((one) => (
                    <small key={one.channel}>
                      {t('dates.opens', {
                        channel: word('channel', one.channel),
                        at: dayOf(one.at) === dayOf(at) ? timeOfDay(one.at) : dateTime(one.at),
                      })}
                    </small>
                  ))}
              </li>
            ))}
          </ol>
          {data.leftOut.length > 0 ? (
            <details>
              <summary>{t('dates.leftOut', { n: data.leftOut.length })}</summary>
              <ul>
                {data.leftOut.map(({ at, reason }) => (
                  <li key={at}>
                    <span className="number">{dateTime(at)}</span> {word('reason', reason)}
                  </li>
                ))}
              </ul>
            </details>
          ) : null}
          <h3>{t('dates.windows')}</h3>
          <dl className="pairs">
            {data.windows.map(({ channel, windows }) => (
              <div key={channel} className="pair">
                <dt>{word('channel', channel)}</dt>
                <dd className="number">{windows.map(({ from, to }) => `${from}–${to}`).join('、')}</dd>
              </div>
            ))}
          </dl>
        </>
      ) : null}
    </>
  );
}

const isFull = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** What the calendar is asked; null while the cadence is not complete. */
function askOf(values: Values) {
  const { cadence, startsOn, endsOn, workdaysOnly, onHoliday, specialDays, window, channels } = definitionOf(values);
  if (!Object.values(cadence).every(isFull)) return null;
  if ('days' in cadence && cadence.days.length === 0) return null;
  if (cadence.kind === 'once' && !cadence.at) return null;
  const windows = Array.isArray(window) && window.every(({ from, to }) => from && to && from < to) ? window : undefined;
  return {
    cadence,
    startsOn,
    endsOn,
    workdaysOnly,
    onHoliday,
    specialDays,
    window: windows,
    channels: (channels ?? []).map(({ channel }) => channel),
  };
}
