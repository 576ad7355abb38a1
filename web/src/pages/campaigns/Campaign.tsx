import { Link, useParams } from 'react-router';
import { query } from '../../api/client';
import type { CampaignView, TideRow } from '../../api/types';
import { useSession } from '../../app/session';
import { useCampaignWords } from '../../shared/campaign-words';
import { addDays, dateTime, dayOf, useToday } from '../../shared/county-time';
import { Block, PageHead } from '../../shared/Page';
import { inReview, mayDesign } from '../../shared/review';
import { Answer, Empty } from '../../shared/states';
import { TideTable } from '../../shared/TideTable';
import { State } from '../../shared/Tone';
import { useTexts } from './texts';

const FIELDS = [
  'assignment',
  'window',
  'missed',
  'maxLateness',
  'startsOn',
  'endsOn',
  'approvalValidFor',
  'contactCap',
  'priority',
  'onCapConflict',
  'spread',
  'expiresAfter',
  'urgent',
] as const;

const NEXT = 5;

/** One campaign: what it does, how its review stands, what it did and what is to come. */
export default function Campaign() {
  const { id = '' } = useParams();
  const campaign = query.useQuery('get', '/api/v1/campaigns/{id}', { params: { path: { id } } });
  return <Answer of={campaign}>{(found) => <OfCampaign campaign={found} />}</Answer>;
}

function OfCampaign({ campaign }: { readonly campaign: CampaignView }) {
  const t = useTexts();
  const words = useCampaignWords();
  const today = useToday();
  const { may } = useSession();
  const segment = query.useQuery(
    'get',
    '/api/v1/segments/{id}',
    { params: { path: { id: campaign.segmentId } } },
    { enabled: may('segments.read') },
  );
  const span = { from: addDays(today, -30), to: addDays(today, 31) };
  const occurrences = query.useQuery('get', '/api/v1/campaigns/{id}/occurrences', {
    params: { path: { id: campaign.id }, query: span },
  });
  const review = campaign.draft ?? campaign.review;
  return (
    <>
      <PageHead title={campaign.name} hint={campaign.description}>
        <State of="campaign" is={campaign.status} />
        {inReview(campaign) && may('campaigns.approve') ? (
          <Link to={`/approvals/${campaign.id}`}>{t('approve')}</Link>
        ) : null}
        {may('campaigns.write') && mayDesign(campaign) ? (
          <Link className="action main" to={`/campaigns/design?campaign=${campaign.id}`}>
            {t(review.status === 'draft' ? 'edit' : 'newVersion')}
          </Link>
        ) : null}
        {may('campaigns.write') ? (
          <Link className="action" to={`/campaigns/design?copy=${campaign.id}`}>
            {t('copy')}
          </Link>
        ) : null}
      </PageHead>
      <div className="columns">
        <Block title={t('definition')}>
          <dl className="pairs">
            <dt>{t('segment')}</dt>
            <dd>{segment.data ? `${segment.data.name}（${segment.data.countText}）` : '–'}</dd>
            <dt>{t('channels')}</dt>
            <dd>{words.channels(campaign)}</dd>
            <dt>{t('cadence')}</dt>
            <dd>{words.cadence(campaign)}</dd>
            <dt>{t('next')}</dt>
            <dd>{dateTime(campaign.nextRunAt)}</dd>
            {FIELDS.filter((field) => campaign[field] !== undefined).map((field) => (
              <Pair key={field} name={words.field(field)} value={words.value(field, campaign[field])} />
            ))}
          </dl>
        </Block>
        <Block title={t('review')}>
          <dl className="pairs">
            <Pair name={t('status')} value={<State of="campaign" is={review.status} />} />
            <Pair name={t('submittedAt')} value={dateTime(review.submittedAt)} />
            <Pair
              name={t('approvedAt')}
              value={dateTime(campaign.review.status === 'approved' ? campaign.review.reviewedAt : null)}
            />
            {review.remark ? <Pair name={t('remark')} value={review.remark} /> : null}
            {campaign.pausedReason ? <Pair name={t('pausedReason')} value={campaign.pausedReason} /> : null}
          </dl>
        </Block>
      </div>
      <Answer of={occurrences}>
        {(rows) => (
          <>
            <Block title={t('ahead')}>
              <Occurrences
                label={t('ahead')}
                rows={rows.filter((row) => dayOf(row.at) >= today && row.runId === null).slice(0, NEXT)}
              />
            </Block>
            <Block title={t('past')}>
              <Occurrences
                label={t('past')}
                rows={rows.filter((row) => dayOf(row.at) < today || row.runId !== null).reverse()}
              />
            </Block>
          </>
        )}
      </Answer>
    </>
  );
}

function Occurrences({ label, rows }: { readonly label: string; readonly rows: readonly TideRow[] }) {
  const t = useTexts();
  return rows.length === 0 ? <Empty text={t('occurrencesNone')} /> : <TideTable label={label} rows={rows} isOfOne />;
}

function Pair({ name, value }: { readonly name: string; readonly value: React.ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
