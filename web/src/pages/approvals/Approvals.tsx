import { Link } from 'react-router';
import { useSession } from '../../app/session';
import { useCampaignWords } from '../../shared/campaign-words';
import { shortTime } from '../../shared/county-time';
import { grouped, yuan } from '../../shared/numbers';
import { Block, PageHead } from '../../shared/Page';
import { inReview, isOwn, preflightOf, useAllCampaigns } from '../../shared/review';
import { Answer, Empty } from '../../shared/states';
import { useTexts } from './texts';

/** What waits for an approver, the oldest submission first. */
export default function Approvals() {
  const t = useTexts();
  const words = useCampaignWords();
  const { me } = useSession();
  const campaigns = useAllCampaigns();
  return (
    <>
      <PageHead title={t('title')} hint={t('hint')} />
      <Block title={t('title')} className="untitled">
        <Answer of={campaigns} isEmpty={(all) => !all.some(inReview)} empty={<Empty text={t('none')} />}>
          {(all) => (
            <ul className="plain-list">
              {all
                .flatMap((campaign) => {
                  const waiting = inReview(campaign);
                  return waiting ? [{ campaign, ...waiting }] : [];
                })
                .sort((a, b) => ((a.review.submittedAt ?? '') < (b.review.submittedAt ?? '') ? -1 : 1))
                .map(({ campaign, review, definition }) => (
                  <li key={campaign.id}>
                    <div className="line">
                      <Link to={`/approvals/${campaign.id}`}>
                        <strong>{definition.name}</strong>
                      </Link>
                      <span className="number">
                        {t('targeted')} {grouped(preflightOf(review)?.targeted)} · {t('cost')}{' '}
                        {yuan(preflightOf(review)?.estimate.cost)}
                      </span>
                    </div>
                    <span className="quiet">
                      {words.channels(definition)} · {words.cadence(definition)} · {t('submitted')}{' '}
                      {shortTime(review.submittedAt)}
                      {isOwn(me.user.id, campaign, review) ? ` · ${t('mine')}` : ''}
                    </span>
                  </li>
                ))}
            </ul>
          )}
        </Answer>
      </Block>
    </>
  );
}
