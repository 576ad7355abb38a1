import type { CampaignView, VersionView } from '../../api/types';

/** Whether somebody made, edited last or submitted it; the server knows all editors and has the last word. */
export const isOwn = (userId: string, campaign: CampaignView, review: VersionView): boolean =>
  [campaign.createdBy, review.editedBy, review.submittedBy].includes(userId);
