import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { query } from '../../api/client';
import { useSession } from '../../app/session';
import { shortTime } from '../../shared/county-time';
import { grouped } from '../../shared/numbers';
import { Block } from '../../shared/Page';
import { inReview, isOwn, preflightOf, returned, useAllCampaigns } from '../../shared/review';
import { nameOf, useLatestRuns } from '../../shared/runs';
import { Answer, Empty } from '../../shared/states';
import { useWords } from '../../shared/words';
import { useTexts } from './texts';

const TASKS = 100;

/** Each source fills by itself; one that fails says so and leaves the others standing. */
export function NeedsMe() {
  const t = useTexts();
  const { may } = useSession();
  return (
    <Block title={t('needs')}>
      <div className="needs">
        {may('alarms') ? <Alarms /> : null}
        {may('campaigns.read') ? <Campaigns /> : null}
        {may('uncertain') ? <Uncertain /> : null}
        {may('tasks') ? <Tasks /> : null}
      </div>
      <div className="needs-none">
        <Empty text={t('needsNone')} />
      </div>
    </Block>
  );
}

const Lines = ({ children }: { readonly children: ReactNode }) => <ul className="plain-list">{children}</ul>;

function Alarms() {
  const word = useWords();
  const alarms = query.useQuery('get', '/api/v1/alarms', {}, { refetchInterval: 15_000 });
  return (
    <Answer of={alarms} isEmpty={({ items }) => items.length === 0} empty={null}>
      {({ items }) => (
        <Lines>
          {items.slice(0, 5).map((alarm) => (
            <li key={alarm.id}>
              <div className="line">
                <Link to="/alarms" className="tone bad">
                  <span aria-hidden="true">✕</span> {word('alarm', alarm.kind)}
                </Link>
                <small className="number">{shortTime(alarm.lastAt)}</small>
              </div>
              <span className="quiet">{alarm.text}</span>
            </li>
          ))}
        </Lines>
      )}
    </Answer>
  );
}

function Campaigns() {
  const t = useTexts();
  const { me, may } = useSession();
  const campaigns = useAllCampaigns();
  return (
    <Answer of={campaigns}>
      {(all) => {
        const toApprove = may('campaigns.approve')
          ? all.filter((c) => {
              const waiting = inReview(c);
              return waiting !== null && !isOwn(me.user.id, c, waiting.review);
            })
          : [];
        const mine = may('campaigns.write')
          ? all.filter((c) => returned(c) && (returned(c)?.editedBy === me.user.id || c.createdBy === me.user.id))
          : [];
        if (toApprove.length + mine.length === 0) return null;
        return (
          <Lines>
            {toApprove.map((campaign) => (
              <li key={campaign.id} className="line">
                <Link to={`/approvals/${campaign.id}`}>{t('approve', { name: campaign.name })}</Link>
                <small className="number">
                  {t('approveNote', { targeted: grouped(preflightOf(inReview(campaign)!.review)?.targeted) })}
                </small>
              </li>
            ))}
            {mine.map((campaign) => (
              <li key={campaign.id}>
                <Link to={`/campaigns/${campaign.id}`}>{t('returned', { name: campaign.name })}</Link>
                <br />
                <span className="quiet">{returned(campaign)?.remark}</span>
              </li>
            ))}
          </Lines>
        );
      }}
    </Answer>
  );
}

function Uncertain() {
  const t = useTexts();
  const runs = useLatestRuns();
  const found = (runs.data?.items ?? []).filter((run) => run.undecided > 0);
  if (found.length === 0) return null;
  return (
    <Lines>
      {found.map((run) => (
        <li key={run.id}>
          <Link to={`/runs/${run.id}`} className="tone warn">
            <span aria-hidden="true">▲</span> {t('uncertain', { count: grouped(run.undecided), name: nameOf(run) })}
          </Link>
        </li>
      ))}
    </Lines>
  );
}

function Tasks() {
  const t = useTexts();
  const tasks = query.useQuery(
    'get',
    '/api/v1/tasks',
    { params: { query: { status: 'open', limit: TASKS } } },
    { refetchInterval: 30_000 },
  );
  return (
    <Answer of={tasks} isEmpty={({ items }) => items.length === 0} empty={null}>
      {({ items, nextCursor }) => (
        <Lines>
          <li>
            <Link to="/tasks">{t(nextCursor === null ? 'tasks' : 'tasksMany', { count: items.length })}</Link>
          </li>
        </Lines>
      )}
    </Answer>
  );
}
