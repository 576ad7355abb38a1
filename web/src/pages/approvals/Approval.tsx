import { Alert } from 'antd';
import { Link, useParams } from 'react-router';
import { query } from '../../api/client';
import type { CampaignInFull } from '../../api/types';
import { useSession } from '../../app/session';
import { useCampaignWords } from '../../shared/campaign-words';
import { PageHead } from '../../shared/Page';
import { Messages } from '../../shared/preflight/Messages';
import { Preflight } from '../../shared/preflight/Preflight';
import { inReview, isOwn, preflightOf } from '../../shared/review';
import { Answer } from '../../shared/states';
import { useWords } from '../../shared/words';
import { Changes } from './Changes';
import { Decision } from './Decision';
import { useTexts } from './texts';

/** Everything that an approver has to see, on one page, and the decision at its end. */
export default function Approval() {
  const { id = '' } = useParams();
  const campaign = query.useQuery('get', '/api/v1/campaigns/{id}', { params: { path: { id } } });
  return <Answer of={campaign}>{(found) => <OfCampaign campaign={found} />}</Answer>;
}

function OfCampaign({ campaign }: { readonly campaign: CampaignInFull }) {
  const t = useTexts();
  const words = useCampaignWords();
  const word = useWords();
  const { me, may } = useSession();
  const waiting = inReview(campaign);
  const list = <Link to="/approvals">{t('toList')}</Link>;
  if (!waiting) {
    return (
      <>
        <PageHead title={campaign.name}>{list}</PageHead>
        <Alert type="info" showIcon title={t('notWaiting', { status: word('campaign', campaign.status) })} />
      </>
    );
  }
  const { review, definition } = waiting;
  const preflight = preflightOf(review);
  return (
    <>
      <PageHead
        title={definition.name}
        hint={`${t('version', { version: review.version })} · ${words.channels(definition)} · ${words.cadence(definition)}`}
      >
        {list}
      </PageHead>
      {definition.description ? <p>{definition.description}</p> : null}
      {preflight ? (
        <Preflight preflight={preflight} definition={definition} />
      ) : (
        <Alert type="error" showIcon title={t('noPreflight')} className="gap-below" />
      )}
      {preflight ? <Messages preflight={preflight} /> : null}
      <Changes review={review} isFirst={campaign.approvedVersion === null} />
      {isOwn(me.user.id, campaign, review) ? (
        <Alert type="warning" showIcon title={t('own')} />
      ) : may('campaigns.approve') ? (
        <Decision id={campaign.id} targeted={preflight?.targeted ?? null} digest={review.digest} />
      ) : null}
    </>
  );
}
