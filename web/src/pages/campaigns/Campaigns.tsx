import { Select } from 'antd';
import { Link, useSearchParams } from 'react-router';
import { api } from '../../api/client';
import type { CampaignView } from '../../api/types';
import { useSession } from '../../app/session';
import { useCampaignWords } from '../../shared/campaign-words';
import { CursorList } from '../../shared/CursorList';
import { dateTime } from '../../shared/county-time';
import { Block, PageHead } from '../../shared/Page';
import { inReview } from '../../shared/review';
import { Empty } from '../../shared/states';
import { State } from '../../shared/Tone';
import { useWords } from '../../shared/words';
import { useTexts } from './texts';

const STATUSES: readonly CampaignView['status'][] = [
  'draft',
  'inReview',
  'approved',
  'active',
  'paused',
  'ended',
  'cancelled',
];

/** All campaigns, the newest first. */
export default function Campaigns() {
  const t = useTexts();
  const word = useWords();
  const { may } = useSession();
  const words = useCampaignWords();
  const [search, setSearch] = useSearchParams();
  const status = STATUSES.find((one) => one === search.get('status'));
  return (
    <>
      <PageHead title={t('title')} hint={t('hint')}>
        {may('campaigns.write') ? (
          <Link className="action main" to="/campaigns/design">
            {t('new')}
          </Link>
        ) : null}
      </PageHead>
      <Block title={t('title')} className="untitled">
        <div className="filters">
          <Select
            aria-label={t('status')}
            value={status ?? ''}
            onChange={(value: string) => setSearch(value ? { status: value } : {}, { replace: true })}
            style={{ minWidth: 150 }}
            options={[
              { value: '', label: t('all') },
              ...STATUSES.map((value) => ({ value, label: word('campaign', value) })),
            ]}
          />
        </div>
        <CursorList
          label={t('title')}
          queryKey={['campaigns', 'list', status]}
          fetchPage={async (cursor) => {
            const asked = { limit: 50, ...(status ? { status } : {}), ...(cursor ? { cursor } : {}) };
            return (await api.GET('/api/v1/campaigns', { params: { query: asked } })).data!;
          }}
          keyOf={(campaign) => campaign.id}
          empty={<Empty text={t(status ? 'noneOfStatus' : 'none')} />}
          rowHeight={40}
          columns={[
            {
              title: t('name'),
              isWide: true,
              width: 'minmax(12rem, 2fr)',
              show: (campaign) => (
                <>
                  <Link to={`/campaigns/${campaign.id}`}>{campaign.name}</Link>{' '}
                  {campaign.draft ? <small>{t(inReview(campaign) ? 'draftWaiting' : 'draft')}</small> : null}
                </>
              ),
            },
            { title: t('status'), width: '6.5rem', show: (campaign) => <State of="campaign" is={campaign.status} /> },
            { title: t('cadence'), width: 'minmax(9rem, 1fr)', show: (campaign) => words.cadence(campaign) },
            { title: t('channels'), width: 'minmax(8rem, 1fr)', show: (campaign) => words.channels(campaign) },
            { title: t('next'), width: '9rem', show: (campaign) => dateTime(campaign.nextRunAt) },
          ]}
        />
      </Block>
    </>
  );
}
