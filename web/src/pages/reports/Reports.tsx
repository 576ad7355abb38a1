import { Button, Input } from 'antd';
import { useSearchParams } from 'react-router';
import { useToday } from '../../shared/county-time';
import { PageHead } from '../../shared/Page';
import { moveMonth, spanOf } from './month';
import { Reach } from './Reach';
import { Sends } from './Sends';
import { useTexts } from './texts';
import { Tricks } from './Tricks';

/** A month's sends, reach and coverage, with their exports; the month stands in the address. */
export default function Reports() {
  const t = useTexts();
  const [search, setSearch] = useSearchParams();
  const today = useToday();
  const asked = search.get('month');
  const month = asked && /^\d{4}-(0[1-9]|1[0-2])$/.test(asked) ? asked : today.slice(0, 7);
  const show = (next: string) => next && setSearch({ month: next }, { replace: true });
  const span = spanOf(month);
  return (
    <>
      <PageHead title={t('title')}>
        <Button onClick={() => show(moveMonth(month, -1))}>{t('earlier')}</Button>
        <Input
          type="month"
          aria-label={t('month')}
          value={month}
          onChange={(event) => show(event.target.value)}
          className="month"
        />
        <Button onClick={() => show(moveMonth(month, 1))}>{t('later')}</Button>
      </PageHead>
      <Sends month={month} span={span} />
      <Reach span={span} />
      <Tricks span={span} />
    </>
  );
}
