import { CampaignEntity, CampaignVersionEntity } from './campaign.entity.js';
import { EventTriggerEntity, OccurrenceEntity, RunEntity } from './run.entity.js';

export const campaignsEntities = [
  CampaignEntity,
  CampaignVersionEntity,
  RunEntity,
  OccurrenceEntity,
  EventTriggerEntity,
];
