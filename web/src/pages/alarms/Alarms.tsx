import { query } from '../../api/client';
import { texts } from '../../app/i18n';
import { dateTime } from '../../shared/county-time';
import { DataTable } from '../../shared/DataTable';
import { grouped } from '../../shared/numbers';
import { Block, PageHead } from '../../shared/Page';
import { Answer, Empty } from '../../shared/states';
import { useWords } from '../../shared/words';
import en from './texts.en';
import zh from './texts.zh';

const useTexts = texts('alarms', zh, en);

/** What somebody has to look at; each ends by itself when its cause has gone. */
export default function Alarms() {
  const t = useTexts();
  const word = useWords();
  const alarms = query.useQuery('get', '/api/v1/alarms', {}, { refetchInterval: 15_000 });
  return (
    <>
      <PageHead title={t('title')} hint={t('hint')} />
      <Block title={t('open')}>
        <Answer of={alarms} isEmpty={({ items }) => items.length === 0} empty={<Empty text={t('none')} />}>
          {({ items }) => (
            <DataTable
              label={t('open')}
              rows={items}
              keyOf={(alarm) => alarm.id}
              columns={[
                { title: t('raised'), show: (alarm) => <span className="number">{dateTime(alarm.raisedAt)}</span> },
                { title: t('kind'), show: (alarm) => <span className="tone bad">✕ {word('alarm', alarm.kind)}</span> },
                { title: t('text'), kind: 'wide', show: (alarm) => alarm.text },
                { title: t('times'), kind: 'number', show: (alarm) => grouped(alarm.times) },
                { title: t('last'), show: (alarm) => <span className="number">{dateTime(alarm.lastAt)}</span> },
              ]}
            />
          )}
        </Answer>
      </Block>
    </>
  );
}
