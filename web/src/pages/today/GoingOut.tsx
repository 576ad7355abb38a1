import { Link } from 'react-router';
import { Meter } from '../../shared/Meter';
import { grouped, percent } from '../../shared/numbers';
import { Block } from '../../shared/Page';
import { isGoingOut, nameOf, useLatestRuns } from '../../shared/runs';
import { Answer, Empty } from '../../shared/states';
import { State } from '../../shared/Tone';
import { useTexts } from './texts';

export function GoingOut() {
  const t = useTexts();
  const runs = useLatestRuns();
  return (
    <Block title={t('now')}>
      <Answer of={runs} isEmpty={({ items }) => !items.some(isGoingOut)} empty={<Empty text={t('nowNone')} />}>
        {({ items }) => (
          <ul className="plain-list">
            {items.filter(isGoingOut).map((run) => (
              <li key={run.id}>
                <div className="line">
                  <Link to={`/runs/${run.id}`}>{nameOf(run)}</Link>
                  <State of="run" is={run.status} />
                </div>
                <Meter share={run.progress} label={nameOf(run)} />
                <span className="quiet number">
                  {t('progress', {
                    share: percent(run.progress),
                    sent: grouped(run.counts.sent),
                    planned: grouped(run.counts.planned),
                  })}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Answer>
    </Block>
  );
}
