import { useTexts } from './texts';
import { useSession } from '../../app/session';
import { useToday, weekdayOf } from '../../shared/county-time';
import { PageHead } from '../../shared/Page';
import { NeedsMe } from './NeedsMe';
import { GoingOut } from './GoingOut';
import { TideToday } from './TideToday';
import { Yesterday } from './Yesterday';

/** What goes out today, what is going out now, what needs me, and yesterday in three numbers. */
export default function Today() {
  const t = useTexts();
  const { may } = useSession();
  const today = useToday();
  const weekday = t(`weekday.${weekdayOf(today)}` as 'weekday.1');
  return (
    <>
      <PageHead title={t('title')} hint={t('hint', { date: today, weekday })} />
      <div className="columns">
        <div>
          {may('runs.read') ? <GoingOut /> : null}
          {may('tide') ? <TideToday today={today} /> : null}
        </div>
        <div>
          <NeedsMe />
          {may('reports') ? <Yesterday today={today} /> : null}
        </div>
      </div>
    </>
  );
}
