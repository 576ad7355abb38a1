import { useQueryClient } from '@tanstack/react-query';
import { Alert } from 'antd';
import { Link, useParams } from 'react-router';
import { query } from '../../api/client';
import type { RunView } from '../../api/types';
import { useAppTexts } from '../../app/i18n';
import { dateTime } from '../../shared/county-time';
import { useLive, type LiveState } from '../../shared/live';
import { Meter } from '../../shared/Meter';
import { grouped, percent, useDuration } from '../../shared/numbers';
import { Block, PageHead } from '../../shared/Page';
import { Answer } from '../../shared/states';
import { State } from '../../shared/Tone';
import { Controls } from './Controls';
import { CountsOf } from './CountsOf';
import { Deliveries } from './Deliveries';
import { Failures } from './Failures';
import { useTexts } from './texts';
import { Uncertain } from './Uncertain';
import { usePace } from './pace';

const isOver = (run: RunView): boolean => run.status === 'settled' || run.status === 'cancelled';

/** One run, as it goes. */
export default function Run() {
  const { id = '' } = useParams();
  const client = useQueryClient();
  const path = { params: { path: { id } } };
  const asked = query.useQuery('get', '/api/v1/runs/{id}', path);
  const { queryKey } = query.queryOptions('get', '/api/v1/runs/{id}', path);
  // A run that is over is asked once; late receipts show at the next look.
  const follows = asked.data !== undefined && !isOver(asked.data);
  const live = useLive<RunView>(follows ? `/api/v1/runs/${id}/stream` : null, {
    isOver,
    // An answer under way is older than what was just heard.
    heard: (run) => void client.cancelQueries({ queryKey }).then(() => client.setQueryData(queryKey, run)),
    lost: () => void client.invalidateQueries({ queryKey }),
  });
  return (
    <Answer of={asked}>
      {(run) => <OfRun run={run} state={follows ? live : 'over'} changed={() => void asked.refetch()} />}
    </Answer>
  );
}

interface Props {
  readonly run: RunView;
  readonly state: LiveState;
  changed(): void;
}

function OfRun({ run, state, changed }: Props) {
  const t = useTexts();
  const app = useAppTexts();
  return (
    <>
      <PageHead
        title={
          <>
            {run.campaignName === null ? null : <Link to={`/campaigns/${run.campaignId}`}>{run.campaignName}</Link>}{' '}
            <span className="number">{dateTime(run.occurrence)}</span>
          </>
        }
        hint={`${t(`kind.${run.kind}` as 'kind.test')} · ${t('version', { version: run.version })} · ${t('started')} ${dateTime(run.startedAt)} · ${t('finished')} ${dateTime(run.settledAt)}`}
      >
        <Controls run={run} changed={changed} />
      </PageHead>
      <Block
        title={<State of="run" is={run.status} />}
        note={
          state === 'lost' ? (
            <span className="tone warn" role="status">
              ▲ {app('lost')}
            </span>
          ) : state === 'live' ? (
            app('live')
          ) : null
        }
      >
        <Meter share={run.progress} label={t('progress')} />
        <p className="line number">
          <strong>{percent(run.progress)}</strong>
          {isOver(run) ? null : <Pace run={run} />}
        </p>
        {run.status === 'paused' ? (
          <Alert
            type="warning"
            showIcon
            className="gap-below"
            title={run.reason ? t('paused', { reason: run.reason }) : t('pausedPlain')}
          />
        ) : null}
        {run.release ? (
          <p className="quiet">
            {t('release', { first: grouped(run.release.first), total: grouped(run.release.total) })}{' '}
            {run.release.why ? t('releaseWhy', { why: run.release.why }) : ''}
          </p>
        ) : null}
      </Block>
      <CountsOf run={run} />
      <Uncertain run={run} changed={changed} />
      <Failures run={run} />
      <Deliveries runId={run.id} />
    </>
  );
}

function Pace({ run }: { readonly run: RunView }) {
  const t = useTexts();
  const inWords = useDuration();
  const perMinute = usePace(run.counts.planned - run.counts.pending);
  const at = run.preflight?.finishesAt;
  return (
    <span>
      {perMinute > 0
        ? `${t('rate')} ${t('perMinute', { n: grouped(Math.round(perMinute)) })} · ${t('remaining')} ${inWords((run.counts.pending / perMinute) * 60)}`
        : t('noRate')}
      {at ? ` · ${t('forecast', { at: dateTime(at) })}` : ''}
    </span>
  );
}
