import { useQuery } from '@tanstack/react-query';
import { api } from '../api/client';
import type { CampaignInFull, CampaignView, Definition, KeptPreflight, VersionInFull, VersionView } from '../api/types';
import { everyPage } from './every-page';

/** The version of a campaign that waits for an approver, with its definition; null where none does. */
export function inReview(campaign: CampaignInFull): { review: VersionInFull; definition: Definition } | null;
export function inReview(campaign: CampaignView): { review: VersionView; definition: Definition } | null;
export function inReview(campaign: CampaignView): { review: VersionView; definition: Definition } | null {
  if (campaign.draft)
    return campaign.draft.status === 'inReview'
      ? { review: campaign.draft, definition: campaign.draft.definition }
      : null;
  return campaign.review.status === 'inReview' ? { review: campaign.review, definition: campaign } : null;
}

/** The version that came back with a remark and waits for its author; null where none does. */
export function returned(campaign: CampaignView): VersionView | null {
  const latest = campaign.draft ?? campaign.review;
  return latest.status === 'draft' && latest.remark !== null ? latest : null;
}

/** What was counted at submission; the API keeps it as it was made then. */
export const preflightOf = (review: VersionView): KeptPreflight | null => review.preflight as KeptPreflight | null;

/** Whether somebody made, edited last or submitted it; the server knows all editors and has the last word. */
export const isOwn = (userId: string, campaign: CampaignView, review: VersionView): boolean =>
  [campaign.createdBy, review.editedBy, review.submittedBy].includes(userId);

const MOST_PAGES = 20;

/** All campaigns that the caller may see: a new version of a campaign in force is under review without its status saying so. */
export const useAllCampaigns = (isOn = true) =>
  useQuery({
    queryKey: ['campaigns', 'all'],
    enabled: isOn,
    staleTime: 10_000,
    refetchInterval: 30_000,
    queryFn: () =>
      everyPage<CampaignView>(
        MOST_PAGES,
        async (at) => (await api.GET('/api/v1/campaigns', { params: { query: { limit: 100, ...at } } })).data!,
      ),
  });

/** True where the latest version is a draft, or one in force that a change would follow with a next one. */
export function mayDesign(campaign: CampaignView): boolean {
  const latest = campaign.draft ?? campaign.review;
  const isInForce = ['approved', 'active', 'paused'].includes(campaign.status);
  return latest.status === 'draft'
    ? campaign.status === 'draft' || isInForce
    : latest.status === 'approved' && isInForce;
}
